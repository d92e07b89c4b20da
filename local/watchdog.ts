/**
 * Parent of the database server: `node watchdog.js UID GID PROGRAM ARGUMENTS…` (`-` for "as I am"). The postmaster does not notice
 * that whoever wanted it is gone. This process does, by the end of its standard input, which the kernel closes after SIGKILL too; it
 * then ends the server in order. It leads its own session, so Ctrl-C in the terminal reaches the supervisor alone.
 */
import { spawn } from 'node:child_process';

/** Fast shutdown writes a checkpoint; after this long the server is told to leave it to the next start's recovery. */
const FAST_MS = 2_500;
const IMMEDIATE_MS = 500;

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
  setTimeout(() => server.kill('SIGQUIT'), FAST_MS).unref();
  setTimeout(() => server.kill('SIGKILL'), FAST_MS + IMMEDIATE_MS).unref();
}

process.stdin.on('end', end).on('close', end).on('error', end).resume();
process.on('SIGTERM', end).on('SIGINT', end).on('SIGHUP', end);
server.on('error', (error) => {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
});
server.on('exit', (code) => process.exit(code ?? 1));
