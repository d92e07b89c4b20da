import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chownSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { basename, dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { MAJOR, placeBinaries, watchdogFile } from './postgres-binaries.ts';
import { type ServerUser, serverUser } from './server-user.ts';
import { diskFull, saysFull, Trouble } from './trouble.ts';

const HOST = '127.0.0.1';
export const SUPERUSER = 'postgres';
const READY_MS = 60_000;
/** How long a server whose supervisor was just killed may take to end before it is told to. */
const LEAVING_MS = 32_000;

export interface PostgresOptions {
  /** Data folder of the server; made by initdb if it does not exist. Its parent must be reachable for `serverUser()`. */
  folder: string;
  /** Password of the superuser; the server is made with it the first time. */
  password: string;
  /** Fixed port; without it a free one. */
  port?: number;
  /** File the server's messages are appended to. */
  log: string;
  /** Trades every safety of the data for speed: for tests only. */
  throwAway?: boolean;
}

/** A running PostgreSQL of this process; it ends when this process ends, however that happens. */
export interface Postgres {
  host: string;
  port: number;
  /** Process id of the postmaster. */
  pid: number;
  /** Connection URL of a database; the superuser's unless another login is given. */
  url(database: string, user?: string, password?: string): string;
  /** Resolves when the server has ended, wanted or not. */
  ended: Promise<void>;
  /** Fast shutdown: running statements are rolled back, committed work is kept. What takes longer is left to the next start's recovery. */
  stop(withinMs?: number): Promise<void>;
}

/**
 * Starts PostgreSQL 18 from the binaries npm brought, on IPv4 loopback alone, and waits until it answers.
 * @throws Trouble for a half-made folder, one of another version, one in use, a taken port, a full disk
 */
export async function startPostgres(options: PostgresOptions): Promise<Postgres> {
  const user = serverUser();
  const binaries = placeBinaries(user);
  if (!existsSync(options.folder)) await makeFolder(binaries, user, options);
  checkFolder(options.folder);
  await awaitEndOfLastServer(options.folder);

  for (let attempt = 1; ; attempt++) {
    const port = options.port ?? (await freePort());
    const started = await launch(binaries, user, options, port);
    if (started) return started;
    // Somebody took the free port between our look and the server's.
    if (options.port !== undefined || attempt === 5) throw portTaken(port, 'PostgreSQL', '数据库');
  }
}

/** The sentence for a TCP port of ours that somebody else listens on. */
export const portTaken = (port: number, what: string, whatZh: string, instead?: number): Trouble =>
  new Trouble(
    `Port ${port}, which ${what} needs, is taken by another program: end that program${instead ? `, or choose another port (PORT=${instead} npm start)` : ''}, then start again.`,
    `端口 ${port}（${whatZh}）已被其他程序占用：请结束该程序${instead ? `，或换用其他端口（PORT=${instead} npm start）` : ''}后重新启动。`,
  );

/**
 * initdb into a sibling that gets its name when it is whole. What an interrupted start left is thrown away; the process id in the name
 * keeps apart from an initdb that outlived its supervisor.
 */
async function makeFolder(binaries: string, user: ServerUser | null, { folder, password, throwAway }: PostgresOptions): Promise<void> {
  const parent = dirname(folder);
  const making = `${folder}.making-${process.pid}`;
  const secret = `${making}.password`;
  mkdirSync(parent, { recursive: true });
  for (const name of readdirSync(parent)) {
    if (name.startsWith(`${basename(folder)}.making-`)) rmSync(join(parent, name), { recursive: true, force: true });
  }
  mkdirSync(making, { mode: 0o700 });
  writeFileSync(secret, password, { mode: 0o600 });
  if (user) for (const path of [making, secret]) chownSync(path, user.uid, user.gid);
  try {
    await run(join(binaries, 'bin', 'initdb'), user, folder, [
      `--pgdata=${making}`,
      `--username=${SUPERUSER}`,
      `--pwfile=${secret}`,
      '--encoding=UTF8',
      '--locale-provider=builtin',
      '--locale=C.UTF-8',
      '--auth=scram-sha-256',
      '--no-instructions',
      ...(throwAway ? ['--no-sync'] : []),
    ]);
    renameSync(making, folder);
  } catch (error) {
    rmSync(making, { recursive: true, force: true });
    throw error;
  } finally {
    rmSync(secret, { force: true });
  }
}

/** Runs a program of PostgreSQL to its end. Its environment is ours without what could change its meaning (LC_*, PG*). */
async function run(program: string, user: ServerUser | null, folder: string, args: string[]): Promise<void> {
  const identity = user ? { uid: user.uid, gid: user.gid } : {};
  await new Promise<void>((resolve, reject) => {
    execFile(program, args, { cwd: '/', env: cleanEnvironment(), ...identity }, (error, out, err) => {
      if (!error) return resolve();
      if (saysFull(err + out)) return reject(diskFull(folder));
      reject(
        new Trouble(`PostgreSQL could not make ${folder}: ${lastWords(err || error.message)}`, `PostgreSQL 未能建立数据目录 ${folder}。`),
      );
    });
  });
}

const cleanEnvironment = (): NodeJS.ProcessEnv => ({ PATH: process.env.PATH ?? '/usr/bin:/bin', TZ: 'UTC' });

const lastWords = (text: string): string => {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return (lines.findLast((line) => /FATAL|PANIC|error:/.test(line)) ?? lines.at(-1) ?? 'no message').trim();
};

/** A folder that is no whole data folder of our version is left alone. */
function checkFolder(folder: string): void {
  const version = existsSync(join(folder, 'PG_VERSION')) ? readFileSync(join(folder, 'PG_VERSION'), 'utf8').trim() : null;
  if (version === null || !existsSync(join(folder, 'global', 'pg_control'))) {
    throw new Trouble(
      `The data folder ${folder} is only half made: run npm run reset to start over, or put back the whole folder.`,
      `数据目录 ${folder} 不完整：请执行 npm run reset 重新开始，或恢复完整的目录。`,
    );
  }
  if (version !== MAJOR) {
    throw new Trouble(
      `The data folder ${folder} was made by PostgreSQL ${version}, and this hub brings ${MAJOR}: run npm run reset to start over, or name another folder with HUB_DATA.`,
      `数据目录 ${folder} 属于 PostgreSQL ${version}，本系统使用 ${MAJOR}：请执行 npm run reset 重新开始，或用 HUB_DATA 指定别的目录。`,
    );
  }
}

/** What the server writes about itself: process id, state and so on, one per line. */
function readPidFile(folder: string): { pid: number; ready: boolean } | null {
  try {
    const lines = readFileSync(join(folder, 'postmaster.pid'), 'utf8').split('\n');
    return { pid: Number(lines[0]), ready: lines[7]?.trim() === 'ready' };
  } catch {
    return null;
  }
}

/** Whether a process lives; another user's counts. */
export function lives(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** After a killed supervisor the old server may still be writing its checkpoint. Whoever starts holds the folder's lock, so nobody wants it. */
async function awaitEndOfLastServer(folder: string): Promise<void> {
  const last = readPidFile(folder);
  if (!last || !isServerOf(last.pid, folder)) return;
  const until = Date.now() + LEAVING_MS;
  while (lives(last.pid) && Date.now() < until) await pause(50);
  if (!lives(last.pid)) return;
  throw new Trouble(
    `The data folder ${folder} is in use by another PostgreSQL (process ${last.pid}): end it with kill -INT ${last.pid}, then run npm start again.`,
    `数据目录 ${folder} 正被另一个 PostgreSQL（进程 ${last.pid}）使用：请先结束它（kill -INT ${last.pid}），再执行 npm start。`,
  );
}

/** A process id in a file that outlived a restart of the machine may be anybody's; where /proc tells, ask it. */
function isServerOf(pid: number, folder: string): boolean {
  if (!lives(pid)) return false;
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').includes(folder);
  } catch {
    return true;
  }
}

/** Whether nobody listens on a port of the loopback at this moment. */
export async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port, HOST);
  try {
    await once(server, 'listening');
    server.close();
    await once(server, 'close');
    return true;
  } catch {
    return false;
  }
}

