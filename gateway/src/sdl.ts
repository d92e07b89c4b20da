/** The SDL of one's own variant at `/schema.graphql`: for programs that generate code, and where introspection is not answered. */
import { createHash } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import type { Graphs } from './graph.ts';
import type { Credentials } from './identity.ts';
import { Refusal } from './refusal.ts';
import { type ClientSchema, SDL_PATH } from './variants.ts';

export interface SdlOptions {
  graphs: Pick<Graphs, 'current'>;
  /** Null in `--open`: everybody reads the whole. */
  credentials: Pick<Credentials, 'identify'> | null;
}

/** Serves the SDL: of the variant of a token, of the public variant without one. Errors are those of the graph's route. */
export function serveSdl(server: FastifyInstance, { graphs, credentials }: SdlOptions): void {
  const tags = new WeakMap<ClientSchema, string>();
  const etagOf = (client: ClientSchema): string => {
    const known = tags.get(client) ?? `"${createHash('sha256').update(client.sdl()).digest('base64url')}"`;
    tags.set(client, known);
    return known;
  };
  server.get(SDL_PATH, async (request, reply) => {
    // Whose it is decides what it says: kept by nobody for anybody else, and asked again each time.
    reply.headers({ 'cache-control': 'private, no-cache', vary: 'authorization', 'x-content-type-options': 'nosniff' });
    try {
      const identity = (await credentials?.identify(request.headers.authorization)) ?? null;
      const client = graphs.current.variants.of(identity?.variant ?? null);
      const etag = etagOf(client);
      reply.header('etag', etag).headers(client.variant ? { 'hub-variant': client.variant } : {});
      if (request.headers['if-none-match'] === etag) return reply.code(304).send();
      return reply.type('text/plain; charset=utf-8').send(client.sdl());
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return reply.code(error.status).send(error.body);
    }
  });
}
