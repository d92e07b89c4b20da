import { addDays, lastDay, type Period } from './domain/period.ts';

/** Statistics of a community on a day (overview §2.3); null is unknown. */
export interface StatPoint {
  asOf: string;
  households: number | null;
  population: number | null;
  residents60Plus: number | null;
}

/** One dated fact: this community belonged to this street in this district. `recordedTo` is exclusive, null is open. */
export interface Membership {
  communityId: string;
  streetId: string;
  districtId: string;
  recordedFrom: string | null;
  recordedTo: string | null;
  current: boolean;
  stats: StatPoint[];
}

/** A place with every row of each community that ever belonged to it (overview §2.3); null when organization could not be asked. */
export interface Place {
  id: string;
  membership: Membership[] | null;
}

export type Basis = 'RESTATED' | 'AS_RECORDED';
export type Level = 'DISTRICT' | 'STREET' | 'COMMUNITY';

/** A community in a span of days `[from, to)`: the smallest part that a figure is added up from. */
export interface Span {
  communityId: string;
  from: string;
  to: string;
}

const belongs = (row: Membership, areaId: string): boolean =>
  row.communityId === areaId || row.streetId === areaId || row.districtId === areaId;

/** The rows by which this place counts: under RESTATED today's row of each community, under AS_RECORDED every row (overview §2.3). */
const rowsOf = (place: Place, basis: Basis): Membership[] =>
  (place.membership ?? []).filter((row) => belongs(row, place.id) && (basis === 'AS_RECORDED' || row.current));

const later = (a: string, b: string | null): string => (b !== null && b > a ? b : a);
const earlier = (a: string, b: string | null): string => (b !== null && b < a ? b : a);

/** Spans whose events belong to the place: the whole period under RESTATED, cut at each move under AS_RECORDED. */
export function eventSpans(place: Place, period: Period, basis: Basis): Span[] {
  if (basis === 'RESTATED') return rowsOf(place, basis).map(({ communityId }) => ({ communityId, from: period.start, to: period.end }));
  return rowsOf(place, basis)
    .map((row) => ({ communityId: row.communityId, from: later(period.start, row.recordedFrom), to: earlier(period.end, row.recordedTo) }))
    .filter(({ from, to }) => from < to);
}

/** The communities that made up the place on a day; a community that has ended by then is not among them. */
export function communitiesOn(place: Place, day: string, basis: Basis): Membership[] {
  return rowsOf(place, basis).filter((row) => {
    const notEnded = row.recordedTo === null || day < row.recordedTo;
    if (basis === 'RESTATED') return notEnded;
    return notEnded && (row.recordedFrom === null || row.recordedFrom <= day);
  });
}

/** The same as spans of one day, for state at the end of a period. */
export const stateSpans = (place: Place, day: string, basis: Basis): Span[] =>
  communitiesOn(place, day, basis).map(({ communityId }) => ({ communityId, from: day, to: addDays(day, 1) }));

/** Ids of the communities of a place as it is bounded today. Looks at no date: `NEEDS_COMMUNITIES` brings none (overview §2.3). */
export const currentCommunities = (place: Place): string[] =>
  [...new Set(rowsOf(place, 'RESTATED').map(({ communityId }) => communityId))].sort();

/** The latest statistic with `asOf ≤ day`, null where there is none. */
export function statOn(row: Membership, day: string): StatPoint | null {
  return row.stats.reduce<StatPoint | null>((best, stat) => (stat.asOf <= day && (!best || stat.asOf > best.asOf) ? stat : best), null);
}

/** Does the period reach before the beginning of one of the place's communities? Then its figures are PARTIAL (overview §2.3). */
export function reachesBeforeBeginning(place: Place, period: Period, basis: Basis): boolean {
  const begins = new Map<string, string | null>();
  for (const row of place.membership ?? []) {
    const known = begins.get(row.communityId);
    if (known === null) continue;
    begins.set(row.communityId, row.recordedFrom === null || known === undefined ? row.recordedFrom : earlier(known, row.recordedFrom));
  }
  return communitiesOn(place, lastDay(period), basis).some((row) => (begins.get(row.communityId) ?? '') > period.start);
}

const idOf = { DISTRICT: 'districtId', STREET: 'streetId', COMMUNITY: 'communityId' } as const;
const LEVELS: Level[] = ['COMMUNITY', 'STREET', 'DISTRICT'];

/** Level of a place by its own rows; null for one without any community. */
export const levelOf = (place: Place): Level | null =>
  LEVELS.find((level) => place.membership?.some((row) => row[idOf[level]] === place.id)) ?? null;

/** Is this level above the place? No, where nothing is known of it. */
export function isAbove(level: Level, place: Place): boolean {
  const own = levelOf(place);
  return own !== null && LEVELS.indexOf(level) > LEVELS.indexOf(own);
}

const meets = (row: Membership, period: Period): boolean =>
  (row.recordedFrom === null || row.recordedFrom < period.end) && (row.recordedTo === null || period.start < row.recordedTo);

/**
 * The places of one level that were inside this one (or are it) in the period, each with every row of its communities, by id; none for a
 * level above it. As recorded, a street that left before the period is not among them, and one that left since then is.
 */
export function placesBelow(place: Place, level: Level, basis: Basis, period: Period | null): Place[] {
  if (isAbove(level, place)) return [];
  const rows = place.membership ?? [];
  const inPeriod = rowsOf(place, basis).filter((row) => basis === 'RESTATED' || !period || meets(row, period));
  const ids = new Set(inPeriod.map((row) => row[idOf[level]]));
  return [...ids].sort().map((id) => {
    const communities = new Set(rows.filter((row) => belongs(row, id)).map((row) => row.communityId));
    return { id, membership: rows.filter((row) => communities.has(row.communityId)) };
  });
}
