import { facilityRows } from './facilities.ts';
import { grievanceRows } from './grievances.ts';
import { organizationRows } from './organization.ts';
import { type Basis, lastDay, type Period, readPlaces } from './places.ts';
import type { Database, StraightRow } from './row.ts';
import { volunteerRows } from './volunteers.ts';

/** One connection per department, each to its own database, that reads every row. */
export interface Departments {
  organization: Database;
  volunteers: Database;
  facilities: Database;
  grievances: Database;
}

/** Today's civil date in Asia/Shanghai. */
export const today = (): string => new Date().toLocaleDateString('sv-SE', { timeZone: 'Asia/Shanghai' });

/**
 * Every figure of the areas in one period, by SQL straight over the facts: what the hub must answer, and the limit of how fast it can be known.
 * @param areas stable ids
 */
export async function straightRows(
  departments: Departments,
  areas: readonly string[],
  period: Period,
  basis: Basis,
  now = today(),
): Promise<StraightRow[]> {
  const { organization, volunteers, facilities, grievances } = departments;
  const places = await readPlaces(organization, areas, period, basis);
  // What the facilities' figures say of the end of a period that still runs, they say of today (§6.6).
  const placesNow = now < lastDay(period) ? await readPlaces(organization, areas, period, basis, now) : places;
  const rows = await Promise.all([
    organizationRows(organization, places),
    volunteerRows(volunteers, places, now),
    facilityRows(facilities, placesNow),
    grievanceRows(grievances, places),
  ]);
  return rows.flat();
}
