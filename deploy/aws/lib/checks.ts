import { isIPv4 } from 'node:net';

import { mailPortOf, SECRET, SECRET_VARIABLES, secretsOf, SECRETS_READ } from './alerts.ts';
import { ENDPOINTS, type Settings } from './settings.ts';

/** Days that CloudWatch Logs takes. */
const LOG_DAYS = [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653];
/** Units of CPU that Fargate has, with the least and most GB of memory for each. */
const FARGATE: Record<number, [number, number]> = { 256: [0.5, 2], 512: [1, 4], 1024: [2, 8], 2048: [4, 16], 4096: [8, 30] };
/** What names of load balancers and buckets may not begin with, and domains of Cognito not hold. */
const NAME_BEGINS = /^(internal-|sthree-|amzn-)/;
const NAME_HOLDS = /aws|amazon|cognito/;
/** What the stacks themselves, or Lambda, give the function; jobs are the state machine's. */
const TAKEN_VARIABLES = /^(AWS_(?!USE_(FIPS|DUALSTACK)_ENDPOINT$).*|LAMBDA_.*|_.*|FORECART_(REPOSITORY|STATE_MACHINE|SAGEMAKER_(?!INSTANCE$).*|OIDC_SECRET|ALERT_SNS_TOPIC|STREAM_DATASET))$/;
const MAIL = /^[^\s@<>]+@[^\s@<>]+\.[^\s@<>]+$/;
const MOST_VARIABLES = 3000; // of 4096 bytes that Lambda takes, the stacks' own among them
const LONGEST_VALUE = 256; // of a variable of a job of SageMaker, which gets the same
const SECRET_ARN = /^arn:[a-z-]+:secretsmanager:[a-z0-9-]+:\d{12}:secret:[A-Za-z0-9/_+=.@-]+$/;

function refuse(name: string, value: unknown, remedy: string): never {
  throw new Error(`setting '${name}' is ${JSON.stringify(value)}: ${remedy}`);
}

function kindOf(wanted: unknown): string {
  if (Array.isArray(wanted)) return 'a list of texts, ["..."]';
  if (typeof wanted === 'object') return 'an object of texts, {"NAME": "..."}';
  return { boolean: 'true or false', number: 'a number, without quotes', string: 'a text, in quotes' }[typeof wanted as string]!;
}

/** Names and types alone. */
export function checkTypes(given: Record<string, unknown>, stage: Settings): void {
  for (const [name, value] of Object.entries(given)) {
    if (!Object.hasOwn(stage, name)) {
      throw new Error(`there is no setting '${name}'; there are ${Object.keys(stage).join(', ')}`);
    }
    if (name === 'stage') refuse(name, value, 'say --stage (cdk: -c stage=...)');
    const wanted = stage[name as keyof Settings];
    const isAlike = typeof value === typeof wanted && value !== null && Array.isArray(value) === Array.isArray(wanted);
    if (!isAlike) refuse(name, value, `give ${kindOf(wanted)}`);
    if (typeof value !== 'object' || value === null) continue;
    if (!Object.values(value).every((one) => typeof one === 'string')) refuse(name, value, 'give texts, in quotes');
  }
}

function checkNames({ name, prefix, stream, quickSight }: Settings): void {
  const isName = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name) && name.length <= 24;
  if (!isName) refuse('name', name, 'give 1 to 24 of a-z and 0-9, a letter first, and single "-" between them');
  if (NAME_BEGINS.test(name) || NAME_HOLDS.test(name)) {
    refuse('name', name, 'AWS keeps names with aws, amazon or cognito in them, and those that begin with internal-, '
      + 'sthree- or amzn-, for itself; give another, as the shop\'s without them');
  }
  if (prefix !== '' && (!/^([A-Za-z0-9][A-Za-z0-9_-]*\/)+$/.test(prefix) || prefix.length > 128)) {
    refuse('prefix', prefix, 'give "", or a folder of up to 128 characters that ends with "/"');
  }
  if (!/^([a-z0-9][a-z0-9_-]{0,62})?$/.test(stream)) refuse('stream', stream, 'give the name of a data set, as orders');
  if (!/^[A-Za-z0-9_-]{0,64}$/.test(quickSight)) {
    refuse('quickSight', quickSight, 'give how names of data sets begin in QuickSight, up to 64 of A-Z, a-z, 0-9, "_" and "-"');
  }
}

