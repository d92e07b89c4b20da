import { ApolloServer } from '@apollo/server';
import { ApolloServerPluginCacheControlDisabled, ApolloServerPluginInlineTraceDisabled } from '@apollo/server/plugin/disabled';
import closeWithGrace from 'close-with-grace';
import Fastify, { type FastifyInstance } from 'fastify';
import type { GraphQLFormattedError } from 'graphql';
import { pino } from 'pino';
import { type Claims, parseClaims } from './claims.ts';
import { followClock } from './clock.ts';
import { ConfigError, readSubgraphConfig, subgraphList } from './config.ts';
import type { Context } from './context.ts';
import { type Database, openDatabase } from './database.ts';
import type { ValueWarning } from './domain/value-error.ts';
import { formatError } from './errors.ts';
import { compiled } from './executor.ts';
import { serveFiles } from './files.door.ts';
import { FileStore } from './files.store.ts';
import { startSweeping } from './files.ts';
import { goneSignal } from './gone.ts';
import { openGraph } from './graph.ts';
import { endWithParent } from './process.ts';
import { startFolding } from './rollup.ts';
import { parseKeys, Verifier } from './signature.ts';
import { buildSubgraph, type Services, type Subgraph } from './subgraph.ts';
import { type Vault, vaultOf } from './vault.ts';

/** Membership of 88 places with their statistics is a few hundred KB; what is larger did not come from our gateway. */
const BODY_LIMIT = 8 * 1024 * 1024;
/** Claims of a request for files travel in a header, with the ids of all places of a wide credential. */
const HEADER_LIMIT = 64 * 1024;
const CLOSE_MS = 8_000;

/** What a request says beside its data. */
type Said = Pick<Context, 'warn' | 'replayed'>;
const UNSAID: Said = { warn: () => undefined, replayed: () => undefined };

interface Body {
  query?: string;
  variables?: Record<string, unknown>;
  operationName?: string;
  /** `deadline`: when this request is given up, epoch milliseconds; earlier than that of the claims, or as late. */
  extensions?: { hub?: unknown; deadline?: unknown };
}

/** Runs a subgraph as a process: signed GraphQL at /graphql, /health/live, /health/ready; ends within ten seconds of SIGTERM. */
export async function serve(definition: Subgraph): Promise<void> {
  try {
    await start(definition);
  } catch (error) {
    process.stderr.write(`${error instanceof ConfigError ? error.message : `${definition.name} did not start: ${String(error)}`}\n`);
    process.exit(1);
  }
}

async function start(definition: Subgraph): Promise<void> {
  const config = readSubgraphConfig(definition.name);
  if (config.CLOCK_FILE !== undefined) followClock(config.CLOCK_FILE);
  const log = pino({ name: definition.name, level: config.LOG_LEVEL });
  const vault = vaultOf(definition.name, config);
  const database = openDatabase(definition.name, config);
  const graph = openGraph({ name: definition.name, gatewayUrl: config.GATEWAY_URL, serviceKey: config.SERVICE_KEY });
  const apollo = new ApolloServer<Context>({
    gateway: compiled(buildSubgraph(definition).schema),
    includeStacktraceInErrorResponses: false,
    formatError: formatError(log) as (formatted: GraphQLFormattedError, error: unknown) => GraphQLFormattedError,
    introspection: false,
    csrfPrevention: false,
    stopOnTerminationSignals: false,
    plugins: [ApolloServerPluginInlineTraceDisabled(), ApolloServerPluginCacheControlDisabled()],
  });
  await apollo.start();

  const server = Fastify({ bodyLimit: BODY_LIMIT, logger: false, http: { maxHeaderSize: HEADER_LIMIT } });
  const behind: Services['behind'] = new Map();
  serveHealth(server, database, vault, behind);
  const files = new FileStore(config.FILES_DIR);
  const keys = parseKeys(config.SUBGRAPH_KEYS);
  const verifier = new Verifier(keys);
  const contextOf = (claims: Claims, said: Said, signal?: AbortSignal): Context => ({
    ...database.session(claims, signal),
    ...said,
    ...{ claims, signal, log, graph, vault, files },
  });
  serveGraphql(server, apollo, verifier, contextOf);
  const { mayReadFile } = definition;
  serveFiles(server, { keys, verifier, files, log, mayReadFile, contextOf: (claims) => contextOf(claims, UNSAID) });

  const own = subgraphList()[definition.name];
  if (!own) throw new Error(`${definition.name} is not in schema/supergraph.yaml`);
  await server.listen({ host: config.HOST, port: config.PORT ?? Number(new URL(own.address).port) });
  log.info('ready');
  const stop = definition.start?.({ database, vault, graph, log, behind, districtCode: config.DISTRICT_CODE });
  const stopSweeping = startSweeping({ database, files, log });
  const stopFolding = definition.rollups ? startFolding({ database, log }) : undefined;
  endWithParent();
  closeWithGrace({ delay: CLOSE_MS, logger: false }, async () => {
    await stop?.();
    stopFolding?.();
    stopSweeping();
    await server.close();
    await apollo.stop();
    await Promise.all([database.close(), vault.close()]);
  });
}

