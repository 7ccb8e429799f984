/** Interface endpoints that a stage may pay for, USD 7.30 a month each in every zone (us-east-1). */
export const ENDPOINTS = ['states', 'sns', 'secretsmanager'] as const;
export type Endpoint = (typeof ENDPOINTS)[number];

/** What a stage is made of. */
export interface Settings {
  /** Everything is called NAME-STAGE-... */
  name: string;
  stage: string;
  /** Folder of the repository in the bucket: "" or one that ends with "/". */
  prefix: string;
  /** Data outlive the stacks: bucket, key, images and users of Cognito are kept by `cdk destroy`. */
  keep: boolean;

  architecture: 'x86_64' | 'arm64';
  /** MB; 1,769 come with one vCPU. */
  functionMemory: number;
  /** MB below /tmp. */
  functionDisk: number;
  /** Calls at once that are the function's own, taken from those of the account; 0: none are. */
  reservedConcurrency: number;
  /** Calls at once that events of the inbox may cause, 2 to 1,000. */
  eventConcurrency: number;
  /** More variables of function and server, as FORECART_ALERT_MAIL_TO; secrets as secretsmanager:ARN#MEMBER. */
  environment: Record<string, string>;
  /** Between looks at schedules, idle data sets and lost events. */
  scheduleMinutes: number;

  /** Availability zones of the network. */
  zones: number;
  /** A NAT gateway, by which function, jobs and server reach hosts outside AWS: USD 36.50 a month and traffic. */
  nat: boolean;
  /** Services of AWS that function and jobs reach without one. */
  endpoints: string[];
  /** Zones that have an endpoint of their own; others reach it across zones, and not where that zone fails. */
  endpointZones: number;

  /** The dashboard for people: a Fargate service behind a load balancer, with Cognito. */
  serve: boolean;
  /** Units of CPU (1,024 are a vCPU) and MB of the server. */
  serveCpu: number;
  serveMemory: number;
  /** A provider that the company has already, its client and the ARN of the client's secret; "" makes users of Cognito. */
  oidcIssuer: string;
  oidcClientId: string;
  oidcSecret: string;
  /** Networks that reach the load balancer. */
  allowedNetworks: string[];
  /** Data set whose orders come one by one, by a rule of AWS IoT and a Kinesis stream; "" for none. */
  stream: string;

  /** How names of data sets begin in QuickSight that function and server refresh; "" for none. */
  quickSight: string;

  logDays: number;
  /** Days for which replaced and removed objects can be brought back. */
  versionDays: number;
  /** Mail address that alerts go to; "" for none. */
  mail: string;
  /** USD a month, of the whole account or of what has this stage's tag. */
  budget: number;
  budgetOfTag: boolean;
  /** Forecasts older than this ring the alarm `stale`. */
  staleAfterHours: number;
  /** USD; runs of a day that would have cost more ring the alarm `cost`. */
  costPerDay: number;
  tags: Record<string, string>;
}

const DEV: Settings = {
  name: 'forecart',
  stage: 'dev',
  prefix: '',
  keep: false,
  architecture: 'x86_64',
  functionMemory: 1769,
  functionDisk: 1024,
  reservedConcurrency: 0,
  eventConcurrency: 2,
  environment: {},
  scheduleMinutes: 15,
  zones: 2,
  nat: false,
  endpoints: ['states', 'sns'],
  endpointZones: 1,
  serve: false,
  serveCpu: 512,
  serveMemory: 2048,
  oidcIssuer: '',
  oidcClientId: '',
  oidcSecret: '',
  allowedNetworks: ['0.0.0.0/0'],
  stream: '',
  quickSight: '',
  logDays: 7,
  versionDays: 7,
  mail: '',
  budget: 50,
  budgetOfTag: false,
  staleAfterHours: 26,
  costPerDay: 5,
  tags: {},
};

const PROD: Settings = {
  ...DEV,
  stage: 'prod',
  keep: true,
  functionMemory: 3538,
  functionDisk: 4096,
  reservedConcurrency: 20,
  eventConcurrency: 10,
  endpoints: ['states', 'sns', 'secretsmanager'],
  endpointZones: 2,
  serve: true,
  logDays: 90,
  versionDays: 30,
  budget: 200,
};

export const STAGES: Record<string, Settings> = { dev: DEV, prod: PROD };

/** How everything of a stage is called. */
export function prefixOf(settings: Settings): string {
  return `${settings.name}-${settings.stage}`;
}
