import { aws_ec2 as ec2, aws_iam as iam, aws_logs as logs, Fn, RemovalPolicy, Stack, type App } from 'aws-cdk-lib';

import type { DataStack } from './data.ts';
import { mailPortOf, secretsOf } from './alerts.ts';
import { arnIn, namesOf } from './names.ts';
import { s3Actions } from './policies.ts';
import { prefixOf, type Endpoint, type Settings } from './settings.ts';

const HTTPS = ec2.Port.tcp(443);
export const SERVER_PORT = 8080;
/** Of the whole network. */
export const ADDRESSES = '10.64.0.0/16';
const MOST_ZONES = 3;

/** A network whose private subnets reach S3 and, by the endpoints of the stage, other services of AWS: nothing else,
 * unless there is a NAT gateway. Public subnets are there for the load balancer, the server's task and that gateway. */
export class NetworkStack extends Stack {
  readonly vpc: ec2.Vpc;
  /** Of the function and of jobs: nobody may call them. */
  readonly workers: ec2.SecurityGroup;
  /** Of the load balancer and of the server behind it, where there is one. */
  readonly door: ec2.SecurityGroup | undefined;
  readonly server: ec2.SecurityGroup | undefined;

  constructor(app: App, settings: Settings, data: DataStack) {
    super(app, `${prefixOf(settings)}-network`, { description: 'forecart: network and endpoints' });
    this.vpc = this.makeVpc(settings);
    this.logRefusals(settings, data);
    const mail = mailPortOf(settings);
    this.workers = this.groupOut('Workers', 'function and jobs: out by HTTPS, which the routes lead to endpoints', mail);
    if (settings.serve) {
      this.server = this.groupOut('Server', 'server: in from the load balancer, out by HTTPS', mail);
      this.door = this.makeDoor(settings, this.server);
    }
    this.reachS3(data);
    this.reachServices(settings);
  }

  /** As many as there may be; without account and region CDK itself takes two. */
  override get availabilityZones(): string[] {
    return [...Array(MOST_ZONES).keys()].map((zone) => Fn.select(zone, Fn.getAzs()));
  }

  private makeVpc(settings: Settings): ec2.Vpc {
    const inside = settings.nat ? ec2.SubnetType.PRIVATE_WITH_EGRESS : ec2.SubnetType.PRIVATE_ISOLATED;
    const subnets: ec2.SubnetConfiguration[] = [{ name: 'work', subnetType: inside, cidrMask: 20 }];
    if (settings.serve || settings.nat) {
      subnets.push({ name: 'door', subnetType: ec2.SubnetType.PUBLIC, cidrMask: 24, mapPublicIpOnLaunch: false });
    }
    return new ec2.Vpc(this, 'Vpc', {
      ipAddresses: ec2.IpAddresses.cidr(ADDRESSES),
      maxAzs: settings.zones,
      reservedAzs: MOST_ZONES - settings.zones, // so that a zone more moves no subnet
      natGateways: settings.nat ? 1 : 0,
      subnetConfiguration: subnets,
    });
  }

  private groupOut(id: string, description: string, mail: number | undefined): ec2.SecurityGroup {
    const group = new ec2.SecurityGroup(this, id, { vpc: this.vpc, description, allowAllOutbound: false });
    group.addEgressRule(ec2.Peer.anyIpv4(), HTTPS, 'HTTPS');
    if (mail !== undefined && mail !== 443) group.addEgressRule(ec2.Peer.anyIpv4(), ec2.Port.tcp(mail), 'mail server of alerts');
    return group;
  }

  private makeDoor(settings: Settings, server: ec2.SecurityGroup): ec2.SecurityGroup {
    const door = new ec2.SecurityGroup(this, 'Door', {
      vpc: this.vpc, description: 'load balancer: in by HTTPS, out to the server', allowAllOutbound: false,
    });
    for (const range of settings.allowedNetworks) door.addIngressRule(ec2.Peer.ipv4(range), HTTPS, 'people');
    door.connections.allowTo(server, ec2.Port.tcp(SERVER_PORT), 'server');
    return door;
  }

  private logRefusals(settings: Settings, data: DataStack): void {
    const group = new logs.LogGroup(this, 'FlowLog', {
      logGroupName: `/${prefixOf(settings)}/network`,
      retention: settings.logDays,
      encryptionKey: data.key,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.vpc.addFlowLog('Refused', {
      destination: ec2.FlowLogDestination.toCloudWatchLogs(group),
      trafficType: ec2.FlowLogTrafficType.REJECT,
    });
  }

  /** The way to S3 costs nothing; it leads to this bucket alone, and to the layers of images. */
  private reachS3(data: DataStack): void {
    const endpoint = this.vpc.addGatewayEndpoint('S3', { service: ec2.GatewayVpcEndpointAwsService.S3 });
    endpoint.addToPolicy(new iam.PolicyStatement({
      sid: 'Repository',
      principals: [new iam.AnyPrincipal()],
      actions: s3Actions(),
      resources: [data.bucket.bucketArn, data.bucket.arnForObjects('*')],
      conditions: { StringEquals: { 'aws:PrincipalAccount': this.account } },
    }));
    endpoint.addToPolicy(new iam.PolicyStatement({
      sid: 'LayersOfImages',
      principals: [new iam.AnyPrincipal()],
      actions: ['s3:GetObject'],
      resources: [`arn:${this.partition}:s3:::prod-${this.region}-starport-layer-bucket/*`],
    }));
  }

  private reachServices(settings: Settings): void {
    const group = new ec2.SecurityGroup(this, 'Endpoints', {
      vpc: this.vpc, description: 'endpoints: in by HTTPS from function, jobs and server', allowAllOutbound: false,
    });
    group.addIngressRule(this.workers, HTTPS, 'function and jobs');
    // their names lead everybody in the network to the endpoints, the server too
    if (this.server) group.addIngressRule(this.server, HTTPS, 'server');
    const ways = waysOf(this, settings);
    const subnets = this.vpc.selectSubnets({ subnetGroupName: 'work' }).subnets.slice(0, settings.endpointZones);
    for (const name of settings.endpoints) {
      const endpoint = this.vpc.addInterfaceEndpoint(name, {
        service: new ec2.InterfaceVpcEndpointAwsService(name),
        subnets: { subnets },
        securityGroups: [group],
        open: false,
      });
      endpoint.addToPolicy(new iam.PolicyStatement({
        principals: [new iam.AnyPrincipal()],
        ...ways[name as Endpoint],
        conditions: { StringEquals: { 'aws:PrincipalAccount': this.account } },
      }));
    }
  }
}

/** What may be asked for through each endpoint. */
function waysOf(stack: Stack, settings: Settings): Record<Endpoint, { actions: string[]; resources: string[] }> {
  const names = namesOf(settings);
  const secrets = [...secretsOf(settings), ...(settings.oidcSecret === '' ? [] : [settings.oidcSecret])];
  return {
    states: {
      actions: ['states:StartExecution', 'states:DescribeExecution'],
      resources: [arnIn(stack, 'states', `stateMachine:${names.stateMachine}`),
        arnIn(stack, 'states', `execution:${names.stateMachine}:*`)],
    },
    sns: { actions: ['sns:Publish'], resources: [arnIn(stack, 'sns', names.alerts)] },
    secretsmanager: {
      actions: ['secretsmanager:GetSecretValue'],
      resources: [arnIn(stack, 'secretsmanager', `secret:${prefixOf(settings)}-*`), ...secrets],
    },
  };
}
