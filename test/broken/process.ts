import { spawn } from 'node:child_process';

/** How a program ended. */
export interface Ended {
  /** Null when it was ended from outside, or never began. */
  code: number | null;
  /** What it wrote, both streams in one. */
  said: string;
}

export interface RunOptions {
  cwd: string;
  signal: AbortSignal;
  /** Variables beyond our own. */
  environment?: Record<string, string>;
  /** After this long it is ended. */
  withinMs?: number;
}

/** Variables of whoever started us that would lead git or vitest elsewhere. */
const MISLEADING = /^(GIT_|VITEST|NODE_V8_COVERAGE)/;

/** Runs a program to its end; never rejects, a program that cannot be started has code null and says why. */
export function run(program: string, args: readonly string[], { cwd, signal, environment, withinMs }: RunOptions): Promise<Ended> {
  const inherited = Object.entries(process.env).filter(([name]) => !MISLEADING.test(name));
  const env = { ...Object.fromEntries(inherited), ...environment, NO_COLOR: '1', GIT_CEILING_DIRECTORIES: cwd };
  const ends = withinMs === undefined ? signal : AbortSignal.any([signal, AbortSignal.timeout(withinMs)]);
  return new Promise((resolve) => {
    let said = '';
    const hear = (chunk: string) => {
      said += chunk;
    };
    const child = spawn(program, args, { cwd, env, signal: ends, stdio: ['ignore', 'pipe', 'pipe'] });
    child.stdout.setEncoding('utf8').on('data', hear);
    child.stderr.setEncoding('utf8').on('data', hear);
    child.on('error', (error) => hear(`${error.message}\n`));
    child.on('close', (code) => resolve({ code: ends.aborted ? null : code, said }));
  });
}
