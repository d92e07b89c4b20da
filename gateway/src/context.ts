import type { Variant } from '../../subgraphs/shared/src/claims.ts';
import type { Place } from './admission.ts';
import type { CostTold } from './cost.ts';
import type { Access } from './engine/access.ts';
import type { Trace } from './engine/engine.ts';

/** What the gateway knows of one request while it answers it. */
export interface RequestContext {
  startedAt: number;
  /** Epoch milliseconds. */
  deadline: number;
  /** Aborted when the client goes away before its answer. */
  signal: AbortSignal;
  /** What it takes of the gateway; told when more is known of what it costs. */
  place: Place;
  /** Null in `--open`. */
  variant: Variant | null;
  /** `extensions` of the subgraph requests, as JSON; empty in `--open`. */
  extensions: string;
  /** The claims without what each request has for itself; empty in `--open`. */
  identity: string;
  /** What it shows to the directives of the supergraph that ask who it is. */
  access: Access;
  /** Asked for by `hub-debug: 1` outside production: the answer tells how it came about. */
  debug: boolean;
  /** Asked for by `hub-cost: 1`: the answer tells what it was estimated to cost. */
  tellsCost: boolean;
  cost?: CostTold;
  trace?: Trace;
}
