import type { ComponentChildren } from 'preact';

import * as forecasts from '../../api/forecast_calls.ts';
import type { Explanation, PanelFacts } from '../../api/forecast_calls.ts';
import type { Row } from '../../api/types.ts';
import { useAnswer } from '../../api/use_answer.ts';
import { Panel } from '../../components/panel.tsx';
import { grainOf } from '../../format/buckets.ts';
import { bucketLabel } from '../../format/dates.ts';
import { modelName } from '../../format/models.ts';
import { figure } from '../../format/numbers.ts';
import type { TableData } from '../../format/table.ts';
import { partsOf, sentence, type Part } from './explain.ts';
import type { Gathered } from './gather.ts';

interface Props {
  dataset: string;
  facts: PanelFacts;
  gathered: Gathered;
  picked: number | null;
}

const title = 'Why this value?';

/// What is known of the point that was clicked.
export function Explained({ dataset, facts, gathered, picked }: Props) {
  const ds = picked === null ? undefined : gathered.woven.ds[picked];
  if (ds === undefined || !gathered.horizon.includes(ds)) {
    return (
      <section class="panel half" aria-label={title}>
        <header>
          <h2>{title}</h2>
        </header>
        {ds === undefined ? <p class="empty">Click a value ahead in the chart, or go there with the arrow keys and press Enter.</p> : <Came facts={facts} gathered={gathered} at={picked!} />}
      </section>
    );
  }
  return <Ahead dataset={dataset} facts={facts} gathered={gathered} ds={ds} />;
}

function Came({ facts, gathered, at }: { facts: PanelFacts; gathered: Gathered; at: number }) {
  const { woven } = gathered;
  const when = bucketLabel(woven.ds[at]!, grainOf(facts.frequency));
  const found = gathered.disturbances.filter((row) => row.ds === woven.ds[at]);
  return (
    <>
      <p>
        {when}: <strong>{figure(woven.came[at] ?? woven.since[at])}</strong> came.
      </p>
      {found.map((row, index) => (
        <p key={index}>{told(row)}</p>
      ))}
      {found.length === 0 && <p class="note">Nothing unusual was found here.</p>}
    </>
  );
}

function told(row: Row): string {
  const value = figure(row.value as number);
  const expected = figure(row.expected as number);
  if (row.kind !== 'outlier') return `From here on the level is ${value}; it was ${expected} before.`;
  const hidden = row.treatment === 'missing' ? 'The models did not see it.' : 'The models saw it.';
  return `${value} is an outlier: ${expected} was to be expected. ${hidden}`;
}

function Ahead({ dataset, facts, gathered, ds }: Omit<Props, 'picked'> & { ds: string }) {
  const { of, model } = gathered;
  const answer = useAnswer(`explanation ${dataset} ${of.panel} ${of.unique_id} ${gathered.run}`, (signal) => forecasts.explanation(dataset, of, signal));
  const rowOf = (v: Explanation) => v.rows.find((row) => row.model === model && row.ds === ds && row.unique_id === of.unique_id);
  return (
    <Panel
      title={title}
      class="half"
      note={`${modelName(model, gathered.models)}, ${bucketLabel(ds, grainOf(facts.frequency))}`}
      of={answer}
      height={120}
      empty={(v) => !rowOf(v) && `${modelName(model, gathered.models)} tells nothing of this value; choose another model.`}
      table={(v) => tableOf(partsOf(rowOf(v)!, facts.frequency))}
    >
      {(v) => <Parts row={rowOf(v)!} frequency={facts.frequency} note={v.moved_on ? 'Orders that came since the run are in this.' : ''} />}
    </Panel>
  );
}

function Parts({ row, frequency, note }: { row: Row; frequency: string; note: string }) {
  const parts = partsOf(row, frequency);
  const ends = parts.flatMap((part) => [part.from, part.from + part.value]);
  const least = Math.min(0, ...ends);
  const most = Math.max(0, ...ends, Number(row.forecast));
  return (
    <>
      <p>{sentence(row, parts)}</p>
      <dl class="waterfall" aria-hidden="true">
        {parts.map((part) => (
          <Step key={part.name} part={part} least={least} most={most} />
        ))}
        <Step part={{ name: 'sum', label: 'forecast', value: Number(row.forecast), from: 0 }} least={least} most={most} class="sum" />
      </dl>
      {note && <p class="note">{note}</p>}
    </>
  );
}

function Step({ part, least, most, class: kind = '' }: { part: Part; least: number; most: number; class?: string }): ComponentChildren {
  const share = (value: number) => (100 * (value - least)) / (most - least || 1);
  const [from, to] = [share(Math.min(part.from, part.from + part.value)), share(Math.max(part.from, part.from + part.value))];
  return (
    <>
      <dt class={kind}>{part.label}</dt>
      <dd class="track">
        <i class={part.value < 0 ? 'less' : ''} style={{ left: `${from}%`, width: `${to - from}%` }} />
      </dd>
      <dd class={`number ${kind}`}>{figure(part.value)}</dd>
    </>
  );
}

function tableOf(parts: Part[]): TableData {
  return {
    columns: [
      { name: 'part', label: 'Part' },
      { name: 'value', label: 'Value', number: true },
    ],
    rows: parts.map(({ label, value }) => ({ part: label, value })),
  };
}
