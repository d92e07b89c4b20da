/** The gateway as a process of its own, for tests that need one. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { expect } from 'vitest';

const MAIN = new URL('../../gateway/src/main.ts', import.meta.url).pathname;
const children: ChildProcess[] = [];

/** Kills what `run` started. */
export function endProcesses(): void {
  for (const child of children.splice(0)) child.kill('SIGKILL');
}

const freePort = () =>
  new Promise<number>((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });

/** A gateway as a process of its own; everything it is not told here is absent. */
export async function run(args: string[], env: Record<string, string> = {}) {
  const port = await freePort();
  const started = spawn(process.execPath, [MAIN, ...args], { env: { PATH: process.env.PATH, PORT: String(port), ...env }, stdio: 'pipe' });
  children.push(started);
  let output = '';
  started.stdout!.on('data', (chunk) => {
    output += chunk;
  });
  started.stderr!.on('data', (chunk) => {
    output += chunk;
  });
  const ended = new Promise<number | null>((resolve) => started.on('exit', resolve));
  const url = `http://127.0.0.1:${port}`;
  const ready = () =>
    expect.poll(async () => (await fetch(`${url}/health/ready`).catch(() => null))?.status, { timeout: 40_000 }).toBe(200);
  return { url, ended, ready, process: started, output: () => output };
}
