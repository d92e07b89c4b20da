/**
 * `npm run bench`: every measurement on one hub, and the table that README.md carries between its two marks. `--facts N`; other sizes than the
 * usual one are printed and not written.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { checkout } from '../local/folder.ts';
import { measureCommands } from './commands.ts';
import { measureEntities } from './entity.ts';
import { withBench } from './hub.ts';
import { machine, tableOf } from './measure.ts';
import { measureView } from './view.ts';

const USUAL = 1_000_000;
const README = join(checkout, 'README.md');
const BEGIN = '<!-- npm run bench -->';
const END = '<!-- end of npm run bench -->';

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { facts: { type: 'string', default: String(USUAL) } } });
  const facts = Number(values.facts);
  await withBench(facts, async (bench) => {
    const view = await measureView(bench, 40);
    const entities = await measureEntities(bench, 200);
    const commands = await measureCommands(bench, 15);
    const text = `${tableOf([...view, ...entities, ...commands])}\n\nMachine: ${machine()}.`;
    bench.steps.say(`\n${text}`);
    if (facts === USUAL) write(text);
  });
}

function write(text: string): void {
  const readme = readFileSync(README, 'utf8');
  const [from, to] = [readme.indexOf(BEGIN), readme.indexOf(END)];
  if (from < 0 || to < from) throw new Error(`README.md has no ${BEGIN} … ${END}`);
  writeFileSync(README, `${readme.slice(0, from + BEGIN.length)}\n\n${text}\n\n${readme.slice(to)}`);
}

await main().then(
  () => process.exit(0),
  (error) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  },
);
