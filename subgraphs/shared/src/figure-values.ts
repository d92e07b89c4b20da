import { Ratio } from './domain/ratio.ts';
import type { Exclusion, FigureValue, Quality } from './figure.ts';

const HUNDRED = Ratio.of(100);

interface Extra {
  excluded?: Exclusion[];
  quality?: Quality;
  dataAsOf?: string | null;
}

/** numerator / denominator × scale; without a denominator null with NO_DENOMINATOR (P3: unknown is never 0). */
export function quotient(numerator: Ratio, denominator: Ratio, scale: Ratio, extra: Extra = {}): FigureValue {
  if (denominator.isZero()) return { value: null, numerator, denominator, reason: 'NO_DENOMINATOR', ...extra };
  return { value: numerator.mul(scale).div(denominator), numerator, denominator, ...extra };
}

/** A share in PERCENT. */
export const percent = (numerator: Ratio, denominator: Ratio, extra?: Extra): FigureValue =>
  quotient(numerator, denominator, HUNDRED, extra);

/** A number of things, which has no denominator. */
export const count = (value: Ratio, extra: Extra = {}): FigureValue => ({ value, numerator: value, denominator: null, ...extra });

/** Unknown, with the reason. */
export const unknown = (reason: NonNullable<FigureValue['reason']>, extra: Extra = {}): FigureValue => ({
  value: null,
  numerator: null,
  denominator: null,
  reason,
  ...extra,
});

/** An entry of `excluded`, left out where nothing was. */
export const excluding = (counts: Record<string, Ratio | number>): Exclusion[] =>
  Object.entries(counts)
    .map(([reason, n]) => ({ reason, count: typeof n === 'number' ? n : Number(n.toDecimal(0)) }))
    .filter(({ count }) => count > 0);

/**
 * For a rate per head or household: communities without the statistic are listed (overview §2.3), and the rate is PARTIAL, because what
 * happened in them is counted and their people are not.
 */
export const ofKnown = (unknownCommunities: number): Extra => ({
  excluded: excluding({ HOUSEHOLDS_UNKNOWN: unknownCommunities }),
  ...(unknownCommunities > 0 && { quality: 'PARTIAL' as const }),
});
