/** Apollo Server in front of the engine, one per variant, through its public gateway interface. */
import { ApolloServer, type ApolloServerPlugin } from '@apollo/server';
import { ApolloServerPluginLandingPageDisabled, ApolloServerPluginUsageReportingDisabled } from '@apollo/server/plugin/disabled';
import type { GatewayInterface, GatewayLoadResult } from '@apollo/server-gateway-interface';
import { type DocumentNode, GraphQLError, type GraphQLFormattedError } from 'graphql';
import type { Logger } from 'pino';
import type { Variant } from '../../subgraphs/shared/src/claims.ts';
import { formatError } from '../../subgraphs/shared/src/errors.ts';
import type { RequestContext } from './context.ts';
import { type Costs, costPlugin } from './cost.ts';
import type { Engine } from './engine/engine.ts';
import { Lru } from './lru.ts';
import { Refusal } from './refusal.ts';
import { type ClientSchema, checkIntrospection, type Variants } from './variants.ts';

export interface ApolloOptions {
  variants: Variants;
  engine: Engine;
  costs: Costs;
  log: Logger;
}

const KEPT_DOCUMENTS = 1_000;
/** Longer queries are validated each time rather than kept. */
const MAX_KEPT_TEXT = 32 * 1024;

/** The Apollo Servers behind the one route, each started by the first request of its variant. */
export class ApolloServers {
  readonly #options: ApolloOptions;
  readonly #documents = new ValidDocuments();
  readonly #servers = new Map<Variant | null, Promise<ApolloServer<RequestContext>>>();

  constructor(options: ApolloOptions) {
    this.#options = options;
  }

  /** The started server of a variant; null in `--open`. */
  of(variant: Variant | null): Promise<ApolloServer<RequestContext>> {
    const known = this.#servers.get(variant);
    if (known) return known;
    const server = this.#start(this.#options.variants.of(variant));
    this.#servers.set(variant, server);
    server.catch(() => this.#servers.delete(variant));
    return server;
  }

  /** Ends those that were started. */
  async stop(): Promise<void> {
    await Promise.all([...this.#servers.values()].map(async (server) => (await server).stop()));
  }

  async #start(client: ClientSchema): Promise<ApolloServer<RequestContext>> {
    const { engine, costs, log } = this.#options;
    const masked = formatError(log);
    const server = new ApolloServer<RequestContext>({
      gateway: gatewayOf(client, engine) as never,
      includeStacktraceInErrorResponses: false,
      // Refused by `checkIntrospection`, with where to read instead.
      introspection: true,
      csrfPrevention: true,
      // A query known by its hash alone would pass by the limits.
      persistedQueries: false,
      allowBatchedHttpRequests: false,
      stopOnTerminationSignals: false,
      documentStore: this.#documents,
      logger: log,
      formatError: (formatted, error) => formattedError(formatted, error, masked),
      plugins: [
        ApolloServerPluginLandingPageDisabled(),
        ApolloServerPluginUsageReportingDisabled(),
        introspectionPlugin(client),
        costPlugin(costs),
      ],
    });
    await server.start();
    return server;
  }
}

/** Documents found valid, of all variants together: Apollo Server puts a mark of the schema before their keys. */
class ValidDocuments {
  readonly #documents = new Lru<DocumentNode>(KEPT_DOCUMENTS);

  async get(key: string): Promise<DocumentNode | undefined> {
    return this.#documents.get(key);
  }

  async set(key: string, document: DocumentNode): Promise<void> {
    if ((document.loc?.end ?? 0) <= MAX_KEPT_TEXT) this.#documents.set(key, document);
  }

  async delete(key: string): Promise<void> {
    this.#documents.delete(key);
  }
}

/** Errors of the engine are ready as they are; Apollo's own and bugs go the way they go in every subgraph. */
function formattedError(formatted: GraphQLFormattedError, error: unknown, masked: ReturnType<typeof formatError>): GraphQLFormattedError {
  if (error instanceof Refusal) return error.body.errors[0]!;
  if (error instanceof EngineError) return error.formatted;
  return masked(formatted, error);
}

/** Carries a finished error through Apollo Server. */
class EngineError extends GraphQLError {
  readonly formatted: GraphQLFormattedError;
  constructor(formatted: GraphQLFormattedError) {
    super(formatted.message, { path: formatted.path, extensions: formatted.extensions });
    this.formatted = formatted;
  }
}

function introspectionPlugin(client: ClientSchema): ApolloServerPlugin<RequestContext> {
  return {
    async requestDidStart() {
      return {
        async didResolveOperation({ document }) {
          checkIntrospection(document, client);
        },
      };
    },
  };
}

function gatewayOf(client: ClientSchema, engine: Engine): GatewayInterface {
  return {
    onSchemaLoadOrUpdate(callback) {
      callback({ apiSchema: client.schema, coreSupergraphSdl: client.sdl() });
      return () => undefined;
    },
    async load(): Promise<GatewayLoadResult> {
      return {
        executor: async (request) => {
          const context = request.context as RequestContext;
          const { data, errors, extensions, trace } = await engine.answer({
            client,
            document: request.document,
            operation: request.operation,
            source: request.source,
            variables: request.request.variables,
            extensions: context.extensions,
            identity: context.identity,
            access: context.access,
            startedAt: context.startedAt,
            deadline: context.deadline,
            signal: context.signal,
          });
          context.trace = trace;
          const extra = { ...extensions, ...(context.cost && { cost: context.cost }), ...(context.debug && { debug: trace }) };
          return {
            data,
            ...(errors.length > 0 && { errors: errors.map((error) => new EngineError(error)) }),
            ...(Object.keys(extra).length > 0 && { extensions: extra }),
          };
        },
      };
    },
    async stop() {},
  };
}
