/** The first half of `npm run bench`: every measurement on one running hub, and the table that README.md carries. */
import { measureCommands } from './commands.ts';
import { measureEntities } from './entity.ts';
import { USUAL_FACTS, withBench } from './hub.ts';
import { machine, tableOf } from './measure.ts';
import { writeTable } from './readme.ts';
import { measureView } from './view.ts';

async function main(): Promise<void> {
  await withBench(USUAL_FACTS, async (bench) => {
    const view = await measureView(bench, 40);
    const entities = await measureEntities(bench, 200);
    const commands = await measureCommands(bench, 15);
    const text = `${tableOf([...view, ...entities, ...commands])}\n\nMachine: ${machine()}.`;
    bench.steps.say(`\n${text}`);
    writeTable(text);
  });
}

await main().then(
  () => process.exit(0),
  (error) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  },
);
