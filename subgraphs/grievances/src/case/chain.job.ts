import { HubError } from '../../../shared/src/errors.ts';
import type { Services } from '../../../shared/src/subgraph.ts';
import { endPauses, escalate } from './escalation.job.ts';
import { askReporters, closeUnanswered } from './follow-up.job.ts';

const LOOK_MS = 2_000;
const MOST_PATIENT_MS = 60_000;

/** In the order in which they are due to each other: what was handled is asked about before it can be closed. */
const DUTIES = [endPauses, escalate, askReporters, closeUnanswered];

/** Everything that the passing of time does to cases, once. Any number of processes may do it at once. */
export async function workOff(database: Services['database']): Promise<void> {
  for (const duty of DUTIES) await duty(database);
}

/**
 * Looks every few seconds for what time has made due, and catches up with all of it after a stop. While the database is silent the pause doubles up
 * to a minute.
 * @returns what ends it.
 */
export function startChain({ database, log }: Pick<Services, 'database' | 'log'>, lookMs = LOOK_MS): () => void {
  let isOver = false;
  let patience = lookMs;
  let timer: NodeJS.Timeout;
  const look = async (): Promise<void> => {
    try {
      await workOff(database);
      patience = lookMs;
    } catch (error) {
      if (!(error instanceof HubError)) log.error({ err: error }, 'cases that time passes over');
      patience = Math.min(2 * patience, MOST_PATIENT_MS);
    }
    if (!isOver) later(patience);
  };
  const later = (ms: number): void => {
    timer = setTimeout(() => void look(), ms);
    timer.unref();
  };
  later(0);
  return () => {
    isOver = true;
    clearTimeout(timer);
  };
}
