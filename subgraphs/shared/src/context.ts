import type { Logger } from 'pino';
import type { Claims } from './claims.ts';
import type { Writing } from './database.ts';
import type { ValueWarning } from './domain/value-error.ts';
import type { FileStore } from './files.store.ts';
import type { Graph } from './graph.ts';
import type { Seal } from './seal.ts';
import type { Vault } from './vault.ts';

/** What a resolver, loader or figure is handed: who asks, and the two ways to the department's data. One per request. */
export interface Context {
  readonly claims: Claims;
  /** Aborted when nobody waits for the answer any more: reads end, commands do not hear of it. */
  readonly signal?: AbortSignal | undefined;
  /** Reads as role `app`, row scope of the caller enforced by the database (design §5). */
  rows<T extends object>(sql: string, params?: readonly unknown[]): Promise<T[]>;
  /** Reads all rows as role `figures`; only `*.figures.ts` and the figure engine may call it, and only for aggregates. */
  figureRows<T extends object>(sql: string, params?: readonly unknown[]): Promise<T[]>;
  /** One transaction under the row scope of the caller: `command.ts` opens it for commands, a department for what is kept although a request fails. */
  write<T>(work: (transaction: Writing) => Promise<T>): Promise<T>;
  /** SQL statements sent so far for this request. */
  readonly statements: () => number;
  /** Marks the cursors of lists (`page.ts`). */
  readonly seal: Seal;
  /** Tells the caller something although the answer stands; sent as `extensions.warnings` (overview §3.1, §3.5). */
  warn(warning: ValueWarning): void;
  /** Says that the answer is that of an earlier command with the same key (`extensions.idempotentReplay`, overview §3.4). */
  replayed(): void;
  /** Contents of uploaded files; `files.ts` reads them. */
  readonly files: FileStore;
  readonly graph: Graph;
  /** Who people are; a department that keeps no vault has none. */
  readonly vault: Vault;
  readonly log: Logger;
}
