import { p } from '@mikro-orm/core';

/** Columns of a row that holds on the days [validFrom, validTo); an open end is null (overview §2.3, effective-dated state). */
export const span = { validFrom: p.date(), validTo: p.date().nullable() };

/** Constraint: of one thing, no two rows hold on the same day. `columns` name the thing, e.g. `compound_id`. */
export const oneAtATime = (table: string, ...columns: string[]) => ({
  name: `${table}_one_at_a_time`,
  expression:
    `alter table "${table}" add constraint "${table}_one_at_a_time" exclude using gist ` +
    `(${columns.map((column) => `"${column}" with =`).join(', ')}, daterange("valid_from", "valid_to") with &&)`,
});

/** SQL condition: the row of `alias` holds on this day (an SQL expression of type date). */
export const holdsOn = (alias: string, day: string): string =>
  `${alias}.valid_from <= ${day} and (${alias}.valid_to is null or ${day} < ${alias}.valid_to)`;
