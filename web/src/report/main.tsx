import { render } from 'preact';

import '../app/app.css';
import { answerBy } from '../api/client.ts';
import { Still } from '../app/still.ts';
import { meansOf, type Block } from './answers.ts';
import { Report } from './report.tsx';
import './report.css';

const block = JSON.parse(document.getElementById('answers')!.textContent!) as Block;
answerBy(meansOf(block));
const page = (
  <Still.Provider value={true}>
    <Report about={block.about} />
  </Still.Provider>
);
render(page, document.getElementById('app')!);
