import type { Stack } from 'aws-cdk-lib';

import { prefixOf, type Settings } from './settings.ts';
import { template, type Values } from './template.ts';

/** How the parts of a stage are called. Parts that need each other (function and state machine, role and queue) know
 * each other by name, so that no stack waits for itself. */
export interface Names {
  function: string;
  functionLog: string;
  inbox: string;
  dead: string;
  alerts: string;
  stateMachine: string;
  jobRole: string;
  stream: string;
}

export function namesOf(settings: Settings): Names {
  const prefix = prefixOf(settings);
  return {
    function: prefix,
    functionLog: `/aws/lambda/${prefix}`,
    inbox: `${prefix}-inbox`,
    dead: `${prefix}-dead`,
    alerts: `${prefix}-alerts`,
    stateMachine: prefix,
    jobRole: `${prefix}-job`,
    stream: `${prefix}-orders`,
  };
}

/** ARN of what lies in the account and region of a stack. */
export function arnIn(stack: Stack, service: string, resource: string): string {
  return `arn:${stack.partition}:${service}:${stack.region}:${stack.account}:${resource}`;
}

/** ARNs of secrets that variables name as `secretsmanager:ARN#MEMBER`. */
export function secretsOf(environment: Record<string, string>): string[] {
  const named = Object.values(environment).filter((value) => value.startsWith('secretsmanager:'));
  return [...new Set(named.map((value) => value.slice('secretsmanager:'.length).split('#')[0]!))];
}

/** What places of templates/iam-policies.json stand for. */
export function policyValues(
  stack: Stack, settings: Settings, data: { bucket: string; key: string; images: string }, secrets: string[],
): Values {
  const names = namesOf(settings);
  return {
    ...(template('iam-policies') as { parameters: Values }).parameters,
    Partition: stack.partition,
    UrlSuffix: stack.urlSuffix,
    Region: stack.region,
    Account: stack.account,
    Bucket: data.bucket,
    Prefix: settings.prefix,
    KmsKey: data.key,
    Function: names.function,
    Queue: arnIn(stack, 'sqs', names.inbox),
    DeadLetterQueue: settings.stream !== '' ? arnIn(stack, 'sqs', names.dead) : '',
    Stream: settings.stream !== '' ? arnIn(stack, 'kinesis', `stream/${names.stream}`) : '',
    StateMachine: arnIn(stack, 'states', `stateMachine:${names.stateMachine}`),
    StateMachineRuns: arnIn(stack, 'states', `execution:${names.stateMachine}:*`),
    Network: 'vpc',
    JobNetwork: 'vpc',
    Tracing: 'active',
    JobRole: `arn:${stack.partition}:iam::${stack.account}:role/${names.jobRole}`,
    ImageRepository: data.images,
    JobKmsKey: data.key,
    AlertTopic: arnIn(stack, 'sns', names.alerts),
    Secrets: secrets,
    QuickSight: settings.quickSight,
    NamePrefix: prefixOf(settings),
  };
}
