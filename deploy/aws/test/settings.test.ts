import assert from 'node:assert/strict';
import { test } from 'node:test';

import { settingsOf } from '../lib/settings.ts';

test('what is given takes the place of what the stage has', () => {
  assert.equal(settingsOf('dev', { budget: 80 }).budget, 80);
  assert.equal(settingsOf('prod').keep, true);
});

test('unknown settings, stages and other types are told', () => {
  assert.throws(() => settingsOf('test'), /there is no stage 'test'; there are dev, prod/);
  assert.throws(() => settingsOf('dev', { bugdet: 80 }), /there is no setting 'bugdet'/);
  assert.throws(() => settingsOf('dev', { budget: '80' }), /setting 'budget' is "80"/);
  assert.throws(() => settingsOf('dev', { endpoints: 'states' }), /setting 'endpoints'/);
});

test('what AWS would refuse halfway is told before', () => {
  const wrong: Record<string, unknown>[] = [
    { functionMemory: 20000 }, { functionDisk: 100 }, { eventConcurrency: 1 }, { scheduleMinutes: 1 }, { zones: 1 },
    { name: 'Shop' }, { prefix: 'shop' }, { prefix: '/' }, { architecture: 'mips' }, { endpoints: ['s3'] },
    { reservedConcurrency: 1 }, { oidcIssuer: 'https://id.example.org' }, { logDays: 8 }, { serveCpu: 300 },
    { serveMemory: 16384 }, { endpointZones: 3 }, { stream: 'all orders' },
  ];
  for (const given of wrong) assert.throws(() => settingsOf('dev', given), /setting '/, JSON.stringify(given));
});
