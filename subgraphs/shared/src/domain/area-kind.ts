import { levelOf } from './code.ts';
import type { ValueWarning } from './value-error.ts';

/** Kind of a division, as the contract names it. */
export type AreaKind =
  | 'CITY'
  | 'COUNTY'
  | 'DISTRICT'
  | 'STREET'
  | 'TOWN'
  | 'TOWNSHIP'
  | 'ENTERPRISE_UNIT'
  | 'SPECIAL_ZONE'
  | 'COMMUNITY'
  | 'VILLAGE'
  | 'QUASI_COMMUNITY'
  | 'QUASI_VILLAGE';

/** A span of serials of one segment that means one kind, with the names people use for it. */
export interface SegmentRange {
  readonly from: number;
  readonly to: number;
  readonly kind: AreaKind;
  readonly nameZh: string;
  readonly nameEn: string;
}

/** Serials of the county segment, digits 5–6. */
export const COUNTY_SEGMENT: readonly SegmentRange[] = [
  { from: 1, to: 20, kind: 'DISTRICT', nameZh: '市辖区', nameEn: 'city district' },
  { from: 21, to: 50, kind: 'COUNTY', nameZh: '县', nameEn: 'county' },
  { from: 51, to: 70, kind: 'DISTRICT', nameZh: '市辖区', nameEn: 'city district' },
  { from: 71, to: 80, kind: 'SPECIAL_ZONE', nameZh: '功能区', nameEn: 'functional zone' },
  { from: 81, to: 99, kind: 'CITY', nameZh: '县级市', nameEn: 'county-level city' },
];

/** Serials of the second segment, digits 7–9 (§3.1). */
export const STREET_SEGMENT: readonly SegmentRange[] = [
  { from: 1, to: 99, kind: 'STREET', nameZh: '街道', nameEn: 'street' },
  { from: 100, to: 199, kind: 'TOWN', nameZh: '镇', nameEn: 'town' },
  { from: 200, to: 399, kind: 'TOWNSHIP', nameZh: '乡', nameEn: 'township' },
  { from: 400, to: 599, kind: 'ENTERPRISE_UNIT', nameZh: '政企合一单位', nameEn: 'government-enterprise unit' },
];

/** Serials of the third segment, digits 10–12 (§3.1). */
export const COMMUNITY_SEGMENT: readonly SegmentRange[] = [
  { from: 1, to: 199, kind: 'COMMUNITY', nameZh: '居民委员会', nameEn: "residents' committee" },
  { from: 200, to: 399, kind: 'VILLAGE', nameZh: '村民委员会', nameEn: "villagers' committee" },
  { from: 400, to: 499, kind: 'QUASI_COMMUNITY', nameZh: '类似居民委员会', nameEn: 'quasi-community' },
  { from: 500, to: 599, kind: 'QUASI_VILLAGE', nameZh: '类似村民委员会', nameEn: 'quasi-village' },
];

/** What the end of a name says, the more telling ending first. An ending may fit several kinds of a segment (类似居委会 are called 社区). */
const ENDINGS: readonly (readonly [RegExp, readonly AreaKind[]])[] = [
  [/(?:居民委员会|居委会|社区)$/, ['COMMUNITY', 'QUASI_COMMUNITY']],
  [/(?:村民委员会|村委会|村)$/, ['VILLAGE', 'QUASI_VILLAGE']],
  [/街道(?:办事处)?$/, ['STREET']],
  [/镇$/, ['TOWN']],
  [/乡$/, ['TOWNSHIP']],
];

/** Names of functional zones end in 区 as districts do. */
const ZONE_NAME = /(?:开发区|示范区|高新区|高新技术产业区|产业园区|工业园区|保税区|新区管委会|管委会)$/;
const COUNTY_ENDINGS: readonly (readonly [RegExp, AreaKind])[] = [
  [ZONE_NAME, 'SPECIAL_ZONE'],
  [/区$/, 'DISTRICT'],
  [/县$/, 'COUNTY'],
  [/市$/, 'CITY'],
];

/** The range a 12-digit code's last used segment falls into; null for a prefecture or a serial that has no meaning (600 and above). */
export function segmentRange(code: string): SegmentRange | null {
  switch (levelOf(code)) {
    case 'CITY':
      return null;
    case 'COUNTY':
      return rangeOf(COUNTY_SEGMENT, code.slice(4, 6));
    case 'STREET':
      return rangeOf(STREET_SEGMENT, code.slice(6, 9));
    case 'COMMUNITY':
      return rangeOf(COMMUNITY_SEGMENT, code.slice(9, 12));
  }
}

/**
 * The kind of a division (§3.1). Streets, communities and all below a county go by their segment; of a county-level code a name that
 * is given decides (区, 县, 市, 开发区 …), else the segment. Null where neither says anything.
 */
export function kindOf(code: string, name?: string): AreaKind | null {
  const level = levelOf(code);
  if (level === 'CITY') return 'CITY';
  const byName = level === 'COUNTY' && name ? COUNTY_ENDINGS.find(([ending]) => ending.test(name))?.[1] : undefined;
  return byName ?? segmentRange(code)?.kind ?? null;
}

/** `AREA_KIND_MISMATCH` when a name's ending contradicts the code's segment below a county, else null. The row is taken all the same. */
export function kindMismatch(code: string, name: string): ValueWarning | null {
  const level = levelOf(code);
  if (level === 'CITY' || level === 'COUNTY') return null;
  const range = segmentRange(code);
  const named = ENDINGS.find(([ending]) => ending.test(name))?.[1];
  if (!range || !named || named.includes(range.kind)) return null;
  return {
    code: 'AREA_KIND_MISMATCH',
    message: `${name} 的代码 ${code} 属于${range.nameZh}号段，与名称不符`,
    messageEn: `The code ${code} of ${name} is of a ${range.nameEn}, which its name contradicts`,
    details: { code, name, kind: range.kind },
  };
}

function rangeOf(segment: readonly SegmentRange[], digits: string): SegmentRange | null {
  const serial = Number(digits);
  return segment.find(({ from, to }) => from <= serial && serial <= to) ?? null;
}
