import { useState } from 'preact/hooks';

import type { Row, RunSummary } from '../../api/types.ts';
import type { Loaded } from '../../api/use_answer.ts';
import { change, show } from '../../app/router.ts';
import type { View } from '../../app/view.ts';
import { Panel } from '../../components/panel.tsx';
import { ago, instant } from '../../format/dates.ts';
import { duration, price } from '../../format/numbers.ts';
import type { TableData } from '../../format/table.ts';
import { inOrder, linkTo, runView } from './links.ts';
import './list.css';
import { StageLegend, sumOf, Timeline } from './timeline.tsx';
import { askedBy, hasResults, modeOf, modeTitles, platformName, stateOf } from './words.ts';

const atOnce = 50; // older ones

interface ListProps {
  view: View;
  of: Loaded<{ runs: RunSummary[]; next: string | null }>;
  limit: number;
}

/// The runs, the latest first; two of them can be compared.
export function List({ view, of, limit }: ListProps) {
  const [chosen, setChosen] = useState<string[]>([]);
  const toggle = (run: string) => setChosen((was) => (was.includes(run) ? was.filter((one) => one !== run) : [...was, run].slice(-2)));
  const older = () => change({ more: { ...view.more, runs: String(limit + atOnce) } }, 'replace');
  return (
    <Panel
      title="Runs"
      of={of}
      note={chosen.length === 1 ? 'Choose a second run to compare it with.' : 'Choose two to see what changed between them.'}
      table={(v) => tableOf(v.runs)}
      empty={(v) => v.runs.length === 0 && 'Nothing has run yet.'}
      actions={<Compare view={view} chosen={chosen} />}
    >
      {(v) => (
        <>
          <StageLegend stages={stagesOf(v.runs)} />
          <Table runs={[...v.runs].reverse()} view={view} chosen={chosen} toggle={toggle} />
          {v.next && (
            <p class="older">
              <button onClick={older}>Show older runs</button>
            </p>
          )}
        </>
      )}
    </Panel>
  );
}

function Compare({ view, chosen }: { view: View; chosen: string[] }) {
  const [a, b] = chosen;
  const go = () => {
    const [before, after] = inOrder(a!, b!);
    show(runView(view, after, before));
  };
  return (
    <button disabled={chosen.length !== 2} onClick={go}>
      Compare
    </button>
  );
}

function stagesOf(runs: RunSummary[]): string[] {
  return [...new Set(runs.flatMap((run) => run.stages.map((one) => one.stage)))];
}

interface TableProps {
  runs: RunSummary[];
  view: View;
  chosen: string[];
  toggle: (run: string) => void;
}

function Table({ runs, view, chosen, toggle }: TableProps) {
  const longest = Math.max(...runs.map((run) => sumOf(run.stages)));
  return (
    <div class="table-scroll runs-table" tabIndex={0} role="group" aria-label="Runs">
      <table>
        <thead>
          <tr>
            <th scope="col">
              <span class="visually-hidden">Compare</span>
            </th>
            {['Began', 'State', 'Stages'].map((one) => (
              <th key={one} scope="col">
                {one}
              </th>
            ))}
            <th scope="col" class="number">
              Took
            </th>
            <th scope="col">Asked by</th>
            <th scope="col">Mode</th>
            <th scope="col" class="number">
              Cost
            </th>
          </tr>
        </thead>
        <tbody>
          {runs.map((run) => (
            <Line key={run.run} run={run} view={view} longest={longest} chosen={chosen.includes(run.run)} toggle={toggle} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface LineProps {
  run: RunSummary;
  view: View;
  longest: number;
  chosen: boolean;
  toggle: (run: string) => void;
}

function Line({ run, view, longest, chosen, toggle }: LineProps) {
  const began = instant(run.began);
  return (
    <tr>
      <td>
        <input type="checkbox" checked={chosen} disabled={!hasResults(run)} aria-label={`Compare the run of ${began}`} onChange={() => toggle(run.run)} />
      </td>
      <td>
        <a {...linkTo(runView(view, run.run))} title={run.run}>
          {began}
        </a>
        <span class="note"> {ago(run.began)}</span>
      </td>
      <td>
        <State run={run} />
      </td>
      <td>
        <Timeline stages={run.stages} longest={longest} />
      </td>
      <td class="number" title={run.ended ? `ended ${instant(run.ended)}` : ''}>
        {duration(run.seconds)}
      </td>
      <td>{askedBy(run.asked_by)}</td>
      <td title={run.mode ? modeTitles[run.mode] : ''}>{modeOf(run.mode)}</td>
      <td class="number" title={run.cost ? `It would cost that on ${platformName(run.cost.platform)}, the cheapest.` : ''}>
        {run.cost ? price(run.cost.total, run.cost.currency) : '–'}
      </td>
    </tr>
  );
}

export function State({ run }: { run: Pick<RunSummary, 'status' | 'current' | 'preliminary'> & { error?: string | null } }) {
  const { text, kind } = stateOf(run);
  return (
    <span class={`badge ${kind}`} title={run.error ?? ''}>
      {text}
      {run.error && `: ${run.error}`}
    </span>
  );
}

function tableOf(runs: RunSummary[]): TableData {
  const stages = stagesOf(runs);
  const rows = [...runs].reverse().map(
    (run): Row => ({
      run: run.run,
      began: run.began,
      ended: run.ended,
      status: run.status,
      current: run.current,
      error: run.error,
      asked_by: run.asked_by?.join(' ') ?? null,
      mode: run.mode,
      seconds: run.seconds,
      core_seconds: run.core_seconds,
      cost: run.cost?.total ?? null,
      currency: run.cost?.currency ?? null,
      ...Object.fromEntries(run.stages.map((one) => [one.stage, one.seconds])),
    }),
  );
  const names = ['run', 'began', 'ended', 'status', 'current', 'error', 'asked_by', 'mode', 'seconds', 'core_seconds', 'cost', 'currency', ...stages];
  return { columns: names.map((name) => ({ name, label: name })), rows };
}
