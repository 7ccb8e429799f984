import {
  aws_ecs as ecs, aws_elasticloadbalancingv2 as elb, aws_iam as iam, aws_logs as logs, CfnOutput,
  Duration, RemovalPolicy, Stack, type App,
} from 'aws-cdk-lib';
import { NagSuppressions } from 'cdk-nag';

import { DOOR_LOGS, type DataStack } from './data.ts';
import { given, IMAGE_TAG } from './given.ts';
import { secretsOf } from './alerts.ts';
import { policyValues } from './names.ts';
import { ADDRESSES, SERVER_PORT, type NetworkStack } from './network.ts';
import { roleOf } from './policies.ts';
import { providerOf, type Provider } from './provider.ts';
import { prefixOf, type Settings } from './settings.ts';

/** Longer than the pauses of a stream of events. */
const IDLE = Duration.seconds(120);
/** No user of the host. */
const NOBODY = '65532:65532';

/** The dashboard for people: a load balancer that ends TLS, and one task of `forecart serve` behind it. The work is the
 * function's: this one starts none. */
export class ServeStack extends Stack {
  constructor(app: App, settings: Settings, data: DataStack, network: NetworkStack) {
    super(app, `${prefixOf(settings)}-serve`, { description: 'forecart: dashboard behind a load balancer' });
    const host = given(this, 'host', 'name that people find the dashboard by, as forecast.example.com', '[a-z0-9.-]+');
    const provider = providerOf(this, settings, data.key, host);
    const task = this.makeTask(settings, data, host, provider);
    const service = this.makeService(settings, network, task);
    this.makeDoor(settings, data, network, service);
  }

