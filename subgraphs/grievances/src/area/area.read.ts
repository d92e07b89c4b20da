/** A reference to another department's entity, as a resolver gives it. */
export interface Ref {
  id: string;
}

/** SQL: a reference to another department's entity by a column with its id; null without one. */
export const ref = (column: string): string => `case when ${column} is not null then jsonb_build_object('id', ${column}) end`;
