/** One GraphQL request over HTTP: bounded, identified, then answered by Apollo Server. */
import { HeaderMap } from '@apollo/server';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type DocumentNode, type GraphQLSchema, getOperationAST, Kind, type OperationTypeNode } from 'graphql';
import { goneSignal } from '../../subgraphs/shared/src/gone.ts';
import { accessOf } from './access.ts';
import type { Admission, Place } from './admission.ts';
import type { ApolloServers } from './apollo.ts';
import type { Budgets } from './budget.ts';
import { claimsOf, textsOf } from './claims.ts';
import type { RequestContext } from './context.ts';
import { type Time, timeOf } from './deadline.ts';
import { isObject } from './engine/json.ts';
import type { Graphs } from './graph.ts';
import type { Credentials, Identity } from './identity.ts';
import { parseBounded } from './limits.ts';
import { Lru } from './lru.ts';
import type { Exchanges } from './record-exchange.ts';
import { Refusal } from './refusal.ts';
import type { Scopes } from './scope.ts';

export interface HandlerOptions {
  graphs: Graphs;
  admission: Admission;
  /** Null where clients have no limit. */
  budgets: Budgets | null;
  /** Null in `--open`. */
  credentials: Credentials | null;
  /** Null without a database of our own. */
  exchanges: Exchanges | null;
  isProduction: boolean;
  requestTimeoutMs: number;
}

interface Body {
  query?: unknown;
  operationName?: unknown;
  extensions?: unknown;
}

const KEPT_DOCUMENTS = 1_000;
/** Longer queries are bounded each time rather than kept. */
const MAX_KEPT_SOURCE = 32 * 1024;

/** Answers POST and GET of the GraphQL route. */
export function graphqlHandler(options: HandlerOptions) {
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
    const signal = goneSignal(reply.raw);
    let place: Place | undefined;
    try {
      place = options.admission.enter();
      const time = timeOf(request, startedAt, options.requestTimeoutMs);
      const identity = (await options.credentials?.identify(request.headers.authorization)) ?? null;
      if (identity) await options.budgets?.charge(identity, request.ip);
      if (identity) options.exchanges?.begin(request, identity, time.deadline);
      const own = { signal, place, time };
      place.know({ isService: identity?.roles.includes('SERVICE') });
      return await options.graphs.use(async ({ apollo, variants, scopes }) => {
        const isMutation = checkOperation(request, variants.of(identity?.variant ?? null).schema, documentOf) === 'mutation';
        const contextValue = await contextOf(request, identity, scopes, { ...own, isMutation }, options);
        return await answer(apollo, request, reply, contextValue);
      });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return reply.code(error.status).headers(error.headers).type('application/json; charset=utf-8').send(JSON.stringify(error.body));
    } finally {
      place?.leave();
    }
  };
}

/**
 * Refuses what must not come near the planner, and what Apollo Server would hand on to it or call a fault of ours. Whatever else is
 * wrong with the request Apollo Server says.
 * @returns what kind of operation it is, as far as that can be told.
 */
function checkOperation(
  request: FastifyRequest,
  schema: GraphQLSchema,
  documentOf: (source: string) => DocumentNode,
): OperationTypeNode | null {
  if (Array.isArray(request.body))
    throw new Refusal('LIMIT_EXCEEDED', {
      zh: '每个请求只含一个操作，请逐个发送（连接可复用）。',
      en: 'One operation per request: send them one by one, over one connection.',
      details: { limit: 'batch', max: 1, value: request.body.length },
    });
  const { query, operationName, extensions } = ((request.method === 'GET' ? request.query : request.body) ?? {}) as Body;
  if (isKnownByHash(extensions))
    throw new Refusal('VALIDATION_FAILED', {
      zh: '不支持仅凭哈希的查询（persistedQuery）：请发送 query 全文。',
      en: 'Persisted queries are not supported: send the text as `query`, without `persistedQuery`.',
    });
  if (typeof query !== 'string') return null;
  const document = documentOf(query);
  // Apollo Server has its own word for a name that is no text.
  const isName = typeof operationName === 'string';
  if (!isName && operationName !== undefined && operationName !== null) return null;
  const operation = getOperationAST(document, isName ? operationName : undefined);
  if (!operation) throw noOperation(document, isName ? operationName : null);
  if (operation.operation === 'subscription') throw new Refusal('SUBSCRIPTION_TRANSPORT');
  if (operation.operation === 'mutation' && request.method !== 'POST')
    throw new Refusal('VALIDATION_FAILED', { status: 405, zh: '变更操作须用 POST。', en: 'A mutation is sent by POST.' });
  // Validation passes over the fields of a root type that is not there, whichever operation of the text they stand in.
  for (const node of document.definitions)
    if (node.kind === Kind.OPERATION_DEFINITION && !schema.getRootType(node.operation))
      throw new Refusal('GRAPHQL_VALIDATION_FAILED', { zh: `没有 ${node.operation} 操作。`, en: `The schema has no ${node.operation}.` });
  return operation.operation;
}

function noOperation(document: DocumentNode, name: string | null): Refusal {
  const count = document.definitions.filter((node) => node.kind === Kind.OPERATION_DEFINITION).length;
  if (count === 0) return new Refusal('GRAPHQL_VALIDATION_FAILED', { zh: '查询不含任何操作。', en: 'The query has no operation.' });
  return name === null
    ? new Refusal('GRAPHQL_VALIDATION_FAILED', {
        zh: '查询含多个操作，须以 operationName 指明其一。',
        en: 'The query has several operations: say which one by `operationName`.',
      })
    : new Refusal('GRAPHQL_VALIDATION_FAILED', { zh: `没有名为“${name}”的操作。`, en: `The query has no operation named "${name}".` });
}

/** Whether a query is given by its hash; over GET the extensions are a text. */
function isKnownByHash(extensions: unknown): boolean {
  if (typeof extensions !== 'string') return isObject(extensions) && Boolean(extensions.persistedQuery);
  try {
    const value: unknown = JSON.parse(extensions);
    return isObject(value) && Boolean(value.persistedQuery);
  } catch {
    return false;
  }
}

async function contextOf(
  request: FastifyRequest,
  identity: Identity | null,
  scopes: Scopes | null,
  { time, isMutation, ...own }: { time: Time; isMutation: boolean } & Pick<RequestContext, 'signal' | 'place'>,
  { isProduction }: HandlerOptions,
): Promise<RequestContext> {
  const { startedAt, deadline } = time;
  const debug = !isProduction && request.headers['hub-debug'] === '1';
  const tellsCost = request.headers['hub-cost'] === '1';
  const access = accessOf(identity);
  if (!identity) return { ...own, access, tellsCost, startedAt, deadline, variant: null, extensions: '', identity: '', debug };
  const claims = await claimsOf(request, identity, scopes, isMutation ? time.commandDeadline : deadline);
  return { ...own, access, tellsCost, startedAt, deadline, variant: identity.variant, ...textsOf(claims), debug };
}

async function answer(
  apollo: ApolloServers,
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
  } = await (await apollo.of(contextValue.variant)).executeHTTPGraphQLRequest({
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
