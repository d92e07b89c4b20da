/** A lease that ends within so many days is a gap (§6.6). */
export const LEASE_DAYS = 90;
/** An entry that nobody confirmed for longer is stale (§6.1). */
export const ASSURED_DAYS = 180;

const TITLES = {
  AREA_BELOW_STANDARD: ['社区服务设施面积未达标', 'The community lacks area by the standard'],
  AREA_UNKNOWN: ['设施面积未知', 'The area of the facility is unknown'],
  COMMUNITY_UNCOVERED: ['社区有住户不在一刻钟服务圈内', 'Part of the community is outside the fifteen minutes'],
  ASSURANCE_STALE: ['设施台账长期未核实', 'Nobody confirmed the entry lately'],
  LEASE_ENDS: ['设施租借即将到期', 'The lease of the facility ends soon'],
  LOCATION_UNKNOWN: ['设施位置未知', 'The place of the facility is unknown'],
  OPENING_UNKNOWN: ['设施开放时间未知', 'The opening hours of the facility are unknown'],
  COVERAGE_STALE: ['步行覆盖测算已过期', 'There was no coverage run for a week'],
} as const satisfies Record<string, readonly [zh: string, en: string]>;

/** What may be missing or late here; inspections, projects, tallies and items come with their issues. */
export type GapCode = keyof typeof TITLES;
export const GAP_CODES = Object.keys(TITLES) as GapCode[];

export interface FoundGap {
  code: GapCode;
  areaId: string;
  subjectId: string | null;
  since: string | null;
  dueOn: string | null;
}

/** A gap's name in both languages. */
export function gapTitles(code: GapCode): { titleZh: string; titleEn: string } {
  const [titleZh, titleEn] = TITLES[code];
  return { titleZh, titleEn };
}

/** What sorts after every day. */
const NEVER = '9999';
const orderOf = ({ since, code, subjectId }: FoundGap): string => `${since ?? NEVER} ${code} ${subjectId ?? ''}`;

/** Oldest first; what has no beginning comes last; total by code and subject. */
export const inOrder = (gaps: readonly FoundGap[]): FoundGap[] => [...gaps].sort((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1));
