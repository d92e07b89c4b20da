/** Runs a prepared plan: asks the subgraphs stage by stage, joins their answers, keeps what went wrong. */
import type { GraphQLFormattedError } from 'graphql';
import type { Supergraph } from '../supergraph.ts';
import { type Calls, entitiesOf } from './call.ts';
import { type Batch, collect, locate, locatePaths, type Target } from './entities.ts';
import { Failures } from './failures.ts';
import { copyOf, isObject, type Json, type JsonObject, joinInto } from './json.ts';
import { clientKey } from './keys.ts';
import type { Fetch, Step } from './plan.ts';
import { renamedKey, rewrite } from './rewrite.ts';
import { type Answer, SourceFailure } from './source.ts';
import { sanitized } from './subgraph-error.ts';

export interface ExecutionOptions {
  calls: Calls;
  isMember: Supergraph['isMember'];
  variables: Readonly<Record<string, unknown>>;
  /** Whether the schema allows no null for a command, given by its planned response key: without its result there is no answer. */
  isRequired: (commandKey: string) => boolean;
}

type PathKeys = (string | number)[];

const MAX_ERRORS = 1_000;

export class Execution {
  /** All that was answered, under the client's response keys and the planner's. */
  readonly data: JsonObject = {};
  readonly errors: GraphQLFormattedError[] = [];
  readonly failures = new Failures();
  /** `extensions.warnings` of all subgraphs, each once. */
  readonly warnings = new Map<string, Json>();
  /** A subgraph gave the answer of an earlier request with the same idempotency key. */
  isReplay = false;
  readonly #calls: Calls;
  readonly #isMember: Supergraph['isMember'];
  readonly #variables: Readonly<Record<string, unknown>>;
  readonly #isRequired: (commandKey: string) => boolean;
  /** A command without a result has emptied the whole answer; those after it are not carried out. */
  #isHalted = false;

  constructor({ calls, isMember, variables, isRequired }: ExecutionOptions) {
    this.#calls = calls;
    this.#isMember = isMember;
    this.#variables = variables;
    this.#isRequired = isRequired;
  }

  /** Runs a step and all below it. The steps of a Parallel start before any of them ends, so that one stage's fetches meet. */
  async run(step: Step | null): Promise<void> {
    if (!step) return;
    switch (step.kind) {
      case 'Sequence':
        for (const each of step.steps) await this.run(each);
        return;
      case 'Parallel':
        await Promise.all(step.steps.map((each) => this.run(each)));
        return;
      case 'Condition':
        return this.run(this.#variables[step.variable] === true ? step.whenTrue : step.otherwise);
      case 'Fetch':
        return this.#fetch(step);
    }
  }

  async #fetch(fetch: Fetch): Promise<void> {
    if (fetch.isMutation && this.#isHalted) {
      this.failures.skipCommands(fetch);
      return;
    }
    const batches = fetch.lists.map((list) => collect(this.data, list, this.#isMember));
    if (batches.some((batch) => batch.hasGaps)) this.failures.starve(fetch);
    if (batches.length > 0 && batches.every((batch) => batch.representations.length === 0)) return;
    try {
      const answer = await this.#calls.ask(fetch, batches);
      this.#take(fetch, batches, answer);
    } catch (failure) {
      if (!(failure instanceof SourceFailure)) throw failure;
      if (!fetch.isMutation) this.failures.lose(fetch, failure.since);
      else {
        this.failures.loseCommands(fetch, failure);
        this.#isHalted ||= fetch.rootKeys().some(this.#isRequired);
      }
    }
  }

  #take(fetch: Fetch, batches: readonly Batch[], answer: Answer): void {
    this.#warn(answer.extensions.warnings);
    if (answer.extensions.idempotentReplay === true) this.isReplay = true;
    for (const error of answer.errors) this.#placeError(fetch, batches, error);
    if (!answer.data) {
      this.#isHalted ||= fetch.isMutation;
      return;
    }
    if (batches.length === 0) {
      // Root fields that are not even null, without a word why: not an answer to what was asked.
      const { data } = answer;
      if (answer.errors.length === 0 && fetch.rootKeys().some((key) => !(key in data))) throw new SourceFailure('RUBBISH', Date.now());
      for (const change of fetch.outputRewrites) rewrite(answer.data, change, this.#isMember);
      this.#joinRoot(fetch, answer.data);
      return;
    }
    for (const batch of batches) {
      const entities = entitiesOf(answer.data, batch.list.responseKey, batch.representations.length);
      if (entities) this.#joinEntities(batch, entities);
      else if (answer.errors.length === 0) throw new SourceFailure('RUBBISH', Date.now());
    }
  }

  #joinRoot(fetch: Fetch, data: JsonObject): void {
    if (fetch.path.length === 0) joinInto(this.data, data);
    else locate(this.data, fetch.path, 0, this.#isMember, (object) => joinInto(object, copyOf(data) as JsonObject));
  }

  #joinEntities({ list, targets }: Batch, entities: readonly Json[]): void {
    entities.forEach((entity, index) => {
      if (!isObject(entity)) return;
      for (const change of list.outputRewrites) rewrite(entity, change, this.#isMember);
      joinTargets(targets[index]!, entity);
    });
  }

  #warn(warnings: Json | undefined): void {
    if (!Array.isArray(warnings)) return;
    for (const warning of warnings) this.warnings.set(JSON.stringify(warning), warning);
  }

  #placeError(fetch: Fetch, batches: readonly Batch[], error: JsonObject): void {
    for (const path of this.#pathsOf(fetch, batches, error.path)) {
      if (this.errors.length >= MAX_ERRORS) return;
      this.errors.push(sanitized(error, path, fetch.subgraph));
    }
  }

