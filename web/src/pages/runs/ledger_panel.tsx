import { Fragment } from 'preact';

import * as runCalls from '../../api/run_calls.ts';
import type { Row } from '../../api/types.ts';
import { useAnswer } from '../../api/use_answer.ts';
import { viewOf, type View } from '../../app/view.ts';
import { Icon, icons } from '../../components/icon.tsx';
import { Panel } from '../../components/panel.tsx';
import { modelName } from '../../format/models.ts';
import { number } from '../../format/numbers.ts';
import { seriesName } from '../../format/series.ts';
import { columnsOf } from '../../format/table.ts';
import { bestModels, fallbacksOf, type Fallback } from './ledger.ts';
import { linkTo } from './links.ts';

interface Props {
  view: View;
  dataset: string;
  run: string;
}

/// What was done with the series, in words.
export function LedgerPanel({ view, dataset, run }: Props) {
  const of = useAnswer(`ledger ${dataset} ${run}`, (signal) => runCalls.ledger(dataset, run, signal));
  return (
    <Panel title="Which models were used, and which were not" of={of} note={of.value?.more ? `Of the first ${number(of.value.rows.length)} series.` : undefined} height={120} table={(v) => ({ columns: columnsOf(v.rows), rows: v.rows })}>
      {(v) => <Words rows={v.rows} view={view} />}
    </Panel>
  );
}

const mostNamed = 3;

function Words({ rows, view }: { rows: Row[]; view: View }) {
  const best = bestModels(rows);
  const fallbacks = fallbacksOf(rows);
  return (
    <ul class="items">
      <li class="good">
        <Icon path={icons.good} size={16} />
        <div>
          <strong>Best by series</strong>
          <p>{best.map((one) => `${modelName(one.model)} for ${number(one.series)}`).join(', ')}</p>
        </div>
      </li>
      {fallbacks.length === 0 && (
        <li class="good">
          <Icon path={icons.good} size={16} />
          <div>
            <strong>Every model could be used for every series</strong>
          </div>
        </li>
      )}
      {fallbacks.map((one) => (
        <li key={`${one.model} ${one.instead} ${one.reason}`} class={one.instead ? 'warning' : ''}>
          <Icon path={one.instead ? icons.warning : icons.info} size={16} />
          <div>
            <strong>{sentence(one)}</strong>
            {one.reason && <p>{one.reason}</p>}
            <Named of={one} view={view} />
          </div>
        </li>
      ))}
    </ul>
  );
}

function sentence({ model, instead, series }: Fallback): string {
  const count = series.length === 1 ? 'one series' : `${number(series.length)} series`;
  return instead ? `${model} could not be used for ${count}; ${instead} stands in` : `${model} was made simpler for ${count}`;
}

function Named({ of, view }: { of: Fallback; view: View }) {
  const more = of.series.length - mostNamed;
  return (
    <p class="note">
      {of.series.slice(0, mostNamed).map((one, at) => (
        <Fragment key={`${one.panel} ${one.unique_id}`}>
          {at > 0 && ', '}
          <a {...linkTo({ ...viewOf('/forecast', view), panel: one.panel, series: one.unique_id, models: [] })}>
            {seriesName(one.unique_id)}
          </a>{' '}
          of {one.panel}
        </Fragment>
      ))}
      {more > 0 && ` and ${number(more)} more`}
    </p>
  );
}
