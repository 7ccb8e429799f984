import type { ItemChange } from '../../api/run_calls.ts';
import { viewOf, type View } from '../../app/view.ts';
import { change, figure, percent } from '../../format/numbers.ts';
import { seriesName } from '../../format/series.ts';
import './changes.css';
import { linkTo } from './links.ts';

/// Panels count different things: bars of one are on one scale.
function largestByPanel(items: ItemChange[]): Map<string, number> {
  const largest = new Map<string, number>();
  for (const { panel, change } of items) largest.set(panel, Math.max(Math.abs(change ?? 0), largest.get(panel) ?? 1e-12));
  return largest;
}

/// Series whose forecast changed, with a bar to the left or right as far as it did.
export function Changes({ items, view }: { items: ItemChange[]; view: View }) {
  const largest = largestByPanel(items);
  const several = new Set(items.map((item) => item.panel)).size > 1;
  return (
    <div class="table-scroll changes" tabIndex={0} role="group" aria-label="Changed forecasts">
      <table>
        <Heads several={several} />
        <tbody>
          {items.map((item) => (
            <Line key={`${item.panel} ${item.unique_id}`} item={item} view={view} several={several} largest={largest.get(item.panel)!} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Heads({ several }: { several: boolean }) {
  return (
    <thead>
      <tr>
        <th scope="col">Series</th>
        {several && <th scope="col">Panel</th>}
        <th scope="col" class="number">
          Before
        </th>
        <th scope="col" class="number">
          After
        </th>
        <th scope="col" class="number">
          Change
        </th>
        <th scope="col">
          <span class="visually-hidden">Change, drawn</span>
        </th>
        <th scope="col" class="number" title="Of the panel's forecast before">
          Share
        </th>
        <th scope="col">Because of</th>
      </tr>
    </thead>
  );
}

function Line({ item, view, several, largest }: { item: ItemChange; view: View; several: boolean; largest: number }) {
  const there = { ...viewOf('/forecast', view), panel: item.panel, series: item.unique_id, models: [] };
  return (
    <tr>
      <td>
        <a {...linkTo(there)}>{seriesName(item.unique_id)}</a>
      </td>
      {several && <td>{item.panel}</td>}
      <td class="number">{item.before === null ? 'new' : figure(item.before)}</td>
      <td class="number">{item.after === null ? 'gone' : figure(item.after)}</td>
      <td class="number">{item.before ? change((item.change ?? 0) / Math.abs(item.before)) : figure(item.change)}</td>
      <td>
        <Bar size={(item.change ?? 0) / largest} />
      </td>
      <td class="number">{percent(item.share)}</td>
      <td class="because">
        {item.causes.map((cause) => (
          <span key={cause} class="badge">
            {cause}
          </span>
        ))}
        {item.detail && <p class="note">{item.detail}</p>}
      </td>
    </tr>
  );
}

/// From -1 to 1.
function Bar({ size }: { size: number }) {
  const width = `${Math.abs(size) * 50}%`;
  return (
    <div class="change-bar" aria-hidden="true">
      <span class={size < 0 ? 'fell' : 'rose'} style={size < 0 ? { width, right: '50%' } : { width, left: '50%' }} />
    </div>
  );
}
