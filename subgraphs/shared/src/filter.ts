/** The condition of a list as it is collected from a filter: SQL of ours, values as parameters. */
export interface Conditions {
  /** Adds `sql` with `?` standing for the value, unless the value is absent. The parameter's number is put in its place. */
  add(sql: string, value: unknown): void;
  /** Adds SQL without a value, if it is wanted. */
  also(wanted: boolean | null | undefined, sql: string): void;
  readonly params: unknown[];
  /** All of them, `true` for none. */
  readonly where: () => string;
}

/**
 *     const filter = conditions();
 *     filter.add('a.status = any(?)', input.status);
 *     connection(ctx, { …, where: filter.where(), params: filter.params })
 */
export function conditions(): Conditions {
  const parts: string[] = [];
  const params: unknown[] = [];
  return {
    add: (sql, value) => {
      if (value !== null && value !== undefined) parts.push(sql.replaceAll('?', `$${params.push(value)}`));
    },
    also: (wanted, sql) => {
      if (wanted) parts.push(sql);
    },
    params,
    where: () => (parts.length === 0 ? 'true' : parts.map((part) => `(${part})`).join(' and ')),
  };
}

/** The pattern of a text search: the words anywhere, with the wildcards of LIKE taken literally. */
export const containing = (text: string | null | undefined): string | null | undefined => text && `%${text.replaceAll(/[\\%_]/g, '\\$&')}%`;
