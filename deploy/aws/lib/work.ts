import {
  aws_events as events, aws_events_targets as targets, aws_iam as iam, aws_lambda as lambda,
  aws_lambda_event_sources as sources, aws_logs as logs, aws_sns as sns, aws_sns_subscriptions as subscriptions,
  aws_sqs as sqs, type aws_kinesis as kinesis, CfnOutput, CfnParameter, Duration, RemovalPolicy, Size, Stack, type App,
} from 'aws-cdk-lib';

import type { DataStack } from './data.ts';
import { addAlarms, alarmTemplates, watchValues } from './alarms.ts';
import { secretsOf } from './alerts.ts';
import { globalPrefixOf, namesOf, policyValues } from './names.ts';
import type { NetworkStack } from './network.ts';
import { documentOf, roleOf, argueWildcards } from './policies.ts';
import { prefixOf, type Settings } from './settings.ts';
import { streamOf, takeOrders, tellStream } from './stream.ts';
import type { Values } from './template.ts';
import { Training } from './training.ts';

const FUNCTION_TIME = Duration.minutes(15);
const TRIES = 5;

/** From an object in the inbox to published forecasts: queue, function, state machine, jobs, alerts. */
export class WorkStack extends Stack {
  readonly alerts: sns.Topic;
  readonly function: lambda.Function;
  readonly dead: sqs.Queue;
  readonly stream: kinesis.Stream | undefined;
  private readonly settings: Settings;
  private readonly data: DataStack;
  private readonly values: Values;

  constructor(app: App, settings: Settings, data: DataStack, network: NetworkStack) {
    super(app, `${prefixOf(settings)}-work`, { description: 'forecart: function, queue, state machine and jobs' });
    this.settings = settings;
    this.data = data;
    const held = { bucket: data.bucket.bucketName, key: data.key.keyArn, images: data.images.repositoryArn };
    this.values = policyValues(this, settings, held, secretsOf(settings));
    const names = namesOf(settings);

    this.alerts = this.makeTopic(names.alerts);
    this.dead = this.makeQueue('Dead', names.dead, { retentionPeriod: Duration.days(14) });
    const inbox = this.makeQueue('Inbox', names.inbox, {
      visibilityTimeout: Duration.seconds(6 * FUNCTION_TIME.toSeconds()),
      deadLetterQueue: { queue: this.dead, maxReceiveCount: TRIES },
    });
    this.tellOfObjects(inbox);
    if (settings.stream !== '') this.stream = streamOf(this, settings, data.key);
    const training = new Training(this, settings, data, network, this.values);
    this.function = this.makeFunction(names.function, names.functionLog, network);
    this.function.addEventSource(new sources.SqsEventSource(inbox, {
      batchSize: 10,
      maxConcurrency: settings.eventConcurrency,
      reportBatchItemFailures: true,
    }));
    this.callBySchedule();
    if (this.stream) {
      takeOrders(this.stream, this.function, this.dead);
      tellStream(this, settings, data.key, this.stream, this.dead);
      new CfnOutput(this, 'StreamName', { value: this.stream.streamName });
      // here and not in the stack of the others, which would have to let go of the stream before it may go
      addAlarms(this, alarmTemplates().filter(({ needs }) => needs === 'StreamName'),
        { ...watchValues(this, settings, this.alerts.topicArn), StreamName: this.stream.streamName });
    }
    this.allowPeople(training.jobRole);
    new CfnOutput(this, 'FunctionName', { value: names.function });
  }

  private makeTopic(topicName: string): sns.Topic {
    const topic = new sns.Topic(this, 'Alerts', { topicName, masterKey: this.data.key, enforceSSL: true });
    topic.addToResourcePolicy(new iam.PolicyStatement({
      sid: 'AlarmsAndBudgets',
      principals: [new iam.ServicePrincipal('cloudwatch.amazonaws.com'), new iam.ServicePrincipal('budgets.amazonaws.com')],
      actions: ['sns:Publish'],
      resources: [topic.topicArn],
      conditions: { StringEquals: { 'aws:SourceAccount': this.account } },
    }));
    if (this.settings.mail !== '') topic.addSubscription(new subscriptions.EmailSubscription(this.settings.mail));
    return topic;
  }

