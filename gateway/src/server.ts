/** The gateway as one object: made from its configuration, listened to, closed. */
import Fastify, { type FastifyError, type FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { Admission } from './admission.ts';
import { awaitBody, BODY_LIMITS, bodyTooLarge, readBodies } from './body.ts';
import { Budgets } from './budget.ts';
import { claimsOf } from './claims.ts';
import type { GatewayConfig } from './config.ts';
import { serveExplorer } from './explorer.ts';
import { serveFiles } from './files.ts';
import { Graphs } from './graph.ts';
import { graphqlHandler } from './handler.ts';
import { serveHealth } from './health.ts';
import { openOwn } from './own.ts';
import { Refusal } from './refusal.ts';
import { serveSdl } from './sdl.ts';
import { SupergraphWatch } from './supergraph-watch.ts';

export interface Gateway {
  server: FastifyInstance;
  /** Listens; resolves with the port. */
  listen(): Promise<number>;
  /** Answers what is in flight, then ends. */
  close(): Promise<void>;
}

const IDLE_CHECK_MS = 50;

/** Builds the gateway. @throws Error if the planner refuses the supergraph. */
export async function createGateway(config: GatewayConfig, log: Logger): Promise<Gateway> {
  const graphs = await Graphs.open(config, config, log);
  const watch = config.supergraphFile ? new SupergraphWatch(config.supergraphFile, graphs, log) : null;
  const own = openOwn(config, log);
  const { credentials } = own;
  const { isProduction, requestTimeoutMs } = config;
  const admission = new Admission(config.requestConcurrency);
  const budgets = config.budget ? Budgets.open(config.budget, log) : null;

  const server = Fastify({
    bodyLimit: BODY_LIMITS.bodyBytes,
    logger: false,
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: 200 },
  });
  server.setErrorHandler((error: FastifyError, request, reply) => {
    const refusal = refusalOf(error, Number(request.headers['content-length']) || undefined);
    if (refusal.status >= 500) log.error({ err: error }, 'request failed');
    return reply.code(refusal.status).send(refusal.body);
  });
  readBodies(server);
  // Before the routes: what follows is recorded.
  await own.serve(server);
  const handler = graphqlHandler({ graphs, admission, budgets, credentials, exchanges: own.exchanges, isProduction, requestTimeoutMs });
  server.route({ method: ['GET', 'POST'], url: '/graphql', onRequest: awaitBody, handler });
  serveHealth(server, () => graphs.current.sources);
  if (credentials) {
    serveFiles(server, {
      sourceOf: (name) => graphs.current.sources.get(name),
      claimsOf: async (request, withinMs) =>
        claimsOf(request, await credentials.identify(request.headers.authorization), graphs.current.scopes, Date.now() + withinMs),
    });
  }
  serveSdl(server, { graphs, credentials });
  await serveExplorer(server, { isOpen: config.isOpen });

  return {
    server,
    async listen() {
      await server.listen({ host: config.host, port: config.port });
      const address = server.server.address();
      return typeof address === 'object' && address ? address.port : config.port;
    },
    async close() {
      watch?.stop();
      // A client that keeps its connection after its last answer would hold the server open for its whole keep-alive.
      const idle = setInterval(() => server.server.closeIdleConnections(), IDLE_CHECK_MS);
      await server.close();
      clearInterval(idle);
      await graphs.close();
      budgets?.close();
      await own.close();
    },
  };
}

function refusalOf(error: FastifyError | Refusal, bytes: number | undefined): Refusal {
  if (error instanceof Refusal) return error;
  if (error.code === 'FST_ERR_CTP_BODY_TOO_LARGE') return bodyTooLarge(bytes);
  if (error.code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE')
    return new Refusal('VALIDATION_FAILED', { status: 415, en: 'Send application/json.' });
  if (error.statusCode !== undefined && error.statusCode < 500)
    return new Refusal('VALIDATION_FAILED', { status: error.statusCode, zh: '请求体不是有效的 JSON。', en: 'The body is not valid JSON.' });
  return new Refusal('OVERLOADED', { status: 500 });
}
