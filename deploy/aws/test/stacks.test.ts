import assert from 'node:assert/strict';
import { test } from 'node:test';

import { STAGES, type Stage } from './stage.ts';

/** A test of each stage. */
function each(name: string, check: (stage: Stage) => void): void {
  for (const [stage, made] of Object.entries(STAGES)) test(`${name} (${stage})`, () => check(made));
}

each('cdk-nag finds nothing that is not argued', (stage) => assert.deepEqual(stage.findings, []));

each('no bucket is public, all are encrypted and say TLS', (stage) => {
  const buckets = stage.all('AWS::S3::Bucket');
  assert.equal(buckets.length, 2);
  for (const { id, stack, Properties } of buckets) {
    assert.deepEqual(Properties['PublicAccessBlockConfiguration'],
      { BlockPublicAcls: true, BlockPublicPolicy: true, IgnorePublicAcls: true, RestrictPublicBuckets: true });
    assert.ok(Properties['BucketEncryption']);
    const policy = stage.all('AWS::S3::BucketPolicy')
      .find((one) => one.stack === stack && one.Properties['Bucket'].Ref === id)!;
    const refusals = policy.Properties['PolicyDocument'].Statement.filter((one: any) => one.Effect === 'Deny');
    assert.ok(refusals.some((one: any) => one.Condition.Bool?.['aws:SecureTransport'] === 'false'));
    assert.ok(refusals.some((one: any) => one.Condition.NumericLessThan?.['s3:TlsVersion'] === 1.2));
  }
});

each('the repository is versioned, encrypted by its own key, and takes no other', (stage) => {
  const bucket = stage.all('AWS::S3::Bucket').find((one) => one.Properties['VersioningConfiguration'])!;
  const [rule] = bucket.Properties['BucketEncryption'].ServerSideEncryptionConfiguration;
  assert.equal(rule.ServerSideEncryptionByDefault.SSEAlgorithm, 'aws:kms');
  assert.equal(rule.BucketKeyEnabled, true);
  assert.deepEqual(bucket.Properties['NotificationConfiguration'],
    { EventBridgeConfiguration: { EventBridgeEnabled: true } });
  assert.ok(bucket.Properties['LoggingConfiguration']);
  const statements = stage.all('AWS::S3::BucketPolicy').flatMap((one) => one.Properties['PolicyDocument'].Statement);
  for (const sid of ['OnlyByKms', 'OnlyByThisKey']) {
    assert.equal(statements.find((one) => one.Sid === sid).Effect, 'Deny');
  }
  assert.equal(stage.one('AWS::KMS::Key').Properties['EnableKeyRotation'], true);
});

each('data are kept where the stage says so, and can be deleted where not', (stage) => {
  const types = ['AWS::S3::Bucket', 'AWS::S3::BucketPolicy', 'AWS::KMS::Key', 'AWS::ECR::Repository', 'AWS::Cognito::UserPool', 'AWS::Kinesis::Stream'];
  for (const type of types) {
    for (const one of stage.all(type)) assert.equal(one.DeletionPolicy, stage.settings.keep ? 'Retain' : 'Delete', type);
  }
});

each('what is kept stands in the way of no new deployment', (stage) => {
  for (const { id, Properties, DeletionPolicy } of stage.all()) {
    if (DeletionPolicy !== 'Retain') continue;
    const names = Object.keys(Properties).filter((name) => /Name$/.test(name) && name !== 'UserPoolName'); // there may be many
    assert.deepEqual(names, [], id);
  }
});

each('names that an account has once say the region', (stage) => {
  const named: Record<string, string> = { 'AWS::IAM::ManagedPolicy': 'ManagedPolicyName', 'AWS::IAM::Role': 'RoleName',
    'AWS::CloudWatch::Dashboard': 'DashboardName' };
  const names = Object.entries(named).flatMap(([type, name]) => stage.all(type).map((one) => stage.texts(one.Properties[name])));
  names.push(stage.texts(stage.one('AWS::Budgets::Budget').Properties['Budget'].BudgetName));
  for (const name of names.filter((one) => one !== undefined)) assert.match(name, /<AWS::Region>/);
});

