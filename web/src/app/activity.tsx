import { currentStage, stageWords, type Work, type Works } from '../api/live.ts';
import { Icon, icons } from '../components/icon.tsx';
import { percent } from '../format/numbers.ts';
import './activity.css';
import { follow } from './router.ts';
import { emptyView, encodeView, viewOf, type View } from './view.ts';

interface Props {
  works: Works;
  view: View;
}

/// Work under way, a line for each data set; nothing where there is none.
export function Activity({ works, view }: Props) {
  const names = Object.keys(works).sort();
  if (names.length === 0) return null;
  return (
    <ul class="activity" aria-label="Work under way">
      {names.map((name) => (
        <li key={name}>
          <Working dataset={name} work={works[name]!} view={view} />
        </li>
      ))}
    </ul>
  );
}

function Working({ dataset, work, view }: { dataset: string; work: Work; view: View }) {
  const there = view.dataset === dataset ? viewOf('/runs', view) : { ...emptyView('/runs'), dataset };
  const stage = currentStage(work);
  const words = stageWords(stage?.stage);
  return (
    <a href={encodeView(there)} onClick={follow(there)}>
      <span class="activity-words">
        <strong>{dataset}</strong> {stage && <span class="activity-share">{percent(stage.share, 0)}</span>}
      </span>
      <span class="activity-words note">{words}</span>
      <Progress share={stage?.share ?? null} label={`${dataset}: ${words}`} />
    </a>
  );
}

/// A thin bar; one that moves from side to side where nobody knows how far it is.
export function Progress({ share, label }: { share: number | null; label: string }) {
  const known = share === null ? {} : { 'aria-valuenow': Math.round(100 * share) };
  return (
    <span class="progress" role="progressbar" aria-label={label} aria-valuemin={0} aria-valuemax={100} {...known}>
      <span class={share === null ? 'unknown' : ''} style={share === null ? {} : { width: `${100 * share}%` }} />
    </span>
  );
}

/// On narrow screens, where the pages are behind a button: that work is under way, and alerts.
export function Signals({ works, alerts, view }: Props & { alerts: number }) {
  const stages = Object.values(works).map((work) => currentStage(work));
  const there = { runs: viewOf('/runs', view), alerts: viewOf('/alerts', view) };
  return (
    <div class="signals only-narrow">
      {stages.length > 0 && (
        <a href={encodeView(there.runs)} onClick={follow(there.runs)} aria-label="Work is under way">
          <span class="dot" /> {stages[0] ? percent(stages[0].share, 0) : ''}
        </a>
      )}
      {alerts > 0 && (
        <a href={encodeView(there.alerts)} onClick={follow(there.alerts)} aria-label={alertWords(alerts)}>
          <Icon path={icons.bell} size={16} /> {alerts}
        </a>
      )}
    </div>
  );
}

export function alertWords(count: number): string {
  return count === 1 ? '1 alert is active' : `${count} alerts are active`;
}
