import { alarmTemplates } from './alarms.ts';
import { prefixOf, type Settings } from './settings.ts';

/** On demand in us-east-1, USD, without free tiers and taxes, as AWS' pages of prices had them in 2026. */
const PRICES = {
  interfaceEndpointHour: 0.01,
  natHour: 0.045,
  publicAddressHour: 0.005,
  balancerHour: 0.0225,
  fargateVcpuHour: 0.04048,
  fargateGbHour: 0.004445,
  streamShardHour: 0.015,
  streamRetentionHour: 0.02, // of a shard that keeps records for more than a day
  keyMonth: 1,
  secretMonth: 0.4,
  alarmMonth: 0.1,
  dashboardMonth: 3,
};
const HOURS = 730;

export interface Line {
  part: string;
  count: number;
  /** USD a month, of all of them. */
  month: number;
}

/** What a stage costs in a month in which nothing comes. What comes is foretold by `forecart plan`. */
export function standingCost(settings: Settings): Line[] {
  const line = (part: string, count: number, month: number): Line => ({ part, count, month: count * month });
  const lines = [
    line('interface endpoint, in each zone', settings.endpoints.length * settings.endpointZones, PRICES.interfaceEndpointHour * HOURS),
    line('key', 1, PRICES.keyMonth),
    line('alarm', alarmsOf(settings), PRICES.alarmMonth),
    line('dashboard of CloudWatch', 1, PRICES.dashboardMonth),
  ];
  if (settings.nat) lines.push(line('NAT gateway', 1, (PRICES.natHour + PRICES.publicAddressHour) * HOURS));
  if (settings.stream !== '') lines.push(line('shard of the stream', 1, (PRICES.streamShardHour + PRICES.streamRetentionHour) * HOURS));
  if (!settings.serve) return lines;
  const task = (settings.serveCpu / 1024) * PRICES.fargateVcpuHour + (settings.serveMemory / 1024) * PRICES.fargateGbHour;
  lines.push(line('task of the server', 1, task * HOURS));
  lines.push(line('load balancer', 1, PRICES.balancerHour * HOURS));
  lines.push(line('public address', settings.zones + (settings.nat ? 0 : 1), PRICES.publicAddressHour * HOURS));
  if (settings.oidcIssuer === '') lines.push(line('secret', 1, PRICES.secretMonth));
  return lines;
}

/** Of templates/alarms.json. */
function alarmsOf(settings: Settings): number {
  return alarmTemplates().filter(({ needs }) => needs !== 'StreamName' || settings.stream !== '').length;
}

/** The same as a table for people. */
export function costTable(settings: Settings): string {
  const lines = standingCost(settings).filter((line) => line.count > 0);
  const all = lines.reduce((sum, line) => sum + line.month, 0);
  const rows = [...lines.map((line) => [`${line.count} x ${line.part}`, line.month] as const), ['together', all] as const];
  const text = rows.map(([part, month]) => `${part.padEnd(40)} ${month.toFixed(2).padStart(8)}`).join('\n');
  return `${prefixOf(settings)}, USD a month in which nothing comes (us-east-1, on demand):\n${text}`;
}
