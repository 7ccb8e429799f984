// node tell.ts STAGE FILE NAME: a setting of a stage; `called`, how all of it is called; `cost`, what it costs in a
// month in which nothing comes. FILE has settings in place of the stage's own, or is ''.
import { costTable } from './lib/cost.ts';
import { prefixOf, settingsFile, settingsOf, type Settings } from './lib/settings.ts';
import { template } from './lib/template.ts';

function told(settings: Settings, name: string): string {
  if (name === 'called') return prefixOf(settings);
  if (name === 'cost') return costTable(settings, (template('alarms') as unknown as { alarms: unknown[] }).alarms.length);
  return String(settings[name as keyof Settings]);
}

const [stage, file, name] = process.argv.slice(2) as [string, string, string];
try {
  console.log(told(settingsOf(stage, file === '' ? {} : settingsFile(file)), name));
} catch (error) {
  console.error(`deploy-aws: ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
}
