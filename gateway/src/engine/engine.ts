/**
 * The engine: plans a validated, bounded operation over the supergraph, runs the plan and completes the answer (design §4). Plans are
 * kept per normalized query; the planner never sees anything that was not validated.
 */
import {
  type DocumentNode,
  execute,
  type FragmentDefinitionNode,
  type GraphQLFormattedError,
  getVariableValues,
  Kind,
  type OperationDefinitionNode,
  parse,
  visit,
} from 'graphql';
import { COMMON_ERRORS } from '../../../subgraphs/shared/src/errors.ts';
import { shown } from '../../../subgraphs/shared/src/shown.ts';
import { Lru } from '../lru.ts';
import type { Supergraph } from '../supergraph.ts';
import type { ClientSchema } from '../variants.ts';
import { type Access, AccessRules, allowedOf, type Denied } from './access.ts';
import { type CallCount, type CallOptions, Calls } from './call.ts';
import { Completion } from './complete.ts';
import { Execution } from './execute.ts';
import { JoinedReads } from './joined.ts';
import type { JsonObject } from './json.ts';
import { namesWithArguments } from './keys.ts';
import { fragmentsOf, split } from './operation.ts';
import type { Step } from './plan.ts';
import { isTimeUp, MAX_KEPT_TEXT, PLAN_TIMEOUT_MS, Planner } from './planner.ts';
import { type DeniedCheck, type SelectionShape, shapeOf } from './shape.ts';
import type { Source } from './source.ts';

/** A validated operation to answer. */
export interface Asked {
  /** What the client sees: by it variables are coerced and the answer is completed. */
  client: ClientSchema;
  document: DocumentNode;
  operation: OperationDefinitionNode;
  /** The source text; equal texts share a plan without being printed. */
  source: string;
  variables: Readonly<Record<string, unknown>> | undefined;
  /** `extensions` for the subgraphs, as JSON; empty for none. */
  extensions: string;
  /** All of them that an answer may depend on: equal reads of one identity are joined. */
  identity: string;
  /** What the request shows to the directives that ask who it is. */
  access: Access;
  startedAt: number;
  deadline: number;
  /** Aborted when nobody waits for the answer any more. */
  signal?: AbortSignal;
}

/** How the answer came about. */
export interface Trace extends CallCount {
  planMs: number;
}

export interface Answered {
  data: JsonObject | null;
  errors: GraphQLFormattedError[];
  extensions: Record<string, unknown>;
  trace: Trace;
}

export interface EngineOptions {
  supergraph: Supergraph;
  sources: ReadonlyMap<string, Source>;
  /** Labels of `@override(label:)` that hold. */
  overrideLabels?: readonly string[];
}

interface Planned {
  step: Step | null;
  introspection: DocumentNode | null;
  fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  isDenied: DeniedCheck;
  conditionNames: readonly string[];
  shapes: Lru<SelectionShape>;
}

const PLANS = 1_000;
const SHAPES_PER_PLAN = 32;
/** What is left is answered so long after the request began, once a subgraph let it down. */
const PARTIAL_WITHIN_MS = 1_400;

export class Engine {
  readonly #supergraph: Supergraph;
  readonly #sources: ReadonlyMap<string, Source>;
  readonly #planner: Planner;
  readonly #reads = new JoinedReads();
  readonly #rules: AccessRules;
  readonly #argued: ReadonlySet<string>;
  readonly #bySource = new Lru<Promise<Planned>>(PLANS);

  /** @throws Error if the planner refuses the supergraph. */
  constructor({ supergraph, sources, overrideLabels = [] }: EngineOptions) {
    this.#supergraph = supergraph;
    this.#sources = sources;
    this.#planner = new Planner(supergraph, new Set(overrideLabels));
    const document = parse(supergraph.sdl, { noLocation: true });
    this.#rules = new AccessRules(document);
    this.#argued = namesWithArguments(document);
  }

