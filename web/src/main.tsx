import { render } from 'preact';

import './app/app.css';
import { App } from './app/app.tsx';
import { currentView } from './app/router.ts';
import { start } from './app/start.ts';
import { bucketLabel } from './format/dates.ts';
import { compact } from './format/numbers.ts';

start(currentView());
render(<App />, document.getElementById('app')!);
// The first date and the first number that a browser writes take long: meanwhile the server answers.
bucketLabel('2000-01-01', 'day');
compact(1);
