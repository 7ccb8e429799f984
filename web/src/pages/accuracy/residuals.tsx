import { useMemo, useRef } from 'preact/hooks';

import * as calls from '../../api/calls.ts';
import type { Result } from '../../api/client.ts';
import * as forecasts from '../../api/forecast_calls.ts';
import type { PanelFacts } from '../../api/forecast_calls.ts';
import type { Rows } from '../../api/types.ts';
import { useAnswer } from '../../api/use_answer.ts';
import { change } from '../../app/router.ts';
import { useWriting } from '../../app/shop.ts';
import type { View } from '../../app/view.ts';
import { EChart } from '../../charts/echart.tsx';
import { residualPoints } from '../../charts/error_lines.ts';
import { columns } from '../../charts/options.ts';
import { usePalette } from '../../charts/palette.ts';
import { Panel, type Picture } from '../../components/panel.tsx';
import { SeriesFinder } from '../../components/series_finder.tsx';
import { grainOf } from '../../format/buckets.ts';
import { bucketLabel } from '../../format/dates.ts';
import { modelName } from '../../format/models.ts';
import { writingOf, type Writing } from '../../format/measures.ts';
import { number, percent } from '../../format/numbers.ts';
import { seriesName } from '../../format/series.ts';
import type { TableData } from '../../format/table.ts';
import type { Choice } from './accuracy.tsx';
import { histogram, residualsOf, type Residual } from './metrics.ts';

const mostRows = 10_000;

interface Proof extends Rows {
  series: string;
}

/// The rows of a series in the backtest that the run stands on; that of its total, else of its first
/// series, where none is chosen.
async function proof(choice: Choice, wanted: string, signal: AbortSignal): Promise<Result<Proof>> {
  const { dataset, facts, run } = choice;
  const manifest = await forecasts.run(dataset, run, signal);
  if (!manifest.ok) return manifest;
  let series = wanted;
  if (series === '') {
    const list = await calls.series(dataset, { panel: facts.panel, limit: 1000 }, signal);
    if (!list.ok) return list;
    series = list.value.series.includes('total') ? 'total' : (list.value.series[0] ?? '');
  }
  const rows = await calls.runTable(dataset, manifest.value.proven_by || run, 'backtest', { panel: facts.panel, unique_id: series, limit: mostRows }, signal);
  return rows.ok ? { ...rows, value: { ...rows.value, series } } : rows;
}

/// How far off single forecasts of a series were.
export function Residuals({ choice, view }: { choice: Choice; view: View }) {
  const { dataset, facts, models, run } = choice;
  const model = models[0]!;
  const picture = useRef<HTMLCanvasElement>(null);
  const of = useAnswer(`backtest ${dataset} ${facts.panel} ${view.series} ${run}`, (signal) => proof(choice, view.series, signal));
  const series = of.value?.series ?? view.series;
  return (
    <Panel
      title="Residuals"
      note={`${modelName(model)}, ${seriesName(series)}: forecast less what came. Around zero and without a pattern is as it should be.`}
      of={of}
      height={240}
      picture={picture}
      actions={<SeriesFinder dataset={dataset} panel={facts.panel} series={series} choose={(one) => change({ panel: facts.panel, series: one })} />}
      empty={(v) => residualsOf(v.rows, model).length === 0 && 'This series was not scored: it is younger than the rolling origins, or the model could not forecast it.'}
      table={(v) => tableOf(residualsOf(v.rows, model), facts.frequency)}
    >
      {(v) => <Charts residuals={residualsOf(v.rows, model)} facts={facts} picture={picture} />}
    </Panel>
  );
}

const plain = writingOf(null, '');
const counted: Writing = { ...plain, whole: (value) => `${number(value)} forecasts` };

function Charts({ residuals, facts, picture }: { residuals: Residual[]; facts: PanelFacts; picture: Picture }) {
  const palette = usePalette();
  const { brief, exact } = useWriting(facts.measure);
  const key = `${residuals.length} ${residuals[0]?.ds} ${residuals[0]?.off} ${residuals.at(-1)?.off}`;
  const bars = useMemo(() => {
    const bins = histogram(residuals.map((one) => one.off)).map((bin) => ({ name: String(bin.from), label: `${exact(bin.from)} to ${exact(bin.to)}`, tick: brief(bin.from), value: bin.count }));
    return columns({ bars: bins, palette, writing: counted });
  }, [key, palette, brief]);
  const points = useMemo(() => {
    const sorted = [...residuals].sort((a, b) => a.ds.localeCompare(b.ds)).map((one): [string, number] => [one.ds, one.off]);
    return residualPoints({ points: sorted, palette, when: (label) => bucketLabel(label, grainOf(facts.frequency)), show: (value) => `off by ${exact(value)}`, brief });
  }, [key, palette, brief]);
  const high = residuals.filter((one) => one.off > 0).length / residuals.length;
  return (
    <>
      <div class="chart-pair">
        <div>
          <h3>How often</h3>
          <EChart option={bars} height={210} label="How often forecasts were off by how much." picture={picture} />
        </div>
        <div>
          <h3>Over time</h3>
          <EChart option={points} height={210} label="How far forecasts were off, over time." />
        </div>
      </div>
      <p class="note">
        {number(residuals.length)} forecasts, {percent(high, 0)} of them too high.
      </p>
    </>
  );
}

function tableOf(residuals: Residual[], frequency: string): TableData {
  const when = (name: string, label: string) => ({ name, label, show: (value: unknown) => bucketLabel(String(value), grainOf(frequency)) });
  const value = (name: string, label: string) => ({ name, label, number: true });
  return {
    columns: [when('ds', 'When'), when('cutoff', 'Forecast at'), value('y', 'Came'), value('forecast', 'Forecast'), value('off', 'Off by')],
    rows: residuals.map((one) => ({ ...one })),
  };
}
