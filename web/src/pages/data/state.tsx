import type { Arrivals } from '../../api/arrival_calls.ts';
import type { DatasetStatus } from '../../api/types.ts';
import type { Loaded } from '../../api/use_answer.ts';
import { FactList } from '../../components/fact_list.tsx';
import { GivenUp } from '../../components/given_up.tsx';
import { Icon, icons } from '../../components/icon.tsx';
import { Panel } from '../../components/panel.tsx';
import { nameOf } from '../../format/arrivals.ts';
import { ago, instant, moment, runBegan } from '../../format/dates.ts';
import { bytes, number } from '../../format/numbers.ts';

interface Props {
  dataset: string;
  of: Loaded<[DatasetStatus, Arrivals]>;
  mayChange: boolean;
  map: (key: string, name: string) => void; ///< opens the wizard for a file of the server
}

/// What the data set holds, what waits, and what could not be taken in.
export function State({ dataset, of, mayChange, map }: Props) {
  return (
    <Panel title="State" of={of} class="third" height={150}>
      {([status, arrivals]) => (
        <>
          <Facts status={status} />
          <Waiting arrivals={arrivals} />
          <GivenUp dataset={dataset} dead={arrivals.dead} mayChange={mayChange} look={map} />
        </>
      )}
    </Panel>
  );
}

function Facts({ status }: { status: DatasetStatus }) {
  const forecast = status.current_run ? `made ${ago(runBegan(status.current_run))}` : 'none yet';
  const facts: [string, string][] = [
    ['Order lines', number(status.rows_accepted)],
    ['First sale', moment(status.first)],
    ['Last sale', moment(status.last)],
    ['Uploads', number(status.uploads)],
    ['Forecast', forecast],
    ['Next', next(status)],
  ];
  return (
    <>
      <FactList facts={facts} />
      {status.settings_error && <Fault title="The settings cannot be used" text={status.settings_error} />}
      {status.last_failure && <Fault title="The last work failed" text={`${status.last_failure.message ?? status.last_failure.code ?? ''}`} />}
    </>
  );
}

function next(status: DatasetStatus): string {
  if (status.working) return 'a worker is at it';
  if (status.waiting > 0) return `${number(status.waiting)} files are taken in`;
  return status.next === 'run' || status.asked > 0 ? 'a run' : 'nothing: all is in the forecast';
}

function Fault({ title, text }: { title: string; text: string }) {
  return (
    <div class="failure small">
      <Icon path={icons.warning} size={16} />
      <p>
        <strong>{title}.</strong> {text}
      </p>
    </div>
  );
}

function Waiting({ arrivals }: { arrivals: Arrivals }) {
  if (arrivals.waiting.length === 0) return null;
  return (
    <>
      <h3 class="part">Waiting to be taken in</h3>
      <ul class="items">
        {arrivals.waiting.slice(0, 20).map((one) => (
          <li key={one.key}>
            <Icon path={icons.clock} size={16} />
            <div>
              {nameOf(one.key)} <span class="note">{`${bytes(one.bytes)}, since ${instant(one.since)}`}</span>
            </div>
          </li>
        ))}
      </ul>
    </>
  );
}
