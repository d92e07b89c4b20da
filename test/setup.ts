/**
 * Before all tests: one PostgreSQL for the whole run, in a folder of its own, gone afterwards. Databases are made by whoever needs them
 * (`database.ts`: an empty one; `kit.ts`: a copy of the demo district), so that a test of a pure function waits for nothing else.
 */
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { makeRoles } from '../local/databases.ts';
import { lives, startPostgres } from '../local/postgres.ts';
import { writePrivately } from '../local/secrets.ts';
import { testSecrets } from './secrets.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Superuser's URL of the tests' PostgreSQL. */
    postgresUrl: string;
    /** Folder of this run: `secrets.json`, logs of the hubs. */
    runFolder: string;
  }
}

const PREFIX = 'district-hub-test-';

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  sweep();
  const runFolder = join(tmpdir(), `${PREFIX}${process.pid}`);
  rmSync(runFolder, { recursive: true, force: true });
  mkdirSync(runFolder, { mode: 0o711 });
  const secrets = testSecrets();
  writePrivately(join(runFolder, 'secrets.json'), secrets);
  const postgres = await startPostgres({
    folder: join(runFolder, 'postgres'),
    password: secrets.superuserPassword,
    log: join(runFolder, 'postgres.log'),
    throwAway: true,
  });
  // Roles belong to the server: made once, no two files make the same one at a time.
  await makeRoles(postgres, secrets);
  project.provide('postgresUrl', postgres.url('postgres'));
  project.provide('runFolder', runFolder);
  return async () => {
    await postgres.stop();
    rmSync(runFolder, { recursive: true, force: true });
  };
}

/** A run that was killed could not remove its folder. */
function sweep(): void {
  for (const name of readdirSync(tmpdir())) {
    const pid = Number(name.slice(PREFIX.length));
    if (!name.startsWith(PREFIX) || !pid || lives(pid)) continue;
    rmSync(join(tmpdir(), name), { recursive: true, force: true });
  }
}
