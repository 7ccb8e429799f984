import assert from 'node:assert/strict';
import { test } from 'node:test';

import { isAbout, onOutdated, outdate } from './fresh.ts';
import { currentStage, eventOf, heard, oldAfter, secondsLeft, stageWords, type LiveEvent, type Works } from './live.ts';

const began: LiveEvent = { type: 'work', dataset: 'orders', kind: 'began' };
const progress = (stage: string, share: number, dataset = 'orders'): LiveEvent => ({ type: 'progress', dataset, stage, share });

function after(events: [number, LiveEvent][], works: Works = {}): Works {
  return events.reduce((known, [now, event]) => heard(known, event, now), works);
}

test('work begins, goes on stage by stage, and ends', () => {
  const works = after([
    [1000, began],
    [2000, progress('ingest', 1)],
    [3000, progress('AutoETS', 0.2)],
    [5000, progress('AutoETS', 0.6)],
    [5100, progress('AutoETS', 0.1, 'other')],
  ]);
  assert.deepEqual(works.orders!.stages.map((one) => [one.stage, one.share, one.since]), [['ingest', 1, 2000], ['AutoETS', 0.6, 3000]]);
  assert.equal(works.orders!.began, 1000);
  assert.equal(works.other!.began, null);
  assert.equal(currentStage(works.orders!)!.stage, 'AutoETS');
  for (const kind of ['ended', 'cancelled', 'failed'] as const) {
    assert.deepEqual(Object.keys(heard(works, { type: 'work', dataset: 'orders', kind }, 6000)), ['other']);
  }
  assert.deepEqual(Object.keys(heard(works, { type: 'work', dataset: 'orders', kind: 'note' }, 6000)), ['orders', 'other']);
  assert.deepEqual(heard(works, { type: 'missed' }, 6000), {});
});

test('a share that falls begins the stage anew: the next panel', () => {
  const works = after([[0, progress('AutoETS', 0.5)], [1000, progress('AutoETS', 1)], [2000, progress('AutoETS', 0.1)]]);
  assert.deepEqual(works.orders!.stages, [{ stage: 'AutoETS', share: 0.1, since: 2000, first: 0.1, at: 2000 }]);
});

test('how many panels are done is told only where nothing else is', () => {
  const works = after([[0, progress('panels', 0)]]);
  assert.equal(currentStage(works.orders!)!.stage, 'panels');
  const later = after([[1000, progress('AutoETS', 0.5)], [2000, progress('panels', 0.5)]], works);
  assert.equal(currentStage(later.orders!)!.stage, 'AutoETS');
  assert.equal(currentStage({ began: 0, stages: [] }), null);
});

test('what is left goes on as it went since it was heard of', () => {
  const stage = currentStage(after([[0, progress('LSTM', 0.2)], [4000, progress('LSTM', 0.6)]]).orders!)!;
  assert.equal(secondsLeft(stage, 4000)!.toFixed(3), '4.000');
  assert.equal(secondsLeft(stage, 5000)!.toFixed(3), '3.000');
  assert.equal(secondsLeft(stage, 60_000), 0);
  assert.equal(secondsLeft({ ...stage, share: 0.21 }, 4000), null);
});

test('events are read, and what is none is left out', () => {
  assert.deepEqual(eventOf('published', '{"dataset":"orders","run":"r"}'), { type: 'published', dataset: 'orders', run: 'r' });
  assert.deepEqual(eventOf('missed', ''), { type: 'missed' });
  assert.equal(eventOf('work', 'no json'), null);
  assert.equal(eventOf('of a newer server', '{}'), null);
});

test('stages have words', () => {
  assert.equal(stageWords('ingest'), 'Taking files in');
  assert.equal(stageWords('AutoETS'), 'Fitting AutoETS');
  assert.equal(stageWords('training a network'), 'Training a network');
  assert.equal(stageWords(undefined), 'Beginning');
});

test('answers about a data set grow old, others do not', () => {
  assert.ok(isAbout('status orders', 'orders') && isAbout('datasets', null));
  assert.ok(!isAbout('status orders2', 'orders') && !isAbout('datasets', 'orders'));
  let asked = 0;
  const leave = onOutdated('runs orders 20', () => ++asked);
  outdate('orders');
  outdate('other');
  outdate(null);
  leave();
  outdate('orders');
  assert.equal(asked, 2);
});

test('only what can have changed is asked for again', () => {
  assert.deepEqual(oldAfter({ type: 'published', dataset: 'orders', run: 'r' }), ['orders', 'datasets']);
  assert.deepEqual(oldAfter({ type: 'work', dataset: 'orders', kind: 'ended', files: 1 }), ['orders', 'datasets']);
  for (const quiet of [began, { type: 'work', dataset: 'orders', kind: 'ended', files: 0 }, { type: 'work', dataset: 'orders', kind: 'failed' }] as LiveEvent[]) {
    const words = oldAfter(quiet);
    assert.ok(words.includes('status') && !words.includes('orders'), words.join());
  }
  assert.ok(oldAfter({ type: 'work', dataset: 'orders', kind: 'cancelled' }).includes('runs'));
  assert.deepEqual(oldAfter(progress('LSTM', 0.5)), []);
  assert.ok(oldAfter({ type: 'alert', dataset: 'orders', kind: 'ended', message: '' }).includes('alerts'));
});
