import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, realpathSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { projectRoot } from '../subgraphs/shared/src/config.ts';
import { reaches, serverUser, stateFolder } from './server-user.ts';
import { Trouble } from './trouble.ts';

/** The checkout, as a path. */
export const checkout = fileURLToPath(projectRoot);

/** What one `npm start` keeps between starts. */
export interface DataFolder {
  path: string;
  /** Passwords and private keys; readable by its owner alone. */
  secrets: string;
  /** Public keys for the gateway. */
  jwks: string;
  /** Data folder of PostgreSQL. */
  postgres: string;
  logs: string;
  /** Uploaded files, a folder per department. */
  files: string;
  /** Compiled code of the processes, so that they start faster the next time. */
  compiled: string;
}

/**
 * Where the data lie: `HUB_DATA`, else `.hub` in the checkout. When root starts the hub in a checkout that the database's user cannot reach
 * (below /root), a folder of the machine named after the checkout's path takes its place.
 */
export function dataFolder(): DataFolder {
  const path = chosenPath();
  const at = (name: string): string => join(path, name);
  return {
    path,
    secrets: at('secrets.json'),
    jwks: at('jwks.json'),
    postgres: at('postgres'),
    logs: at('logs'),
    files: at('files'),
    compiled: at('compiled'),
  };
}

function chosenPath(): string {
  const user = serverUser();
  const wish = resolve(process.env.HUB_DATA || join(checkout, '.hub'));
  if (reaches(user, dirname(wish))) return wish;
  if (process.env.HUB_DATA) {
    throw new Trouble(
      `HUB_DATA names ${wish}, which the database's user ${user?.name} cannot enter: name a folder outside of private ones.`,
      `HUB_DATA 指定的 ${wish} 数据库用户 ${user?.name} 无法进入：请换用公共位置的目录。`,
    );
  }
  const root = realpathSync(checkout);
  const mark = createHash('sha256').update(root).digest('hex').slice(0, 12);
  return join(stateFolder(), `${basename(root).replace(/[^\w.-]/g, '_')}-${mark}`);
}

/** Makes the folder if it is absent. As root others may pass through it (and see nothing), since the database's own folder lies below. */
export function makeDataFolder(folder: DataFolder): void {
  const user = serverUser();
  if (!existsSync(folder.path)) mkdirSync(folder.path, { recursive: true, mode: user ? 0o711 : 0o700 });
  if (!reaches(user, folder.path)) chmodSync(folder.path, 0o711);
  mkdirSync(folder.logs, { recursive: true, mode: 0o700 });
}
