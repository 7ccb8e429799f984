import * as calls from '../../api/calls.ts';
import type { AllAlerts } from '../../api/types.ts';
import { useAnswer } from '../../api/use_answer.ts';
import { change } from '../../app/router.ts';
import { Icon, icons } from '../../components/icon.tsx';
import { Panel } from '../../components/panel.tsx';
import type { TableData } from '../../format/table.ts';
import type { PageProps } from '../pages.ts';
import { History } from './history.tsx';
import { Item } from './item.tsx';
import { bySeverity, kindOf } from './kinds.ts';

/// Of all data sets that the reader sees, or of those that the address names.
export default function Alerts({ view }: PageProps) {
  const of = useAnswer('alerts', calls.allAlerts);
  const only = view.more.of ?? '';
  const seen = <T extends { dataset: string }>(list: T[]) => list.filter((one) => only === '' || one.dataset === only);
  return (
    <>
      {of.value && <Picker names={namesOf(of.value, only)} only={only} choose={(name) => change({ more: { ...view.more, of: name } }, 'replace')} />}
      <div class="grid">
        <Panel title="Active now" of={of} height={80} table={(v) => tableOf(seen(v.alerts))}>
          {(v) => <Active alerts={seen(v.alerts)} errors={seen(v.errors)} view={view} />}
        </Panel>
        <History of={of} seen={seen} />
      </div>
    </>
  );
}

function namesOf(all: AllAlerts, only: string): string[] {
  const names = new Set([...all.alerts, ...all.ended, ...all.errors].map((one) => one.dataset));
  if (only !== '') names.add(only);
  return [...names].sort();
}

function Picker({ names, only, choose }: { names: string[]; only: string; choose: (name: string) => void }) {
  if (names.length < 2 && only === '') return null;
  return (
    <div class="bar">
      <label>
        Of
        <select value={only} onChange={(event) => choose(event.currentTarget.value)}>
          <option value="">all data sets</option>
          {names.map((one) => (
            <option key={one}>{one}</option>
          ))}
        </select>
      </label>
    </div>
  );
}

interface ActiveProps extends Pick<AllAlerts, 'alerts' | 'errors'> {
  view: PageProps['view'];
}

function Active({ alerts, errors, view }: ActiveProps) {
  return (
    <ul class="items">
      {errors.map((one) => (
        <Plain key={one.dataset} kind="bad" title={`Alerts of ${one.dataset} could not be told`} text={one.message} />
      ))}
      {bySeverity(alerts).map((one) => (
        <Item key={`${one.dataset} ${one.key}`} alert={one} view={view} />
      ))}
      {alerts.length === 0 && errors.length === 0 && <Plain kind="good" title="Nothing is wrong" text="No rule of the data sets that you see is broken. Rules stand in their settings, each as [[alert]]." />}
    </ul>
  );
}

function Plain({ kind, title, text }: { kind: 'good' | 'bad'; title: string; text: string }) {
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

function tableOf(alerts: AllAlerts['alerts']): TableData {
  const names = ['dataset', 'alert', 'panel', 'severity', 'since', 'message'];
  const rows = alerts.map((one) => ({ ...one, severity: kindOf(one.alert).severity }));
  return { columns: names.map((name) => ({ name, label: name })), rows };
}
