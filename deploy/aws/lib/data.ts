import {
  aws_ecr as ecr, aws_iam as iam, aws_kms as kms, aws_s3 as s3, CfnOutput, Duration, RemovalPolicy, Stack, type App,
} from 'aws-cdk-lib';

import { prefixOf, type Settings } from './settings.ts';

const ACCESS_LOG_DAYS = 90;
const IMAGES = 5;
/** Folder of the load balancer's logs. */
export const DOOR_LOGS = 'door';

/** What holds data: the repository's bucket, its key, the bucket of access logs, and the container images. */
export class DataStack extends Stack {
  readonly key: kms.Key;
  readonly bucket: s3.Bucket;
  readonly logs: s3.Bucket;
  readonly images: ecr.Repository;
  /** As FORECART_REPOSITORY has it. */
  readonly repository: string;

  constructor(app: App, settings: Settings) {
    super(app, `${prefixOf(settings)}-data`, { description: 'forecart: bucket, key and images' });
    const removalPolicy = settings.keep ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY;
    this.key = new kms.Key(this, 'Key', {
      alias: prefixOf(settings),
      description: `What ${prefixOf(settings)} holds: objects, alerts and logs`,
      enableKeyRotation: true,
      removalPolicy,
    });
    this.letServicesUseKey();
    this.logs = this.makeLogs(removalPolicy);
    this.bucket = this.makeBucket(settings, removalPolicy);
    this.images = new ecr.Repository(this, 'Images', {
      imageScanOnPush: true,
      imageTagMutability: ecr.TagMutability.IMMUTABLE,
      lifecycleRules: [{ maxImageCount: IMAGES, description: 'earlier images, to go back to' }],
      emptyOnDelete: !settings.keep,
      removalPolicy,
    });
    for (const bucket of [this.logs, this.bucket]) bucket.policy!.applyRemovalPolicy(removalPolicy);
    this.repository = `s3://${this.bucket.bucketName}/${settings.prefix}`.replace(/\/$/, '');
    new CfnOutput(this, 'Repository', { value: this.repository });
    new CfnOutput(this, 'BucketName', { value: this.bucket.bucketName });
    new CfnOutput(this, 'LogsName', { value: this.logs.bucketName });
    new CfnOutput(this, 'ImagesUri', { value: this.images.repositoryUri });
    new CfnOutput(this, 'KeyArn', { value: this.key.keyArn });
    // --destroy asks what was deployed, and not the settings at hand
    new CfnOutput(this, 'Kept', { value: String(settings.keep) });
  }

  /** Alarms and budgets tell an encrypted topic, and CloudWatch Logs encrypts what it keeps. */
  private letServicesUseKey(): void {
    this.key.addToResourcePolicy(new iam.PolicyStatement({
      sid: 'AlarmsAndBudgets',
      principals: [new iam.ServicePrincipal('cloudwatch.amazonaws.com'), new iam.ServicePrincipal('budgets.amazonaws.com')],
      actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
      resources: ['*'],
      conditions: { StringEquals: { 'aws:SourceAccount': this.account } },
    }));
    const groups = this.formatArn({ service: 'logs', resource: 'log-group:*' });
    this.key.addToResourcePolicy(new iam.PolicyStatement({
      sid: 'Logs',
      principals: [new iam.ServicePrincipal(`logs.${this.region}.amazonaws.com`)],
      actions: ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncryptFrom', 'kms:ReEncryptTo', 'kms:GenerateDataKey',
        'kms:GenerateDataKeyWithoutPlaintext', 'kms:DescribeKey'],
      resources: ['*'],
      conditions: { ArnLike: { 'kms:EncryptionContext:aws:logs:arn': groups } },
    }));
  }

  /** Encrypted by S3's own keys, as its log deliveries can use no other. */
  private makeLogs(removalPolicy: RemovalPolicy): s3.Bucket {
    const logs = new s3.Bucket(this, 'AccessLogs', {
      encryption: s3.BucketEncryption.S3_MANAGED,
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
      objectOwnership: s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      lifecycleRules: [{ expiration: Duration.days(ACCESS_LOG_DAYS), abortIncompleteMultipartUploadAfter: Duration.days(7) }],
      removalPolicy,
    });
    // no condition on the account, which the path says too: without the key in its request, and nobody promises it,
    // the load balancer would be refused, and its stack with it
    logs.addToResourcePolicy(new iam.PolicyStatement({
      sid: 'LoadBalancer',
      principals: [new iam.ServicePrincipal('logdelivery.elasticloadbalancing.amazonaws.com')],
      actions: ['s3:PutObject'],
      resources: [logs.arnForObjects(`${DOOR_LOGS}/AWSLogs/${this.account}/*`)],
    }));
    return logs;
  }

  private makeBucket(settings: Settings, removalPolicy: RemovalPolicy): s3.Bucket {
    const bucket = new s3.Bucket(this, 'Bucket', {
      encryption: s3.BucketEncryption.KMS,
      encryptionKey: this.key,
      bucketKeyEnabled: true,
      versioned: true,
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
      objectOwnership: s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      serverAccessLogsBucket: this.logs,
      serverAccessLogsPrefix: 's3/',
      lifecycleRules: [
        {
          id: 'replaced',
          noncurrentVersionExpiration: Duration.days(settings.versionDays),
          abortIncompleteMultipartUploadAfter: Duration.days(7),
          expiredObjectDeleteMarker: true,
        },
        {
          id: 'order-files',
          prefix: `${settings.prefix}raw/`,
          transitions: [{ storageClass: s3.StorageClass.INFREQUENT_ACCESS, transitionAfter: Duration.days(90) }],
        },
      ],
      removalPolicy,
    });
    // the property of the bucket itself; `eventBridgeEnabled` makes a function that sets it
    const made = bucket.node.defaultChild as s3.CfnBucket;
    made.addPropertyOverride('NotificationConfiguration.EventBridgeConfiguration.EventBridgeEnabled', true);
    this.refuseOtherEncryption(bucket);
    return bucket;
  }

  /** Who says nothing gets the bucket's key; who says something may say only that. */
  private refuseOtherEncryption(bucket: s3.Bucket): void {
    const refuse = (sid: string, header: string, value: string) => bucket.addToResourcePolicy(new iam.PolicyStatement({
      sid,
      effect: iam.Effect.DENY,
      principals: [new iam.AnyPrincipal()],
      actions: ['s3:PutObject'],
      resources: [bucket.arnForObjects('*')],
      conditions: { StringNotEquals: { [header]: value }, Null: { [header]: 'false' } },
    }));
    refuse('OnlyByKms', 's3:x-amz-server-side-encryption', 'aws:kms');
    refuse('OnlyByThisKey', 's3:x-amz-server-side-encryption-aws-kms-key-id', this.key.keyArn);
  }
}