each('alarms are not those that `forecart cloudwatch apply` makes for this prefix', (stage) => {
  const prefix = `${stage.settings.name}-${stage.settings.stage}-<AWS::Region>-`;
  const alarms = stage.all('AWS::CloudWatch::Alarm').map((one) => stage.texts(one.Properties) as Record<string, any>);
  for (const alarm of alarms) assert.ok(alarm['AlarmName'].startsWith(prefix), alarm['AlarmName']);
  const age = alarms.find((alarm) => alarm['AlarmName'] === `${prefix}stream-age`);
  assert.equal(age !== undefined, stage.settings.stream !== '');
  if (!age) return;
  assert.equal(age['MetricName'], 'GetRecords.IteratorAgeMilliseconds');
  assert.deepEqual(age['Dimensions'], [{ Name: 'StreamName', Value: `<${stage.one('AWS::Kinesis::Stream').id}>` }]);
  assert.deepEqual(age['AlarmActions'], [`<${stage.one('AWS::SNS::Topic').id}>`]);
});

each('each queue has a dead-letter queue, and what is tried again waits long enough', (stage) => {
  const queues = stage.all('AWS::SQS::Queue');
  const dead = queues.filter((one) => !one.Properties['RedrivePolicy']);
  assert.equal(queues.length, 2);
  assert.deepEqual(dead.map((one) => one.Properties['QueueName']), [`${stage.settings.name}-${stage.settings.stage}-dead`]);
  const inbox = queues.find((one) => one.Properties['RedrivePolicy'])!;
  const lambda = stage.one('AWS::Lambda::Function');
  assert.ok(inbox.Properties['VisibilityTimeout'] >= 6 * lambda.Properties['Timeout']);
  for (const one of queues) assert.equal(one.Properties['SqsManagedSseEnabled'], true);
  const events = stage.all('AWS::Events::Rule').flatMap((rule) => rule.Properties['Targets']);
  for (const target of events) assert.ok(target.DeadLetterConfig, JSON.stringify(target));
});

each('each log group ends, and is encrypted', (stage) => {
  const groups = stage.all('AWS::Logs::LogGroup');
  assert.ok(groups.length >= 3);
  for (const one of groups) {
    assert.equal(one.Properties['RetentionInDays'], stage.settings.logDays);
    assert.ok(one.Properties['KmsKeyId'], one.id);
  }
});

each('no function that CDK adds, no NAT unless asked for', (stage) => {
  assert.equal(stage.all('AWS::Lambda::Function').length, 1);
  assert.equal(stage.all().filter((one) => one.Type.startsWith('Custom::')).length, 0);
  assert.equal(stage.all('AWS::EC2::NatGateway').length, stage.settings.nat ? 1 : 0);
});

each('from outside nothing is reached but the load balancer, by HTTPS', (stage) => {
  const inline = stage.all('AWS::EC2::SecurityGroup').flatMap((one) =>
    (one.Properties['SecurityGroupIngress'] ?? []).map((rule: any) => ({ ...rule, of: one.id })));
  for (const rule of inline) {
    assert.match(rule.of, /^Door/);
    assert.deepEqual([rule.FromPort, rule.ToPort, rule.IpProtocol], [443, 443, 'tcp']);
  }
  assert.equal(inline.length, stage.settings.serve ? stage.settings.allowedNetworks.length : 0);
  for (const rule of stage.all('AWS::EC2::SecurityGroupIngress')) {
    assert.ok(rule.Properties['SourceSecurityGroupId'], rule.id);
    assert.equal(rule.Properties['CidrIp'], undefined);
  }
  for (const listener of stage.all('AWS::ElasticLoadBalancingV2::Listener')) {
    assert.deepEqual([listener.Properties['Port'], listener.Properties['Protocol']], [443, 'HTTPS']);
    assert.match(listener.Properties['SslPolicy'], /TLS13/);
  }
});

each('out go HTTPS, and mail by the port of its server', (stage) => {
  const groups = stage.all('AWS::EC2::SecurityGroup').filter(({ id }) => /^(Workers|Server)/.test(id));
  assert.equal(groups.length, stage.settings.serve ? 2 : 1);
  const wanted = stage.settings.environment['FORECART_ALERT_SMTP'] === undefined ? [443] : [443, 587];
  for (const one of groups) {
    const out = one.Properties['SecurityGroupEgress'];
    assert.deepEqual(out.map((rule: any) => [rule.FromPort, rule.ToPort, rule.IpProtocol]), wanted.map((port) => [port, port, 'tcp']));
  }
});

