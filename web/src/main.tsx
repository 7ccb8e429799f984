import { render } from 'preact';

import { App } from './app/app.tsx';
import './app/app.css';

render(<App />, document.getElementById('app')!);
