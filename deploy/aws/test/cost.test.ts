import assert from 'node:assert/strict';
import { test } from 'node:test';

import { costTable, standingCost } from '../lib/cost.ts';
import { settingsOf } from '../lib/read_settings.ts';
import { STAGES } from './stage.ts';

/** How many of what is paid by the month a template has. */
for (const [name, stage] of Object.entries(STAGES)) {
  test(`what is paid by the month is what the templates have (${name})`, () => {
    const count = new Map(standingCost(stage.settings).map((line) => [line.part, line.count]));
    const endpoints = stage.all('AWS::EC2::VPCEndpoint').flatMap((one) => one.Properties['SubnetIds'] ?? []);
    assert.equal(count.get('interface endpoint, in each zone'), endpoints.length);
    const parts: Record<string, string> = {
      'key': 'AWS::KMS::Key', 'alarm': 'AWS::CloudWatch::Alarm', 'dashboard of CloudWatch': 'AWS::CloudWatch::Dashboard',
      'NAT gateway': 'AWS::EC2::NatGateway', 'shard of the stream': 'AWS::Kinesis::Stream',
      'task of the server': 'AWS::ECS::Service', 'load balancer': 'AWS::ElasticLoadBalancingV2::LoadBalancer',
      'secret': 'AWS::SecretsManager::Secret',
    };
    for (const [part, type] of Object.entries(parts)) assert.equal(count.get(part) ?? 0, stage.all(type).length, part);
  });
}

test('the bill adds up', () => {
  const dev = standingCost(settingsOf('dev', { nat: true, endpoints: ['states'], zones: 3, endpointZones: 3 }));
  assert.deepEqual(dev.map((line) => line.month.toFixed(2)), ['21.90', '1.00', '0.90', '3.00', '36.50']);
  assert.match(costTable(settingsOf('dev')), /together +19\.50$/);
});