/** A port of the loopback that nobody listens on at this moment. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, HOST);
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}

const KEPT = { shared_buffers: '256MB', max_connections: '200', wal_compression: 'on', checkpoint_timeout: '15min', max_wal_size: '2GB' };
const THROWN_AWAY = {
  shared_buffers: '128MB',
  max_connections: '200',
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  autovacuum: 'off',
  wal_level: 'minimal',
  max_wal_senders: '0',
  checkpoint_timeout: '1h',
  max_wal_size: '8GB',
  file_copy_method: 'clone',
};

/** What a server's log does not tell: a broken constraint's details and a slow statement's parameters are people's data. */
export const UNTOLD = { log_error_verbosity: 'terse', log_parameter_max_length: '0' };

function serverArguments({ folder, throwAway }: PostgresOptions, port: number): string[] {
  const settings: Record<string, string> = {
    listen_addresses: HOST,
    port: String(port),
    unix_socket_directories: '',
    timezone: 'UTC',
    log_timezone: 'UTC',
    logging_collector: 'off',
    log_min_duration_statement: '2s',
    ...UNTOLD,
    ...(throwAway ? THROWN_AWAY : KEPT),
  };
  return ['-D', folder, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])];
}

/** Starts the server under its watchdog. @returns null if the port is taken */
async function launch(binaries: string, user: ServerUser | null, options: PostgresOptions, port: number): Promise<Postgres | null> {
  mkdirSync(dirname(options.log), { recursive: true });
  const log = openSync(options.log, 'a', 0o600);
  const logStart = statSync(options.log).size;
  const identity = user ? [String(user.uid), String(user.gid)] : ['-', '-'];
  const args = [watchdogFile, ...identity, join(binaries, 'bin', 'postgres'), ...serverArguments(options, port)];
  const watchdog = spawn(process.execPath, args, { detached: true, cwd: '/', env: cleanEnvironment(), stdio: ['pipe', log, log] });
  closeSync(log);
  const ended = once(watchdog, 'exit').then(() => undefined);

  const pid = await awaitReady(watchdog, options.folder);
  if (pid === null) {
    const words = readFileSync(options.log).subarray(logStart).toString('utf8');
    if (/could not bind IPv4 address/.test(words)) return null;
    if (saysFull(words)) throw diskFull(options.folder);
    throw new Trouble(
      `PostgreSQL did not start: ${lastWords(words)} (all of it in ${options.log}).`,
      `PostgreSQL 未能启动，详情见 ${options.log}。`,
    );
  }
  return { host: HOST, port, pid, url: urlOf(port, options.password), ended, stop: (withinMs) => stop(watchdog, ended, withinMs) };
}

