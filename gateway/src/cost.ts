/**
 * What an operation costs, added up before anything is called (design §4), with its variables and their defaults: a field costs its own weight
 * and, for each object it gives, the weight of the object's type and what is asked of the object. One object is one point unless the schema says
 * otherwise (`@cost`); how many there are is what the arguments say, or what the schema assumes (`@listSize`).
 */
import type { ApolloServerPlugin } from '@apollo/server';
import { type DocumentNode, type GraphQLSchema, getVariableValues, type OperationDefinitionNode } from 'graphql';
import type { RequestContext } from './context.ts';
import { type Estimate, type Estimated, Estimation, type Share } from './cost-estimate.ts';
import { type CostModel, readCosts } from './cost-model.ts';
import { Lru } from './lru.ts';
import { Refusal } from './refusal.ts';
import type { Supergraph } from './supergraph.ts';

/** What one request may cost, in points. */
export interface CostLimits {
  /** In all. */
  request: number;
  /** At any one subgraph. */
  subgraph: number;
  /** Items of one page of a connection; null for no limit. */
  page: number | null;
}

/** Defaults of the limits (qualities §12). */
export const COST_LIMITS: CostLimits = { request: 10_000, subgraph: 8_000, page: 200 };

/** What is told to who asks for it (`Hub-Cost: 1`). */
export interface CostTold {
  estimated: number;
  budget: number;
  remaining: number;
  /** Points by subgraph. */
  subgraphs: Record<string, number>;
}

/** An operation with everything that its cost depends on. */
export interface Costed {
  document: DocumentNode;
  operation: OperationDefinitionNode;
  variables: Readonly<Record<string, unknown>> | undefined;
}

interface Known {
  /** Variables that the cost depends on. */
  names: Set<string>;
  estimates: Lru<Estimate>;
}

const KEPT_PER_OPERATION = 32;
const MAX_KEPT_KEY = 1_000;
const SHARES_TOLD = 3;

/** Estimates operations over one supergraph and holds them against the limits. */
export class Costs {
  readonly #schema: GraphQLSchema;
  readonly #model: CostModel;
  readonly #owners: Supergraph['owners'];
  readonly #limits: CostLimits;
  readonly #known = new WeakMap<DocumentNode, Map<string, Known>>();

  constructor({ sdl, publicSchema, owners }: Supergraph, limits: CostLimits = COST_LIMITS) {
    this.#schema = publicSchema;
    this.#model = readCosts(sdl, publicSchema);
    this.#owners = owners;
    this.#limits = limits;
  }

  /** What a validated operation costs; null if its variables do not fit, which whoever runs it says. */
  estimate({ document, operation, variables }: Costed): Estimate | null {
    const coerced = getVariableValues(this.#schema, operation.variableDefinitions ?? [], { ...variables });
    if (coerced.errors) return null;
    const known = this.#knownOf(document, operation);
    const key = keyOf(known.names, coerced.coerced);
    const before = key === null ? undefined : known.estimates.get(key);
    if (before) return before;
    const { estimate, used } = this.#estimated(document, operation, coerced.coerced);
    this.#remember(known, estimate, used, coerced.coerced);
    return estimate;
  }

  /**
   * The cost of an operation that may run.
   * @throws Refusal COST_LIMIT_EXCEEDED, PAGE_TOO_LARGE; both say the value, the limit and what would fit.
   */
  check(costed: Costed): CostTold | null {
    const estimate = this.estimate(costed);
    if (!estimate) return null;
    const { request, subgraph, page } = this.#limits;
    if (page !== null && estimate.page && (estimate.page.size > page || estimate.page.size < 1)) throw pageRefusal(estimate.page, page);
    if (estimate.total > request) throw this.#refusal(costed, { limit: 'cost', max: request, value: estimate.total });
    for (const [name, value] of Object.entries(estimate.subgraphs))
      if (value > subgraph) throw this.#refusal(costed, { limit: 'subgraphCost', max: subgraph, value, subgraph: name });
    return { estimated: estimate.total, budget: request, remaining: request - estimate.total, subgraphs: estimate.subgraphs };
  }

  #estimated(document: DocumentNode, operation: OperationDefinitionNode, variables: Readonly<Record<string, unknown>>): Estimated {
    return new Estimation({ schema: this.#schema, model: this.#model, owners: this.#owners, document, variables }).of(operation);
  }

  #knownOf(document: DocumentNode, operation: OperationDefinitionNode): Known {
    const ofDocument = this.#known.get(document) ?? new Map<string, Known>();
    this.#known.set(document, ofDocument);
    const name = operation.name?.value ?? '';
    const known = ofDocument.get(name) ?? { names: new Set(), estimates: new Lru<Estimate>(KEPT_PER_OPERATION) };
    ofDocument.set(name, known);
    return known;
  }

  /** Another value of a variable may lead past others, so what was kept under fewer names is forgotten when there are more. */
  #remember(known: Known, estimate: Estimate, used: ReadonlySet<string>, variables: Readonly<Record<string, unknown>>): void {
    const names = known.names.union(used);
    if (names.size > known.names.size) known.estimates = new Lru<Estimate>(KEPT_PER_OPERATION);
    known.names = names;
    const key = keyOf(names, variables);
    if (key !== null) known.estimates.set(key, estimate);
  }

