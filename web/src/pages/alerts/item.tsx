import type { AllAlerts } from '../../api/types.ts';
import { follow } from '../../app/router.ts';
import { emptyView, encodeView, viewOf, type View } from '../../app/view.ts';
import { Icon, icons } from '../../components/icon.tsx';
import { ago, instant } from '../../format/dates.ts';
import { kindOf } from './kinds.ts';

type Firing = AllAlerts['alerts'][number];

/// Where an alert leads: the page that shows what it is about, at its panel.
function placeOf(alert: Firing, view: View): View {
  const { page } = kindOf(alert.alert);
  const base = alert.dataset === view.dataset ? viewOf(page, view) : { ...emptyView(page), dataset: alert.dataset };
  return alert.panel === '' ? base : { ...base, panel: alert.panel, series: '', models: [] };
}

export function Item({ alert, view }: { alert: Firing; view: View }) {
  const kind = kindOf(alert.alert);
  const there = placeOf(alert, view);
  return (
    <li class={kind.severity}>
      <Icon path={icons.warning} />
      <div>
        <strong>{kind.title}</strong> <span class={`badge ${kind.severity}`}>{kind.severity === 'bad' ? 'urgent' : 'warning'}</span>
        <p>{alert.message.charAt(0).toUpperCase() + alert.message.slice(1)}</p>
        <p class="note">
          {kind.means} {kind.helps}
        </p>
        <p class="note">
          {alert.dataset}
          {alert.panel && `, panel ${alert.panel}`} · since {instant(alert.since)} ({ago(alert.since)}) ·{' '}
          <a href={encodeView(there)} onClick={follow(there)}>
            {kind.look}
          </a>
        </p>
      </div>
    </li>
  );
}
