/** The page at `/`: asks the graph from a browser, with nothing from any other address. */
import type { FastifyInstance } from 'fastify';

/** Serves the explorer. */
export async function serveExplorer(server: FastifyInstance, _: { isOpen: boolean }): Promise<void> {
  server.get('/', async (_request, reply) => reply.type('text/html; charset=utf-8').send('<!doctype html><title>District Hub</title>'));
}
