import assert from 'node:assert/strict';
import { test } from 'node:test';

import { settingsOf } from '../lib/read_settings.ts';

const SECRET = 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:mail-AbCdEf';
const mail = (server: string) => ({ environment: { FORECART_ALERT_SMTP: server } });
const variable = (name: string, value: string) => ({ environment: { [name]: value } });

/** Each is refused with a text that names the setting, its value and what to do. */
function refused(wrong: [Record<string, unknown>, RegExp][], stage = 'dev'): void {
  for (const [given, remedy] of wrong) {
    assert.throws(() => settingsOf(stage, given), (error: Error) => {
      assert.match(error.message, /^setting '[^']+' is .+: /, JSON.stringify(given));
      assert.match(error.message, remedy, JSON.stringify(given));
      return true;
    }, JSON.stringify(given));
  }
}

test('what is given takes the place of what the stage has', () => {
  assert.equal(settingsOf('dev', { budget: 80 }).budget, 80);
  assert.equal(settingsOf('prod').keep, true);
});

test('unknown settings, stages and other types are told', () => {
  for (const stage of ['test', 'constructor']) {
    assert.throws(() => settingsOf(stage), /there is no stage '\w+'; there are dev, prod/);
  }
  assert.throws(() => settingsOf('dev', { bugdet: 80 }), /there is no setting 'bugdet'/);
  assert.throws(() => settingsOf('dev', { toString: 'x' }), /there is no setting 'toString'/);
  assert.throws(() => settingsOf('dev', { stage: 'test' }), /--stage/);
  assert.throws(() => settingsOf('dev', { budget: '80' }), /setting 'budget' is "80"/);
  assert.throws(() => settingsOf('dev', { endpoints: 'states' }), /setting 'endpoints'/);
  assert.throws(() => settingsOf('dev', { tags: { team: 7 } }), /setting 'tags'/);
});

test('what AWS would refuse halfway is told before', () => refused([
  [{ functionMemory: 20000 }, /512 to 10240/], [{ functionDisk: 100 }, /512/], [{ eventConcurrency: 1 }, /2 to 1000/],
  [{ scheduleMinutes: 1 }, /2 to 60/], [{ zones: 1 }, /2 to 3/], [{ endpointZones: 3 }, /1 to 2/],
  [{ prefix: 'shop' }, /ends with/], [{ prefix: '/' }, /ends with/], [{ prefix: 'a//' }, /ends with/],
  [{ architecture: 'mips' }, /arm64/], [{ endpoints: ['states', 'sns', 's3'] }, /there are states/],
  [{ reservedConcurrency: 1 }, /reservedConcurrency/], [{ logDays: 8 }, /takes 1, 3/], [{ serveCpu: 300 }, /256/],
  [{ serveMemory: 16384 }, /1024 to 4096/], [{ stream: 'all orders' }, /data set/], [{ costPerDay: 0 }, /more than 0/],
  [{ oidcIssuer: 'https://id.example.org' }, /oidcClientId/], [{ mail: 'ann' }, /ann@example\.org/],
  [{ oidcIssuer: 'id.example.org', oidcClientId: 'x', oidcSecret: SECRET }, /https:/],
  [{ oidcIssuer: 'https://id.example.org', oidcClientId: 'x', oidcSecret: 'hunter2' }, /ARN/],
  [{ allowedNetworks: [] }, /203\.0\.113/], [{ allowedNetworks: ['office'] }, /203\.0\.113/],
  [{ allowedNetworks: ['10.0.0.256/8'] }, /203\.0\.113/], [{ allowedNetworks: ['10.0.0.0/33'] }, /203\.0\.113/],
  [{ endpoints: ['states', 'sns', 'sns'] }, /each once/], [{ environment: { NOTE: 'x'.repeat(3000) } }, /3000 at most/],
  [{ tags: { 'aws:team': 'x' } }, /taken/], [{ tags: { forecart: 'x' } }, /taken/],
]));

test('names that load balancer, bucket, registry or Cognito refuse are told before', () => {
  for (const name of ['Shop', 'shop_1', '1shop', 'shop-', 'my--shop', 'x'.repeat(25), 'awsome', 'my-aws-shop', 'cognito',
    'amazon-shop', 'internal-shop', 'sthree-x', 'amzn-s3-demo']) {
    assert.throws(() => settingsOf('dev', { name }), /setting 'name' is "[^"]+": .*give/, name);
  }
  for (const name of ['shop', 'a1-b2', 'international']) assert.equal(settingsOf('dev', { name }).name, name);
});

test('what has no way out is refused, and names the way', () => {
  refused([
    [{ endpoints: ['sns'] }, /state machine.*add "states"/], [{ endpoints: ['states'] }, /SNS.*add "sns"/],
    [{ endpoints: [] }, /nat/],
    [variable('FORECART_ALERT_WEBHOOK_SECRET', `secretsmanager:${SECRET}`), /add "secretsmanager"/],
    [{ quickSight: 'shop' }, /nat/], [variable('FORECART_ALERT_WEBHOOK', 'https://hooks.example.org/1'), /nat/],
    [mail('smtps://mail.example.org:465'), /nat/],
  ]);
  refused([
    [{ nat: true, ...mail('smtp://mail.example.org:25') }, /587/], [{ nat: true, ...mail('smtp://mail.example.org') }, /587/],
    [{ nat: true, ...mail('mail.example.org:587') }, /587/], [{ nat: true, ...mail('smtp://mail.example.org:0') }, /587/],
    [{ nat: true, ...variable('FORECART_ALERT_MAIL_TO', 'ann@example.org') }, /FORECART_ALERT_SMTP too/],
    [{ nat: true, ...variable('FORECART_ALERT_MAIL_TO', `${'a'.repeat(251)}@x.org`) }, /SageMaker take 256/],
  ], 'prod');
  assert.doesNotThrow(() => settingsOf('dev', { nat: true, endpoints: [], quickSight: 'shop', ...mail('smtps://m.example.org:465') }));
});

test('no secret stands in a template, and one that is named is one that forecart reads', () => refused([
  [variable('FORECART_ALERT_SMTP_PASSWORD', 'hunter2'), /Secrets Manager/],
  [variable('FORECART_ALERT_SMTP_USER', 'secretsmanager:mail#user'), /Secrets Manager/],
  [variable('MY_HOOK', 'secretsmanager:mail'), /whole ARN/],
  [variable('FORECART_ALERT_MAIL_TO', `secretsmanager:${SECRET}`), /forecart reads secrets for/],
  [variable('AWS_REGION', 'eu-west-1'), /leave it out/], [variable('FORECART_REPOSITORY', 's3://x'), /leave it out/],
  [variable('FORECART_SAGEMAKER_IMAGE', 'x'), /leave it out/], [variable('FORECART_SAGEMAKER_INSTANCE', 'm5.large'), /ml\.m5/], [variable('a b', 'x'), /leave it out/],
], 'prod'));

test('a secret that stands where its ARN is to stand is not repeated', () => {
  for (const given of [variable('FORECART_ALERT_SMTP_PASSWORD', 'hunter2'),
    { oidcIssuer: 'https://id.example.org', oidcClientId: 'x', oidcSecret: 'hunter2' }]) {
    assert.throws(() => settingsOf('prod', given), (error: Error) => !error.message.includes('hunter2'));
  }
});

test('rights about names of QuickSight hold no wildcard', () => refused([
  [{ nat: true, quickSight: '*' }, /begin in QuickSight/], [{ nat: true, quickSight: 'a/b' }, /begin in QuickSight/],
]));
