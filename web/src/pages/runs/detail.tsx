import type { ComponentChildren } from 'preact';

import * as calls from '../../api/calls.ts';
import * as runCalls from '../../api/run_calls.ts';
import type { Manifest } from '../../api/run_calls.ts';
import { useAnswer } from '../../api/use_answer.ts';
import type { View } from '../../app/view.ts';
import { FactList } from '../../components/fact_list.tsx';
import { Failure, Panel } from '../../components/panel.tsx';
import { ago, instant } from '../../format/dates.ts';
import { bytes, duration, number } from '../../format/numbers.ts';
import './detail.css';
import { Cost, costTable, Panels, panelTable, Tables } from './detail_parts.tsx';
import { LedgerPanel } from './ledger_panel.tsx';
import { allRuns, linkTo, runView } from './links.ts';
import { State } from './list.tsx';
import { StageLegend, sumOf, Timeline } from './timeline.tsx';
import { askedBy, hasResults, modeTitles, remedyOf, summaryOf } from './words.ts';

interface Props {
  view: View;
  dataset: string;
  run: string;
}

/// One run: how it went, what it cost, what it made.
export function Detail({ view, dataset, run }: Props) {
  const of = useAnswer(`manifest ${dataset} ${run}`, (signal) => runCalls.manifest(dataset, run, signal));
  const status = useAnswer(`status ${dataset}`, (signal) => calls.status(dataset, signal));
  const { value } = of;
  const summary = value && summaryOf(value, status.value?.current_run ?? null);
  return (
    <>
      <div class="bar">
        <a {...linkTo(allRuns(view))}>All runs</a>
        {value && hasResults(summary!) && <Before view={view} dataset={dataset} run={value.run} />}
      </div>
      {of.error && <Failure error={of.error} retry={of.retry} />}
      {!of.error && (
        <div class="grid">
          <Panel title={value ? `Run of ${instant(summary!.began)}` : 'Run'} of={of} class="two-thirds" height={180} actions={summary && <State run={{ ...summary, error: value.error?.code ?? null }} />}>
            {(v) => <Facts manifest={v} view={view} />}
          </Panel>
          <Panel title="Cost" of={of} class="third" height={180} note="What it would cost elsewhere; nothing on this server." empty={(v) => !v.cost && 'It ended before it was known.'} table={(v) => costTable(v.cost!)}>
            {(v) => <Cost bill={v.cost!} />}
          </Panel>
          <Panel title="Panels" of={of} class="two-thirds" empty={(v) => (v.panels ?? []).length === 0 && 'It made none.'} table={panelTable}>
            {(v) => <Panels manifest={v} />}
          </Panel>
          <Panel title="Tables" of={of} class="third" empty={(v) => Object.keys(v.tables ?? {}).length === 0 && 'It has none.'}>
            {(v) => <Tables manifest={v} dataset={dataset} />}
          </Panel>
          {value && hasResults(summary!) && <LedgerPanel view={view} dataset={dataset} run={value.run} />}
        </div>
      )}
    </>
  );
}

const looked = 20; // runs before this one, to find one with results

function Before({ view, dataset, run }: Props) {
  const of = useAnswer(`before ${dataset} ${run}`, (signal) => runCalls.runsBefore(dataset, run, looked, signal));
  const before = of.value?.runs.findLast((one) => hasResults(one));
  if (!of.value) return null;
  if (!before) return <span class="note">There is no run before it to compare with.</span>;
  return (
    <a class="button" {...linkTo(runView(view, run, before.run))}>
      Compare with the one before
    </a>
  );
}

function Facts({ manifest, view }: { manifest: Manifest; view: View }) {
  const { usage, error } = manifest;
  const stages = usage?.stages ?? [];
  const mode = manifest.proven_by ? 'warm' : hasResults({ status: manifest.status ?? 'failed' }) ? 'anew' : null;
  const facts: [string, ComponentChildren][] = [
    ['Began', `${instant(summaryOf(manifest, null).began)}, ${ago(summaryOf(manifest, null).began)}`],
    ['Took', `${duration(manifest.seconds)}${usage ? `, ${duration(usage.core_seconds)} of processors, ${bytes(usage.peak_memory_bytes)} of memory at most` : ''}`],
    ['Asked for by', askedBy(manifest.asked_by)],
  ];
  if (mode) facts.push(['Way', mode === 'warm' ? <WentOn manifest={manifest} view={view} /> : modeTitles.anew]);
  if (manifest.inputs) facts.push(['Order files', number(manifest.inputs.length)]);
  if (manifest.options) facts.push(['Models', Array.isArray(manifest.options.models) ? manifest.options.models.join(', ') : manifest.options.models === 'default' ? 'those that are usual' : manifest.options.models]);
  facts.push(['Made by', `forecart ${manifest.version ?? '?'}, ${number(manifest.threads)} threads, seed ${manifest.seed ?? '?'}, kernel ${manifest.kernel ?? '?'}`]);
  return (
    <>
      {error && <Failure error={{ status: 0, code: error.code, message: error.message ?? 'The run failed', remedy: remedyOf(error.code) }} />}
      {stages.length > 0 && (
        <div class="run-stages">
          <Timeline stages={stages} longest={sumOf(stages)} />
          <StageLegend stages={stages.map((one) => one.stage)} />
        </div>
      )}
      <FactList facts={facts}>
        <dt>Name</dt>
        <dd class="code">{manifest.run}</dd>
      </FactList>
    </>
  );
}

function WentOn({ manifest, view }: { manifest: Manifest; view: View }) {
  const from = manifest.warm_start_from ?? manifest.proven_by!;
  return (
    <>
      {modeTitles.warm} <a {...linkTo(runView(view, from))}>That run</a>
    </>
  );
}
