import type { ComponentChildren } from 'preact';

import * as forecasts from '../../api/forecast_calls.ts';
import type { Explanation, PanelFacts } from '../../api/forecast_calls.ts';
import type { Row } from '../../api/types.ts';
import { useAnswer } from '../../api/use_answer.ts';
import { useWriting } from '../../app/shop.ts';
import { Panel } from '../../components/panel.tsx';
import { grainOf } from '../../format/buckets.ts';
import { bucketLabel } from '../../format/dates.ts';
import type { Writing } from '../../format/measures.ts';
import { modelName } from '../../format/models.ts';
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
  const writing = useWriting(facts.measure);
  const when = bucketLabel(woven.ds[at]!, grainOf(facts.frequency));
  const found = gathered.disturbances.filter((row) => row.ds === woven.ds[at]);
  return (
    <>
      <p>
        {when}: <strong>{writing.exact(woven.came[at] ?? woven.since[at])}</strong> came.
      </p>
      {found.map((row, index) => (
        <p key={index}>{told(row, writing)}</p>
      ))}
      {found.length === 0 && <p class="note">Nothing unusual was found here.</p>}
    </>
  );
}

function told(row: Row, { exact }: Writing): string {
  const value = exact(row.value as number);
  const expected = exact(row.expected as number);
  if (row.kind !== 'outlier') return `From here on the level is ${value}; it was ${expected} before.`;
  const hidden = row.treatment === 'missing' ? 'The models did not see it.' : 'The models saw it.';
  return `${value} is an outlier: ${expected} was to be expected. ${hidden}`;
}

function Ahead({ dataset, facts, gathered, ds }: Omit<Props, 'picked'> & { ds: string }) {
  const { of, model } = gathered;
  const writing = useWriting(facts.measure);
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
      table={(v) => tableOf(partsOf(rowOf(v)!, facts.frequency), writing)}
    >
      {(v) => <Parts row={rowOf(v)!} frequency={facts.frequency} writing={writing} note={v.moved_on ? 'Orders that came since the run are in this.' : ''} />}
    </Panel>
  );
}

function Parts({ row, frequency, writing, note }: { row: Row; frequency: string; writing: Writing; note: string }) {
  const parts = partsOf(row, frequency);
  const ends = parts.flatMap((part) => [part.from, part.from + part.value]);
  const least = Math.min(0, ...ends);
  const most = Math.max(0, ...ends, Number(row.forecast));
  return (
    <>
      <p>{sentence(row, parts, writing.exact)}</p>
      <dl class="waterfall" aria-hidden="true">
        {parts.map((part) => (
          <Step key={part.name} part={part} least={least} most={most} writing={writing} />
        ))}
        <Step part={{ name: 'sum', label: 'forecast', value: Number(row.forecast), from: 0 }} least={least} most={most} writing={writing} class="sum" />
      </dl>
      {note && <p class="note">{note}</p>}
    </>
  );
}

function Step({ part, least, most, writing, class: kind = '' }: { part: Part; least: number; most: number; writing: Writing; class?: string }): ComponentChildren {
  const share = (value: number) => (100 * (value - least)) / (most - least || 1);
  const [from, to] = [share(Math.min(part.from, part.from + part.value)), share(Math.max(part.from, part.from + part.value))];
  return (
    <>
      <dt class={kind}>{part.label}</dt>
      <dd class="track">
        <i class={part.value < 0 ? 'less' : ''} style={{ left: `${from}%`, width: `${to - from}%` }} />
      </dd>
      <dd class={`number ${kind}`}>{writing.exact(part.value)}</dd>
    </>
  );
}

function tableOf(parts: Part[], { exact }: Writing): TableData {
  return {
    columns: [
      { name: 'part', label: 'Part' },
      { name: 'value', label: 'Value', number: true, show: (value) => exact(value as number) },
    ],
    rows: parts.map(({ label, value }) => ({ part: label, value })),
  };
}
