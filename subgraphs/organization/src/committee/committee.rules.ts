import { addDays } from '../../../shared/src/domain/period.ts';

/** The days of one term; null is not yet (or never). `expiresOn` is exclusive. */
export interface CommitteeDays {
  electedOn: string | null;
  termStartsOn: string | null;
  expiresOn: string | null;
  filedOn: string | null;
  dissolvedOn: string | null;
}
export type CommitteeStatus = 'PREPARING' | 'ELECTED' | 'FILED' | 'ACTIVE' | 'EXPIRING' | 'EXPIRED' | 'DISSOLVED';

/** A committee is EXPIRING from this many days before the end of its term (§4.4). */
export const EXPIRING_DAYS = 90;
/** Filing is due within this many days of the election; later it is a gap. */
export const FILING_DAYS = 30;
export const IN_TERM: readonly CommitteeStatus[] = ['FILED', 'ACTIVE', 'EXPIRING'];

const reached = (day: string | null, at: string): boolean => day !== null && day <= at;

/** Status on a day (§4.4): the clock moves FILED → ACTIVE → EXPIRING → EXPIRED, so status is computed, never stored. */
export function statusOn(days: CommitteeDays, at: string): CommitteeStatus {
  if (reached(days.dissolvedOn, at)) return 'DISSOLVED';
  if (reached(days.expiresOn, at)) return 'EXPIRED';
  if (!reached(days.electedOn, at)) return 'PREPARING';
  if (!reached(days.filedOn, at)) return 'ELECTED';
  if (!reached(days.termStartsOn ?? days.electedOn, at)) return 'FILED';
  if (reached(days.expiresOn && addDays(days.expiresOn, -EXPIRING_DAYS), at)) return 'EXPIRING';
  return 'ACTIVE';
}

/** The same as SQL, over a row `alias` of owners_committee and a day. */
export const statusSql = (alias: string, at: string): string => `case
  when ${alias}.dissolved_on <= ${at} then 'DISSOLVED'
  when ${alias}.expires_on <= ${at} then 'EXPIRED'
  when ${alias}.elected_on is null or ${alias}.elected_on > ${at} then 'PREPARING'
  when ${alias}.filed_on is null or ${alias}.filed_on > ${at} then 'ELECTED'
  when coalesce(${alias}.term_starts_on, ${alias}.elected_on) > ${at} then 'FILED'
  when ${alias}.expires_on - ${EXPIRING_DAYS} <= ${at} then 'EXPIRING'
  else 'ACTIVE' end`;

/** "In term" (FILED, ACTIVE or EXPIRING) as SQL. */
export const inTermSql = (alias: string, at: string): string =>
  `(${alias}.filed_on <= ${at} and ${alias}.elected_on <= ${at} and (${alias}.expires_on is null or ${at} < ${alias}.expires_on)
   and (${alias}.dissolved_on is null or ${at} < ${alias}.dissolved_on))`;
