import type { Variant } from '../../subgraphs/shared/src/claims.ts';
import type { Trace } from './engine/engine.ts';

/** What the gateway knows of one request while it answers it. */
export interface RequestContext {
  startedAt: number;
  /** Epoch milliseconds. */
  deadline: number;
  /** Null in `--open`. */
  variant: Variant | null;
  /** `extensions` of the subgraph requests, as JSON; empty in `--open`. */
  extensions: string;
  /** Asked for by `hub-debug: 1` outside production: the answer tells how it came about. */
  debug: boolean;
  trace?: Trace;
}