/** CloudFormation changes a stack before those that need it, and takes away no export that one of them has. */
test('what settings take away is in no other stack, but for a zone and the dashboard', () => {
  const exportsOf = (stage: Stage) => new Set(Object.values(stage.templates).flatMap(({ Outputs }) =>
    Object.values(Outputs ?? {}).flatMap((one) => (one.Export ? [one.Export.Name] : []))));
  const few = exportsOf(STAGES.prod);
  for (const name of exportsOf(STAGES.full)) assert.ok(few.has(name) || /Subnet3/.test(name), name);
});

test('a zone more moves no subnet', () => {
  const cidrs = (stage: Stage) => new Map(stage.all('AWS::EC2::Subnet').map((one) => [one.id, one.Properties['CidrBlock']]));
  const [two, three] = [cidrs(STAGES.prod), cidrs(STAGES.full)];
  assert.deepEqual([two.size, three.size], [4, 6]);
  for (const [id, cidr] of two) assert.equal(three.get(id), cidr, id);
});

each('function and jobs are in private subnets', (stage) => {
  const subnets: string[] = stage.one('AWS::Lambda::Function').Properties['VpcConfig'].SubnetIds
    .map((one: any) => JSON.stringify(one));
  assert.equal(subnets.length, stage.settings.zones);
  for (const subnet of subnets) assert.match(subnet, /workSubnet/);
});

each('endpoints are those of the settings, each with a policy of its own', (stage) => {
  const endpoints = stage.all('AWS::EC2::VPCEndpoint');
  assert.equal(endpoints.length, 1 + stage.settings.endpoints.length);
  for (const one of endpoints) {
    for (const statement of one.Properties['PolicyDocument'].Statement) {
      assert.notEqual(statement.Resource, '*');
      assert.notEqual(statement.Action, '*');
    }
  }
});

each('the function answers for single messages, traces, and is called by a schedule', (stage) => {
  const mappings = stage.all('AWS::Lambda::EventSourceMapping');
  assert.equal(mappings.length, stage.settings.stream === '' ? 1 : 2);
  for (const { Properties } of mappings) {
    assert.deepEqual(Properties['FunctionResponseTypes'], ['ReportBatchItemFailures']);
    assert.ok(!Properties['BisectBatchOnFunctionError'], 'a half of a batch would be another file of the inbox');
    assert.equal(Properties['MaximumRetryAttempts'], undefined);
  }
  const made = stage.one('AWS::Lambda::Function').Properties;
  assert.deepEqual(made['TracingConfig'], { Mode: 'Active' });
  assert.equal(made['Runtime'], 'provided.al2023');
  assert.equal(made['ReservedConcurrentExecutions'], stage.settings.reservedConcurrency || undefined);
  const rules = stage.all('AWS::Events::Rule').map((one) => one.Properties);
  assert.ok(rules.some((one) => one['ScheduleExpression'] === 'rate(15 minutes)'));
  const object = rules.find((one) => one['EventPattern'])!['EventPattern'].detail.object;
  assert.deepEqual(object, { key: [{ prefix: `${stage.settings.prefix}inbox/` }] });
});

each('everything that can be tagged says what it belongs to', (stage) => {
  const bucket = stage.all('AWS::S3::Bucket')[0]!;
  const tags = Object.fromEntries(bucket.Properties['Tags'].map((tag: any) => [tag.Key, tag.Value]));
  assert.equal(tags.forecart, `${stage.settings.name}-${stage.settings.stage}`);
  assert.equal(tags.team, stage.settings.tags['team']);
});

test('people sign in at Cognito, by a second factor, and nobody signs up', () => {
  const { Properties } = STAGES.prod.one('AWS::Cognito::UserPool');
  assert.equal(Properties['MfaConfiguration'], 'ON');
  assert.equal(Properties['AdminCreateUserConfig'].AllowAdminCreateUserOnly, true);
  assert.equal(STAGES.provider.all('AWS::Cognito::UserPool').length, 0);
});

