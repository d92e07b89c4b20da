/** How a command finds a database: by OWNER_DATABASE_URL where the server is the operator's, else on this machine, the hub running or not. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { databaseUrl } from './databases.ts';
import { subgraphNames } from './environment.ts';
import { type DataFolder, dataFolder } from './folder.ts';
import { openData, openPostgres } from './open.ts';
import { lives, type Postgres } from './postgres.ts';
import { readSecrets } from './secrets.ts';
import { openSteps } from './steps.ts';
import { Trouble } from './trouble.ts';

/**
 * Runs `work` with the owner's login of a subgraph's database, or the gateway's.
 * @param command what a second start is told of this one
 * @throws Trouble if there is no hub on this machine and no address was given
 */
export async function withOwner<T>(name: string, command: string, work: (ownerUrl: string) => Promise<T>): Promise<T> {
  const given = process.env.OWNER_DATABASE_URL;
  if (given) return work(given);
  const folder = dataFolder();
  const secrets = readSecrets(folder);
  if (!secrets) {
    throw new Trouble(
      `There is no hub in ${folder.path}: run npm start first, or name the owner's login in OWNER_DATABASE_URL.`,
      `${folder.path} 中没有数据：请先执行 npm start，或用 OWNER_DATABASE_URL 指明数据库。`,
    );
  }
  const running = runningServer(folder);
  if (running) return work(databaseUrl(running, secrets, name, 'owner'));
  const postgres = await openPostgres(folder, await openData(folder, subgraphNames(), command), openSteps());
  try {
    return await work(databaseUrl(postgres, secrets, name, 'owner'));
  } finally {
    await postgres.stop();
  }
}

/** The server that `npm start` runs on this folder: PostgreSQL's own note tells process and port. */
function runningServer(folder: DataFolder): Pick<Postgres, 'url'> | null {
  const note = join(folder.postgres, 'postmaster.pid');
  if (!existsSync(note)) return null;
  const [pid = '', , , port = ''] = readFileSync(note, 'utf8').split('\n');
  if (!lives(Number(pid))) return null;
  return {
    url(database, user = '', password = '') {
      return `postgresql://${encodeURIComponent(user)}:${encodeURIComponent(password)}@127.0.0.1:${port.trim()}/${encodeURIComponent(database)}`;
    },
  };
}
