/**
 * Ends a statement that nobody waits for any more, on the server itself: PostgreSQL notices a client that is gone only when it has rows
 * to send, and would finish a count of a minute for nobody.
 */
import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';

/** A cancel that comes between two statements has no effect, so it is sent until the statement has ended. */
const AGAIN_MS = 100;
const CANCEL_MS = 2_000;
/** `CancelRequest` of the PostgreSQL protocol. */
const CANCEL_CODE = 80_877_102;

/** What pg knows of its backend; its types do not tell. */
type Backend = pg.PoolClient & { processID: number; secretKey: number };

/**
 * Cancels what a connection's backend does when `signal` is aborted, until the returned function is called.
 * The connection must not be used again after an abort: a cancel may still be on its way.
 */
export function cancelledBy(signal: AbortSignal | undefined, client: pg.PoolClient): () => void {
  if (!signal) return () => undefined;
  let isOver = false;
  const cancel = async (): Promise<void> => {
    while (!isOver) {
      await sendCancel(client as Backend);
      await pause(AGAIN_MS, undefined, { ref: false });
    }
  };
  const onAbort = () => void cancel();
  if (signal.aborted) onAbort();
  else signal.addEventListener('abort', onAbort, { once: true });
  return () => {
    isOver = true;
    signal.removeEventListener('abort', onAbort);
  };
}

/** Resolves when the server has taken the request, or cannot. It goes in clear, as libpq's own does; it holds no secret but this backend's. */
function sendCancel({ host, port, processID, secretKey }: Backend): Promise<void> {
  const request = Buffer.alloc(16);
  request.writeInt32BE(request.length, 0);
  request.writeInt32BE(CANCEL_CODE, 4);
  request.writeInt32BE(processID, 8);
  request.writeInt32BE(secretKey, 12);
  const socket = host.startsWith('/') ? connect(`${host}/.s.PGSQL.${port}`) : connect(port, host);
  return new Promise((resolve) => {
    socket.setTimeout(CANCEL_MS, () => socket.destroy());
    socket.on('error', () => undefined);
    socket.on('close', () => resolve());
    socket.on('connect', () => socket.end(request));
    socket.resume();
  });
}
