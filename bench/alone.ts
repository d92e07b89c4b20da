import { parseArgs } from 'node:util';
import { type Bench, withBench } from './hub.ts';
import { type Line, machine, tableOf } from './measure.ts';

/** Runs one measurement alone: `--facts N`, `--rounds N`. Prints its lines of the table. */
export async function measureAlone(measure: (bench: Bench, rounds: number) => Promise<Line[]>, usual: number): Promise<never> {
  const { values } = parseArgs({
    options: { facts: { type: 'string', default: '1000000' }, rounds: { type: 'string', default: String(usual) } },
  });
  try {
    await withBench(Number(values.facts), async (bench) => {
      bench.steps.say(`\n${tableOf(await measure(bench, Number(values.rounds)))}\n\nmachine: ${machine()}`);
    });
    process.exit(0);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  }
}
