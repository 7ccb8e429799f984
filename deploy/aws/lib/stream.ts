import {
  aws_iam as iam, aws_iot as iot, aws_kinesis as kinesis, aws_lambda_event_sources as sources, Duration, RemovalPolicy,
  type aws_kms as kms, type aws_lambda as lambda, type aws_sqs as sqs, type Stack,
} from 'aws-cdk-lib';
import { StartingPosition } from 'aws-cdk-lib/aws-lambda';

import { prefixOf, type Settings } from './settings.ts';

/** Orders one by one: tills and devices tell AWS IoT on NAME-STAGE/DATASET/orders, a rule puts what they say into a
 * stream, and the function makes files of the inbox from batches of it. CloudFormation names the stream: one that was
 * kept does not stand in the way of the next deployment. */
export function streamOf(stack: Stack, settings: Settings, key: kms.IKey): kinesis.Stream {
  return new kinesis.Stream(stack, 'Orders', {
    shardCount: 1,
    retentionPeriod: Duration.days(7),
    encryption: kinesis.StreamEncryption.KMS,
    encryptionKey: key,
    removalPolicy: settings.keep ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
  });
}

/** The function takes batches; what it could not take for as long as the stream keeps it is a dead letter. */
export function takeOrders(stream: kinesis.Stream, taker: lambda.Function, dead: sqs.Queue): void {
  taker.addEventSource(new sources.KinesisEventSource(stream, {
    startingPosition: StartingPosition.TRIM_HORIZON,
    batchSize: 1000,
    maxBatchingWindow: Duration.seconds(60),
    bisectBatchOnError: false, // a half of a batch would be another file
    reportBatchItemFailures: true, // and records are tried until they expire
    onFailure: new sources.SqsDlq(dead),
  }));
}

/** Devices tell the stream by way of AWS IoT. */
export function tellStream(stack: Stack, settings: Settings, key: kms.IKey, stream: kinesis.Stream, dead: sqs.Queue): void {
  const prefix = prefixOf(settings);
  const role = new iam.Role(stack, 'IotRole', {
    description: 'by which AWS IoT writes orders to the stream',
    assumedBy: new iam.ServicePrincipal('iot.amazonaws.com', {
      conditions: { StringEquals: { 'aws:SourceAccount': stack.account } },
    }),
    inlinePolicies: { iot: new iam.PolicyDocument({ statements: [
      new iam.PolicyStatement({ actions: ['kinesis:PutRecord'], resources: [stream.streamArn] }),
      new iam.PolicyStatement({ actions: ['sqs:SendMessage'], resources: [dead.queueArn] }),
      new iam.PolicyStatement({ actions: ['kms:GenerateDataKey'], resources: [key.keyArn] }),
    ] }) },
  });
  new iot.CfnTopicRule(stack, 'OrdersOfDevices', {
    ruleName: prefix.replaceAll('-', '_'),
    topicRulePayload: {
      description: 'orders that devices tell, to the stream',
      awsIotSqlVersion: '2016-03-23',
      sql: `SELECT * FROM '${prefix}/${settings.stream}/orders'`,
      actions: [{ kinesis: { streamName: stream.streamName, partitionKey: '${newuuid()}', roleArn: role.roleArn } }],
      errorAction: { sqs: { queueUrl: dead.queueUrl, useBase64: true, roleArn: role.roleArn } },
    },
  });
}
