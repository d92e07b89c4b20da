import { now } from '../../../shared/src/clock.ts';
import { recordEvents } from '../../../shared/src/command.ts';
import { dateIn } from '../../../shared/src/domain/period.ts';
import { HubError } from '../../../shared/src/errors.ts';
import type { Services } from '../../../shared/src/subgraph.ts';
import { ownStore, type Store } from '../coverage/coverage.job.ts';
import { queueAfterChange } from '../coverage/queue.commands.ts';

const LOOK_MS = 30_000;

/** A facility that was closed for a time by command and whose day has come; OPEN by its dated state already, but nobody was told. */
const UNTOLD = `select f.id, f.community_id as "areaId", s.valid_from as on
  from facility f join facility_state s on s.facility_id = f.id and s.status = 'OPEN' and s.valid_from <= $1
  join facility_state b on b.facility_id = f.id and b.valid_to = s.valid_from and b.status = 'TEMPORARILY_CLOSED'
  where exists (select 1 from hub.event e where e.object_id = f.id and e.name = 'facility.closed' and e.to_state = 'TEMPORARILY_CLOSED')
    and not exists (select 1 from hub.event e where e.object_id = f.id and e.name = 'facility.opened' and e."on" = s.valid_from)`;

/**
 * TEMPORARILY_CLOSED → OPEN on its day (§6.1): the state is dated, so the day itself opens it; this tells of it, once, and has the circle
 * computed again. Two processes may do it at once, and what a process missed is told by the next.
 * @returns ids of the facilities.
 */
export function tellReopened(store: Store, at: Date): Promise<string[]> {
  return store(async (transaction) => {
    const today = dateIn(at);
    const locked = await transaction.rows<{ id: string }>(`${UNTOLD} for update of f skip locked`, [today]);
    if (locked.length === 0) return [];
    // Seen again under the lock: another process may have told of it between the look and the lock.
    const ids = locked.map(({ id }) => id);
    const opened = await transaction.rows<{ id: string; areaId: string; on: string }>(`${UNTOLD} and f.id = any($2)`, [today, ids]);
    const events = opened.map(({ id, ...place }) => ({
      ...place,
      objectType: 'Facility',
      objectId: id,
      from: 'TEMPORARILY_CLOSED',
      to: 'OPEN',
    }));
    await recordEvents(
      transaction.rows,
      at,
      events.map((event) => ({ name: 'facility.opened', ...event })),
    );
    if (opened.length > 0) await queueAfterChange(transaction, at);
    return opened.map(({ id }) => id);
  });
}

/** @returns what ends it. */
export function startReopening({ database, log }: Pick<Services, 'database' | 'log'>, lookMs = LOOK_MS): () => void {
  const store = ownStore({ database });
  const look = async (): Promise<void> => {
    try {
      await tellReopened(store, now());
    } catch (error) {
      if (!(error instanceof HubError)) log.error({ err: error }, 'facilities that open again');
    }
  };
  const timer = setInterval(() => void look(), lookMs);
  timer.unref();
  return () => clearInterval(timer);
}
