/** A wire between two programs that a test can cut, or on which it holds back what comes back. */

import type { AddressInfo } from 'node:net';
import { connect, createServer, type Socket } from 'node:net';

export interface Wire {
  /** The target's URL with the wire's port. */
  url: string;
  /** From now on nothing of the target's words arrives, until it is told otherwise. */
  hold(isHeld: boolean): void;
  /** Breaks what is connected and refuses more, until it is mended. */
  cut(isCut: boolean): void;
  close(): void;
}

/** Puts a wire before the server of a URL. */
export async function wireTo(target: string): Promise<Wire> {
  const { hostname, port } = new URL(target);
  const pairs = new Set<Socket>();
  let isHeld = false;
  let isCut = false;
  const server = createServer((near) => {
    if (isCut) return void near.destroy();
    const far = connect(Number(port), hostname);
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      pairs.add(from);
      from.on('error', () => to.destroy());
      from.on('close', () => {
        pairs.delete(from);
        to.destroy();
      });
    }
    near.pipe(far);
    far.on('data', (bytes) => {
      if (!isHeld) near.write(bytes);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = new URL(target);
  url.port = String((server.address() as AddressInfo).port);
  return {
    url: url.href,
    hold(held) {
      isHeld = held;
    },
    cut(cutNow) {
      isCut = cutNow;
      if (cutNow) for (const socket of pairs) socket.destroy();
    },
    close() {
      for (const socket of pairs) socket.destroy();
      server.close();
    },
  };
}
