// The questions about sales that the parts of the page ask. Pure: the view in, questions out.
import type { SalesQuestion } from '../../api/types.ts';
import type { View } from '../../app/view.ts';
import { daysBetween } from '../../format/dates.ts';
import { endOfDays, grains } from '../../format/grains.ts';
import { measures } from '../../format/measures.ts';

export interface Choice {
  measure: string;
  grain: string;
  from: string; ///< "": from the beginning
  to: string;
  filters: Record<string, string[]>;
}

const mostDays = 62; // shown by day
const mostWeeks = 200; // days shown by week

/// What the view says, and what fits the span where it says nothing.
export function choiceOf(view: View, first: string, last: string): Choice {
  const measure = measures.find((one) => one === view.measure) ?? 'revenue';
  const days = daysBetween(view.from || first, view.to || endOfDays(last));
  const fitting = days <= mostDays ? 'day' : days <= mostWeeks ? 'week' : 'month';
  const grain = grains.find((one) => one === view.grain) ?? fitting;
  return { measure, grain, from: view.from, to: view.to, filters: view.filters };
}

function base(choice: Choice): SalesQuestion {
  const question: SalesQuestion = { filters: choice.filters };
  if (choice.from !== '') question.from = choice.from;
  if (choice.to !== '') question.to = choice.to;
  return question;
}

const most = 100_000;

export function overTime(choice: Choice): SalesQuestion {
  return { ...base(choice), grain: choice.grain, measure: [choice.measure], limit: most };
}

export function byHour(choice: Choice): SalesQuestion {
  return { ...base(choice), grain: 'hour', measure: [choice.measure], limit: most };
}

/// The largest values of a dimension; its own filter is left out, so that others can be chosen.
export function byDimension(choice: Choice, dimension: string, limit: number): SalesQuestion {
  const filters = { ...choice.filters };
  delete filters[dimension];
  return { ...base({ ...choice, filters }), by: [dimension], measure: [choice.measure], order: `-${choice.measure}`, limit };
}

/// All measures by bucket, or by a dimension.
export function table(choice: Choice, by: string): SalesQuestion {
  const question = { ...base(choice), measure: [...measures], limit: 10_000 };
  return by === '' ? { ...question, grain: choice.grain } : { ...question, by: [by], order: `-${choice.measure}` };
}
