import { lstatSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { Trouble } from './trouble.ts';

/** The user the database server runs as when root starts it: PostgreSQL refuses to run as root. */
export interface ServerUser {
  name: string;
  uid: number;
  gid: number;
}

const CANDIDATES = ['nobody', 'postgres', 'daemon'];

/** The user the server must run as, or null if this process may run it itself. */
export function serverUser(): ServerUser | null {
  if (process.getuid?.() !== 0) return null;
  const entries = new Map(
    readFileSync('/etc/passwd', 'utf8')
      .split('\n')
      .map((line) => line.split(':'))
      .map(([name = '', , uid, gid]) => [name, { name, uid: Number(uid) >>> 0, gid: Number(gid) >>> 0 }]),
  );
  for (const name of CANDIDATES) {
    const user = entries.get(name);
    if (user && user.uid > 0) return user;
  }
  throw new Trouble(
    `PostgreSQL does not run as root, and this machine has none of the users ${CANDIDATES.join(', ')}: run npm start as an ordinary user.`,
    'PostgreSQL 不能以 root 运行，且本机没有可用的普通用户：请以普通用户执行 npm start。',
  );
}

/** May this user enter the folder? Judged by the mode bits of the folder and all above it; `null` is this process itself, which may. */
export function reaches(user: ServerUser | null, folder: string): boolean {
  if (!user) return true;
  for (let at = nearest(resolve(folder)); ; at = dirname(at)) {
    const { mode, uid, gid } = statSync(at);
    const bit = uid === user.uid ? 0o100 : gid === user.gid ? 0o010 : 0o001;
    if (!(mode & bit)) return false;
    if (at === dirname(at)) return true;
  }
}

/** The nearest folder that exists at or above a path. */
function nearest(path: string): string {
  return statSync(path, { throwIfNoEntry: false }) ? path : nearest(dirname(path));
}

/**
 * Where this machine keeps what cannot lie in the checkout: for root a folder every user reaches (not /tmp or /var/tmp, where old
 * files are cleaned away one by one), for others their cache. Made if absent, and refused if somebody else could write there.
 */
export function stateFolder(): string {
  const root = process.getuid?.() === 0;
  const folder = root ? '/var/lib/district-hub' : join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'district-hub');
  mkdirSync(folder, { recursive: true, mode: root ? 0o755 : 0o700 });
  const { uid, mode } = lstatSync(folder);
  if (uid === process.getuid?.() && !(mode & 0o022)) return folder;
  throw new Trouble(
    `${folder} is not this user's alone, so programs and data are not put there: remove it, or make it ${root ? "root's" : 'yours'} with mode 755.`,
    `${folder} 不是当前用户独有，不能存放程序和数据：请删除它，或改为归当前用户所有、权限 755。`,
  );
}
