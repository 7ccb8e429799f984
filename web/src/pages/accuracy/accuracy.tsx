import * as calls from '../../api/calls.ts';
import * as forecasts from '../../api/forecast_calls.ts';
import type { PanelFacts } from '../../api/forecast_calls.ts';
import type { Row } from '../../api/types.ts';
import { both, useAnswer } from '../../api/use_answer.ts';
import { change } from '../../app/router.ts';
import { useStill } from '../../app/still.ts';
import { useTheme } from '../../app/theme.ts';
import type { View } from '../../app/view.ts';
import { modelColour } from '../../charts/model_colours.ts';
import { ModelPicker } from '../../charts/model_picker.tsx';
import { Failure } from '../../components/panel.tsx';
import { PanelChoice } from '../../components/panel_choice.tsx';
import { Segments } from '../../components/segments.tsx';
import type { PageProps } from '../pages.ts';
import './accuracy.css';
import { Coverage } from './coverage.tsx';
import { Errors } from './errors.tsx';
import { Leaderboard } from './leaderboard.tsx';
import { metricOf, metrics, ranked, type MetricFacts } from './metrics.ts';
import { Residuals } from './residuals.tsx';
import { Retraining } from './retraining.tsx';
import { Worst } from './worst.tsx';

/// What all parts of the page know.
export interface Choice {
  dataset: string;
  run: string;
  facts: PanelFacts;
  metric: MetricFacts;
  board: Row[]; ///< of the panel, the best first
  models: string[]; ///< that are shown side by side, the first one alone where there is room for one
  colour: (model: string) => string;
}

const sideBySide = 3;

export default function Accuracy({ view, dataset }: PageProps) {
  const panels = useAnswer(`panels ${dataset}`, (signal) => forecasts.panels(dataset, signal));
  const board = useAnswer(`leaderboard ${dataset}`, (signal) => calls.runTable(dataset, 'current', 'leaderboard', { limit: 1000 }, signal));
  const of = both(panels, board);
  if (of.error) return <Failure error={of.error} retry={of.retry} />;
  if (of.value === null) return <div class="loading" aria-busy="true" />;
  const [{ panels: known, run }, { rows }] = of.value;
  const facts = known.find((one) => one.panel === view.panel) ?? known[0];
  if (!facts || rows.length === 0) return <p class="empty">Nothing has been proven yet: no panel was long enough for rolling origins. Runs tells more.</p>;
  return <Known view={view} dataset={dataset} run={run} panels={known} facts={facts} rows={rows} />;
}

/// Those whose forecasts a run publishes: where some were made to add up, they alone.
function published(models: string[]): string[] {
  const addingUp = models.filter((model) => model.includes('/'));
  return addingUp.length > 0 ? addingUp : models;
}

interface KnownProps {
  view: View;
  dataset: string;
  run: string;
  panels: PanelFacts[];
  facts: PanelFacts;
  rows: Row[];
}

function Known({ view, dataset, run, panels, facts, rows }: KnownProps) {
  const still = useStill();
  const { shown } = useTheme();
  const metric = metricOf(view.measure);
  const board = ranked(rows, facts.panel, metric.name);
  const all = board.map((row) => String(row.model));
  const wanted = view.models.filter((model) => all.includes(model));
  const models = wanted.length > 0 ? wanted : published(all).slice(0, sideBySide);
  const choice: Choice = { dataset, run, facts, metric, board, models, colour: (model) => modelColour(model, all, shown) };
  return (
    <>
      <Controls panels={panels} panel={facts.panel} metric={metric} />
      <div class="grid">
        <Leaderboard choice={choice} />
        <section class="panel" aria-label="Models side by side">
          <ModelPicker models={all} chosen={models} colourOf={choice.colour} best={all[0] ?? null} choose={(chosen) => change({ models: chosen })} />
        </section>
        <Errors choice={choice} by="step" />
        <Errors choice={choice} by="cutoff" />
        <Coverage choice={choice} />
        <Worst choice={choice} />
        {!still && <Residuals choice={choice} view={view} />}
        {!still && <Retraining choice={choice} />}
      </div>
    </>
  );
}

function Controls({ panels, panel, metric }: { panels: PanelFacts[]; panel: string; metric: MetricFacts }) {
  return (
    <div class="bar">
      <PanelChoice panels={panels} chosen={panel} choose={(one) => change({ panel: one, series: '', models: [] })} />
      <Segments label="Measure of error" of={metrics.map(({ name, label }) => ({ value: name, label }))} chosen={metric.name} choose={(measure) => change({ measure })} />
      <p class="note metric-note">{metric.says}</p>
    </div>
  );
}
