import type { Transaction } from '../../../shared/src/database.ts';
import { holdsOn } from '../../../shared/src/span.entity.ts';
import { type OpeningRuleRow, weeklyMinutes } from '../facility/opening.rules.ts';
import { type Destination, LEAST_WEEKLY_MINUTES } from './coverage.rules.ts';

/** Destinations of a run (§6.3): facilities of the kinds that are OPEN and located on the day, and open long enough; unknown hours are none. */
export async function destinationsOn(transaction: Transaction, kinds: readonly string[], day: string): Promise<Destination[]> {
  const rows = await transaction.rows<Destination & { rules: OpeningRuleRow[] }>(
    `select s.facility_id as id, s.lat, s.lng, s.opening_rules as rules from facility_state s
     where ${holdsOn('s', '$2::date')} and s.kind = any($1) and s.status = 'OPEN' and s.lat is not null and s.opening_rules is not null
     order by s.facility_id`,
    [kinds, day],
  );
  return rows.filter(({ rules }) => weeklyMinutes(rules) >= LEAST_WEEKLY_MINUTES).map(({ id, lat, lng }) => ({ id, lat, lng }));
}
