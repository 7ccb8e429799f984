import * as calls from '../../api/calls.ts';
import type { DatasetStatus, Rows } from '../../api/types.ts';
import { both, useAnswer, type Loaded } from '../../api/use_answer.ts';
import { useWriting } from '../../app/shop.ts';
import { Icon, icons } from '../../components/icon.tsx';
import { Panel } from '../../components/panel.tsx';
import { measureName } from '../../format/measures.ts';
import { change } from '../../format/numbers.ts';
import type { Ahead } from './ahead.ts';
import { growth, isWhole, lastDays, type Span } from './spans.ts';
import './tiles.css';

const measures = ['revenue', 'units', 'orders'];

/// Sums of the last days beside those of as many days before.
export function Tiles({ status, days }: { status: DatasetStatus; days: number }) {
  const { now, before } = lastDays(status.last!, days);
  const total = (span: Span) => useAnswer(`total ${status.dataset} ${status.last} ${span.from} ${span.to}`, (signal) => calls.sales(status.dataset, { ...span, measure: measures }, signal));
  const of = both(total(now), total(before));
  const comparable = isWhole(before, status.first!.slice(0, 10));
  return (
    <>
      {measures.map((measure) => (
        <Tile key={measure} measure={measure} title={`${measureName(measure)}, last ${days} days`} of={of} pick={([a, b]) => [value(a, measure), comparable ? value(b, measure) : null]} against={`the ${days} before`} />
      ))}
    </>
  );
}

function value(rows: Rows, measure: string): number | null {
  const found = rows.rows[0]?.[measure];
  return typeof found === 'number' ? found : null;
}

const unit: Record<string, string> = { hour: 'hours', day: 'days', week: 'weeks', month: 'months', quarter: 'quarters', year: 'years' };

/// What is expected, beside as many buckets before.
export function AheadTile({ of }: { of: Loaded<Ahead | null> }) {
  const { value } = of;
  const title = value ? `${measureName(value.measure)}, next ${value.steps} ${unit[value.grain]}` : 'Forecast';
  return <Tile measure={value?.measure ?? null} title={title} of={of} pick={(v) => (v ? [v.sum, v.lastSum] : null)} against={value ? `the last ${value.steps} ${unit[value.grain]}` : ''} />;
}

interface TileProps<T> {
  measure: string | null;
  title: string;
  of: Loaded<T>;
  pick: (value: T) => [number | null, number | null] | null;
  against: string;
}

function Tile<T>({ measure, title, of, pick, against }: TileProps<T>) {
  const { whole, brief } = useWriting(measure);
  return (
    <Panel title={title} class="quarter tile" of={of} height={58} empty={(v) => pick(v) === null && 'No forecast of a total yet.'}>
      {(v) => {
        const [now, before] = pick(v)!;
        const grown = growth(now, before);
        return (
          <>
            <p class="value" title={whole(now)}>
              {now !== null && Math.abs(now) >= 1e6 ? brief(now) : whole(now)}
            </p>
            <p class="trend">
              {grown === null ? (
                'nothing to compare with'
              ) : (
                <>
                  <span class={grown < 0 ? 'bad-text' : 'good-text'}>
                    <Icon path={grown < 0 ? icons.down : icons.up} size={12} /> {change(grown)}
                  </span>
                  <span>
                    against {against} ({brief(before)})
                  </span>
                </>
              )}
            </p>
          </>
        );
      }}
    </Panel>
  );
}
