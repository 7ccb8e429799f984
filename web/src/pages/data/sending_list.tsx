import { currentStage, stageWords, type Work } from '../../api/live.ts';
import { Progress } from '../../app/activity.tsx';
import { follow } from '../../app/router.ts';
import { emptyView, encodeView } from '../../app/view.ts';
import { Icon, icons } from '../../components/icon.tsx';
import { bytes, duration, number, percent } from '../../format/numbers.ts';
import { isUnsettled, summary, type Stage } from './following.ts';
import { clear, drop, sendAnyway, type Sending } from './queue.ts';
import { restWords } from './rest.ts';
import './sending_list.css';
import { secondsLeft } from './speed.ts';

interface Props {
  dataset: string;
  list: Sending[];
  work?: Work | undefined; ///< under way
  map?: ((one: Sending) => void) | undefined; ///< opens the wizard for a file that was not understood
  apart?: ((file: File) => void) | undefined; ///< makes a data set of its own of one
}

/// Files that were sent since the page was opened, and what became of each.
export function SendingList({ dataset, list, work, map, apart }: Props) {
  if (list.length === 0) return null;
  const working = list.some(isUnsettled);
  return (
    <div class="sendings">
      <div class="sendings-head">
        <p role="status">
          <strong>{list.length === 1 ? '1 file' : `${list.length} files`}</strong>: {summary(list.map((one) => one.stage))}
        </p>
        {working && work && <Working work={work} />}
        <button class="quiet" onClick={() => clear(dataset)}>
          Clear what is done
        </button>
      </div>
      <ul>
        {list.map((one) => (
          <Row key={one.id} one={one} map={map} apart={apart} />
        ))}
      </ul>
    </div>
  );
}

function Working({ work }: { work: Work }) {
  const stage = currentStage(work);
  return <span class="note">{`${stageWords(stage?.stage)}${stage ? `, ${percent(stage.share, 0)}` : ''}`}</span>;
}

interface RowProps extends Pick<Props, 'map' | 'apart'> {
  one: Sending;
}

function Row({ one, ...ways }: RowProps) {
  const { stage, file } = one;
  const sending = stage === 'sending' || stage === 'cut';
  const share = file.size > 0 ? one.sent / file.size : 0;
  return (
    <li class={`sending ${kindOf(stage)}`}>
      <Icon path={icons[iconOf(stage)]} />
      <div class="sending-body">
        <div class="sending-line">
          <span class="name" title={file.name}>
            {file.name}
          </span>
          <span class="note">{sending ? progress(one) : `${bytes(file.size)} · ${words(one)}`}</span>
          {one.rest && <ToRuns dataset={one.dataset} />}
        </div>
        {sending && <Progress share={share} label={`Sending ${file.name}`} />}
        {(one.error ?? one.problem) && <Why one={one} />}
      </div>
      <Actions one={one} {...ways} />
    </li>
  );
}

function ToRuns({ dataset }: { dataset: string }) {
  const there = { ...emptyView('/runs'), dataset };
  return (
    <a href={encodeView(there)} onClick={follow(there)}>
      Runs
    </a>
  );
}

function Why({ one }: { one: Sending }) {
  const remedy = one.error ? one.error.remedy : 'look at its columns, correct them, and try again below';
  return (
    <p class="why">
      {(one.error ?? one.problem)!.message}
      {remedy && <span class="note"> {sentence(remedy)}</span>}
    </p>
  );
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

function Actions({ one, map, apart }: RowProps) {
  const { stage, file, id } = one;
  const done = stage === 'published' || stage === 'taken' || stage === 'waiting' || stage === 'given_up';
  return (
    <div class="sending-actions">
      {map && (stage === 'held' || stage === 'given_up') && (
        <button class="primary" onClick={() => map(one)}>
          Columns
        </button>
      )}
      {apart && stage === 'held' && <button onClick={() => apart(file)}>New data set</button>}
      {stage === 'held' && <button onClick={() => sendAnyway(id)}>Send anyway</button>}
      {stage === 'failed' && <button onClick={() => sendAnyway(id)}>Try again</button>}
      <button class="quiet icon-button" aria-label={`${done ? 'Take out of the list' : 'Cancel'}: ${file.name}`} title={done ? 'Take out of the list' : 'Cancel'} onClick={() => drop(id)}>
        <Icon path={icons.close} size={14} />
      </button>
    </div>
  );
}

function progress({ sent, file, speed, stage }: Sending): string {
  const so = `${bytes(sent)} of ${bytes(file.size)}`;
  if (stage === 'cut') return `${so} · the connection was cut; goes on when it is back`;
  if (sent >= file.size) return `${so} · being checked`;
  const left = secondsLeft(file.size - sent, speed);
  return speed === null ? so : `${so} · ${bytes(speed)}/s${left === null ? '' : ` · ${duration(left)} left`}`;
}

function words(one: Sending): string {
  const { stage, counts, known, preliminary } = one;
  const rows = counts ? `${number(counts.rows_accepted)} ${counts.rows_accepted === 1 ? 'row' : 'rows'} taken in${counts.rows_rejected > 0 ? `, ${number(counts.rows_rejected)} refused` : ''}` : '';
  switch (stage) {
    case 'checking':
      return 'looking at its columns';
    case 'held':
      return 'not understood yet';
    case 'queued':
      return 'waits for its turn';
    case 'waiting':
      return 'at the server, waits to be taken in';
    case 'taken':
      return `${rows}; ${one.rest ? restWords(one.rest) : 'the forecast is being made'}`;
    case 'published':
      if (known) return 'was here already: nothing counts twice';
      return `${rows}; ${preliminary ? `in a first quick forecast, ${one.rest ? restWords(one.rest) : 'the full one follows'}` : 'in the forecast'}`;
    case 'given_up':
      return 'given up by the server';
    default:
      return 'refused';
  }
}

function kindOf(stage: Stage): string {
  if (stage === 'published') return 'good';
  if (stage === 'held' || stage === 'cut') return 'warning';
  return stage === 'failed' || stage === 'given_up' ? 'bad' : '';
}

function iconOf(stage: Stage): 'good' | 'warning' | 'upload' | 'clock' {
  if (stage === 'published') return 'good';
  if (stage === 'held' || stage === 'cut' || stage === 'failed' || stage === 'given_up') return 'warning';
  return stage === 'sending' ? 'upload' : 'clock';
}