function serveHealth(server: FastifyInstance, database: Database, vault: Vault, behind: Services['behind']): void {
  server.get('/health/live', async () => ({ status: 'live' }));
  server.get('/health/ready', async (_, reply) => {
    const [ready, vaultReady] = await Promise.all([database.ready(), vault.ready()]);
    const status = ready ? (vaultReady ? 'ready' : 'waiting for the vault') : 'waiting for the database';
    // Steps that wait for another department are told, and keep nobody from asking.
    const waiting = Object.fromEntries([...behind].map(([name, tell]) => [name, tell()]));
    return reply.code(ready && vaultReady ? 200 : 503).send({ status, ...(behind.size > 0 && { behind: waiting }) });
  });
}

/** The claims with the deadline of this one request. */
function shortened({ hub, deadline }: NonNullable<Body['extensions']> = {}): unknown {
  if (typeof deadline !== 'number' || typeof hub !== 'object' || hub === null || !('deadline' in hub)) return hub;
  return { ...hub, deadline: Math.min(deadline, Number(hub.deadline)) };
}

/** A command goes on when its caller is gone. What only has the word in it does as well. */
const mayBeCommand = (query: string | undefined): boolean => /\bmutation\b/.test(query ?? '');

const refusal = (message: string, messageEn: string) => ({ errors: [{ message, extensions: { code: 'UNAUTHENTICATED', messageEn } }] });

/** Answers the gateway alone: what is not signed by it over the raw bytes gets 401 before anything is parsed (design §4). */
function serveGraphql(
  server: FastifyInstance,
  apollo: ApolloServer<Context>,
  verifier: Verifier,
  contextOf: (claims: Claims, said: Said, signal?: AbortSignal) => Context,
): void {
  server.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_, body, done) => done(null, body));
  server.post('/graphql', async (request, reply) => {
    const raw = request.body;
    if (!Buffer.isBuffer(raw) || verifier.verify(request.headers, 'POST', request.url, raw) !== 'OK') {
      return reply.code(401).send(refusal('未经网关签名', 'Not signed by the gateway.'));
    }
    const { query, variables, operationName, extensions } = JSON.parse(raw.toString('utf8')) as Body;
    const claims = parseClaims(shortened(extensions));
    if (!claims) return reply.code(401).send(refusal('请求未带身份', 'The request carries no claims.'));

    const said = { warnings: [] as ValueWarning[], idempotentReplay: false };
    const sayings = {
      warn: (warning: ValueWarning) => void said.warnings.push(warning),
      replayed: () => {
        said.idempotentReplay = true;
      },
    };
    const contextValue = contextOf(claims, sayings, mayBeCommand(query) ? undefined : goneSignal(reply.raw));
    const { body } = await apollo.executeOperation({ query, variables, operationName }, { contextValue });
    if (body.kind !== 'single') throw new Error('a subgraph answers in one piece');
    const extra = {
      statements: contextValue.statements(),
      ...(said.warnings.length > 0 && { warnings: said.warnings }),
      ...(said.idempotentReplay && { idempotentReplay: true }),
    };
    return reply.header('content-type', 'application/json').send(JSON.stringify({ ...body.singleResult, extensions: extra }));
  });
}
