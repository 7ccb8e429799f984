import type { Settings } from './settings.ts';

/** Variables whose value is a secret: they say where Secrets Manager has it. */
export const SECRET_VARIABLES = [
  'FORECART_ALERT_WEBHOOK_SECRET', 'FORECART_ALERT_SMTP_USER', 'FORECART_ALERT_SMTP_PASSWORD',
];
/** Those, and others that forecart reads there too. */
export const SECRETS_READ = [...SECRET_VARIABLES, 'FORECART_ALERT_WEBHOOK'];
/** "secretsmanager:ARN", and "#MEMBER" for one text of an object of JSON. */
export const SECRET = /^secretsmanager:(arn:[a-z-]+:secretsmanager:[a-z0-9-]+:\d{12}:secret:[A-Za-z0-9/_+=.@-]+)(#.+)?$/;
const MAIL_SERVER = /^smtps?:\/\/[A-Za-z0-9.-]+:(\d{1,5})$/;
const HELD_BACK = 25;

/** Port of the mail server that alerts go to: undefined where there is none, NaN where nothing can go there. */
export function mailPortOf(settings: Settings): number | undefined {
  const server = settings.environment['FORECART_ALERT_SMTP'];
  if (server === undefined) return undefined;
  const port = Number(MAIL_SERVER.exec(server)?.[1]);
  return port > 0 && port < 65536 && port !== HELD_BACK ? port : NaN;
}

/** ARNs of secrets that variables name. */
export function secretsOf(settings: Settings): string[] {
  const named = Object.values(settings.environment).map((value) => SECRET.exec(value)?.[1]);
  return [...new Set(named.filter((arn) => arn !== undefined))];
}
