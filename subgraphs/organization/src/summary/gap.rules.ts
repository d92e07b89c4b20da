/** A statistic older than this is stale: the default of ORG_90 (§4.5). */
export const STALE_DAYS = 400;

const TITLES = {
  NO_BRANCH: ['小区未建党支部', 'The compound has no Party branch'],
  BUILDINGS_UNGROUPED: ['有楼栋未编入党小组', 'Buildings are in no Party group'],
  NO_COMMITTEE: ['小区未组建业委会', "The compound has no owners' committee"],
  COMMITTEE_EXPIRED: ['业委会届满未换届', "The term of the owners' committee has ended"],
  COMMITTEE_EXPIRING: ['业委会即将届满', "The term of the owners' committee ends soon"],
  FILING_OVERDUE: ['业委会逾期未备案', "The owners' committee is not filed in time"],
  UNMANAGED: ['小区无主管', 'Nobody manages the compound'],
  STAT_STALE: ['户数与人口统计未及时更新', 'The statistics are old or missing'],
  HOUSEHOLDS_UNKNOWN: ['小区户数未知', 'The households of the compound are unknown'],
  CHANGE_UNDECIDED: ['区划变更待确认', 'A change of divisions awaits a decision'],
} as const satisfies Record<string, readonly [zh: string, en: string]>;

/** What may be missing or late here; agreements, meetings and the rest come with their issues. */
export type GapCode = keyof typeof TITLES;
export const GAP_CODES = Object.keys(TITLES) as GapCode[];

/** A gap's name in both languages. */
export function gapTitles(code: GapCode): { titleZh: string; titleEn: string } {
  const [titleZh, titleEn] = TITLES[code];
  return { titleZh, titleEn };
}

interface Dated {
  code: GapCode;
  since: string | null;
  subjectId: string | null;
}

/** What sorts after every day. */
const NEVER = '9999';
const orderOf = ({ since, code, subjectId }: Dated): string => `${since ?? NEVER} ${code} ${subjectId ?? ''}`;

/** Oldest first; what has no beginning comes last; total by code and subject. */
export const inOrder = <T extends Dated>(gaps: readonly T[]): T[] => [...gaps].sort((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1));