  /** Answers one operation; what goes wrong is in the answer, not thrown. */
  async answer(asked: Asked): Promise<Answered> {
    const coerced = getVariableValues(asked.client.schema, asked.operation.variableDefinitions ?? [], { ...asked.variables });
    if (coerced.errors)
      return refused(
        coerced.errors.map((error) => error.message),
        'VALIDATION_FAILED',
      );
    const variables = coerced.coerced;

    const planStart = performance.now();
    const planned = await this.#planned(asked).catch(tooLongToPlan);
    if (planned === null)
      return refused([`planning takes more than ${PLAN_TIMEOUT_MS} ms`], 'LIMIT_EXCEEDED', { limit: 'planMs', max: PLAN_TIMEOUT_MS });
    const planMs = performance.now() - planStart;

    const calls = new Calls(this.#callOptions(asked, variables));
    const shape = this.#shape(asked, planned, variables);
    const isRequired = (key: string) =>
      shape.fields(undefined)?.some((field) => field.plannedKey === key && field.type.kind === 'NonNull') === true;
    const execution = new Execution({ calls, isMember: this.#supergraph.isMember, variables, isRequired });
    if (planned.introspection) Object.assign(execution.data, this.#introspect(planned.introspection, asked));
    await execution.run(planned.step);
    return { ...this.#completed(shape, execution), trace: { ...calls.count, planMs } };
  }

  #completed(shape: SelectionShape, execution: Execution): Omit<Answered, 'trace'> {
    const completion = new Completion(execution.failures, this.#supergraph.owners, execution.errors);
    const data = completion.complete(shape, execution.data);
    const extensions: Record<string, unknown> = {};
    const partial = execution.failures.partial();
    if (partial.length > 0) extensions.partial = partial;
    if (execution.isReplay) extensions.idempotentReplay = true;
    if (execution.warnings.size > 0) extensions.warnings = [...execution.warnings.values()];
    return { data, errors: [...execution.errors, ...completion.errors, ...execution.failures.errors()], extensions };
  }

  #callOptions({ extensions, identity, startedAt, deadline, signal }: Asked, variables: Readonly<Record<string, unknown>>): CallOptions {
    const limits = { partialWithinMs: PARTIAL_WITHIN_MS, startedAt, deadline, ...(signal && { signal }) };
    return { sources: this.#sources, extensions, identity, reads: this.#reads, variables, ...limits };
  }

  #planned(asked: Asked): Promise<Planned> {
    const denied = this.#rules.deniedTo(asked.access);
    const share = this.#planner.drawShare();
    const key = `${asked.client.variant} ${denied.key} ${share}\n${asked.operation.name?.value ?? ''}\n${asked.source}`;
    const known = this.#bySource.get(key);
    if (known) return known;
    const planned = this.#plan(asked, denied, share);
    if (key.length > MAX_KEPT_TEXT) return planned;
    this.#bySource.set(key, planned);
    planned.catch(() => this.#bySource.delete(key));
    return planned;
  }

  async #plan({ client, document, operation }: Asked, denied: Denied, share: number): Promise<Planned> {
    const allowed = allowedOf({ kind: Kind.DOCUMENT, definitions: [operation, ...fragmentsOf(document).values()] }, client.schema, denied);
    const { planned, introspection } = split(
      allowed.document.definitions[0] as OperationDefinitionNode,
      fragmentsOf(allowed.document),
      this.#argued,
    );
    const step = planned === null ? null : await this.#planner.plan(planned, share);
    const isDenied: DeniedCheck = (nodes, field) => denied.fields.has(field) || nodes.every((node) => allowed.takenOut.has(node));
    return {
      step,
      introspection,
      fragments: fragmentsOf(document),
      isDenied,
      conditionNames: conditionNames(document),
      shapes: new Lru(SHAPES_PER_PLAN),
    };
  }

  #shape(
    { client, operation }: Asked,
    { fragments, isDenied, conditionNames, shapes }: Planned,
    variables: Readonly<Record<string, unknown>>,
  ): SelectionShape {
    const key = conditionNames.map((name) => (variables[name] === true ? '1' : '0')).join('');
    const known = shapes.get(key);
    if (known) return known;
    const shape = shapeOf({ schema: client.schema, fragments, conditions: variables, isDenied, argued: this.#argued }, operation);
    shapes.set(key, shape);
    return shape;
  }

  #introspect(document: DocumentNode, asked: Asked): Record<string, unknown> {
    const result = execute({ schema: asked.client.schema, document, variableValues: { ...asked.variables } });
    if (result instanceof Promise) throw new Error('introspection does not wait');
    return { ...result.data };
  }
}

/** Variables that decide `@skip` and `@include`. */
function conditionNames(document: DocumentNode): string[] {
  const names = new Set<string>();
  visit(document, {
    Directive(node) {
      const value = node.arguments?.[0]?.value;
      if ((node.name.value === 'skip' || node.name.value === 'include') && value?.kind === 'Variable') names.add(value.name.value);
    },
  });
  return [...names];
}

/** Null if the planner ran out of its time; any other trouble is a bug and stays one. */
function tooLongToPlan(error: unknown): null {
  if (isTimeUp(error)) return null;
  throw error;
}

function refused(sentences: readonly string[], code: 'VALIDATION_FAILED' | 'LIMIT_EXCEEDED', details?: Record<string, unknown>): Answered {
  const { zh, en } = COMMON_ERRORS[code];
  return {
    data: null,
    errors: sentences.map(shown).map((sentence) => ({
      message: `${zh}${sentence}`,
      extensions: { code, messageEn: `${en} ${sentence}`, ...(details && { details }) },
    })),
    extensions: {},
    trace: { requests: {}, stages: 0, statements: {}, planMs: 0 },
  };
}
