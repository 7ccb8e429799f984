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
  };
}

/** ARN of what lies in the account and region of a stack. */
export function arnIn(stack: Stack, service: string, resource: string): string {
  return `arn:${stack.partition}:${service}:${stack.region}:${stack.account}:${resource}`;
}

/** How that is called which an account has once for all its regions (dashboards, budgets, policies), and which
 * `forecart cloudwatch apply --prefix NAME-STAGE` is not to change. */
export function globalPrefixOf(stack: Stack, settings: Settings): string {
  return `${prefixOf(settings)}-${stack.region}`;
}

/** What places of templates/iam-policies.json stand for in all parts. Left empty, so that statements which need it are
 * left out: JobRole, as the state machine begins jobs and nobody else; NamePrefix, as alarms and dashboard are the
 * stack's to change. */
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
    StateMachine: arnIn(stack, 'states', `stateMachine:${names.stateMachine}`),
    StateMachineRuns: arnIn(stack, 'states', `execution:${names.stateMachine}:*`),
    Network: 'vpc',
    JobNetwork: 'vpc',
    Tracing: 'active',
    ImageRepository: data.images,
    JobKmsKey: data.key,
    AlertTopic: arnIn(stack, 'sns', names.alerts),
    Secrets: secrets,
    QuickSight: settings.quickSight,
  };
}
