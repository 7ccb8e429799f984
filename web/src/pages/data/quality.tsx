import * as calls from '../../api/calls.ts';
import * as data from '../../api/data_calls.ts';
import { useAnswer } from '../../api/use_answer.ts';
import { change, show } from '../../app/router.ts';
import { viewOf, type View } from '../../app/view.ts';
import { DataTable } from '../../components/data_table.tsx';
import { Panel } from '../../components/panel.tsx';
import { addDays } from '../../format/dates.ts';
import { Days } from './days_panel.tsx';
import { emptyGaps, gapNote, gapTable, unusualNote, unusualTable } from './unusual.ts';

interface Props {
  view: View;
  dataset: string;
}

/// Days without sales, and what is unusual, as a calendar and as lists that lead to it.
export function Quality({ hasRun, ...props }: Props & { hasRun: boolean }) {
  return hasRun ? <OfRun {...props} /> : <Days {...props} latest={none} />;
}

const none: data.Disturbance[] = [];

function OfRun({ view, dataset }: Props) {
  const panels = useAnswer(`panels ${dataset}`, (signal) => calls.panels(dataset, signal));
  const names = panels.value?.panels.map((one) => one.panel) ?? [];
  const panel = names.find((one) => one === view.panel) ?? names[0];
  if (panel === undefined) return <Days view={view} dataset={dataset} latest={none} />;
  return <OfPanel view={view} dataset={dataset} panel={panel} names={names} />;
}

function OfPanel({ view, dataset, panel, names }: Props & { panel: string; names: string[] }) {
  const of = useAnswer(`quality ${dataset} ${panel}`, (signal) => data.quality(dataset, panel, signal));
  const told = of.value?.panels[0] ?? null;
  const pick = names.length > 1 && (
    <select aria-label="Panel" value={panel} onChange={(event) => change({ panel: event.currentTarget.value }, 'replace')}>
      {names.map((one) => (
        <option key={one}>{one}</option>
      ))}
    </select>
  );
  return (
    <>
      <Days view={view} dataset={dataset} latest={told?.latest ?? none} />
      <Panel title="Unusual values" class="half" of={of} actions={pick} note={told ? unusualNote(told) : undefined} height={240} empty={() => told!.latest.length === 0 && 'Nothing was unusual: no outlier, no shift of a level.'} table={() => unusualTable(told!)}>
        {() => <DataTable key={panel} {...unusualTable(told!)} label="Unusual values" height={320} onRow={(row) => openForecast(view, panel, String(row.unique_id), String(row.ds))} />}
      </Panel>
      <Panel title="Gaps of series" class="half" of={of} note={told ? gapNote(told) : undefined} height={240} empty={() => emptyGaps(told!)} table={() => gapTable(told!)}>
        {() => <DataTable key={panel} {...gapTable(told!)} label="Gaps of series" height={320} onRow={(row) => openForecast(view, panel, String(row.unique_id), String(row.from))} />}
      </Panel>
    </>
  );
}

function openForecast(view: View, panel: string, series: string, at: string): void {
  show({ ...viewOf('/forecast', view), panel, series, models: [], more: { at, span: `${addDays(at.slice(0, 10), -45)}..${addDays(at.slice(0, 10), 45)}` } });
}
