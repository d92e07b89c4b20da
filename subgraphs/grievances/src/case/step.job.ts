import { now } from '../../../shared/src/clock.ts';
import { type EventRecord, recordEvents } from '../../../shared/src/command.ts';
import type { Database } from '../../../shared/src/database.ts';
import { NOBODY } from '../../../shared/src/row-scope.ts';
import type { Step } from './clock.commands.ts';
import { type LockedCase, lockCase } from './life.commands.ts';

/** How long one step of a job may take, by the machine's clock. */
const STEP_MS = 15_000;

/** One step of a job: a transaction as SERVICE, whose events are written with it. */
export const asJob = <T>(database: Database, work: (step: Step) => Promise<T>): Promise<T> =>
  database.write({ ...NOBODY, roles: ['SERVICE'], variant: 'INTERNAL', deadline: Date.now() + STEP_MS }, async ({ rows, asService }) => {
    const at = now();
    const events: EventRecord[] = [];
    const result = await work({ rows, asService, at, record: (event) => void events.push(event) });
    await recordEvents(rows, at, events);
    return result;
  });

/**
 * Does something for every case that a condition finds, one transaction each, so that a stop loses nothing and two processes share the work: a case
 * that another one holds is passed over.
 * @param due SQL condition of case `c`, with $1 as the present instant.
 * @returns for how many cases.
 */
export async function forEachCase(database: Database, due: string, work: (step: Step, row: LockedCase) => Promise<void>): Promise<number> {
  for (let done = 0; ; done++) {
    const found = await asJob(database, async (step) => {
      const [next] = await step.rows<{ id: string }>(`select c.id from grievance_case c where ${due} limit 1 for update of c skip locked`, [
        step.at,
      ]);
      if (!next) return false;
      const row = await lockCase(step, next.id);
      if (row) await work(step, row);
      return row !== null;
    });
    if (!found) return done;
  }
}