function checkNumbers(settings: Settings): void {
  const within = (name: keyof Settings, least: number, most: number) => {
    const value = settings[name] as number;
    if (Number.isInteger(value) && value >= least && value <= most) return;
    refuse(name, value, `give a whole number from ${least} to ${most}`);
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
  within('staleAfterHours', 1, 8760);
  if (!(settings.costPerDay > 0)) refuse('costPerDay', settings.costPerDay, 'give USD, more than 0');
  if (!LOG_DAYS.includes(settings.logDays)) {
    refuse('logDays', settings.logDays, `CloudWatch Logs takes ${LOG_DAYS.join(', ')}`);
  }
  if (settings.reservedConcurrency > 0 && settings.reservedConcurrency < settings.eventConcurrency) {
    refuse('eventConcurrency', settings.eventConcurrency, 'give no more than reservedConcurrency');
  }
}

function isNetwork(text: string): boolean {
  const [address, bits, ...others] = text.split('/');
  return isIPv4(address!) && /^([0-9]|[12][0-9]|3[0-2])$/.test(bits ?? '') && others.length === 0;
}

function checkServer(settings: Settings): void {
  const memory = FARGATE[settings.serveCpu];
  if (!memory) refuse('serveCpu', settings.serveCpu, `Fargate has ${Object.keys(FARGATE).join(', ')}`);
  const gigabytes = settings.serveMemory / 1024;
  if (gigabytes < memory[0] || gigabytes > memory[1] || (gigabytes % 1 !== 0 && gigabytes !== 0.5)) {
    refuse('serveMemory', settings.serveMemory,
      `with ${settings.serveCpu} units of CPU give ${memory[0] * 1024} to ${memory[1] * 1024}, by 1024`);
  }
  const networks = settings.allowedNetworks;
  if (networks.length === 0 || !networks.every(isNetwork)) {
    refuse('allowedNetworks', networks, 'give networks of IPv4, as ["203.0.113.0/24"]');
  }
}

function checkProvider({ oidcIssuer, oidcClientId, oidcSecret }: Settings): void {
  if (new Set([oidcIssuer, oidcClientId, oidcSecret].map((text) => text === '')).size > 1) {
    refuse('oidcIssuer', oidcIssuer, 'give it with oidcClientId and oidcSecret, or none of them');
  }
  if (oidcIssuer === '') return;
  if (!/^https:\/\/\S+$/.test(oidcIssuer)) refuse('oidcIssuer', oidcIssuer, 'give the address of the provider, https://...');
  if (!SECRET_ARN.test(oidcSecret)) {
    refuse('oidcSecret', 'not shown', 'give the ARN of a secret in Secrets Manager, arn:aws:secretsmanager:...');
  }
}

/** Names of variables, and secrets: what a template says everybody reads who may describe the function. */
function checkVariables(settings: Settings): void {
  const bytes = Buffer.byteLength(JSON.stringify(settings.environment));
  if (bytes > MOST_VARIABLES) refuse('environment', `${bytes} bytes`, `give ${MOST_VARIABLES} at most`);
  for (const [name, value] of Object.entries(settings.environment)) {
    const at = `environment.${name}`;
    if (!/^[A-Za-z][A-Za-z0-9_]+$/.test(name) || TAKEN_VARIABLES.test(name)) {
      refuse('environment', name, 'the stacks or Lambda see to it; leave it out');
    }
    if (name.startsWith('FORECART_') && value.length > LONGEST_VALUE) {
      refuse(at, `${value.length} characters`, `jobs of SageMaker take ${LONGEST_VALUE}; give a shorter one, as a list of mail in place of addresses`);
    }
    if (name === 'FORECART_SAGEMAKER_INSTANCE' && !/^ml\.[a-z0-9-]+\.[a-z0-9]+$/.test(value)) {
      refuse(at, value, 'give an instance of SageMaker, as ml.m5.xlarge');
    }
    if (SECRET_VARIABLES.includes(name) && !SECRET.test(value)) {
      refuse(at, 'not shown', 'a secret would stand in the template; put it into Secrets Manager and give secretsmanager:ARN#MEMBER');
    }
    if (!value.startsWith('secretsmanager:')) continue;
    if (!SECRET.test(value)) refuse(at, value, 'give the whole ARN, secretsmanager:arn:aws:secretsmanager:...');
    if (name.startsWith('FORECART_') && !SECRETS_READ.includes(name)) {
      refuse(at, value, `forecart reads secrets for ${SECRETS_READ.join(', ')} and names of your own alone`);
    }
  }
}

function checkEndpoints(settings: Settings): void {
  for (const name of settings.endpoints) {
    if (!(ENDPOINTS as readonly string[]).includes(name)) {
      refuse('endpoints', name, `there are ${ENDPOINTS.join(', ')}`);
    }
  }
  if (new Set(settings.endpoints).size < settings.endpoints.length) {
    refuse('endpoints', settings.endpoints, 'give each once');
  }
}

function checkMail(settings: Settings): void {
  if (Number.isNaN(mailPortOf(settings))) {
    refuse('environment.FORECART_ALERT_SMTP', settings.environment['FORECART_ALERT_SMTP'],
      'give smtps://HOST:465 or smtp://HOST:587; AWS holds back port 25');
  }
  if ('FORECART_ALERT_MAIL_TO' in settings.environment && mailPortOf(settings) === undefined) {
    refuse('environment.FORECART_ALERT_MAIL_TO', settings.environment['FORECART_ALERT_MAIL_TO'],
      'give FORECART_ALERT_SMTP too, whose port is opened; or `mail`, which SNS sends to');
  }
}

/** What function and jobs ask, by a NAT gateway or an endpoint of the service. */
function checkWaysOut(settings: Settings): void {
  if (settings.nat) return;
  const needed: [string, boolean, string][] = [
    ['states', true, 'large work is handed to the state machine'],
    ['sns', true, 'alerts are told to SNS'],
    ['secretsmanager', secretsOf(settings).length > 0, 'variables name secrets'],
  ];
  for (const [name, isUsed, why] of needed) {
    if (!isUsed || settings.endpoints.includes(name)) continue;
    refuse('endpoints', settings.endpoints, `${why}, and there is no way there: add "${name}", or give {"nat": true}`);
  }
  for (const name of ['FORECART_ALERT_SMTP', 'FORECART_ALERT_WEBHOOK']) {
    if (!(name in settings.environment)) continue;
    refuse(`environment.${name}`, 'not shown', 'function and jobs reach no host outside AWS without {"nat": true}');
  }
  if (settings.quickSight !== '') {
    refuse('quickSight', settings.quickSight, 'QuickSight has no endpoint in a network; give {"nat": true} too, or leave it out');
  }
}

function checkOthers({ architecture, mail, tags }: Settings): void {
  if (!['x86_64', 'arm64'].includes(architecture)) refuse('architecture', architecture, 'give x86_64 or arm64');
  if (mail !== '' && !MAIL.test(mail)) refuse('mail', mail, 'give one address, as ann@example.org');
  for (const name of Object.keys(tags)) {
    if (/^aws:/i.test(name) || name === 'forecart') refuse('tags', name, 'this name is taken; give another');
  }
}

/** What AWS would refuse in the middle of a deployment, or what would be deployed and never work. */
export function check(settings: Settings): void {
  checkNames(settings);
  checkNumbers(settings);
  checkServer(settings);
  checkProvider(settings);
  checkVariables(settings);
  checkEndpoints(settings);
  checkMail(settings);
  checkWaysOut(settings);
  checkOthers(settings);
}
