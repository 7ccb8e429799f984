import { CfnResource, type Stack } from 'aws-cdk-lib';

import { globalPrefixOf, namesOf } from './names.ts';
import type { Settings } from './settings.ts';
import { filled, template, type Json, type Values } from './template.ts';

export interface Alarm {
  AlarmName: string;
  needs?: string;
}

/** Of templates/alarms.json. */
export function alarmTemplates(): Alarm[] {
  return (template('alarms') as unknown as { alarms: Alarm[] }).alarms;
}

/** What places of the templates of dashboard and alarms stand for; `topic` hears them. */
export function watchValues(stack: Stack, settings: Settings, topic: string): Values {
  const names = namesOf(settings);
  return {
    ...(template('parameters') as Values),
    Prefix: globalPrefixOf(stack, settings),
    Region: stack.region,
    FunctionName: names.function,
    QueueName: names.inbox,
    DeadLetterQueueName: names.dead,
    AlarmActions: [topic],
    StaleAfterSeconds: settings.staleAfterHours * 3600,
    CostPerDay: settings.costPerDay,
    Platform: settings.architecture === 'arm64' ? 'lambda-arm64' : 'lambda-x86',
  };
}

/** Those alarms that have all they need. */
export function addAlarms(stack: Stack, alarms: Alarm[], values: Values): void {
  const prefix = String(values['Prefix']);
  for (const properties of filled(alarms as unknown as Json, values) as (Alarm & Record<string, unknown>)[]) {
    new CfnResource(stack, properties.AlarmName.slice(prefix.length + 1), { type: 'AWS::CloudWatch::Alarm', properties });
  }
}
