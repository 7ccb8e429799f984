import { readFileSync } from 'node:fs';

/** Interface endpoints that a stage may pay for, USD 7.30 a month each in every zone (us-east-1). */
export const ENDPOINTS = ['states', 'sns', 'secretsmanager', 'sagemaker.api'] as const;
export type Endpoint = (typeof ENDPOINTS)[number];

/** Days that CloudWatch Logs takes. */
const LOG_DAYS = [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653];
/** Units of CPU that Fargate has, with the least and most GB of memory for each. */
const FARGATE: Record<number, [number, number]> = { 256: [0.5, 2], 512: [1, 4], 1024: [2, 8], 2048: [4, 16], 4096: [8, 30] };

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
  /** More variables of the function, as FORECART_ALERT_MAIL_TO; secrets as secretsmanager:ARN#MEMBER. */
  environment: Record<string, string>;
  /** Between looks at schedules, idle data sets and lost events. */
  scheduleMinutes: number;

  /** Availability zones of the network. */
  zones: number;
  /** A NAT gateway, by which function, jobs and server reach hosts outside AWS: USD 36.50 a month and traffic. */
  nat: boolean;
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

function refuse(name: string, value: unknown, remedy: string): never {
  throw new Error(`setting '${name}' is ${JSON.stringify(value)}: ${remedy}`);
}

function checkTypes(given: Record<string, unknown>, stage: Settings): void {
  for (const [name, value] of Object.entries(given)) {
    if (!(name in stage)) {
      throw new Error(`there is no setting '${name}'; there are ${Object.keys(stage).join(', ')}`);
    }
    const wanted = stage[name as keyof Settings];
    const isAlike = typeof value === typeof wanted && value !== null && Array.isArray(value) === Array.isArray(wanted);
    if (!isAlike) refuse(name, value, `give it as ${JSON.stringify(wanted)} is`);
  }
}

function checkServer(settings: Settings): void {
  const memory = FARGATE[settings.serveCpu];
  if (!memory) refuse('serveCpu', settings.serveCpu, `Fargate has ${Object.keys(FARGATE).join(', ')}`);
  const gigabytes = settings.serveMemory / 1024;
  if (gigabytes < memory[0] || gigabytes > memory[1] || (gigabytes % 1 !== 0 && gigabytes !== 0.5)) {
    refuse('serveMemory', settings.serveMemory,
      `with ${settings.serveCpu} units of CPU give ${memory[0] * 1024} to ${memory[1] * 1024}, by 1024`);
  }
  const provider = [settings.oidcIssuer, settings.oidcClientId, settings.oidcSecret];
  if (new Set(provider.map((text) => text === '')).size > 1) {
    refuse('oidcIssuer', settings.oidcIssuer, 'give it with oidcClientId and oidcSecret, or none of them');
  }
}

/** What AWS would refuse in the middle of a deployment, or not at all. */
function check(settings: Settings): void {
  const within = (name: keyof Settings, least: number, most: number) => {
    const value = settings[name] as number;
    if (!Number.isInteger(value) || value < least || value > most) {
      refuse(name, value, `give a whole number from ${least} to ${most}`);
    }
  };
  within('functionMemory', 512, 10240);
  within('functionDisk', 512, 10240);
  within('reservedConcurrency', 0, 1000);
  within('eventConcurrency', 2, 1000);
  within('scheduleMinutes', 2, 60);
  within('zones', 2, 3);
  within('endpointZones', 1, settings.zones);
  within('versionDays', 1, 3650);
  within('budget', 1, 1000000);
  if (!/^[a-z][a-z0-9-]{0,23}$/.test(settings.name)) {
    refuse('name', settings.name, 'give 1 to 24 of a-z, 0-9 and "-", a letter first');
  }
  if (settings.prefix !== '' && !/^[A-Za-z0-9][A-Za-z0-9/_-]*\/$/.test(settings.prefix)) {
    refuse('prefix', settings.prefix, 'give "", or a folder that ends with "/"');
  }
  if (!['x86_64', 'arm64'].includes(settings.architecture)) {
    refuse('architecture', settings.architecture, 'give x86_64 or arm64');
  }
  if (!/^([a-z0-9][a-z0-9_-]{0,62})?$/.test(settings.stream)) {
    refuse('stream', settings.stream, 'give the name of a data set, as orders');
  }
  for (const name of settings.endpoints) {
    if (!(ENDPOINTS as readonly string[]).includes(name)) {
      refuse('endpoints', name, `there are ${ENDPOINTS.join(', ')}`);
    }
  }
  if (!LOG_DAYS.includes(settings.logDays)) {
    refuse('logDays', settings.logDays, `CloudWatch Logs takes ${LOG_DAYS.join(', ')}`);
  }
  checkServer(settings);
  if (settings.reservedConcurrency > 0 && settings.reservedConcurrency < settings.eventConcurrency) {
    refuse('eventConcurrency', settings.eventConcurrency, 'give no more than reservedConcurrency');
  }
}

/** The stage of that name, with what is `given` in place of its own. */
export function settingsOf(stage: string, given: Record<string, unknown> = {}): Settings {
  const base = STAGES[stage];
  if (!base) throw new Error(`there is no stage '${stage}'; there are ${Object.keys(STAGES).join(', ')}`);
  checkTypes(given, base);
  const settings = { ...base, ...given } as Settings;
  check(settings);
  return settings;
}

/** An object of JSON in a file. */
export function settingsFile(file: string): Record<string, unknown> {
  const given: unknown = JSON.parse(readFileSync(file, 'utf8'));
  if (given !== null && typeof given === 'object' && !Array.isArray(given)) return given as Record<string, unknown>;
  throw new Error(`'${file}' is no object of JSON; give one with settings, as {"budget": 80}`);
}

/** How everything of a stage is called. */
export function prefixOf(settings: Settings): string {
  return `${settings.name}-${settings.stage}`;
}
