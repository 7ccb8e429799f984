import type { Row } from '../../api/types.ts';
import { useWriting } from '../../app/shop.ts';
import { isDashed } from '../../charts/model_colours.ts';
import { Panel } from '../../components/panel.tsx';
import { modelHint, modelTitle } from '../../format/model_words.ts';
import { modelName } from '../../format/models.ts';
import { figure, number as decimals, percent } from '../../format/numbers.ts';
import type { TableData } from '../../format/table.ts';
import type { Choice } from './accuracy.tsx';
import { coverageVerdict, verdict, type MetricFacts } from './metrics.ts';

/// Which model does best, and how sure that is.
export function Leaderboard({ choice }: { choice: Choice }) {
  const { board, facts, metric } = choice;
  const of = { value: board, error: null, loading: false, retry: () => {} };
  const what = facts.measure ? `, in ${facts.measure}` : '';
  return (
    <Panel
      title="Leaderboard"
      note={`Forecasts from rolling origins of what the models had not seen. Behind: mean absolute error less that of the best${what}, with the interval that holds 95 of 100.`}
      of={of}
      empty={(rows) => rows.length === 0 && 'No model of this panel was proven: its series are too short. Give it a shorter horizon.'}
      table={() => tableOf(choice)}
    >
      {(rows) => (
        <div class="table-scroll" tabIndex={0} role="group" aria-label="Leaderboard">
          <table class="board">
            <Head metric={metric} />
            <tbody>
              {rows.map((row) => (
                <BoardRow key={String(row.model)} row={row} choice={choice} reach={reachOf(rows)} />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Panel>
  );
}

function Head({ metric }: { metric: MetricFacts }) {
  const heads = [['Model', ''], [metric.label, 'number'], ['Behind the best', 'wide'], ['In words', ''], ['In 80 %', 'number'], ['In 95 %', 'number'], ['Bias', 'number']];
  return (
    <thead>
      <tr>
        {heads.map(([label, kind]) => (
          <th key={label} scope="col" class={kind}>
            {label}
          </th>
        ))}
      </tr>
    </thead>
  );
}

function number(row: Row, name: string): number | null {
  const value = row[name];
  return typeof value === 'number' ? value : null;
}

function pText(p: number): string {
  return p < 0.001 ? `p < ${decimals(0.001, 3)}` : `p ${decimals(p, p < 0.1 ? 3 : 2)}`;
}

/// From the least to the largest bound of what models are behind.
function reachOf(rows: readonly Row[]): [number, number] {
  const ends = rows.flatMap((row) => [number(row, 'behind-lo-95'), number(row, 'behind-hi-95'), number(row, 'behind')]).filter((value): value is number => value !== null);
  return [Math.min(0, ...ends), Math.max(0, ...ends) || 1];
}

function BoardRow({ row, choice, reach }: { row: Row; choice: Choice; reach: [number, number] }) {
  const { metric, board, colour, facts } = choice;
  const model = String(row.model);
  const said = verdict(row);
  const p = number(row, 'p_value');
  const error = number(row, metric.name);
  const { exact } = useWriting(facts.measure);
  const all = board.map((one) => String(one.model));
  return (
    <tr>
      <td>
        <i class={`key ${isDashed(model, all) ? 'dashed' : ''}`} style={{ color: colour(model) }} />
        <span title={modelHint(model)}>{modelName(model, all)}</span>
        <p class="note">{modelTitle(model)}</p>
      </td>
      <td class="number">
        <strong>{metric.share ? percent(error) : metric.name === 'rmse' ? exact(error) : figure(error)}</strong>
      </td>
      <td class="wide">
        <Whisker row={row} reach={reach} show={exact} />
      </td>
      <td>
        <span class={`badge ${said.kind}`}>{said.text}</span> {p !== null && <span class="note">{pText(p)}</span>}
      </td>
      <Inside share={number(row, 'coverage-80')} nominal={0.8} />
      <Inside share={number(row, 'coverage-95')} nominal={0.95} />
      <td class="number">{exact(number(row, 'bias'))}</td>
    </tr>
  );
}

function Inside({ share, nominal }: { share: number | null; nominal: number }) {
  const said = share === null ? '' : coverageVerdict(share, nominal);
  return (
    <td class="number" title={said}>
      {percent(share)}
      {said === 'too narrow' && <span class="bad-text"> ↓</span>}
      {said !== '' && <span class="visually-hidden">: {said}</span>}
    </td>
  );
}

function Whisker({ row, reach: [least, most], show }: { row: Row; reach: [number, number]; show: (value: number) => string }) {
  const behind = number(row, 'behind');
  if (behind === null) return <span class="note">–</span>;
  const [low, high] = [number(row, 'behind-lo-95'), number(row, 'behind-hi-95')];
  const share = (value: number) => `${(100 * (value - least)) / (most - least)}%`;
  const words = low === null || high === null ? show(behind) : `${show(behind)}, from ${show(low)} to ${show(high)}`;
  return (
    <div class="whisker" style={{ '--zero': share(0) }} role="img" aria-label={words} title={words}>
      {low !== null && high !== null && <span class="span" style={{ left: share(low), width: `${(100 * (high - low)) / (most - least)}%` }} />}
      <span class="dot" style={{ left: share(behind) }} />
    </div>
  );
}

function tableOf({ board }: Choice): TableData {
  const names = ['mase', 'wape', 'rmse', 'crps', 'mae', 'bias', 'behind', 'behind-lo-95', 'behind-hi-95', 'p_value', 'coverage-80', 'coverage-95', 'fit_seconds'];
  return { columns: [{ name: 'model', label: 'Model' }, ...names.map((name) => ({ name, label: name, number: true }))], rows: board };
}
