import { p } from '@mikro-orm/core';

/**
 * Columns of a row that holds on the days [validFrom, validTo); an open end is null (overview §2.3, effective-dated state).
 * That no two rows of one thing hold on the same day is an exclusion constraint, written by hand in a migration `…-one-at-a-time.sql`.
 */
export const span = { validFrom: p.date(), validTo: p.date().nullable() };

/** SQL condition: the row of `alias` holds on this day (an SQL expression of type date). */
export const holdsOn = (alias: string, day: string): string =>
  `${alias}.valid_from <= ${day} and (${alias}.valid_to is null or ${day} < ${alias}.valid_to)`;
