/**
 * Everything that is made of one supergraph file, and the change from one to the next under load: a request keeps the graph that it
 * began with to its end; an old graph is taken apart when its last request is answered, in the order the graphs came.
 */
import type { Logger } from 'pino';
import { ApolloServers } from './apollo.ts';
import type { GatewayConfig, GraphConfig } from './config.ts';
import { Costs } from './cost.ts';
import { Engine } from './engine/engine.ts';
import { Source } from './engine/source.ts';
import { gatewayClaims, ORGANIZATION, Scopes } from './scope.ts';
import type { Supergraph } from './supergraph.ts';
import { Variants } from './variants.ts';

/** One supergraph in service. */
export interface Graph {
  supergraph: Supergraph;
  /** Subgraphs by name. */
  sources: ReadonlyMap<string, Source>;
  engine: Engine;
  costs: Costs;
  variants: Variants;
  apollo: ApolloServers;
  /** Null in `--open`, or without the subgraph that knows places. */
  scopes: Scopes | null;
}

interface Held {
  graph: Graph;
  inFlight: number;
  drained: (() => void) | null;
}

export type GraphOptions = Pick<GatewayConfig, 'isOpen' | 'overrideLabels' | 'subgraphTimeoutMs' | 'subgraphConcurrency' | 'costLimits'>;

/** The graph in service and those that are on their way out. */
export class Graphs {
  readonly #options: GraphOptions;
  readonly #log: Logger;
  #held: Held;
  #retiring: Promise<void> = Promise.resolve();

  private constructor(graph: Graph, options: GraphOptions, log: Logger) {
    this.#held = { graph, inFlight: 0, drained: null };
    this.#options = options;
    this.#log = log;
  }

  /** @throws Error if the planner refuses the supergraph, or a variant of it is no schema. */
  static async open(config: GraphConfig, options: GraphOptions, log: Logger): Promise<Graphs> {
    return new Graphs(await openGraph(config, null, options, log), options, log);
  }

  get current(): Graph {
    return this.#held.graph;
  }

  /** Runs a request over the graph that is in service now; it stays whole until the request has ended. */
  async use<T>(run: (graph: Graph) => Promise<T>): Promise<T> {
    const held = this.#held;
    held.inFlight++;
    try {
      return await run(held.graph);
    } finally {
      held.inFlight--;
      if (held.inFlight === 0) held.drained?.();
    }
  }

  /** Takes a new supergraph into service. @throws Error with the reason if it cannot be served; the present one then stays. */
  async replace(config: GraphConfig): Promise<void> {
    const old = this.#held;
    const graph = await openGraph(config, old.graph, this.#options, this.#log);
    this.#held = { graph, inFlight: 0, drained: null };
    this.#retiring = this.#retiring
      .then(() => this.#retire(old))
      .catch((err: unknown) => this.#log.error({ err }, 'an old supergraph stays'));
  }

  /** Ends all, what is in flight included. */
  async close(): Promise<void> {
    const { apollo, scopes, sources } = this.current;
    scopes?.stop();
    await apollo.stop();
    await Promise.all([...sources.values()].map((source) => source.close()));
  }

  async #retire(old: Held): Promise<void> {
    if (old.inFlight > 0)
      await new Promise<void>((resolve) => {
        old.drained = resolve;
      });
    const { apollo, scopes, sources } = old.graph;
    await apollo.stop();
    if (scopes !== this.current.scopes) scopes?.stop();
    // Older graphs are gone by now, and a later one has its sources from the present one.
    const kept = new Set(this.current.sources.values());
    await Promise.all([...sources.values()].filter((source) => !kept.has(source)).map((source) => source.retire()));
  }
}

async function openGraph({ supergraph, subgraphs }: GraphConfig, old: Graph | null, options: GraphOptions, log: Logger): Promise<Graph> {
  const { isOpen, subgraphTimeoutMs, subgraphConcurrency: concurrency } = options;
  const probeExtensions = isOpen ? '' : JSON.stringify({ hub: gatewayClaims(0) });
  const onFailure = (subgraph: string, kind: string, cause: unknown) =>
    log.warn({ subgraph, kind, err: cause }, 'a subgraph did not answer');
  const sources = new Map(
    subgraphs.map(({ name, url, keys, timeoutMs = subgraphTimeoutMs }) => {
      const known = old?.sources.get(name);
      return [name, known?.url === url ? known : new Source({ name, url, keys, timeoutMs, concurrency, probeExtensions, onFailure })];
    }),
  );
  const engine = new Engine({ supergraph, sources, overrideLabels: options.overrideLabels ?? [] });
  const costs = new Costs(supergraph, options.costLimits);
  const variants = new Variants(supergraph, isOpen);
  const apollo = new ApolloServers({ engine, costs, variants, log });
  const organization = sources.get(ORGANIZATION);
  const known = old?.sources.get(ORGANIZATION) === organization ? old?.scopes : null;
  const scopes = isOpen || !organization ? null : (known ?? new Scopes(organization));
  return { supergraph, sources, engine, costs, variants, apollo, scopes };
}