test('no template holds a secret', () => {
  const client = STAGES.prod.one('AWS::SecretsManager::Secret').Properties['SecretString'];
  assert.deepEqual(Object.keys(client), ['Fn::GetAtt']);
  const [container] = STAGES.prod.one('AWS::ECS::TaskDefinition').Properties['ContainerDefinitions'];
  const secret = container.Environment.find((one: any) => one.Name === 'FORECART_OIDC_SECRET');
  assert.match(JSON.stringify(secret.Value), /secretsmanager:/);
});

test('the server has no rights on its host, and starts no work', () => {
  const [container] = STAGES.prod.one('AWS::ECS::TaskDefinition').Properties['ContainerDefinitions'];
  assert.equal(container.User, '65532:65532');
  assert.deepEqual(container.LinuxParameters.Capabilities.Drop, ['ALL']);
  assert.deepEqual(container.EntryPoint, ['/var/task/bootstrap']);
  assert.equal(container.Command[container.Command.indexOf('--jobs') + 1], '0');
  const service = STAGES.prod.one('AWS::ECS::Service').Properties['NetworkConfiguration'].AwsvpcConfiguration;
  assert.equal(service.AssignPublicIp, 'ENABLED');
  const behindNat = STAGES.full.one('AWS::ECS::Service').Properties['NetworkConfiguration'].AwsvpcConfiguration;
  assert.equal(behindNat.AssignPublicIp, 'DISABLED');
});

test('the server tells alerts to all whom the function tells', () => {
  const [container] = STAGES.full.one('AWS::ECS::TaskDefinition').Properties['ContainerDefinitions'];
  const told = Object.fromEntries(container.Environment.map((one: any) => [one.Name, one.Value]));
  const { Variables } = STAGES.full.one('AWS::Lambda::Function').Properties['Environment'];
  const alerts = Object.keys(STAGES.full.settings.environment);
  assert.equal(alerts.length, 5);
  for (const name of alerts) assert.deepEqual([told[name], Variables[name]], Array(2).fill(STAGES.full.settings.environment[name]), name);
  assert.ok(told['FORECART_ALERT_SNS_TOPIC'] && Variables['FORECART_ALERT_SNS_TOPIC']);
});

test('while two tasks answer, a person stays with one', () => {
  const attributes = STAGES.prod.one('AWS::ElasticLoadBalancingV2::TargetGroup').Properties['TargetGroupAttributes'];
  const said = Object.fromEntries(attributes.map((one: any) => [one.Key, one.Value]));
  assert.deepEqual([said['stickiness.enabled'], said['stickiness.type']], ['true', 'lb_cookie']);
  const { DesiredCount, DeploymentConfiguration } = STAGES.prod.one('AWS::ECS::Service').Properties as any;
  assert.equal(DesiredCount, 1);
  assert.deepEqual(DeploymentConfiguration.DeploymentCircuitBreaker, { Enable: true, Rollback: true });
});

test('orders of devices come by a stream', () => {
  assert.equal(STAGES.prod.all('AWS::Kinesis::Stream').length, 0);
  const { Variables } = STAGES.full.one('AWS::Lambda::Function').Properties['Environment'];
  assert.equal(Variables.FORECART_STREAM_DATASET, 'orders');
  assert.equal(STAGES.full.one('AWS::Kinesis::Stream').Properties['StreamEncryption'].EncryptionType, 'KMS');
  assert.match(STAGES.full.one('AWS::IoT::TopicRule').Properties['TopicRulePayload'].Sql, /'forecart-prod\/orders\/orders'/);
});

test('the budget tells before the month is spent', () => {
  const { Budget, NotificationsWithSubscribers } = STAGES.full.one('AWS::Budgets::Budget').Properties as any;
  assert.deepEqual(Budget.BudgetLimit, { Amount: 200, Unit: 'USD' });
  assert.deepEqual(Budget.CostFilters, { TagKeyValue: ['user:forecart$forecart-prod'] });
  assert.deepEqual(NotificationsWithSubscribers.map((one: any) => one.Notification.Threshold), [80, 100]);
});
