import { useEffect, useRef, useState } from 'preact/hooks';

import { outdate } from '../../api/fresh.ts';
import * as runCalls from '../../api/run_calls.ts';
import type { Mode, Plan } from '../../api/run_calls.ts';
import { useAnswer, type Loaded } from '../../api/use_answer.ts';
import { change } from '../../app/router.ts';
import type { View } from '../../app/view.ts';
import { DataTable } from '../../components/data_table.tsx';
import { Failure } from '../../components/panel.tsx';
import { Problem } from '../../components/problem.tsx';
import { Segments, type Segment } from '../../components/segments.tsx';
import { useSending } from '../../components/use_sending.ts';
import { instant, runBegan } from '../../format/dates.ts';
import { bytes, duration, number, price } from '../../format/numbers.ts';
import type { TableData } from '../../format/table.ts';
import './start.css';
import { modeTitles, platformName } from './words.ts';

interface Props {
  dataset: string;
  view: View;
  close: () => void;
}

/// What a run would do and cost, before it is asked for.
export function Start({ dataset, view, close }: Props) {
  const [mode, setMode] = useState<Mode>('warm');
  const of = useAnswer(`plan ${dataset} ${mode}`, (signal) => runCalls.plan(dataset, mode, signal));
  const { problem, busy, send } = useSending();
  const head = useRef<HTMLHeadingElement>(null);
  useEffect(() => head.current?.focus(), []);
  const begun = ({ request }: { request: string }) => {
    change({ more: { ...view.more, request } }, 'replace');
    outdate(dataset);
    close();
  };
  return (
    <section class="start" aria-label="Before the run" onKeyDown={(event) => event.key === 'Escape' && close()}>
      <h3 tabIndex={-1} ref={head}>
        What the run would do
      </h3>
      <Segments label="Way" of={modes} chosen={mode} choose={setMode} />
      <Expected of={of} />
      <Problem text={problem} />
      <div class="bar">
        <button class="primary" disabled={busy} onClick={() => void send(runCalls.askForRun(dataset, mode), begun)}>
          {of.value ? 'Start the run' : 'Start without a plan'}
        </button>
        <button onClick={close}>Not now</button>
        <span class="note">It uses the models and panels of the settings, and begins as soon as a worker is free.</span>
      </div>
    </section>
  );
}

function Expected({ of }: { of: Loaded<Plan> }) {
  if (of.error) return <Failure error={of.error} retry={of.retry} />;
  if (!of.value) return <div class="loading" aria-busy="true" />;
  return (
    <div class={`planned ${of.loading ? 'stale' : ''}`} aria-busy={of.loading}>
      <Planned plan={of.value} />
    </div>
  );
}

const modes: Segment<Mode>[] = [
  { value: 'warm', label: 'Go on where it can', title: modeTitles.warm },
  { value: 'anew', label: 'All anew', title: modeTitles.anew },
];

const bases = { run: 'as earlier runs took', probe: 'from a sample', table: 'a guess: no earlier run tells' };

function Planned({ plan }: { plan: Plan }) {
  const cheapest = plan.cost.platforms.filter((one) => one.fits).sort((a, b) => a.total - b.total)[0];
  const from = plan.goes_on_from && instant(runBegan(plan.goes_on_from));
  return (
    <>
      <dl class="facts">
        <dt>Way</dt>
        <dd>{from ? `goes on from the run of ${from}` : 'fits and proves everything anew'}</dd>
        <dt>Takes about</dt>
        <dd>
          {duration(plan.usage.core_seconds)} of a processor ({bases[plan.basis.core_seconds]}), {bytes(plan.usage.peak_memory_bytes)} of memory
        </dd>
        <dt>Would cost</dt>
        <dd>{cheapest ? `${price(cheapest.total, plan.cost.currency)} on ${platformName(cheapest.platform)}, the cheapest; nothing on this server` : 'more than any platform of the price list holds'}</dd>
      </dl>
      <DataTable {...panelTable(plan)} label="Panels of the plan" height={220} />
      <dl class="facts note">
        {plan.known.length > 0 && <dt>Certain</dt>}
        {plan.known.length > 0 && <dd>{plan.known.join('; ')}</dd>}
        {plan.guesses.length > 0 && <dt>Guessed</dt>}
        {plan.guesses.length > 0 && <dd>{plan.guesses.join('; ')}</dd>}
      </dl>
    </>
  );
}

function panelTable(plan: Plan): TableData {
  const time = (value: unknown) => duration(value as number);
  const count = (value: unknown) => number(value as number);
  return {
    columns: [
      { name: 'panel', label: 'Panel' },
      { name: 'models', label: 'Models' },
      { name: 'series', label: 'Series', number: true, show: count },
      { name: 'refits', label: 'Fitted again', number: true, show: (value, row) => (plan.goes_on_from ? `${count(value)} of ${count(row.states)}` : 'all') },
      { name: 'core_seconds', label: 'Processor', number: true, show: time },
      { name: 'learnt_from', label: 'Known from' },
    ],
    rows: plan.panels.map((one) => ({ panel: one.panel, models: one.models.join(', '), series: one.series, refits: one.refits, states: one.states, core_seconds: one.core_seconds, learnt_from: one.learnt_from })),
  };
}