async function awaitReady(watchdog: ChildProcess, folder: string): Promise<number | null> {
  const until = Date.now() + READY_MS;
  while (watchdog.exitCode === null && watchdog.signalCode === null) {
    const state = readPidFile(folder);
    // The file of a server that was killed says ready as well, and nobody may have buried it yet.
    if (state?.ready && isServerOf(state.pid, folder)) return state.pid;
    if (Date.now() > until) {
      watchdog.kill('SIGTERM');
      throw new Trouble(`PostgreSQL was not ready within ${READY_MS / 1000} s.`, `PostgreSQL 在 ${READY_MS / 1000} 秒内未就绪。`);
    }
    await pause(25);
  }
  return null;
}

const urlOf =
  (port: number, superuserPassword: string) =>
  (database: string, user = SUPERUSER, password = superuserPassword): string =>
    `postgresql://${encodeURIComponent(user)}:${encodeURIComponent(password)}@${HOST}:${port}/${encodeURIComponent(database)}`;

async function stop(watchdog: ChildProcess, ended: Promise<void>, withinMs = READY_MS): Promise<void> {
  watchdog.stdin?.destroy();
  const hurry = setTimeout(() => watchdog.kill('SIGTERM'), withinMs);
  await ended;
  clearTimeout(hurry);
}