  /** Where an error of a subgraph stands in the client's response: once per place that waits for the entity. */
  #pathsOf(fetch: Fetch, batches: readonly Batch[], path: Json | undefined): PathKeys[] {
    const keys = Array.isArray(path) ? path.filter((key) => typeof key === 'string' || typeof key === 'number') : [];
    if (batches.length === 0) {
      const own = keys.map((key) => (typeof key === 'string' ? clientKey(renamedKey(key, fetch.outputRewrites)) : key));
      return [
        [...fetch.path.flatMap((segment) => (typeof segment === 'object' && 'Field' in segment ? [clientKey(segment.Field)] : [])), ...own],
      ];
    }
    const [responseKey, index, ...rest] = keys;
    const batch = batches.find((each) => each.list.responseKey === responseKey);
    const own = rest.map((key) => (typeof key === 'string' && batch ? clientKey(renamedKey(key, batch.list.outputRewrites)) : key));
    const places = (batch ? [batch] : batches).flatMap((each) => this.#placesOf(each, batch && typeof index === 'number' ? index : null));
    return places.length > 0 ? places.map((place) => [...place, ...own]) : [own];
  }

  #placesOf(batch: Batch, index: number | null): PathKeys[] {
    const waiting = index === null ? null : new Set(batch.targets[index]?.map((target) => target.object));
    const places: PathKeys[] = [];
    for (const path of batch.list.paths)
      locatePaths(this.data, path, this.#isMember, (object, at) => {
        // An error of the whole fetch is told at the first place only.
        if (waiting ? waiting.has(object) : places.length === 0) places.push(at);
      });
    return places;
  }
}

/** Places found by one path are filled alike by later stages too, so they share an answer; another path gets its own copy. */
function joinTargets(targets: readonly Target[], entity: JsonObject): void {
  const first = targets[0]!.pathIndex;
  const copies = new Map<number, JsonObject>();
  for (const { pathIndex } of targets)
    if (pathIndex !== first && !copies.has(pathIndex)) copies.set(pathIndex, copyOf(entity) as JsonObject);
  for (const { object, pathIndex } of targets) joinInto(object, copies.get(pathIndex) ?? entity);
}