  /** Messages hold names of objects, and are encrypted by keys of SQS, to which EventBridge needs no rights. */
  private makeQueue(id: string, queueName: string, props: sqs.QueueProps): sqs.Queue {
    return new sqs.Queue(this, id, {
      queueName, encryption: sqs.QueueEncryption.SQS_MANAGED, enforceSSL: true, ...props,
    });
  }

  private tellOfObjects(inbox: sqs.Queue): void {
    new events.Rule(this, 'ObjectCreated', {
      description: 'order files in the inbox',
      eventPattern: {
        source: ['aws.s3'],
        detailType: ['Object Created'],
        detail: {
          bucket: { name: [this.data.bucket.bucketName] },
          object: { key: [{ prefix: `${this.settings.prefix}inbox/` }] },
        },
      },
      targets: [new targets.SqsQueue(inbox, { deadLetterQueue: this.dead })],
    });
  }

  private callBySchedule(): void {
    new events.Rule(this, 'Schedule', {
      description: 'schedules of data sets, alerts of idle ones, tries after failures, lost events',
      schedule: events.Schedule.rate(Duration.minutes(this.settings.scheduleMinutes)),
      targets: [new targets.LambdaFunction(this.function, { retryAttempts: 0, deadLetterQueue: this.dead })],
    });
  }

  private code(): lambda.Code {
    const zip: unknown = this.node.tryGetContext('functionZip');
    if (zip !== undefined) return lambda.Code.fromAsset(String(zip));
    return lambda.Code.fromCfnParameters({
      bucketNameParam: new CfnParameter(this, 'FunctionZipBucket', { description: 'bucket with the zip of scripts/package-lambda' }),
      objectKeyParam: new CfnParameter(this, 'FunctionZipKey', { description: 'key of that zip' }),
    });
  }

  private makeFunction(functionName: string, logGroupName: string, network: NetworkStack): lambda.Function {
    const settings = this.settings;
    const logGroup = new logs.LogGroup(this, 'FunctionLog', {
      logGroupName, retention: settings.logDays, encryptionKey: this.data.key, removalPolicy: RemovalPolicy.DESTROY,
    });
    return new lambda.Function(this, 'Function', {
      functionName,
      description: 'forecart: order files to published forecasts',
      runtime: lambda.Runtime.PROVIDED_AL2023,
      architecture: settings.architecture === 'arm64' ? lambda.Architecture.ARM_64 : lambda.Architecture.X86_64,
      handler: 'bootstrap',
      code: this.code(),
      role: roleOf(this, 'FunctionRole', 'function', { ...this.values, Stream: this.stream?.streamArn ?? '' }, {
        description: 'what the function may', assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
      }),
      memorySize: settings.functionMemory,
      ephemeralStorageSize: Size.mebibytes(settings.functionDisk),
      timeout: FUNCTION_TIME,
      ...(settings.reservedConcurrency > 0 && { reservedConcurrentExecutions: settings.reservedConcurrency }),
      retryAttempts: 0,
      tracing: lambda.Tracing.ACTIVE,
      logGroup,
      environment: { FORECART_REPOSITORY: this.data.repository,
        FORECART_STATE_MACHINE: String(this.values['StateMachine']),
        FORECART_ALERT_SNS_TOPIC: this.alerts.topicArn,
        ...(settings.stream !== '' && { FORECART_STREAM_DATASET: settings.stream }), ...settings.environment },
      vpc: network.vpc,
      vpcSubnets: { subnetGroupName: 'work' },
      securityGroups: [network.workers],
    });
  }

  /** For the customer's own users and programs. Logs, alarms and dashboard are the stacks', and nobody's to set up. */
  private allowPeople(jobRole: string): void {
    const people = {
      uploader: 'sends order files to the inbox', reader: 'asks for forecasts', operator: 'looks after the repository',
    } as const;
    const values = { ...this.values, JobRole: jobRole, Function: '' };
    for (const [part, description] of Object.entries(people) as [keyof typeof people, string][]) {
      const policy = new iam.ManagedPolicy(this, part, {
        managedPolicyName: `${globalPrefixOf(this, this.settings)}-${part}`,
        description,
        document: documentOf(part, values),
      });
      argueWildcards(policy, part, values);
      new CfnOutput(this, `${part}Policy`, { value: policy.managedPolicyArn });
    }
  }
}
