import * as calls from '../api/calls.ts';
import type { Dimensions } from '../api/types.ts';
import { useAnswer } from '../api/use_answer.ts';
import type { View } from '../app/view.ts';
import { Failure } from '../components/panel.tsx';
import { ByDimension, HeatMap, OverTime } from '../pages/sales/parts.tsx';
import type { Choice } from '../pages/sales/question.ts';

/// All sales, by month; src/server/report_questions.cpp knows that.
const choice: Choice = { measure: 'revenue', grain: 'month', from: '', to: '', filters: {} };
const mostDimensions = 3;

export function SalesPart({ view }: { view: View }) {
  const known = useAnswer(`dimensions ${view.dataset}`, (signal) => calls.dimensions(view.dataset, signal));
  if (known.error) return <Failure error={known.error} />;
  if (known.value === null) return <div class="loading" aria-busy="true" />;
  if (known.value.first === null) return <p class="empty">There are no sales yet.</p>;
  const whole = { ...view, filters: {} };
  return (
    <div class="grid">
      <OverTime view={whole} choice={choice} known={known.value} />
      {shown(known.value).map((one) => (
        <ByDimension key={one} view={whole} choice={choice} dimension={one} />
      ))}
      <HeatMap view={whole} choice={choice} />
    </div>
  );
}

/// The product first, then those with the fewest values.
function shown({ dimensions }: Dimensions): string[] {
  const useful = dimensions.filter((one) => one.values > 1);
  useful.sort((a, b) => Number(b.dimension === 'product') - Number(a.dimension === 'product') || a.values - b.values);
  return useful.slice(0, mostDimensions).map((one) => one.dimension);
}
