import * as calls from '../../api/calls.ts';
import type { Alert } from '../../api/types.ts';
import { useAnswer } from '../../api/use_answer.ts';
import { Icon, icons } from '../../components/icon.tsx';
import { Panel } from '../../components/panel.tsx';
import type { PageProps } from '../pages.ts';

export default function Alerts({ dataset }: PageProps) {
  const of = useAnswer(`alerts ${dataset}`, (signal) => calls.alerts(dataset, signal));
  return (
    <div class="grid">
      <Panel title="Active alerts" of={of}>
        {({ alerts, alert_error }) => (
          <ul class="items">
            {alert_error && <Item kind="bad" title="Alerts could not be delivered" text={alert_error} />}
            {alerts.map((alert, at) => (
              <Item key={at} kind="warning" title={titleOf(alert)} text={textOf(alert)} />
            ))}
            {alerts.length === 0 && !alert_error && <Item kind="good" title="Nothing is wrong" text="No rule of this data set is broken." />}
          </ul>
        )}
      </Panel>
    </div>
  );
}

function titleOf(alert: Alert): string {
  return String(alert.message ?? alert.kind ?? 'Alert');
}

function textOf(alert: Alert): string {
  return Object.entries(alert)
    .filter(([name, value]) => name !== 'message' && value !== null && typeof value !== 'object')
    .map(([name, value]) => `${name.replaceAll('_', ' ')}: ${String(value)}`)
    .join(' · ');
}

function Item({ kind, title, text }: { kind: 'good' | 'warning' | 'bad'; title: string; text: string }) {
  return (
    <li class={kind}>
      <Icon path={kind === 'good' ? icons.good : icons.warning} />
      <div>
        <strong>{title}</strong>
        <p class="note">{text}</p>
      </div>
    </li>
  );
}
