// What the stream of events tells of work under way. Pure: what was known and an event in, what is
// known now out.

export type LiveEvent =
  | { type: 'work'; dataset: string; kind: 'began' | 'ended' | 'cancelled' | 'failed' | 'settings' | 'note'; run?: string; code?: string; files?: number }
  | { type: 'progress'; dataset: string; stage: string; share: number }
  | { type: 'published'; dataset: string; run: string }
  | { type: 'alert'; dataset: string; kind: 'began' | 'ended'; message: string }
  | { type: 'missed' };

export const eventTypes = ['work', 'progress', 'published', 'alert', 'missed'] as const;

/// A piece of work: files that are taken in, a model that is proven.
export interface Stage {
  stage: string;
  share: number; ///< done of it, 0 to 1
  since: number; ///< when it was first heard of, in ms
  first: number; ///< share at that time
  at: number; ///< when it was last heard of
}

export interface Work {
  began: number | null; ///< null: before anybody listened here
  stages: Stage[]; ///< by their first time; the current one is that heard of last
}

export type Works = Readonly<Record<string, Work>>; ///< by data set

/// Null for what cannot be read: an event of a newer server.
export function eventOf(type: string, data: string): LiveEvent | null {
  try {
    const fields = JSON.parse(data === '' ? '{}' : data) as object;
    const known = eventTypes.some((one) => one === type);
    return known ? ({ ...fields, type } as LiveEvent) : null;
  } catch {
    return null;
  }
}

export function heard(works: Works, event: LiveEvent, now: number): Works {
  if (event.type === 'missed') return {};
  if (event.type === 'progress') return { ...works, [event.dataset]: progressed(works[event.dataset], event.stage, event.share, now) };
  if (event.type !== 'work') return works;
  if (event.kind === 'began') return { ...works, [event.dataset]: { began: now, stages: [] } };
  if (event.kind === 'settings' || event.kind === 'note') return works;
  const { [event.dataset]: _, ...others } = works;
  return others;
}

/// Words of the answers that an event makes old; all of a data set where its sales or forecasts are
/// others.
export function oldAfter(event: LiveEvent): string[] {
  const work = ['status', 'request'];
  if (event.type === 'published') return [event.dataset, 'datasets'];
  if (event.type === 'alert') return ['alerts', 'status'];
  if (event.type !== 'work' || event.kind === 'note') return [];
  if (event.kind === 'began' || event.kind === 'settings') return work;
  const changed = event.kind === 'ended' && ((event.files ?? 0) > 0 || event.run !== undefined);
  return changed ? [event.dataset, 'datasets'] : [...work, 'runs', 'arrivals'];
}

/// A share that falls is the same work on something else: another panel.
function progressed(work: Work = { began: null, stages: [] }, stage: string, share: number, now: number): Work {
  const before = work.stages.find((one) => one.stage === stage);
  if (!before) return { ...work, stages: [...work.stages, { stage, share, since: now, first: share, at: now }] };
  const again = share < before.share;
  const after = again ? { stage, share, since: now, first: share, at: now } : { ...before, share, at: now };
  return { ...work, stages: work.stages.map((one) => (one === before ? after : one)) };
}

const whole = 'panels'; // the stage that tells how many panels of all are done

/// The stage heard of last; that of all panels where there is no other.
export function currentStage(work: Work): Stage | null {
  const later = (last: Stage | null, one: Stage) => (last === null || one.at >= last.at ? one : last);
  const others = work.stages.filter((one) => one.stage !== whole);
  return (others.length > 0 ? others : work.stages).reduce(later, null);
}

const leastSeen = 0.02; // of a stage, before it says how long it takes

/// Seconds until a stage is done, if it goes on as it did since it was heard of.
export function secondsLeft(stage: Stage, now: number): number | null {
  const seen = stage.share - stage.first;
  if (seen < leastSeen) return null;
  const spent = (stage.at - stage.since) / 1000;
  return Math.max(0, (spent * (1 - stage.share)) / seen - (now - stage.at) / 1000);
}

/// "Fitting AutoETS": a stage as people read it; models have a capital.
export function stageWords(stage: string | undefined): string {
  const words: Record<string, string> = { ingest: 'Taking files in', [whole]: 'All panels' };
  if (stage === undefined) return 'Beginning';
  if (/^[A-Z]/.test(stage)) return `Fitting ${stage}`;
  return words[stage] ?? stage.charAt(0).toUpperCase() + stage.slice(1);
}
