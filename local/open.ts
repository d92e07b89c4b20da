import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type DataFolder, makeDataFolder } from './folder.ts';
import { take } from './lock.ts';
import { type Postgres, startPostgres } from './postgres.ts';
import { keepSecrets, type Secrets } from './secrets.ts';
import type { Steps } from './steps.ts';
import { checkRoom, FIRST_START_MB, LATER_START_MB, Trouble } from './trouble.ts';

/**
 * Takes the data folder for this process, makes what a new one needs, and reads its secrets.
 * @param address what a second start is told of the first
 * @throws Trouble when another process has it, when it is half made, when the disk is full
 */
export async function openData(folder: DataFolder, names: readonly string[], address: string): Promise<Secrets> {
  makeDataFolder(folder);
  const holder = await take(folder.path, { pid: process.pid, address });
  if (holder) {
    throw new Trouble(
      `The data folder ${folder.path} is in use by another npm start (process ${holder.pid}, ${holder.address}): use that one, or end it with Ctrl-C or kill ${holder.pid} first.`,
      `数据目录 ${folder.path} 正被另一个 npm start（进程 ${holder.pid}）使用：请直接使用它，或先将其结束。`,
    );
  }
  checkRoom(folder.path, existsSync(folder.postgres) ? LATER_START_MB : FIRST_START_MB);
  return keepSecrets(folder, names);
}

/** Starts the PostgreSQL of a data folder that this process has taken. */
export const openPostgres = (folder: DataFolder, { superuserPassword }: Secrets, steps: Steps): Promise<Postgres> =>
  steps.run('PostgreSQL 18', '数据库', () =>
    startPostgres({ folder: folder.postgres, password: superuserPassword, log: join(folder.logs, 'postgres.log') }),
  );
