import { createHash } from 'node:crypto';
import { existsSync, realpathSync, rmSync } from 'node:fs';
import { createConnection, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** Who runs in a data folder. */
export interface Holder {
  pid: number;
  address: string;
}

const ANSWER_MS = 2_000;

/**
 * Takes a data folder for this process until it ends, however it ends.
 * @returns null if it is ours now, else who holds it
 */
export async function take(folder: string, holder: Holder): Promise<Holder | null> {
  const name = socketName(folder);
  for (let attempt = 1; ; attempt++) {
    if (await listen(name, holder)) return null;
    const other = await heldBy(folder);
    if (other) return other;
    // A socket file without a listener: its process was killed (only where names are files).
    if (attempt > 3) return { pid: 0, address: 'unknown' };
    if (!name.startsWith('\0')) rmSync(name, { force: true });
  }
}

/** Who runs in a data folder at this moment, or null. */
export function heldBy(folder: string): Promise<Holder | null> {
  return new Promise((resolve) => {
    const socket = createConnection(socketName(folder));
    let text = '';
    const end = (holder: Holder | null) => {
      socket.destroy();
      resolve(holder);
    };
    socket.setEncoding('utf8').setTimeout(ANSWER_MS, () => end({ pid: 0, address: 'unknown' }));
    socket.on('data', (chunk) => {
      text += chunk;
    });
    socket.on('end', () => end(text ? (JSON.parse(text) as Holder) : null));
    socket.on('error', () => end(null));
  });
}

/**
 * A name that the kernel frees with its holder: on Linux one of the abstract names, elsewhere a file. Made from the folder's path, whose own
 * length no socket name could hold.
 */
function socketName(folder: string): string {
  const parent = dirname(folder);
  const path = existsSync(folder)
    ? realpathSync(folder)
    : existsSync(parent)
      ? join(realpathSync(parent), folder.slice(parent.length))
      : folder;
  const name = `district-hub-${createHash('sha256').update(path).digest('hex').slice(0, 24)}`;
  return process.platform === 'linux' ? `\0${name}` : join(tmpdir(), `${name}.sock`);
}

function listen(name: string, holder: Holder): Promise<Server | null> {
  return new Promise((resolve) => {
    const server = createServer((socket) => {
      socket.on('error', () => undefined).end(JSON.stringify(holder));
    });
    server.once('error', () => resolve(null));
    server.listen(name, () => resolve(server.unref()));
  });
}
