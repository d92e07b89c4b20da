/** A small hub: PostgreSQL and one child. `node fixture.supervisor.ts FOLDER` reports the process ids and runs until it is killed. */
import { join } from 'node:path';
import { checkout } from '../../local/folder.ts';
import { freePort, startPostgres } from '../../local/postgres.ts';
import { supervise } from '../../local/supervise.ts';

const folder = process.argv[2] ?? '';
const postgres = await startPostgres({
  folder: join(folder, 'postgres'),
  password: 'fixture',
  log: join(folder, 'postgres.log'),
  throwAway: true,
});
const port = await freePort();
const environment = { PORT: String(port) };
const charge = {
  name: 'child',
  program: 'test/local/fixture.child.ts',
  folder: checkout,
  environment,
  port,
  log: join(folder, 'child.log'),
};
const child = supervise(charge, () => undefined);
await child.ready(10_000);
process.stdout.write(`${JSON.stringify({ postgres: postgres.pid, url: postgres.url('postgres'), child: child.pid() })}\n`);
