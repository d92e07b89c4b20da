/** Plans operations: whole where the planner can, in parts where it cannot, each normalized text once. */
import { QueryPlanner } from '@graphql-hive/router-query-planner';
import { type DocumentNode, print } from 'graphql';
import { withoutCosts } from '../cost-model.ts';
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

interface Drawn {
  share: number;
  signal: AbortSignal;
}

export class Planner {
  readonly #supergraph: Supergraph;
  readonly #whole: QueryPlanner;
  /** Labels of `@override` that hold, and the shares of requests (`percent(…)`) that the supergraph speaks of, in order. */
  readonly #labels: Set<string>;
  readonly #percentages: readonly number[];
  readonly #plans = new Lru<Promise<Step | null>>(KEPT_PLANS);
  #parts: { planner: QueryPlanner; anchored: Anchored } | null = null;

  /** @throws Error if the planner refuses the supergraph. */
  constructor(supergraph: Supergraph, labels: ReadonlySet<string>) {
    this.#supergraph = supergraph;
    this.#labels = new Set(labels);
    this.#whole = new QueryPlanner(withoutCosts(supergraph.sdl));
    this.#percentages = this.#whole.overridePercentages.toSorted((a, b) => a - b);
  }

  /** Draws which share of all requests one belongs to: the next lower percentage, so that equal draws have equal plans. */
  drawShare(): number {
    if (this.#percentages.length === 0) return 0;
    const drawn = Math.random() * 100;
    return this.#percentages.findLast((each) => each <= drawn) ?? 0;
  }

  /**
   * The plan of a validated, bounded document of one operation; null if it needs nothing. `share` as drawn.
   * @throws Error of the planner, or when its time is up (`isTimeUp`).
   */
  plan(document: DocumentNode, share: number): Promise<Step | null> {
    const text = print(document);
    const key = `${share} ${text}`;
    const known = this.#plans.get(key);
    if (known) return known;
    const signal = AbortSignal.timeout(PLAN_TIMEOUT_MS);
    const step = this.#planned(this.#whole, text, { share, signal }).catch((error: unknown) => {
      if (isTimeUp(error)) throw error;
      return this.#inParts(document, { share, signal }, error);
    });
    if (text.length > MAX_KEPT_TEXT) return step;
    this.#plans.set(key, step);
    step.catch(() => this.#plans.delete(key));
    return step;
  }

  async #inParts(document: DocumentNode, drawn: Drawn, why: unknown): Promise<Step | null> {
    this.#parts ??= openParts(this.#supergraph);
    const { planner, anchored: view } = this.#parts;
    const whole = cut(document, this.#supergraph.publicSchema, view);
    if (whole.inner.length === 0) throw why;
    return this.#part(planner, whole, [], drawn);
  }

  /** A part, then what was cut out of it, all at the same time. */
  async #part(planner: QueryPlanner, { document, inner }: Cut, at: Path, drawn: Drawn): Promise<Step | null> {
    const own = await this.#planned(planner, print(document), drawn);
    const isRoot = at.length === 0;
    const below = await Promise.all(
      inner.map((each) => this.#part(planner, each, isRoot ? each.path : [...at, ...each.path.slice(1)], drawn)),
    );
    return group('Sequence', [isRoot ? own : moved(own, ANCHORS, at), group('Parallel', below)]);
  }

  async #planned(planner: QueryPlanner, text: string, { share, signal }: Drawn): Promise<Step | null> {
    return prepare((await planner.planAsync(text, null, this.#labels, share, signal)).node);
  }
}

function openParts(supergraph: Supergraph): { planner: QueryPlanner; anchored: Anchored } {
  const view = anchored(withoutCosts(supergraph.sdl));
  return { planner: new QueryPlanner(view.sdl), anchored: view };
}

/** Whether planning was given up for its time. */
export function isTimeUp(error: unknown): boolean {
  return (
    error instanceof Error &&
    (error.name === 'TimeoutError' || error.name === 'AbortError' || /abort|timed? ?out|cancel/i.test(error.message))
  );
}
