import {
  aws_iam as iam, aws_logs as logs, aws_stepfunctions as sfn, RemovalPolicy, Stack,
} from 'aws-cdk-lib';
import { NagSuppressions } from 'cdk-nag';
import { Construct } from 'constructs';

import type { DataStack } from './data.ts';
import { given, IMAGE_TAG } from './given.ts';
import { arnIn, namesOf } from './names.ts';
import type { NetworkStack } from './network.ts';
import { roleOf } from './policies.ts';
import { prefixOf, type Settings } from './settings.ts';
import { filled, template, type Values } from './template.ts';

/** Work that is too large for one call: the state machine of templates/state-machine.json, which shares it out over
 * calls of the function or SageMaker's processing jobs, and the role that jobs act as. */
export class Training extends Construct {
  /** ARN that jobs act as. */
  readonly jobRole: string;
  private readonly stack: Stack;

  constructor(stack: Stack, settings: Settings, data: DataStack, network: NetworkStack, values: Values) {
    super(stack, 'Training');
    this.stack = stack;
    const names = namesOf(settings);
    const jobRole = roleOf(this, 'JobRole', 'job', values, {
      description: 'what jobs of SageMaker may',
      assumedBy: new iam.ServicePrincipal('sagemaker.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': stack.account } },
      }),
    });
    const image = `${data.images.repositoryUri}:${given(stack, 'imageTag', ...IMAGE_TAG)}`;
    const subnets = network.vpc.selectSubnets({ subnetGroupName: 'work' }).subnetIds;
    const group = network.workers.securityGroupId;
    const functionArn = arnIn(stack, 'lambda', `function:${names.function}`);
    const definition = filled(template('state-machine'), {
      ...values,
      FunctionArn: functionArn,
      Image: image,
      JobRole: jobRole.roleArn,
      Subnets: subnets,
      SecurityGroups: [group],
    });
    const role = this.roleOfStateMachine(functionArn, jobRole);
    this.makeStateMachine(settings, data, definition, role);
    this.jobRole = jobRole.roleArn;
  }

  private makeStateMachine(settings: Settings, data: DataStack, definition: unknown, role: iam.IRole): void {
    const destination = new logs.LogGroup(this, 'Log', {
      logGroupName: `/aws/vendedlogs/states/${prefixOf(settings)}`,
      retention: settings.logDays,
      encryptionKey: data.key,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    new sfn.StateMachine(this, 'StateMachine', {
      stateMachineName: namesOf(settings).stateMachine,
      comment: 'forecart: ingest, plan, train by shards, publish',
      definitionBody: sfn.DefinitionBody.fromString(this.stack.toJsonString(definition)),
      role,
      // no execution data: errors may repeat what stands in files
      logs: { destination, level: sfn.LogLevel.ALL, includeExecutionData: false },
      tracingEnabled: true,
    });
  }

  /** Step Functions waits for a job by a rule of its own in EventBridge. */
  private roleOfStateMachine(functionArn: string, jobRole: iam.IRole): iam.IRole {
    const allow = (sid: string, actions: string[], resources: string[], conditions?: iam.Conditions) =>
      new iam.PolicyStatement({ sid, actions, resources, ...(conditions && { conditions }) });
    const jobs = arnIn(this.stack, 'sagemaker', 'processing-job/forecart-*');
    const role = new iam.Role(this, 'Role', {
      description: 'what the state machine may',
      assumedBy: new iam.ServicePrincipal('states.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': this.stack.account } },
      }),
      inlinePolicies: { states: new iam.PolicyDocument({ statements: [
        allow('CallFunction', ['lambda:InvokeFunction'], [functionArn]),
        allow('RunJobs', ['sagemaker:CreateProcessingJob', 'sagemaker:DescribeProcessingJob',
          'sagemaker:StopProcessingJob', 'sagemaker:AddTags'], [jobs]),
        allow('GiveJobsTheirRole', ['iam:PassRole'], [jobRole.roleArn],
          { StringEquals: { 'iam:PassedToService': 'sagemaker.amazonaws.com' } }),
        allow('HearOfJobs', ['events:PutTargets', 'events:PutRule', 'events:DescribeRule'],
          [arnIn(this.stack, 'events', 'rule/StepFunctionsGetEventsForSageMakerProcessingJobsRule')]),
        allow('DeliverLogs', ['logs:CreateLogDelivery', 'logs:GetLogDelivery', 'logs:UpdateLogDelivery',
          'logs:DeleteLogDelivery', 'logs:ListLogDeliveries', 'logs:PutResourcePolicy',
          'logs:DescribeResourcePolicies', 'logs:DescribeLogGroups'], ['*']),
        allow('Trace', ['xray:PutTraceSegments', 'xray:PutTelemetryRecords', 'xray:GetSamplingRules',
          'xray:GetSamplingTargets'], ['*']),
      ] }) },
    });
    NagSuppressions.addResourceSuppressions(role, [
      { id: 'AwsSolutions-IAM5', reason: 'Names of jobs begin with forecart- and end with an id of their own.',
        appliesTo: [{ regex: '/^Resource::.+processing-job/forecart-\\*$/g' }] },
      { id: 'AwsSolutions-IAM5', reason: 'Deliveries of logs and X-Ray know no resource.', appliesTo: ['Resource::*'] },
    ]);
    return role.withoutPolicyUpdates();
  }
}
