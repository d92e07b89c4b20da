import { parseMinor } from '../../../shared/src/domain/decimal.ts';
import { Ratio } from '../../../shared/src/domain/ratio.ts';
import type { HubError } from '../../../shared/src/errors.ts';
import { refuse } from '../errors.ts';

/** What the rules of §6.1 look at: a facility as it will be from a day on. Areas are decimals in m². */
export interface FacilityFacts {
  kind: string;
  compoundId: string | null;
  servesCompounds: readonly string[];
  grossArea: string | null;
  usableArea: string | null;
  activityArea: string | null;
  activityBasis: string | null;
  tenure: string;
  leaseFrom: string | null;
  leaseTo: string | null;
}

const exceeds = (part: string | null, whole: string | null): boolean =>
  part !== null && whole !== null && Ratio.of(part).cmp(Ratio.of(whole)) > 0;

/** Every rule of §6.1 that a facility breaks, each with its field. */
export function brokenRules(facility: FacilityFacts): HubError[] {
  const { kind, compoundId, servesCompounds, grossArea, usableArea, activityArea, activityBasis, tenure, leaseFrom, leaseTo } = facility;
  const broken: HubError[] = [];
  if (exceeds(usableArea, grossArea))
    broken.push(refuse('USABLE_EXCEEDS_GROSS', { field: ['usableFloorArea'], details: { usableArea, grossArea } }));
  if ((activityArea === null) !== (activityBasis === null)) {
    broken.push(refuse('VALIDATION_FAILED', { field: [activityArea === null ? 'activityArea' : 'activityAreaBasis'] }));
  }
  const measured = activityBasis === 'GROSS' ? grossArea : usableArea;
  if (exceeds(activityArea, measured)) {
    broken.push(
      refuse('ACTIVITY_EXCEEDS_AREA', {
        field: ['activityArea'],
        details: { activityArea, [activityBasis === 'GROSS' ? 'grossArea' : 'usableArea']: measured },
      }),
    );
  }
  if (tenure !== 'OWNED') broken.push(...brokenLease(leaseFrom, leaseTo));
  if (kind === 'NEIGHBOURHOOD_CENTRE' && compoundId === null && servesCompounds.length === 0) {
    broken.push(refuse('COMPOUND_REQUIRED', { field: ['servesCompoundIds'] }));
  }
  return broken;
}

function brokenLease(from: string | null, to: string | null): HubError[] {
  if (from === null || to === null) return [refuse('LEASE_REQUIRED', { field: [from === null ? 'leaseFrom' : 'leaseTo'] })];
  return to < from ? [refuse('VALIDATION_FAILED', { field: ['leaseTo'], details: { leaseFrom: from } })] : [];
}

const AREA_DIGITS = 2;
const LARGEST_AREA = '9999999999.99';

/** An area in m² as it is kept: not negative, at most two decimals. @throws HubError VALIDATION_FAILED for another one */
export function areaOf(text: string, field: string): string {
  const area = decimalOf(text, AREA_DIGITS, field);
  if (area.isNegative() || area.cmp(Ratio.of(LARGEST_AREA)) > 0)
    throw refuse('VALIDATION_FAILED', { field: [field], details: { least: '0', most: LARGEST_AREA, decimals: AREA_DIGITS } });
  return area.toDecimal(AREA_DIGITS);
}

function decimalOf(text: string, digits: number, ...field: string[]): Ratio {
  try {
    parseMinor(text, digits);
    return Ratio.of(text);
  } catch {
    throw refuse('VALIDATION_FAILED', { field, details: { decimals: digits } });
  }
}

/** A part of a facility's area that counts for a community; a decimal in (0, 1]. */
export interface Share {
  communityId: string;
  share: string;
}

const SHARE_DIGITS = 6;

/**
 * Shares as given (§6.1): each in (0, 1], a community once, together at most 1.
 * @throws HubError SHARES_EXCEED_ONE, VALIDATION_FAILED
 */
export function sharesOf(given: readonly Share[]): Share[] {
  const seen = new Set<string>();
  const shares = given.map(({ communityId, share }, index) => {
    const part = decimalOf(share, SHARE_DIGITS, 'shares', String(index), 'share');
    if (part.isZero() || part.isNegative() || seen.has(communityId))
      throw refuse('VALIDATION_FAILED', { field: ['shares', String(index)] });
    seen.add(communityId);
    return { communityId, part };
  });
  const sum = Ratio.sum(shares.map(({ part }) => part));
  if (sum.cmp(Ratio.ONE) > 0) throw refuse('SHARES_EXCEED_ONE', { field: ['shares'], details: { sum: sum.toTrimmed(SHARE_DIGITS) } });
  return shares.map(({ communityId, part }) => ({ communityId, share: part.toDecimal(SHARE_DIGITS) }));
}

/**
 * Shares that nobody gave (§6.1): by households over the communities served, if several of them are known, else all to the facility's own.
 * They add up to exactly 1: what is lost in rounding down goes to the largest.
 */
export function sharesByHouseholds(ownCommunityId: string, served: ReadonlyMap<string, number | null>): Share[] {
  const known = [...served].filter((each): each is [string, number] => each[1] !== null && each[1] > 0);
  if (known.length < 2) return [{ communityId: ownCommunityId, share: '1.000000' }];
  const total = known.reduce((sum, [, households]) => sum + households, 0);
  const unit = 10 ** SHARE_DIGITS;
  const parts = known
    .map(([communityId, households]) => ({ communityId, units: Number((BigInt(households) * BigInt(unit)) / BigInt(total)) }))
    .sort((a, b) => b.units - a.units || (a.communityId < b.communityId ? -1 : 1));
  const rest = unit - parts.reduce((sum, { units }) => sum + units, 0);
  return parts
    .map(({ communityId, units }, index) => ({ communityId, units: index === 0 ? units + rest : units }))
    .filter(({ units }) => units > 0)
    .map(({ communityId, units }) => ({ communityId, share: Ratio.of(units, unit).toDecimal(SHARE_DIGITS) }));
}

/** Two facilities of like name nearer than this are one, unless somebody says otherwise (§6.1). */
export const DUPLICATE_METRES = 50;

/** The words of a kind, which say nothing about which one it is. */
const KIND_WORDS: Readonly<Record<string, string>> = {
  PARTY_MASS_SERVICE_CENTRE: '党群服务中心',
  NEIGHBOURHOOD_CENTRE: '邻里中心',
  COMMUNITY_SERVICE_STATION: '社区服务站',
  ELDERLY_DAY_CARE: '日间照料',
  CANTEEN: '食堂',
  CHILDCARE: '托育',
  HEALTH_STATION: '卫生服务站',
  CULTURE_STATION: '文化站',
  LIBRARY: '图书室',
  SPORTS: '健身',
  MEDIATION_ROOM: '调解室',
  VOLUNTEER_STATION: '志愿服务站',
  ACTIVITY_ROOM: '活动室',
  CONVENIENCE_POINT: '便民点',
  OUTDOOR_SPACE: '室外场地',
};

/** The core of a name: letters and digits, without the words of its kind (§6.1). Full-width and half-width, capital and small are the same. */
export function nameCore(name: string, kind: string): string {
  const core = name
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]/gu, '');
  const words = KIND_WORDS[kind];
  return words === undefined ? core : core.replaceAll(words, '');
}

/** From which statuses `closeFacility` may close (§6.1): for good whatever is not closed, for a time what is open. */
export const mayClose = (status: string, until: string | null): boolean => (until === null ? status !== 'CLOSED' : status === 'OPEN');
