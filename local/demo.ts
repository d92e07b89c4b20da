/**
 * `npm run demo -- --facts 1000000` replaces the databases of this machine by a demo district with that many facts (service records and
 * reports), for load tests. `npm start` runs on what it made; `npm run reset` goes back to the ordinary district.
 */
import { parseArgs } from 'node:util';
import { dropDatabase, everyOne } from './databases.ts';
import { loadDemoDistrict } from './demo/load.ts';
import { subgraphNames } from './environment.ts';
import { dataFolder } from './folder.ts';
import { openData, openPostgres } from './open.ts';
import { prepareDatabases } from './prepare.ts';
import { openSteps } from './steps.ts';
import { checkRoom, fail, Trouble } from './trouble.ts';

const LEAST = 1_000;
const MOST = 20_000_000;
/** Of disk per million facts, with indexes and PostgreSQL's log of changes. */
const MB_PER_MILLION = 2_000;

async function main(): Promise<void> {
  const facts = readFacts();
  const folder = dataFolder();
  const names = subgraphNames();
  const steps = openSteps();
  steps.say(`Demo district with ${facts.toLocaleString('en')} facts – data in ${folder.path}`);
  const secrets = await openData(folder, names, 'npm run demo');
  checkRoom(folder.path, (facts / 1_000_000) * MB_PER_MILLION);
  const postgres = await openPostgres(folder, secrets, steps);
  try {
    await everyOne(names.map((name) => dropDatabase(postgres, name)));
    const targets = await prepareDatabases(postgres, secrets, names, steps);
    await loadDemoDistrict(targets, steps, { facts });
  } finally {
    await postgres.stop();
  }
  steps.say('Done: npm start runs on it.  完成，可执行 npm start');
}

function readFacts(): number {
  try {
    const { values } = parseArgs({ options: { facts: { type: 'string' } } });
    const facts = Number(values.facts?.replaceAll('_', ''));
    if (Number.isInteger(facts) && facts >= LEAST && facts <= MOST) return facts;
  } catch {
    // Told below.
  }
  throw new Trouble(
    `Say how many facts the district shall have, ${LEAST} to ${MOST}: npm run demo -- --facts 1000000`,
    `请指明事实行数：npm run demo -- --facts 1000000`,
  );
}

await main().then(
  () => process.exit(0),
  (error) => fail(error, dataFolder().path),
);
