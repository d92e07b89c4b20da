import type { Context } from '../../../shared/src/context.ts';
import { Ratio } from '../../../shared/src/domain/ratio.ts';
import { type Figure, type FigureValue, grouped, type Source, type Sums, selected } from '../../../shared/src/figure.ts';
import { excluding, ofKnown, percent, quotient } from '../../../shared/src/figure-values.ts';
import { batched } from '../../../shared/src/loader.ts';
import { partsOf, type Rollup } from '../../../shared/src/rollup.ts';

const THOUSAND = Ratio.of(1000);
/** Above this exclusion share, rates over answers are PARTIAL (§7.10, GRV_16). */
const MOST_EXCLUDED = Ratio.of(15, 100);
/** Weight of a partly resolved report in GRV_2; another one is another formulaVersion. */
const PARTLY_WEIGHT = Ratio.of(0);

const BY_REPORT = { CATEGORY: 'k.code', CATEGORY_PARENT: 'parent.code', CHANNEL: 'part.channel' };

/**
 * Sums of reports and follow-ups by community, category, channel and the day of each event: receipt; the day on which the response is due; the
 * day on which a follow-up ended. A later state of the report or another follow-up changes them when it is committed; nothing here depends on
 * time passing. The report counts as answered by its last answer, as excluded by its last follow-up, if that ended without answer: the roll-up
 * knows the one that counts.
 */
const REPORTS: Rollup = {
  name: 'report',
  dimensions: ['category_id', 'channel'],
  measures: [
    ...['received', 'due', 'in_time', 'ended', 'answered', 'resolved', 'partly', 'rated', 'satisfied'],
    ...['unreachable', 'refused', 'anonymous'],
  ],
  when: 'at',
};

/** SQL: the categories of a breakdown; nothing where none is asked. */
export const categoriesOf = (by: readonly string[]): string =>
  by.length === 0 ? '' : 'join case_category k on k.id = part.category_id left join case_category parent on parent.id = k.parent_id';

/** A source of sums of reports; rows without any of `counted` are left out. */
const sumsOfReports = (name: string, measures: readonly string[], counted: string): Source => ({
  name,
  cells: 'events',
  by: BY_REPORT,
  sql: (by) => `, ${partsOf({ ...REPORTS, measures }, by)}
    select n${selected(by)}, ${measures.map((measure) => `sum(${measure}) as ${measure}`).join(', ')}
    from part ${categoriesOf(by)} group by n${grouped(by)} having sum(${counted}) <> 0`,
});

/** *R* by the day of receipt (§7.10). */
const received = sumsOfReports('reports received', ['received'], 'received');

/** Reports of the kinds and states of *R* by the day on which the first response is due. */
const responses = sumsOfReports('responses due', ['due', 'in_time'], 'due');

/** Follow-ups that count, by the day on which they ended. */
const followUps = sumsOfReports('follow-ups ended', REPORTS.measures.slice(3), 'ended');

/** The reports that nobody could ask, by reason. */
const unanswered = (sums: Sums) => ({
  UNREACHABLE: sums.sum('unreachable'),
  REFUSED: sums.sum('refused'),
  ANONYMOUS: sums.sum('anonymous'),
});
const excludedCount = (sums: Sums): Ratio => Ratio.sum(Object.values(unanswered(sums)));

/** A rate over answers: tells whom it leaves out, and is PARTIAL when they are too many. */
function answeredRate(sums: Sums, numerator: Ratio, denominator: Ratio): FigureValue {
  const excluded = excludedCount(sums);
  const asked = sums.sum('answered').add(excluded);
  const tooMany = excluded.cmp(asked.mul(MOST_EXCLUDED)) > 0;
  return percent(numerator, denominator, { excluded: excluding(unanswered(sums)), ...(tooMany && { quality: 'PARTIAL' }) });
}

const ofReports = {
  unit: 'PERCENT',
  direction: 'AT_LEAST',
  formulaVersion: '1',
  breakdowns: ['CATEGORY_PARENT', 'CATEGORY', 'CHANNEL'],
  personDerived: true,
} as const;

/** §7.10: figures of reports. A report belongs to the community for which it was received. */
export const reportFigures: Figure[] = [
  {
    ...ofReports,
    key: 'GRV_1',
    nameZh: '响应率',
    nameEn: 'Response rate',
    formula:
      'of the reports of kind HELP, COMPLAINT, SUGGESTION, DISPUTE, not REFERRED or WITHDRAWN, with respondBy in the period: respondedAt ≤ respondBy / all',
    source: responses,
    compute: (sums) => percent(sums.sum('in_time'), sums.sum('due')),
  },
  {
    ...ofReports,
    key: 'GRV_2',
    nameZh: '解决率',
    nameEn: 'Resolution rate',
    formula:
      'reports whose last follow-up answer lies in the period: (RESOLVED + w·PARTLY) / answered, w = 0; those whose last follow-up ended without answer are excluded',
    source: followUps,
    compute: (sums) => answeredRate(sums, sums.sum('resolved').add(sums.sum('partly').mul(PARTLY_WEIGHT)), sums.sum('answered')),
  },
  {
    ...ofReports,
    key: 'GRV_3',
    nameZh: '满意率',
    nameEn: 'Satisfaction rate',
    formula: 'reports whose last follow-up answer lies in the period: satisfaction 5, 4 or 3 / answered with a satisfaction',
    source: followUps,
    compute: (sums) => answeredRate(sums, sums.sum('satisfied'), sums.sum('rated')),
  },
  {
    ...ofReports,
    key: 'GRV_14',
    nameZh: '千户诉求量',
    nameEn: 'Reports per 1,000 households',
    unit: 'INDEX',
    direction: null,
    formula:
      '1000 · reports received in the period of kind HELP, COMPLAINT, SUGGESTION, DISPUTE, not REFERRED or WITHDRAWN / known households at the end of the period; more reporting is not worse governance (诉求多不等于治理差)',
    source: received,
    compute: (sums, setting) => {
      const { known, unknown } = setting.statistic('households');
      return quotient(sums.sum('received'), known, THOUSAND, ofKnown(unknown));
    },
  },
  {
    ...ofReports,
    key: 'GRV_16',
    nameZh: '剔除率',
    nameEn: 'Exclusion share',
    direction: 'AT_MOST',
    formula: 'excluded / (answered + excluded); excluded: reports whose last follow-up ended in the period without answer',
    source: followUps,
    compute: (sums) =>
      percent(excludedCount(sums), sums.sum('answered').add(excludedCount(sums)), { excluded: excluding(unanswered(sums)) }),
  },
];

/** How many reports follow each case; numbers only, no report is read under the caller's scope. */
export const reportCountOf: (ctx: Context, caseId: string) => Promise<number | null> = batched(async (ctx, caseIds) => {
  const rows = await ctx.figureRows<{ caseId: string; reports: string }>(
    'select case_id as "caseId", count(*) as reports from report where case_id = any($1) group by case_id',
    [caseIds],
  );
  return new Map(rows.map(({ caseId, reports }) => [caseId, Number(reports)]));
});
