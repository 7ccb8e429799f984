import { render } from 'preact';

import { answerBy } from '../api/client.ts';
import '../app/app.css';
import { meansOf, type Block } from './answers.ts';
import { Report } from './report.tsx';
import './report.css';

const block = JSON.parse(document.getElementById('answers')!.textContent!) as Block;
answerBy(meansOf(block));
render(<Report about={block.about} />, document.getElementById('app')!);
