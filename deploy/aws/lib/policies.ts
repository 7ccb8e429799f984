import { aws_iam as iam } from 'aws-cdk-lib';
import { NagSuppressions } from 'cdk-nag';
import type { Construct } from 'constructs';

import { filled, template, type Json, type Values } from './template.ts';

/** Parts of templates/iam-policies.json that act here. */
export type Part = 'function' | 'job' | 'dashboard' | 'uploader' | 'reader' | 'operator';

export interface Statement {
  Sid: string;
  Action: string[];
  Resource: string | string[];
  needs?: string;
  reason?: string;
}
interface PartTemplate {
  includes: string[];
  statements: Statement[];
}

const PARTS = (template('iam-policies') as unknown as { parts: Record<string, PartTemplate> }).parts;

/** The statements of a part: those of the parts that it includes, and its own. */
export function partStatements(part: string): Statement[] {
  const { includes, statements } = PARTS[part]!;
  return [...includes.flatMap(partStatements), ...statements];
}

function filledStatements(part: Part, values: Values): Statement[] {
  return filled(partStatements(part) as unknown as Json, values) as Statement[];
}

/** What a part may, as IAM takes it: without what the template says to people. */
function statementsFor(part: Part, values: Values): object[] {
  const toPeople = ['text', 'reason', 'unseen'];
  return filledStatements(part, values).map((statement) =>
    Object.fromEntries(Object.entries(statement).filter(([name]) => !toPeople.includes(name))));
}

export function documentOf(part: Part, values: Values): iam.PolicyDocument {
  return iam.PolicyDocument.fromJson({ Version: '2012-10-17', Statement: statementsFor(part, values) });
}

/** A policy that names folders of a bucket, or jobs by how their names begin, has wildcards in its resources; those
 * about everything are argued one by one in the template. */
export function argueWildcards(policy: Construct, part: Part, values: Values): void {
  const about = (statement: Statement) => [statement.Resource].flat().includes('*');
  const reasons = filledStatements(part, values)
    .filter(about)
    .map(({ Action, reason }) => `${Action.join(', ')}: ${reason}`);
  const folders = {
    id: 'AwsSolutions-IAM5',
    reason: 'The wildcard stands in the name of a folder, a log group or a job: what lies in it has names of its own.',
    appliesTo: [{ regex: '/^Resource::arn:.+\\*.*$/g' }],
  };
  const all = { id: 'AwsSolutions-IAM5', reason: reasons.join('; '), appliesTo: ['Resource::*'] };
  NagSuppressions.addResourceSuppressions(policy, reasons.length > 0 ? [folders, all] : [folders], true);
}

/** A role that a part acts as, with exactly what the template says: no construct can add to it. */
export function roleOf(scope: Construct, id: string, part: Part, values: Values, role: iam.RoleProps): iam.IRole {
  const made = new iam.Role(scope, id, { ...role, inlinePolicies: { [part]: documentOf(part, values) } });
  argueWildcards(made, part, values);
  return made.withoutPolicyUpdates();
}

/** What those parts do on S3 that run inside the network. */
export function s3Actions(): string[] {
  const all = (['function', 'job', 'dashboard'] as const).flatMap((part) => partStatements(part).flatMap((one) => one.Action));
  return [...new Set(all.filter((action) => action.startsWith('s3:')))].sort();
}
