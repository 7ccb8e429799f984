import * as calls from '../../api/calls.ts';
import type { Dimensions } from '../../api/types.ts';
import { useAnswer } from '../../api/use_answer.ts';
import { change } from '../../app/router.ts';
import type { View } from '../../app/view.ts';
import { Failure } from '../../components/panel.tsx';
import type { PageProps } from '../pages.ts';
import { Controls, Filters } from './controls.tsx';
import { ByDimension, HeatMap, OverTime, SalesTable } from './parts.tsx';
import { choiceOf } from './question.ts';

export default function Sales({ view, dataset }: PageProps) {
  const known = useAnswer(`dimensions ${dataset}`, (signal) => calls.dimensions(dataset, signal));
  if (known.error) return <Failure error={known.error} retry={known.retry} />;
  if (known.value === null) return <div class="loading" aria-busy="true" />;
  if (known.value.first === null) return <p class="empty">There are no sales yet.</p>;
  return <Known view={view} known={known.value} />;
}

function Known({ view, known }: { view: View; known: Dimensions }) {
  const choice = choiceOf(view, known.first!, known.last!);
  const useful = known.dimensions.filter((one) => one.values > 1);
  const [first, second] = sides(useful, view.by);
  return (
    <>
      <Controls view={view} choice={choice} known={known} />
      <Filters view={view} choice={choice} known={known} />
      <div class="grid">
        <OverTime view={view} choice={choice} known={known} />
        {first && <ByDimension view={view} choice={choice} dimension={first} />}
        {second && <ByDimension key={second} view={view} choice={choice} dimension={second} actions={<Picker names={useful.map((one) => one.dimension).filter((one) => one !== first)} by={second} />} />}
        <HeatMap view={view} choice={choice} />
        <SalesTable view={view} choice={choice} known={known} />
      </div>
    </>
  );
}

/// The product first, beside it what the view says, else the dimension with the fewest values: one of
/// the shop's own, more often than not.
function sides(dimensions: Dimensions['dimensions'], by: string): [string | undefined, string | undefined] {
  const names = dimensions.map((one) => one.dimension);
  const first = names.includes('product') ? 'product' : names[0];
  const others = dimensions.filter((one) => one.dimension !== first).sort((a, b) => a.values - b.values);
  return [first, others.find((one) => one.dimension === by)?.dimension ?? others[0]?.dimension];
}

function Picker({ names, by }: { names: string[]; by: string }) {
  if (names.length < 2) return null;
  return (
    <select aria-label="Dimension" value={by} onChange={(event) => change({ by: event.currentTarget.value }, 'replace')}>
      {names.map((one) => (
        <option key={one}>{one}</option>
      ))}
    </select>
  );
}
