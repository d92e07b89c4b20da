import { copyFileSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type Ended, run } from './process.ts';

/** A copy of the project in which guards are taken out; the project itself is only read. */
export interface Copy {
  path: string;
  /** Applies a patch. Ends with another code than 0, and nothing changed, when it does not fit. */
  apply(patch: string): Promise<Ended>;
  /** Takes an applied patch back. */
  takeBack(patch: string): Promise<Ended>;
  remove(): void;
}

/** Copies the tracked files as they are in the working tree; node_modules is linked. */
export async function copyOf(project: string, signal: AbortSignal): Promise<Copy> {
  const listing = ['ls-files', '-z', '--cached', '--deduplicate'];
  // A checkout of somebody else's may be read, whatever git thinks of its owner: nothing of it is run by git.
  const listed = await run('git', ['-c', 'safe.directory=*', ...listing], { cwd: project, signal });
  if (listed.code !== 0) throw new Error(`git could not list the files of ${project}: ${listed.said.trim()}`);
  const path = realpathSync(mkdtempSync(join(tmpdir(), 'district-hub-broken-')));
  try {
    for (const file of listed.said.split('\0')) if (isFile(join(project, file))) copyFile(join(project, file), join(path, file));
    linkModules(join(project, 'node_modules'), join(path, 'node_modules'));
  } catch (error) {
    rmSync(path, { recursive: true, force: true });
    throw error;
  }
  const git = (...args: string[]): Promise<Ended> =>
    run('git', ['apply', '--recount', '--whitespace=nowarn', ...args], { cwd: path, signal });
  return {
    path,
    apply: (patch) => git(patch),
    takeBack: (patch) => git('--reverse', patch),
    remove: () => rmSync(path, { recursive: true, force: true }),
  };
}

/** A tracked file may be deleted in the working tree; a path that is no file is somebody's repository within ours. */
const isFile = (path: string): boolean => lstatSync(path, { throwIfNoEntry: false })?.isFile() ?? false;

function copyFile(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true });
  copyFileSync(from, to);
}

/** Each package is linked, not the folder, so that what vitest keeps there stays in the copy. */
function linkModules(from: string, to: string): void {
  mkdirSync(to);
  for (const name of readdirSync(from)) if (!/^\.vite/.test(name)) symlinkSync(join(from, name), join(to, name));
}
