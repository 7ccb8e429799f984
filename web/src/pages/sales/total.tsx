import * as calls from '../../api/calls.ts';
import { every } from '../../api/every.ts';
import type { Dimensions, Rows } from '../../api/types.ts';
import { useAnswer } from '../../api/use_answer.ts';
import { useWriting } from '../../app/shop.ts';
import type { View } from '../../app/view.ts';
import { daysBetween } from '../../format/dates.ts';
import { measureName, type Writing } from '../../format/measures.ts';
import { change, number } from '../../format/numbers.ts';
import type { Choice } from './question.ts';
import { pasts, spanOf } from './spans.ts';

interface Props {
  view: View;
  choice: Choice;
  known: Dimensions;
}

/// What the days on show come to, against those before and a year before.
export function Total({ view, choice, known }: Props) {
  const { measure, filters } = choice;
  const writing = useWriting(measure);
  const span = spanOf(choice, known);
  const before = pasts(span, known.first!);
  const questions = [span, ...before.map((past) => past.span)].map((one) => ({ ...one, filters, measure: [measure] }));
  const of = useAnswer(`sales ${view.dataset} total ${JSON.stringify(questions)}`, (signal) => every(questions.map((one) => calls.sales(view.dataset, one, signal))));
  const sums = of.value?.length === questions.length ? of.value.map((rows) => sumOf(rows, measure)) : null;
  if (of.error) return null; // the chart says the same
  return (
    <p class="figures" aria-busy={sums === null}>
      <strong>{writing.whole(sums?.[0])}</strong> {measureName(measure).toLowerCase()} in {number(daysBetween(span.from, span.to))} whole days
      {sums && before.map((past, at) => <Against key={past.words} now={sums[0]!} then={sums[at + 1]!} words={past.words} writing={writing} />)}
    </p>
  );
}

function sumOf(rows: Rows, measure: string): number {
  return Number(rows.rows[0]?.[measure] ?? 0);
}

function Against({ now, then, words, writing }: { now: number; then: number; words: string; writing: Writing }) {
  if (then === 0) return null;
  return (
    <span class="note">
      {' '}
      <span class={now < then ? 'bad-text' : 'good-text'}>{change(now / then - 1)}</span> against {words} ({writing.brief(then)})
    </span>
  );
}
