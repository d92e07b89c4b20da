/** One GraphQL request over HTTP: bounded, identified, then answered by Apollo Server. */
import { randomUUID } from 'node:crypto';
import { type ApolloServer, HeaderMap } from '@apollo/server';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type DocumentNode, getOperationAST } from 'graphql';
import type { Claims } from '../../subgraphs/shared/src/claims.ts';
import type { RequestContext } from './context.ts';
import type { Credentials, Identity } from './identity.ts';
import { parseBounded } from './limits.ts';
import { Lru } from './lru.ts';
import { Refusal } from './refusal.ts';
import type { Scopes } from './scope.ts';

export interface HandlerOptions {
  apollo: ApolloServer<RequestContext>;
  /** Both null in `--open`. */
  credentials: Credentials | null;
  scopes: Scopes | null;
  isProduction: boolean;
  requestTimeoutMs: number;
}

interface Body {
  query?: unknown;
  operationName?: unknown;
}

const MAX_PURPOSE = 200;
const KEPT_DOCUMENTS = 1_000;
/** Longer queries are bounded each time rather than kept. */
const MAX_KEPT_SOURCE = 32 * 1024;

/** Answers POST and GET of the GraphQL route. */
export function graphqlHandler(options: HandlerOptions) {
  const { apollo } = options;
  const bounded = new Lru<DocumentNode>(KEPT_DOCUMENTS);

  function documentOf(source: string): DocumentNode {
    const known = bounded.get(source);
    if (known) return known;
    const document = parseBounded(source);
    if (source.length <= MAX_KEPT_SOURCE) bounded.set(source, document);
    return document;
  }

  return async (request: FastifyRequest, reply: FastifyReply) => {
    const startedAt = Date.now();
    try {
      const identity = (await options.credentials?.identify(request.headers.authorization)) ?? null;
      checkOperation(request, documentOf);
      const contextValue = await contextOf(request, identity, startedAt, options);
      return await answer(apollo, request, reply, contextValue);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return reply.code(error.status).type('application/json; charset=utf-8').send(JSON.stringify(error.body));
    }
  };
}

/** Refuses what must not come near the planner. Whatever else is wrong with the request Apollo Server says. */
function checkOperation(request: FastifyRequest, documentOf: (source: string) => DocumentNode): void {
  if (Array.isArray(request.body))
    throw new Refusal('LIMIT_EXCEEDED', {
      zh: '每个请求只含一个操作。',
      en: 'One operation per request.',
      details: { limit: 'batch', max: 1 },
    });
  const { query, operationName } = ((request.method === 'GET' ? request.query : request.body) ?? {}) as Body;
  if (typeof query !== 'string') return;
  const document = documentOf(query);
  const operation = getOperationAST(document, typeof operationName === 'string' ? operationName : undefined);
  if (operation?.operation === 'subscription') throw new Refusal('SUBSCRIPTION_TRANSPORT');
}

async function contextOf(
  request: FastifyRequest,
  identity: Identity | null,
  startedAt: number,
  { scopes, isProduction, requestTimeoutMs }: HandlerOptions,
): Promise<RequestContext> {
  const deadline = startedAt + requestTimeoutMs;
  const debug = !isProduction && request.headers['hub-debug'] === '1';
  if (!identity) return { startedAt, deadline, variant: null, extensions: '', debug };
  const place = (await scopes?.resolve(identity.areaCodes)) ?? { areas: [], communities: [], edition: null };
  const claims: Claims = { requestId: randomUUID(), ...identity, ...place, purpose: purposeOf(request), deadline };
  return { startedAt, deadline, variant: identity.variant, extensions: JSON.stringify({ hub: claims }), debug };
}

function purposeOf(request: FastifyRequest): string | null {
  const purpose = request.headers['x-purpose'];
  return typeof purpose === 'string' && purpose.length > 0 ? purpose.slice(0, MAX_PURPOSE) : null;
}

async function answer(
  apollo: ApolloServer<RequestContext>,
  request: FastifyRequest,
  reply: FastifyReply,
  contextValue: RequestContext,
): Promise<FastifyReply> {
  const headers = new HeaderMap();
  for (const [name, value] of Object.entries(request.headers))
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value);
  const {
    status,
    headers: out,
    body,
  } = await apollo.executeHTTPGraphQLRequest({
    httpGraphQLRequest: {
      method: request.method,
      headers,
      search: request.url.includes('?') ? request.url.slice(request.url.indexOf('?')) : '',
      body: request.body,
    },
    context: async () => contextValue,
  });
  if (body.kind !== 'complete') throw new Error('a gateway answers in one piece');
  reply.code(status ?? 200);
  for (const [name, value] of out) reply.header(name, value);
  return reply.send(body.string);
}
