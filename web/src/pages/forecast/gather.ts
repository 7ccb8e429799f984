// All that the chart of a series needs, as one answer.
import * as calls from '../../api/calls.ts';
import type { Result } from '../../api/client.ts';
import * as forecasts from '../../api/forecast_calls.ts';
import type { History, Outlook } from '../../api/forecast_calls.ts';
import type { ForecastAnswer, Row } from '../../api/types.ts';
import { modelsOf, weave, type Woven } from './weave.ts';

export interface Gathered {
  of: forecasts.OfSeries;
  run: string;
  models: string[];
  best: string | null; ///< of the series
  model: string; ///< whose forecast `outlook` is
  woven: Woven;
  horizon: string[];
  outlook: Outlook;
  disturbances: Row[];
}

/// `wanted`: the model whose forecast is acted on; '': the best.
export async function gather(dataset: string, panel: string, series: string, wanted: string, signal: AbortSignal): Promise<Result<Gathered>> {
  const of = { panel, unique_id: series };
  const [history, answer, best, table] = await Promise.all([
    forecasts.history(dataset, of, signal),
    calls.forecast(dataset, of, signal),
    forecasts.outlook(dataset, of, signal),
    calls.runTable(dataset, 'current', 'disturbances', { ...of, limit: 1000 }, signal),
  ]);
  if (!history.ok) return history;
  if (!answer.ok) return answer;
  const models = modelsOf(answer.value);
  const model = models.includes(wanted) ? wanted : best.ok ? best.value.model : models[0]!;
  const outlook = best.ok && best.value.model === model ? best : await forecasts.outlook(dataset, { ...of, model }, signal);
  if (!outlook.ok) return outlook;
  const value = gathered(history.value, answer.value, outlook.value, models);
  // a run without the table has found nothing
  return { ok: true, headers: answer.headers, value: { ...value, best: best.ok ? best.value.model : null, disturbances: table.ok ? table.value.rows : [] } };
}

function gathered(history: History, answer: ForecastAnswer, outlook: Outlook, models: string[]): Omit<Gathered, 'best' | 'disturbances'> {
  return {
    of: { panel: answer.panel, unique_id: answer.unique_id },
    run: answer.run,
    models,
    model: outlook.model,
    woven: weave(history, answer, outlook),
    horizon: answer.ds,
    outlook,
  };
}

/// Models to show: those of the address that there are, else the one that is acted on.
export function chosenOf(wanted: readonly string[], models: readonly string[], model: string): string[] {
  const known = wanted.filter((one) => models.includes(one));
  return known.length > 0 ? known : [model];
}
