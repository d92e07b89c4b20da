/** Plans operations: whole where the planner can, in parts where it cannot, each normalized text once. */
import { QueryPlanner } from '@graphql-hive/router-query-planner';
import { type DocumentNode, print } from 'graphql';
import { Lru } from '../lru.ts';
import type { Supergraph } from '../supergraph.ts';
import { ANCHORS, type Anchored, anchored } from './anchor.ts';
import { type Cut, cut } from './cut.ts';
import { group, moved, type Path, prepare, type Step } from './plan.ts';

const KEPT_PLANS = 1_000;
/** Longer queries are planned each time: a thousand of them would be a quarter of a gigabyte. */
export const MAX_KEPT_TEXT = 32 * 1024;
/** The view of three levels takes 4 ms, 225 fields 18 ms; near ten thousand selections it is seconds, and those are refused. */
export const PLAN_TIMEOUT_MS = 1_000;
const NO_LABELS = new Set<string>();

export class Planner {
  readonly #supergraph: Supergraph;
  readonly #whole: QueryPlanner;
  readonly #plans = new Lru<Promise<Step | null>>(KEPT_PLANS);
  #parts: { planner: QueryPlanner; anchored: Anchored } | null = null;

  /** @throws Error if the planner refuses the supergraph. */
  constructor(supergraph: Supergraph) {
    this.#supergraph = supergraph;
    this.#whole = new QueryPlanner(supergraph.sdl);
  }

  /**
   * The plan of a validated, bounded document of one operation; null if it needs nothing.
   * @throws Error of the planner, or when its time is up (`isTimeUp`).
   */
  plan(document: DocumentNode): Promise<Step | null> {
    const text = print(document);
    const known = this.#plans.get(text);
    if (known) return known;
    const signal = AbortSignal.timeout(PLAN_TIMEOUT_MS);
    const step = planned(this.#whole, text, signal).catch((error: unknown) => {
      if (isTimeUp(error)) throw error;
      return this.#inParts(document, signal, error);
    });
    if (text.length > MAX_KEPT_TEXT) return step;
    this.#plans.set(text, step);
    step.catch(() => this.#plans.delete(text));
    return step;
  }

  async #inParts(document: DocumentNode, signal: AbortSignal, why: unknown): Promise<Step | null> {
    this.#parts ??= openParts(this.#supergraph);
    const { planner, anchored: view } = this.#parts;
    const whole = cut(document, this.#supergraph.publicSchema, view);
    if (whole.inner.length === 0) throw why;
    return this.#part(planner, whole, [], signal);
  }

  /** A part, then what was cut out of it, all at the same time. */
  async #part(planner: QueryPlanner, { document, inner }: Cut, at: Path, signal: AbortSignal): Promise<Step | null> {
    const own = await planned(planner, print(document), signal);
    const isRoot = at.length === 0;
    const below = await Promise.all(
      inner.map((each) => this.#part(planner, each, isRoot ? each.path : [...at, ...each.path.slice(1)], signal)),
    );
    return group('Sequence', [isRoot ? own : moved(own, ANCHORS, at), group('Parallel', below)]);
  }
}

function openParts(supergraph: Supergraph): { planner: QueryPlanner; anchored: Anchored } {
  const view = anchored(supergraph.sdl);
  return { planner: new QueryPlanner(view.sdl), anchored: view };
}

const planned = async (planner: QueryPlanner, text: string, signal: AbortSignal): Promise<Step | null> =>
  prepare((await planner.planAsync(text, null, NO_LABELS, 0, signal)).node);

/** Whether planning was given up for its time. */
export function isTimeUp(error: unknown): boolean {
  return (
    error instanceof Error &&
    (error.name === 'TimeoutError' || error.name === 'AbortError' || /abort|timed? ?out|cancel/i.test(error.message))
  );
}
