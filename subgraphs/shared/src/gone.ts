import type { ServerResponse } from 'node:http';

/** Aborted when whoever asked goes away before his answer was sent. */
export function goneSignal(response: ServerResponse): AbortSignal {
  const gone = new AbortController();
  response.once('close', () => {
    if (!response.writableFinished) gone.abort();
  });
  return gone.signal;
}
