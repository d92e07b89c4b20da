import type { WorkCalendar } from '../../../shared/src/domain/calendar.ts';
import { type ClockSpec, FOLLOW_UP_AFTER } from '../category/category.rules.ts';
import { type ClockTimes, type Pause, timesOf } from './case.rules.ts';

// The clocks of a case out of its events (§7.3): what is kept in rows can be had again from what happened, whatever the order of computing.

/** An event of a case, in their order. */
export interface Happened {
  readonly name: string;
  readonly at: string;
  /** The policy of case.received and case.triaged. */
  readonly policyId: string | null;
  /** The instant of clock.paused and clock.resumed. */
  readonly to: string | null;
}

interface Terms {
  readonly respond: ClockSpec;
  readonly resolve: ClockSpec;
}

export interface ReplayedClock extends ClockTimes {
  readonly kind: 'RESPOND' | 'RESOLVE' | 'FOLLOW_UP';
  readonly round: number;
}

interface Running {
  kind: ReplayedClock['kind'];
  round: number;
  startedAt: string;
  spec: ClockSpec;
  endedAt: string | null;
}

/**
 * Due times of a case's clocks, by kind and round.
 * @param receivedAt when its earliest report was received.
 */
export function replay(
  receivedAt: string,
  events: readonly Happened[],
  policies: ReadonlyMap<string, Terms>,
  calendars: readonly WorkCalendar[],
): ReplayedClock[] {
  const clocks: Running[] = [];
  const pauses: { from: string; to: string | null }[] = [];
  let terms: Terms | undefined;
  let round = 1;
  const start = (kind: Running['kind'], startedAt: string, spec: ClockSpec | undefined): void => {
    if (spec) clocks.push({ kind, round, startedAt, spec, endedAt: null });
  };
  const end = (at: string, kind?: Running['kind']): void => {
    for (const clock of clocks) if (clock.endedAt === null && (kind === undefined || clock.kind === kind)) clock.endedAt = at;
  };
  for (const event of events) {
    if (event.policyId !== null && (event.name === 'case.received' || event.name === 'case.triaged')) terms = policies.get(event.policyId);
    switch (event.name) {
      case 'case.received':
        start('RESPOND', receivedAt, terms?.respond);
        start('RESOLVE', receivedAt, terms?.resolve);
        break;
      case 'case.triaged':
        for (const clock of clocks)
          if (terms && clock.endedAt === null) clock.spec = clock.kind === 'RESPOND' ? terms.respond : terms.resolve;
        break;
      case 'clock.paused':
        pauses.push({ from: event.to ?? event.at, to: null });
        break;
      case 'clock.resumed':
        Object.assign(pauses.at(-1) ?? {}, { to: event.to });
        break;
      case 'case.handled':
        end(event.at, 'RESOLVE');
        start('FOLLOW_UP', event.at, FOLLOW_UP_AFTER);
        break;
      case 'case.followUp':
        end(event.at, 'FOLLOW_UP');
        break;
      case 'case.reopened':
        round += 1;
        start('RESOLVE', event.at, terms?.resolve);
        break;
      case 'case.closed':
      case 'case.withdrawn':
        end(event.at);
    }
  }
  return clocks.map(({ kind, round: of, startedAt, spec, endedAt }) => {
    const own = kind === 'RESOLVE' ? pausesWithin(pauses, startedAt, endedAt) : [];
    return { kind, round: of, ...timesOf({ startedAt, spec, pauses: own }, calendars) };
  });
}

const pausesWithin = (pauses: readonly Pause[], from: string, to: string | null): Pause[] =>
  pauses.filter((pause) => new Date(pause.from) >= new Date(from) && (to === null || new Date(pause.from) < new Date(to)));