  private makeTask(
    settings: Settings, data: DataStack, host: string, provider: Provider,
  ): ecs.FargateTaskDefinition {
    const held = { bucket: data.bucket.bucketName, key: data.key.keyArn, images: data.images.repositoryArn };
    const values = policyValues(this, settings, held, [provider.secretArn, ...secretsOf(settings)]);
    const task = new ecs.FargateTaskDefinition(this, 'Task', {
      family: `${prefixOf(settings)}-serve`,
      cpu: settings.serveCpu,
      memoryLimitMiB: settings.serveMemory,
      runtimePlatform: { cpuArchitecture: ecs.CpuArchitecture.X86_64, operatingSystemFamily: ecs.OperatingSystemFamily.LINUX },
      taskRole: roleOf(this, 'TaskRole', 'dashboard', values, {
        description: 'what the dashboard may', assumedBy: new iam.ServicePrincipal('ecs-tasks.amazonaws.com', {
          conditions: { StringEquals: { 'aws:SourceAccount': this.account } },
        }),
      }),
    });
    const logGroup = new logs.LogGroup(this, 'Log', {
      logGroupName: `/${prefixOf(settings)}/serve`,
      retention: settings.logDays,
      encryptionKey: data.key,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const nothing = new ecs.LinuxParameters(this, 'Linux', { initProcessEnabled: true });
    nothing.dropCapabilities(ecs.Capability.ALL);
    task.addContainer('serve', {
      image: ecs.ContainerImage.fromEcrRepository(data.images, given(this, 'imageTag', ...IMAGE_TAG)),
      // by this name `serve` is forecart's own, and not SageMaker's
      entryPoint: ['/var/task/bootstrap'],
      command: this.words(data, host, provider),
      environment: {
        AWS_REGION: this.region,
        FORECART_OIDC_SECRET: `secretsmanager:${provider.secretArn}`,
        FORECART_ALERT_SNS_TOPIC: String(values['AlertTopic']),
        ...settings.environment, // who looks at an alert tells all that are to hear of it
      },
      user: NOBODY,
      linuxParameters: nothing,
      portMappings: [{ containerPort: SERVER_PORT }],
      logging: ecs.LogDrivers.awsLogs({ logGroup, streamPrefix: 'serve' }),
    });
    this.argue(task);
    return task;
  }

  private words(data: DataStack, host: string, provider: Provider): string[] {
    return ['serve', '--repository', data.repository, '--init', '--log-format', 'json',
      '--listen', `0.0.0.0:${SERVER_PORT}`, '--insecure-listen', '--public-url', `https://${host}`,
      '--proxy-network', ADDRESSES, '--jobs', '0',
      '--oidc-issuer', provider.issuer, '--oidc-client-id', provider.clientId, '--no-password-sign-in'];
  }

  private argue(task: ecs.FargateTaskDefinition): void {
    NagSuppressions.addResourceSuppressions(task, [
      { id: 'AwsSolutions-ECS2', reason: 'Variables say region and where the secret lies; the secret itself is read by the server.' },
      { id: 'AwsSolutions-IAM5', reason: 'A registry\'s token is for the account, not for a repository.', appliesTo: ['Resource::*'] },
    ], true);
  }

  /** One task: a sign-in that has begun and a file that comes in pieces are known to their process alone. In a public
   * subnet it has an address by which it reaches the provider, and its security group lets nobody in but the door. */
  private makeService(
    settings: Settings, network: NetworkStack, taskDefinition: ecs.FargateTaskDefinition,
  ): ecs.FargateService {
    const cluster = new ecs.Cluster(this, 'Cluster', {
      clusterName: prefixOf(settings), vpc: network.vpc, containerInsightsV2: ecs.ContainerInsights.ENABLED,
    });
    return new ecs.FargateService(this, 'Service', {
      cluster,
      serviceName: 'serve',
      taskDefinition,
      desiredCount: 1,
      minHealthyPercent: 100,
      maxHealthyPercent: 200,
      circuitBreaker: { rollback: true },
      healthCheckGracePeriod: Duration.seconds(60),
      assignPublicIp: !settings.nat,
      vpcSubnets: { subnetGroupName: settings.nat ? 'work' : 'door' },
      securityGroups: [network.server!],
      enableExecuteCommand: false,
    });
  }

  private makeDoor(
    settings: Settings, data: DataStack, network: NetworkStack, service: ecs.FargateService,
  ): void {
    const balancer = new elb.ApplicationLoadBalancer(this, 'Balancer', {
      loadBalancerName: prefixOf(settings),
      vpc: network.vpc,
      vpcSubnets: { subnetGroupName: 'door' },
      internetFacing: true,
      securityGroup: network.door!,
      idleTimeout: IDLE,
      dropInvalidHeaderFields: true,
      desyncMitigationMode: elb.DesyncMitigationMode.STRICTEST,
      deletionProtection: settings.keep,
    });
    balancer.setAttribute('access_logs.s3.enabled', 'true');
    balancer.setAttribute('access_logs.s3.bucket', data.logs.bucketName);
    balancer.setAttribute('access_logs.s3.prefix', DOOR_LOGS);
    const listener = balancer.addListener('Https', {
      port: 443,
      protocol: elb.ApplicationProtocol.HTTPS,
      sslPolicy: elb.SslPolicy.TLS13_RES,
      certificates: [elb.ListenerCertificate.fromArn(given(this, 'certificate', 'ARN of a certificate of ACM for the host', 'arn:[a-z-]+:acm:.+'))],
      open: false,
    });
    listener.addTargets('Server', {
      port: SERVER_PORT,
      protocol: elb.ApplicationProtocol.HTTP,
      targets: [service],
      deregistrationDelay: Duration.seconds(30),
      // for the minute of an upgrade in which two tasks answer
      stickinessCookieDuration: Duration.hours(1),
      healthCheck: { path: '/healthz', interval: Duration.seconds(15), timeout: Duration.seconds(5), healthyThresholdCount: 2 },
    });
    new CfnOutput(this, 'BalancerName', { value: balancer.loadBalancerDnsName });
  }
}
