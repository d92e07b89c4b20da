/**
 * Parent of the database server: `node watchdog.js UID GID PROGRAM ARGUMENTS…` (`-` for "as I am"). The postmaster does not notice
 * that whoever wanted it is gone. This process does, by the end of its standard input, which the kernel closes after SIGKILL too; it
 * then ends the server in order; SIGTERM makes it hurry. It leads its own session, so Ctrl-C in the terminal reaches the supervisor alone.
 */
import { spawn } from 'node:child_process';

/** Fast shutdown writes what is dirty to its place, seconds on a busy disk. Nobody waits for an orphan, so it has time. */
const FAST_MS = 30_000;
const IMMEDIATE_MS = 1_000;

const [uid, gid, program = '', ...args] = process.argv.slice(2);
const server = spawn(program, args, {
  cwd: '/',
  stdio: ['ignore', 'inherit', 'inherit'],
  ...(uid !== '-' && { uid: Number(uid), gid: Number(gid) }),
});

let ending = false;
function end(): void {
  if (ending) return;
  ending = true;
  server.kill('SIGINT');
  setTimeout(hurry, FAST_MS).unref();
}

/** Leaves what is dirty to the next start's recovery; nothing that was committed is lost. */
function hurry(): void {
  server.kill('SIGQUIT');
  setTimeout(() => server.kill('SIGKILL'), IMMEDIATE_MS).unref();
}

process.stdin.on('end', end).on('close', end).on('error', end).resume();
process.on('SIGTERM', hurry).on('SIGINT', end).on('SIGHUP', end);
server.on('error', (error) => {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
});
server.on('exit', (code) => process.exit(code ?? 1));
