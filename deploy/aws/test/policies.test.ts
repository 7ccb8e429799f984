import assert from 'node:assert/strict';
import { test } from 'node:test';

import { partStatements, type Statement } from '../lib/policies.ts';
import { STAGES, type Found, type Stage } from './stage.ts';

const list = <T>(given: T | T[]): T[] => (Array.isArray(given) ? given : [given]);

/** Statements by which a role or a customer's policy allows. */
function documents(stage: Stage): { of: Found; statements: Statement[] }[] {
  const inline = stage.all('AWS::IAM::Role').flatMap((of) =>
    (of.Properties['Policies'] ?? []).map((policy: any) => ({ of, statements: policy.PolicyDocument.Statement })));
  const others = ['AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy'].flatMap((type) => stage.all(type)
    .map((of) => ({ of, statements: of.Properties['PolicyDocument'].Statement })));
  return [...inline, ...others];
}

/** A text as CloudFormation will join it, references by their names. */
function text(value: any): string {
  if (typeof value === 'string') return value;
  if (value['Fn::Join']) return value['Fn::Join'][1].map(text).join('');
  if (value['Ref']) return `<${value['Ref']}>`;
  if (value['Fn::ImportValue']) return `<${String(value['Fn::ImportValue']).split('ExportsOutput')[1]}>`;
  if (value['Fn::GetAtt']) return `<${value['Fn::GetAtt'].join('.')}>`;
  throw new Error(JSON.stringify(value));
}

/** A place of the template matches whatever stands there. */
function matches(pattern: string, found: string): boolean {
  const escaped = pattern.split(/\$\{[^}]*\}/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${escaped.join('.*')}$`).test(found);
}

const OF_PART: Record<string, RegExp> = {
  function: /^FunctionRole/, job: /JobRole/, serve: /^TaskRole/, uploader: /^uploader/,
  reader: /^reader/, operator: /^operator/,
};

for (const [name, stage] of Object.entries(STAGES)) {
  test(`roles have exactly what the template of policies says (${name})`, () => {
    for (const [part, pattern] of Object.entries(OF_PART)) {
      const found = documents(stage).filter(({ of }) => pattern.test(of.id));
      if (part === 'serve' && !stage.settings.serve) continue;
      assert.equal(found.length, 1, part);
      assert.equal(found[0]!.of.Properties['ManagedPolicyArns'], undefined, part);
      const wanted = new Map(partStatements(part).map((one) => [one.Sid, one]));
      for (const statement of found[0]!.statements) {
        const one = wanted.get(statement.Sid)!;
        assert.ok(one, `${part}: ${statement.Sid}`);
        wanted.delete(statement.Sid);
        const { Sid, Effect, Action, Resource, Condition, ...others } = statement as any;
        assert.deepEqual(others, {}, Sid);
        assert.deepEqual([Effect, list(Action)], [(one as any).Effect, one.Action], Sid);
        assert.deepEqual(Object.keys(Condition ?? {}), Object.keys((one as any).Condition ?? {}), Sid);
        const resources = list<any>(Resource).map(text);
        for (const resource of resources) assert.ok(list(one.Resource).some((given) => matches(given, resource)), resource);
        for (const given of list(one.Resource)) assert.ok(resources.some((resource) => matches(given, resource)), given);
      }
      for (const left of wanted.values()) assert.ok(left.needs, `${part}: ${left.Sid} is missing`);
    }
  });

  test(`no action is a wildcard, and what is about everything has its reason (${name})`, () => {
    for (const { of, statements } of documents(stage)) {
      for (const statement of statements) {
        for (const action of list(statement.Action)) assert.doesNotMatch(action, /\*/, of.id);
        if (!list(statement.Resource).includes('*')) continue;
        const nag = (of as any).Metadata.cdk_nag.rules_to_suppress as { id: string; reason: string; applies_to: unknown[] }[];
        const argued = nag.find((one) => one.id === 'AwsSolutions-IAM5' && one.applies_to.includes('Resource::*'));
        assert.ok(argued && argued.reason.length > 20, `${of.id}: ${list(statement.Action).join(', ')}`);
      }
    }
  });
}

/** IAM counts characters without white space; tokens are shorter or longer than what they stand for. */
test('policies fit into what IAM takes', () => {
  const values: Record<string, string> = { '<AWS::AccountId>': '123456789012', '<AWS::Region>': 'ap-southeast-1',
    '<AWS::Partition>': 'aws', '<AWS::URLSuffix>': 'amazonaws.com' };
  const long = 'x'.repeat(48);
  const size = (statements: unknown) => JSON.stringify(statements, (_, value) =>
    (value !== null && typeof value === 'object' && /^(Ref|Fn::)/.test(Object.keys(value)[0] ?? '')
      ? text(value).replace(/<[^>]*>/g, (name) => values[name] ?? long) : value)).length;
  for (const { of, statements } of documents(STAGES.full)) {
    const most = of.Type === 'AWS::IAM::ManagedPolicy' ? 6144 : 10240;
    assert.ok(size(statements) < most, `${of.id} has ${size(statements)} characters`);
  }
});

test('each statement of the template about everything says why', () => {
  for (const part of Object.keys(OF_PART)) {
    for (const one of partStatements(part)) {
      if (list(one.Resource).includes('*')) assert.ok(one.reason, `${part}: ${one.Sid}`);
    }
  }
});
