// node tell.ts STAGE FILE [cost]: each setting of a stage that is one value, "name TAB value" a line, and `called`, how
// all of it is called; or what it costs in a month in which nothing comes. FILE has settings in place of the stage's
// own, or is ''.
import { costTable } from './lib/cost.ts';
import { settingsFile, settingsOf } from './lib/read_settings.ts';
import { prefixOf, type Settings } from './lib/settings.ts';

function facts(settings: Settings): string {
  const single = Object.entries(settings).filter(([, value]) => typeof value !== 'object');
  return [['called', prefixOf(settings)], ...single].map((pair) => pair.join('\t')).join('\n');
}

const [stage, file, what] = process.argv.slice(2) as [string, string, string?];
try {
  const settings = settingsOf(stage, file === '' ? {} : settingsFile(file));
  console.log(what === 'cost' ? costTable(settings) : facts(settings));
} catch (error) {
  console.error(`deploy-aws: ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
}
