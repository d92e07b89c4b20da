/** How the gateway is, for whoever starts, watches or balances it: states and reasons, no address. */
import type { FastifyInstance } from 'fastify';
import { instantText } from './engine/failures.ts';
import type { Source } from './engine/source.ts';

/**
 * `/health/live`: the process answers. `/health/ready`: 200 while any subgraph answers, for the others are named in every answer; 503
 * while none does. The body says which are down, why, and since when questions went unanswered (null while none did).
 */
export function serveHealth(server: FastifyInstance, sourcesOf: () => ReadonlyMap<string, Source>): void {
  server.get('/health/live', async () => ({ status: 'live' }));
  server.get('/health/ready', async (_, reply) => {
    const sources = [...sourcesOf().values()];
    const reasons = await Promise.all(sources.map((source) => source.trouble()));
    const missing = sources.flatMap(({ name, outage: { since } }, index) => {
      const reason = reasons[index];
      return reason ? [{ subgraph: name, reason, since: since === null ? null : instantText(since) }] : [];
    });
    const ready = missing.length < sources.length;
    return reply.code(ready ? 200 : 503).send({
      status: ready ? 'ready' : 'waiting for a subgraph',
      subgraphs: Object.fromEntries(sources.map(({ name }, index) => [name, reasons[index] ? 'down' : 'up'])),
      ...(missing.length > 0 && { missing }),
    });
  });
}
