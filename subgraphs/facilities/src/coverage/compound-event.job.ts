import { now } from '../../../shared/src/clock.ts';
import { type FollowedEvent, follow } from '../../../shared/src/consumer.ts';
import type { Services } from '../../../shared/src/subgraph.ts';
import { instantOf } from '../facility/opening.rules.ts';
import { queueAfterChange } from './queue.commands.ts';

/** What changes where people begin to walk, or how many they are (§6.3). */
const CHANGES = ['compound.changed', 'compound.transferred', 'building.changed'];

/**
 * After organization's compounds changed the circle is computed again, ten minutes after the first change that no run has seen; at once when
 * that is past, because this department was down. The cursor moves in the transaction that queues the runs.
 * @returns what ends it.
 */
export const followCompounds = (
  services: Pick<Services, 'database' | 'graph' | 'log' | 'behind'>,
  everyMs?: number,
): (() => Promise<void>) =>
  follow<FollowedEvent>(services, {
    name: 'compounds',
    events: 'organizationEvents',
    names: CHANGES,
    handle: (transaction, events) => queueAfterChange(transaction, now(), firstOf(events)),
    ...(everyMs !== undefined && { everyMs }),
  });

const firstOf = (events: readonly FollowedEvent[]): Date => new Date(Math.min(...events.map(({ at }) => instantOf(at).getTime())));
