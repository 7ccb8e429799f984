import { render } from 'preact';

import { App } from './app/app.tsx';
import './app/app.css';
import { currentView } from './app/router.ts';
import { start } from './app/start.ts';

start(currentView());
render(<App />, document.getElementById('app')!);