  /** Adds up once more, this time with where it all comes from. */
  #refusal(costed: Costed, over: { limit: string; max: number; value: number; subgraph?: string }): Refusal {
    const coerced = getVariableValues(this.#schema, costed.operation.variableDefinitions ?? [], { ...costed.variables });
    const { shares } = this.#estimated(costed.document, costed.operation, coerced.coerced ?? {});
    const dearest = shares
      .filter(({ owner }) => over.subgraph === undefined || owner === over.subgraph)
      .sort((a, b) => b.points - a.points)
      .slice(0, SHARES_TOLD)
      .map((share) => told(share, over.value - over.max));
    const fit = dearest.find(({ fits }) => fits !== undefined);
    return new Refusal('COST_LIMIT_EXCEEDED', {
      zh: `估算 ${over.value} 点，上限 ${over.max} 点。${fit ? `${fit.field}(${fit.argument}: ${fit.fits}) 可行。` : '请减少层级或拆分查询。'}`,
      en: `${over.value} points, at most ${over.max}. ${fit ? `${fit.field}(${fit.argument}: ${fit.fits}) would fit.` : 'Ask for fewer levels, or in several queries.'}`,
      details: { ...over, dearest },
    });
  }
}

/** A list of the operation as a refusal tells it. */
interface Dearest {
  field: string;
  points: number;
  argument?: string;
  value?: number;
  /** What the argument may be so that the whole fits, if that alone can do it. */
  fits?: number;
}

function told({ field, points, argument, size, each }: Share, excess: number): Dearest {
  if (argument === undefined) return { field, points: Math.ceil(points) };
  const fits = Math.floor(size - excess / each);
  return { field, points: Math.ceil(points), argument, value: size, ...(fits >= 1 && { fits }) };
}

/** A page's size alone, before what it costs: the same bounds as in the departments (overview §3.7). */
const pageRefusal = ({ field, argument, size }: { field: string; argument: string; size: number }, max: number) =>
  new Refusal('PAGE_TOO_LARGE', {
    zh: `${field}(${argument}: ${size})：1 至 ${max}。`,
    en: `${field}(${argument}: ${size}): 1 to ${max}.`,
    details: { limit: 'page', max, value: size, field, argument },
  });

function keyOf(names: ReadonlySet<string>, variables: Readonly<Record<string, unknown>>): string | null {
  if (names.size === 0) return '';
  const key = JSON.stringify([...names].map((name) => variables[name] ?? null));
  return key.length > MAX_KEPT_KEY ? null : key;
}

/** Holds every operation against the limits once it is validated, and tells its cost to who asks. */
export function costPlugin(costs: Costs): ApolloServerPlugin<RequestContext> {
  return {
    async requestDidStart() {
      return {
        async didResolveOperation({ document, operation, request, contextValue }) {
          if (!operation) return;
          const cost = costs.check({ document, operation, variables: request.variables });
          if (cost) contextValue.place.know({ cost: cost.estimated, budget: cost.budget });
          if (cost && contextValue.tellsCost) contextValue.cost = cost;
        },
      };
    },
  };
}
