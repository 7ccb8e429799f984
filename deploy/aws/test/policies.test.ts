import assert from 'node:assert/strict';
import { test } from 'node:test';

import { secretsOf } from '../lib/alerts.ts';
import { partStatements, type Part, type Statement } from '../lib/policies.ts';
import { filled, template, type Json, type Values } from '../lib/template.ts';
import { STAGES, type Found, type Stage } from './stage.ts';

const list = <T>(given: T | T[]): T[] => (Array.isArray(given) ? given : [given]);
const PARTS: Record<Part, RegExp> = {
  function: /^FunctionRole/, job: /JobRole/, dashboard: /^TaskRole/, uploader: /^uploader/,
  reader: /^reader/, operator: /^operator/,
};

/** Statements by which a role or a customer's policy allows. */
function documents(stage: Stage): { of: Found; statements: Statement[] }[] {
  const inline = stage.all('AWS::IAM::Role').flatMap((of) =>
    (of.Properties['Policies'] ?? []).map((policy: any) => ({ of, statements: policy.PolicyDocument.Statement })));
  const others = ['AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy'].flatMap((type) => stage.all(type)
    .map((of) => ({ of, statements: of.Properties['PolicyDocument'].Statement })));
  return [...inline, ...others];
}

/** What the places of the template stand for, said here anew and not as lib/ says it. */
function valuesOf(stage: Stage, part: Part): Values {
  const { settings } = stage;
  const name = `${settings.name}-${settings.stage}`;
  const at = (service: string, rest: string) =>
    `arn:<AWS::Partition>:${service}:<AWS::Region>:<AWS::AccountId>:${rest}`;
  const of = (type: string, attribute = '') => {
    const one = stage.all(type).find(({ Properties }) => type !== 'AWS::S3::Bucket' || Properties['VersioningConfiguration']);
    return one ? `<${one.id}${attribute}>` : '';
  };
  const jobRole = `<${stage.all('AWS::IAM::Role').find(({ id }) => PARTS.job.test(id))!.id}.Arn>`;
  const provider = settings.oidcSecret === '' ? of('AWS::SecretsManager::Secret') : settings.oidcSecret;
  const key = of('AWS::KMS::Key', '.Arn');
  const isStreamed = settings.stream !== '' && part === 'function';
  return {
    ...(template('iam-policies') as { parameters: Values }).parameters,
    Partition: '<AWS::Partition>', UrlSuffix: '<AWS::URLSuffix>', Region: '<AWS::Region>', Account: '<AWS::AccountId>',
    Bucket: of('AWS::S3::Bucket'), Prefix: settings.prefix, KmsKey: key, JobKmsKey: key,
    Function: part === 'function' ? name : '',
    Queue: part === 'function' ? at('sqs', `${name}-inbox`) : '',
    DeadLetterQueue: isStreamed ? at('sqs', `${name}-dead`) : '',
    Stream: isStreamed ? of('AWS::Kinesis::Stream', '.Arn') : '',
    StateMachine: at('states', `stateMachine:${name}`), StateMachineRuns: at('states', `execution:${name}:*`),
    Network: 'vpc', JobNetwork: 'vpc', Tracing: 'active',
    JobRole: part === 'operator' ? jobRole : '', // the state machine begins jobs, the function none
    ImageRepository: of('AWS::ECR::Repository', '.Arn'),
    AlertTopic: at('sns', `${name}-alerts`),
    Secrets: [...(part === 'dashboard' ? [provider] : []), ...secretsOf(settings)],
    QuickSight: settings.quickSight,
  };
}

/** As the template says it, filled, without what it says to people. */
function wanted(stage: Stage, part: Part): Record<string, unknown>[] {
  return (filled(partStatements(part) as unknown as Json, valuesOf(stage, part)) as any[])
    .map(({ text, reason, unseen, ...statement }) => normal(statement));
}

/** CDK writes a list of one as a text, and joins what stands in one. */
function normal({ Action, Resource, Condition, ...others }: any): Record<string, unknown> {
  const condition = Condition && Object.fromEntries(Object.entries(Condition).map(([how, what]) =>
    [how, Object.fromEntries(Object.entries(what as object).map(([name, value]) => [name, list(value).sort()]))]));
  return { ...others, Action: list(Action).sort(), Resource: list(Resource).sort(), ...(Condition && { Condition: condition }) };
}

for (const [name, stage] of Object.entries(STAGES)) {
  test(`roles have exactly what the template of policies says (${name})`, () => {
    for (const [part, pattern] of Object.entries(PARTS) as [Part, RegExp][]) {
      if (part === 'dashboard' && !stage.settings.serve) continue;
      const found = documents(stage).filter(({ of }) => pattern.test(of.id));
      assert.equal(found.length, 1, part);
      assert.equal(found[0]!.of.Properties['ManagedPolicyArns'], undefined, part);
      const statements = found[0]!.statements.map((one) => normal(stage.texts(one)));
      assert.deepEqual(statements, wanted(stage, part), part);
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

  test(`the function begins no job and passes no role: the state machine does (${name})`, () => {
    const [own] = documents(stage).filter(({ of }) => PARTS.function.test(of.id));
    const actions = own!.statements.flatMap((one) => list(one.Action));
    for (const action of actions) assert.doesNotMatch(action, /^(sagemaker|iam):/);
    const { Variables } = stage.one('AWS::Lambda::Function').Properties['Environment'];
    assert.deepEqual(Object.keys(Variables).filter((one) => one.startsWith('FORECART_SAGEMAKER')), []);
    assert.ok(Variables.FORECART_STATE_MACHINE);
  });
}

/** IAM counts characters without white space; tokens are shorter or longer than what they stand for. */
test('policies fit into what IAM takes', () => {
  const values: Record<string, string> = { '<AWS::AccountId>': '123456789012', '<AWS::Region>': 'ap-southeast-1',
    '<AWS::Partition>': 'aws', '<AWS::URLSuffix>': 'amazonaws.com' };
  const long = 'x'.repeat(48);
  for (const { of, statements } of documents(STAGES.full)) {
    const text = JSON.stringify(STAGES.full.texts(statements)).replace(/<[^>]*>/g, (name) => values[name] ?? long);
    const most = of.Type === 'AWS::IAM::ManagedPolicy' ? 6144 : 10240;
    assert.ok(text.length < most, `${of.id} has ${text.length} characters`);
  }
});

test('each statement of the template about everything says why', () => {
  for (const part of Object.keys(PARTS)) {
    for (const one of partStatements(part)) {
      if (list(one.Resource).includes('*')) assert.ok(one.reason, `${part}: ${one.Sid}`);
    }
  }
});

test('the server may read and change what people ask of it, and make no run', () => {
  const [server] = documents(STAGES.prod).filter(({ of }) => PARTS.dashboard.test(of.id));
  const text = (one: unknown) => JSON.stringify(STAGES.prod.texts(one));
  const writes = server!.statements.filter((one) => list(one.Action).some((action) => /^s3:(Put|Delete)/.test(action)));
  for (const room of ['runs', 'sales', 'current', 'models', 'raw', 'plans', 'uploads']) {
    for (const one of writes) assert.doesNotMatch(text(one.Resource), new RegExp(`>/${room}/`), one.Sid);
  }
});
