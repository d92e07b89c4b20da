/** Apollo Server in front of the engine, through its public gateway interface. */
import { ApolloServer, type ApolloServerPlugin } from '@apollo/server';
import { ApolloServerPluginLandingPageDisabled, ApolloServerPluginUsageReportingDisabled } from '@apollo/server/plugin/disabled';
import type { GatewayInterface, GatewayLoadResult } from '@apollo/server-gateway-interface';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import type { Logger } from 'pino';
import { formatError } from '../../subgraphs/shared/src/errors.ts';
import type { RequestContext } from './context.ts';
import { type Costs, costPlugin } from './cost.ts';
import type { Engine } from './engine/engine.ts';
import { Refusal } from './refusal.ts';
import type { Supergraph } from './supergraph.ts';
import type { Variants } from './variants.ts';

export interface ApolloOptions {
  supergraph: Supergraph;
  engine: Engine;
  /** Null in `--open`. */
  variants: Variants | null;
  costs: Costs;
  log: Logger;
}

/** An Apollo Server that is not started yet. */
export function apolloServer({ supergraph, engine, variants, costs, log }: ApolloOptions): ApolloServer<RequestContext> {
  const masked = formatError(log);
  return new ApolloServer<RequestContext>({
    gateway: gatewayOf(supergraph, engine) as never,
    includeStacktraceInErrorResponses: false,
    introspection: true,
    csrfPrevention: true,
    // A query known by its hash alone would pass by the limits.
    persistedQueries: false,
    allowBatchedHttpRequests: false,
    stopOnTerminationSignals: false,
    logger: log,
    formatError: (formatted, error) => formattedError(formatted, error, masked),
    plugins: [
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
      ...(variants ? [variantPlugin(variants)] : []),
      costPlugin(costs),
    ],
  });
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

function variantPlugin(variants: Variants): ApolloServerPlugin<RequestContext> {
  return {
    async requestDidStart() {
      return {
        async didResolveOperation({ document, contextValue }) {
          if (contextValue.variant) variants.check(document, contextValue.variant);
        },
      };
    },
  };
}

function gatewayOf(supergraph: Supergraph, engine: Engine): GatewayInterface {
  return {
    onSchemaLoadOrUpdate(callback) {
      callback({ apiSchema: supergraph.publicSchema, coreSupergraphSdl: supergraph.sdl });
      return () => undefined;
    },
    async load(): Promise<GatewayLoadResult> {
      return {
        executor: async (request) => {
          const context = request.context as RequestContext;
          const { data, errors, extensions, trace } = await engine.answer({
            document: request.document,
            operation: request.operation,
            source: request.source,
            variables: request.request.variables,
            extensions: context.extensions,
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
