import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import { checkout } from '../../local/folder.ts';

/** A folder with a space in its name that the database's user reaches, gone after the test. */
export function scratchFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'hub scratch '));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** What a program of ours printed and how it ended. */
export interface Ended {
  code: number;
  out: string;
  err: string;
}

/** Runs one of our programs from the sources to its end. */
export function run(program: string, args: string[] = [], environment: Record<string, string> = {}): Promise<Ended> {
  return new Promise((resolve) => {
    const options = { cwd: checkout, env: { ...process.env, ...environment }, timeout: 30_000 };
    execFile(process.execPath, [program, ...args], options, (error, out, err) => {
      resolve({ code: error ? Number(error.code ?? -1) : 0, out, err });
    });
  });
}

/** Starts a script that reports with one line of JSON, and reads that line. It is killed after the test. */
export async function startScript<T>(program: string, args: string[]): Promise<{ child: ChildProcess; report: T }> {
  const child = spawn(process.execPath, [program, ...args], { cwd: checkout, stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  const [line] = (await once(createInterface({ input: child.stdout! }), 'line')) as [string];
  return { child, report: JSON.parse(line) as T };
}

/** Waits until something is so. */
export async function eventually(what: () => boolean | Promise<boolean>, withinMs: number): Promise<boolean> {
  const until = Date.now() + withinMs;
  while (Date.now() < until) {
    if (await what()) return true;
    await pause(25);
  }
  return false;
}
