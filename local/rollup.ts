/**
 * `npm run rollup -- <subgraph> [--rebuild]` holds the roll-ups of a department against its facts and says where they differ; with `--rebuild` it
 * then makes them anew. Commands and figures may go on meanwhile. On one machine it finds the database of `npm start`, running or not; elsewhere
 * OWNER_DATABASE_URL names it. Ends with 1 when something differs and was not mended.
 */
import { parseArgs } from 'node:util';
import { type Difference, differencesOf, rebuildRollups } from '../subgraphs/shared/src/rollup-check.ts';
import { withOwner } from './database-access.ts';
import { subgraphNames } from './environment.ts';
import { dataFolder } from './folder.ts';
import { fail, Trouble } from './trouble.ts';

/** More of them say no more. */
const SHOWN = 50;

async function main(): Promise<boolean> {
  const { subgraph, rebuild } = readArguments();
  return withOwner(subgraph, 'npm run rollup', (ownerUrl) => check(ownerUrl, rebuild));
}

function readArguments(): { subgraph: string; rebuild: boolean } {
  const usage = 'Usage 用法: npm run rollup -- <subgraph> [--rebuild]';
  try {
    const { values, positionals } = parseArgs({ options: { rebuild: { type: 'boolean', default: false } }, allowPositionals: true });
    const [subgraph = ''] = positionals;
    if (positionals.length === 1 && subgraphNames().includes(subgraph)) return { subgraph, rebuild: values.rebuild };
  } catch {
    // Told below.
  }
  throw new Trouble(`${usage}\nName one of ${subgraphNames().join(', ')}.`, `请指明子图：${subgraphNames().join('、')}。`);
}

/** @returns whether roll-ups and facts agree in the end */
async function check(ownerUrl: string, rebuild: boolean): Promise<boolean> {
  const before = await differences(ownerUrl);
  tell(before);
  if (!rebuild) return before.length === 0;
  await rebuildRollups(ownerUrl);
  const after = await differences(ownerUrl);
  process.stdout.write('Made anew.  已重建\n');
  if (after.length > 0) tell(after);
  return after.length === 0;
}

async function differences(ownerUrl: string): Promise<Difference[]> {
  try {
    return await differencesOf(ownerUrl);
  } catch (error) {
    // 42P01: no such table; 3F000: no such schema.
    if (!['42P01', '3F000'].includes((error as { code?: string }).code ?? '')) throw error;
    throw new Trouble('This department has no roll-ups.', '该部门没有汇总表。');
  }
}

function tell(found: readonly Difference[]): void {
  if (found.length === 0) return void process.stdout.write('Roll-ups and facts agree.  汇总与明细一致\n');
  const lines = found
    .slice(0, SHOWN)
    .map(({ roll_up, place, kept, counted }) => `${roll_up} ${place}: kept ${kept}, the facts say ${counted}`);
  const more = found.length > SHOWN ? [`… ${found.length - SHOWN} more`] : [];
  process.stdout.write(`${found.length} rows differ  不一致:\n${[...lines, ...more].join('\n')}\n`);
}

await main().then(
  (agree) => process.exit(agree ? 0 : 1),
  (error) => fail(error, dataFolder().path),
);
