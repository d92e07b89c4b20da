import { Ratio } from '../../../shared/src/domain/ratio.ts';

/** The area standard (每百户使用面积), §6.2: exact throughout, nothing is decided on a rounded number. */

export type NotCountedReason = 'OUTDOOR' | 'NOT_FLAGGED' | 'NOT_OPEN' | 'LEASE_ENDED' | 'NO_SHARE' | 'AREA_UNKNOWN';
export type CountBasis = 'USABLE' | 'GROSS_CONVERTED';

/** m² per 100 households: the default target of FAC_1. */
export const STANDARD_PER_100 = Ratio.of(30);
/** Usable area of a gross one, where nobody measured it (§6.2.3). */
export const USABLE_OF_GROSS = Ratio.of('0.75');

const HUNDRED = Ratio.of(100);

/** What the rule reads of a facility on a day; areas in m². */
export interface StandardState {
  status: string;
  kind: string;
  countsTowardStandard: boolean;
  tenure: string;
  leaseFrom: string | null;
  /** Last day of the lease. */
  leaseTo: string | null;
  usableArea: string | null;
  grossArea: string | null;
}

/** Counted with its usable and gross area, one of them converted where it is not known, or not counted for a reason. */
export type Verdict = { usable: Ratio; gross: Ratio; basis: CountBasis; grossEstimated: boolean } | { reason: NotCountedReason };

/** Whether its area counts for a place on a day; the first reason in the order of §6.2.1 if not. `hasShare`: in one of the place's communities. */
export function verdictOn(state: StandardState, hasShare: boolean, day: string): Verdict {
  if (state.kind === 'OUTDOOR_SPACE') return { reason: 'OUTDOOR' };
  if (!state.countsTowardStandard) return { reason: 'NOT_FLAGGED' };
  if (state.status !== 'OPEN') return { reason: 'NOT_OPEN' };
  if (!isHeld(state, day)) return { reason: 'LEASE_ENDED' };
  if (!hasShare) return { reason: 'NO_SHARE' };
  const usable = state.usableArea === null ? null : Ratio.of(state.usableArea);
  const gross = state.grossArea === null ? null : Ratio.of(state.grossArea);
  if (usable) return { usable, gross: gross ?? usable.div(USABLE_OF_GROSS), basis: 'USABLE', grossEstimated: !gross };
  if (gross) return { usable: gross.mul(USABLE_OF_GROSS), gross, basis: 'GROSS_CONVERTED', grossEstimated: false };
  return { reason: 'AREA_UNKNOWN' };
}

const isHeld = ({ tenure, leaseFrom, leaseTo }: StandardState, day: string): boolean =>
  tenure === 'OWNED' || (leaseFrom !== null && leaseTo !== null && leaseFrom <= day && day <= leaseTo);

/** The same rule as SQL over a dated row `alias` on `day`, up to its area: counted if it has a share and an area. */
export const countsSql = (alias: string, day: string): string =>
  `(${alias}.kind <> 'OUTDOOR_SPACE' and ${alias}.counts_toward_standard and ${alias}.status = 'OPEN'
    and (${alias}.tenure = 'OWNED' or (${alias}.lease_from <= ${day} and ${day} <= ${alias}.lease_to)))`;

/** A community with its counted usable area. Households: null is unknown, and with 0 there is nothing to divide by either. */
export interface CommunityArea {
  households: number | null;
  area: Ratio;
}

/** `meets ⇔ 100·A ≥ target·H`; null without households (§6.2.4). */
export function meetsStandard({ households, area }: CommunityArea, target: Ratio = STANDARD_PER_100): boolean | null {
  if (!households) return null;
  return area.mul(HUNDRED).atLeast(target.mul(Ratio.of(households)));
}

/** m² that a community lacks; null without households. */
export function gapOf({ households, area }: CommunityArea, target: Ratio = STANDARD_PER_100): Ratio | null {
  if (!households) return null;
  const gap = target.mul(Ratio.of(households)).div(HUNDRED).sub(area);
  return gap.isNegative() ? Ratio.ZERO : gap;
}

export interface Pooled {
  /** Of the communities whose households are known; null if there is none. */
  households: number | null;
  per100: Ratio | null;
  meets: boolean | null;
  /** Sum of the communities' gaps, so that a rich community hides no poor one; null if none has households. */
  gap: Ratio | null;
  meeting: number;
  known: number;
}

/** Communities together (§6.2.5): the pooled ratio over those with known households, and apart from it how many meet the standard. */
export function pooled(communities: readonly CommunityArea[], target: Ratio = STANDARD_PER_100): Pooled {
  const known = communities.filter(({ households }) => households !== null);
  const households = known.reduce((sum, each) => sum + (each.households ?? 0), 0);
  const area = Ratio.sum(known.map((each) => each.area));
  const gaps = known.map((each) => gapOf(each, target)).filter((gap) => gap !== null);
  return {
    households: known.length === 0 ? null : households,
    per100: households === 0 ? null : area.mul(HUNDRED).div(Ratio.of(households)),
    meets: meetsStandard({ households, area }, target),
    gap: gaps.length === 0 ? null : Ratio.sum(gaps),
    meeting: known.filter((each) => meetsStandard(each, target)).length,
    known: known.length,
  };
}

/**
 * Equity (均衡度, FAC_7) = 1 − G with the household-weighted Gini of m² per 100 households (§6.3); null when nobody has any area.
 * `HᵢHⱼ|xᵢ − xⱼ| / (2·H²·x̄)` is `|AᵢHⱼ − AⱼHᵢ| / (2·H·A)` with `x = 100·A/H`, so areas on one denominator are enough.
 */
export function equity(communities: readonly CommunityArea[]): Ratio | null {
  const known = communities.filter(({ households }) => households);
  const scale = known.reduce((product, { area }) => lcm(product, area.denominator), 1n);
  const rows = known.map(({ households, area }) => ({ h: BigInt(households ?? 0), a: area.numerator * (scale / area.denominator) }));
  const [households, area] = [rows.reduce((sum, { h }) => sum + h, 0n), rows.reduce((sum, { a }) => sum + a, 0n)];
  if (area === 0n || households === 0n) return null;
  let spread = 0n;
  for (const one of rows) {
    for (const other of rows) {
      const difference = one.a * other.h - other.a * one.h;
      spread += difference < 0n ? -difference : difference;
    }
  }
  return Ratio.ONE.sub(Ratio.of(spread, 2n * households * area));
}

const gcd = (a: bigint, b: bigint): bigint => (b === 0n ? a : gcd(b, a % b));
const lcm = (a: bigint, b: bigint): bigint => (a / gcd(a, b)) * b;
