/**
 * What the generated test of a department is made of: its commands with ways to call them, and what must hold afterwards whatever was sent.
 * `play.ts` sends them from eight clients at once.
 */
import type { Claims } from '../../subgraphs/shared/src/claims.ts';
import type { Context } from '../../subgraphs/shared/src/context.ts';
import type { ErrorText } from '../../subgraphs/shared/src/errors.ts';
import type { Subgraph } from '../../subgraphs/shared/src/subgraph.ts';
import type { TestDatabase } from '../database.ts';

/** Chance that can be had again by its seed. */
export interface Dice {
  /** A whole number from `least` to `most`. */
  int(least: number, most: number): number;
  pick<T>(list: readonly T[]): T;
  /** True in so many of a hundred. */
  chance(percent: number): boolean;
}

/** What a way may look at: chance, the department's rows as its owner sees them, and who is about to call. */
export interface Play {
  dice: Dice;
  rows<T extends object>(sql: string, params?: unknown[]): Promise<T[]>;
  caller: Partial<Claims>;
}

/** The input of one call, without idempotencyKey, which is added where the command takes one; null if the state allows no such call. */
export type Way = (play: Play) => Promise<Record<string, unknown> | null>;

export interface CommandSpec {
  /** Name of the mutation. */
  name: string;
  /** `valid` and one for each code that the command can answer, named by it; as likely as each other. What really comes is counted, not demanded. */
  ways: Readonly<Record<string, Way>>;
}

/** Something that must hold at every quiet moment. */
export interface Invariant {
  name: string;
  /** SQL, as owner, that gives the rows which break it. */
  sql: string;
}

/** A department on its stage. */
export interface Stage {
  definition: Subgraph;
  /** Its own part of the registry, `ERRORS` of its errors.ts. */
  errors: Readonly<Record<string, ErrorText>>;
  /** A database with something in it, and what a context needs beyond the session: graph, vault. */
  open(): Promise<{ world: TestDatabase; parts: Partial<Context> }>;
  /** Who calls; each client is one of them at a time. Some should lack the role or the place. */
  callers: readonly Partial<Claims>[];
  commands: readonly CommandSpec[];
  invariants: readonly Invariant[];
  /** Codes of the department, or common ones, that cannot be reached yet, and what brings them. May only shrink. */
  later: Readonly<Record<string, string>>;
}
