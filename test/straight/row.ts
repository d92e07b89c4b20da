import { type Exact, exact, over, shown, times, written } from './exact.ts';

/** The part of `pg` that is used: a client or a pool. */
export interface Database {
  query<T extends object>(text: string, params?: unknown[]): Promise<{ rows: T[] }>;
}

/** A figure of one area as the domain text defines it, worked out by hand. Numbers are exact text (`exact.ts`); `value` has the digits shown. */
export interface StraightRow {
  areaId: string;
  key: string;
  numerator: string | null;
  denominator: string | null;
  value: string | null;
  reason: string | null;
  /** Reason → how many, without zeros. */
  excluded: Record<string, number>;
}

/** Digits shown (overview §3.1). */
const DIGITS = { PERCENT: 2, M2_PER_100HH: 2, HOURS: 2, INDEX: 4, COUNT: 0 } as const;
export type Unit = keyof typeof DIGITS;

export type Excluded = Record<string, number | string>;

const told = (excluded: Excluded): Record<string, number> =>
  Object.fromEntries(
    Object.entries(excluded)
      .map(([reason, count]) => [reason, Number(count)] as const)
      .filter(([, count]) => count > 0),
  );

/** A figure that is not there, and why. */
export const absent = (areaId: string, key: string, reason: string, excluded: Excluded = {}): StraightRow => ({
  areaId,
  key,
  numerator: null,
  denominator: null,
  value: null,
  reason,
  excluded: told(excluded),
});

/** So many per `per`, e.g. reports per 1,000 households; the numerator is what is counted. Without a denominator it is unknown. */
export function rate(
  areaId: string,
  key: string,
  unit: Unit,
  per: number,
  numerator: Exact | string,
  denominator: Exact | string,
  excluded: Excluded = {},
): StraightRow {
  const [n, d] = [numerator, denominator].map((part) => (typeof part === 'string' ? exact(part) : part)) as [Exact, Exact];
  const parts = { areaId, key, numerator: written(n), denominator: written(d), excluded: told(excluded) };
  if (d.n === 0n) return { ...parts, value: null, reason: 'NO_DENOMINATOR' };
  return { ...parts, value: shown(times(over(n, d), exact(per)), DIGITS[unit]), reason: null };
}

/** A ratio of its unit: PERCENT is shown ×100, the others as they are. */
export const ratio = (
  areaId: string,
  key: string,
  unit: Unit,
  numerator: Exact | string,
  denominator: Exact | string,
  excluded: Excluded = {},
): StraightRow => rate(areaId, key, unit, unit === 'PERCENT' ? 100 : 1, numerator, denominator, excluded);

/** A count or a sum, which has no denominator. */
export function total(areaId: string, key: string, unit: Unit, amount: Exact | string, excluded: Excluded = {}): StraightRow {
  const number = typeof amount === 'string' ? exact(amount) : amount;
  return {
    areaId,
    key,
    numerator: written(number),
    denominator: null,
    value: shown(number, DIGITS[unit]),
    reason: null,
    excluded: told(excluded),
  };
}
