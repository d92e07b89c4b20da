import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';

/** A process of the hub as it is to run. */
export interface Charge {
  name: string;
  /** Script, relative to `folder`. */
  program: string;
  folder: string;
  environment: Record<string, string>;
  port: number;
  /** File for all it says. */
  log: string;
}

/** A process that is kept running. */
export interface Supervised {
  name: string;
  /** Process id at this moment, or null between two lives. */
  pid(): number | null;
  /** Waits for /health/ready. Rejects with the last words when the process ends before it was ever ready. */
  ready(withinMs: number): Promise<void>;
  /** Ends it in order, by SIGKILL after `withinMs`. */
  stop(withinMs: number): Promise<void>;
}

const FIRST_DELAY_MS = 100;
const LONGEST_DELAY_MS = 5_000;
/** A life this long makes an earlier series of deaths forgotten. */
const SOUND_MS = 30_000;
const PROBE_MS = 100;
const PROBE_TIMEOUT_MS = 1_000;
/** From here on pino's levels mean that something went wrong. */
const ERROR_LEVEL = 50;

/** Starts a process, restarts it with back-off when it dies, and says so with `say`. Its errors are said too, all else goes to its log. */
export function supervise(charge: Charge, say: (line: string) => void): Supervised {
  const { name } = charge;
  const notebook = openNotebook(charge.log);
  const lastWords: string[] = [];
  let child: ChildProcess | null = null;
  let stopping = false;
  let wasReady = false;
  let delay = FIRST_DELAY_MS;
  let again: NodeJS.Timeout | null = null;
  const firstEnd = Promise.withResolvers<never>();
  firstEnd.promise.catch(() => undefined);

  function start(): void {
    again = null;
    const startedAt = Date.now();
    const born = spawn(process.execPath, [charge.program], {
      cwd: charge.folder,
      env: { ...process.env, ...charge.environment, HUB_SUPERVISED: '1' },
      // Its own session: Ctrl-C is the supervisor's, which ends all in order. The pipe is how it learns that the supervisor is gone.
      detached: true,
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    child = born;
    born.stdin?.on('error', () => undefined);
    born.on('error', (error) => say(`${name}: ${error.message}`));
    for (const stream of [born.stdout, born.stderr] as Readable[]) listen(stream, hear);
    born.once('close', (code, signal) => {
      child = null;
      if (stopping) return;
      const cause = signal ?? `exit code ${code}`;
      if (!wasReady) return firstEnd.reject(new Error(`${name} ended before it was ready (${cause})\n${lastWords.join('\n')}`));
      if (Date.now() - startedAt > SOUND_MS) delay = FIRST_DELAY_MS;
      say(`${name} ended (${cause}); starting it again in ${delay / 1000} s  已退出，即将重启`);
      again = setTimeout(revive, delay);
      delay = Math.min(delay * 2, LONGEST_DELAY_MS);
    });
  }

  function revive(): void {
    const since = Date.now();
    start();
    probe(charge.port, () => stopping)
      .then((ready) => ready && say(`${name} is ready again after ${((Date.now() - since) / 1000).toFixed(1)} s  已恢复`))
      .catch(() => undefined);
  }

  function hear(line: string): void {
    notebook.write(`${line}\n`);
    const error = errorIn(line);
    if (error === null) return;
    lastWords.push(error);
    if (lastWords.length > 20) lastWords.shift();
    if (wasReady) say(`[${name}] ${error}`);
  }

  start();
  return {
    name,
    pid: () => child?.pid ?? null,
    async ready(withinMs) {
      const late = pause(withinMs, null, { ref: false }).then(() => {
        throw new Error(`${name} was not ready within ${withinMs / 1000} s\n${lastWords.join('\n')}`);
      });
      await Promise.race([probe(charge.port, () => stopping), firstEnd.promise, late]);
      wasReady = true;
    },
    async stop(withinMs) {
      stopping = true;
      if (again) clearTimeout(again);
      if (child) await endInOrder(child, withinMs);
      notebook.end();
    },
  };
}

/** Append-only; a full disk must not take the supervisor down with it. */
function openNotebook(file: string) {
  mkdirSync(dirname(file), { recursive: true });
  return createWriteStream(file, { flags: 'a', mode: 0o600 }).on('error', () => undefined);
}

const listen = (stream: Readable, hear: (line: string) => void) => createInterface({ input: stream }).on('line', hear);

/** What of a line the person at the console should see: a raw line is one on purpose, a log entry only from level error on. */
function errorIn(line: string): string | null {
  if (line.trim() === '') return null;
  if (!line.startsWith('{')) return line;
  try {
    const { level, msg, err } = JSON.parse(line) as { level?: number; msg?: string; err?: { message?: string } };
    if ((level ?? 0) < ERROR_LEVEL) return null;
    return [msg, err?.message].filter((part, index, all) => part && all.indexOf(part) === index).join(': ');
  } catch {
    return line;
  }
}

/** Asks /health/ready until it says yes. @returns false if nobody waits any more */
async function probe(port: number, givenUp: () => boolean): Promise<boolean> {
  while (!givenUp()) {
    const ready = await fetch(`http://127.0.0.1:${port}/health/ready`, { signal: AbortSignal.timeout(PROBE_TIMEOUT_MS) })
      .then(async (reply) => {
        await reply.arrayBuffer();
        return reply.ok;
      })
      .catch(() => false);
    if (ready) return true;
    await pause(PROBE_MS);
  }
  return false;
}

async function endInOrder(child: ChildProcess, withinMs: number): Promise<void> {
  const closed = once(child, 'close');
  child.kill('SIGTERM');
  const hard = setTimeout(() => child.kill('SIGKILL'), withinMs);
  await closed;
  clearTimeout(hard);
}
