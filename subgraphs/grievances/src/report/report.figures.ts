import type { Context } from '../../../shared/src/context.ts';
import { Ratio } from '../../../shared/src/domain/ratio.ts';
import { type Figure, type FigureValue, grouped, type Source, type Sums, selected } from '../../../shared/src/figure.ts';
import { excluding, ofKnown, percent, quotient } from '../../../shared/src/figure-values.ts';
import { batched } from '../../../shared/src/loader.ts';

const THOUSAND = Ratio.of(1000);
/** Above this exclusion share, rates over answers are PARTIAL (§7.10, GRV_16). */
const MOST_EXCLUDED = Ratio.of(15, 100);
/** Weight of a partly resolved report in GRV_2; another one is another formulaVersion. */
const PARTLY_WEIGHT = Ratio.of(0);

/** SQL: the kinds and states of *R* (§7.10). */
const COUNTED = `r.kind in ('HELP', 'COMPLAINT', 'SUGGESTION', 'DISPUTE') and r.state not in ('REFERRED', 'WITHDRAWN')`;

/** SQL: an instant lies in the cell's days. */
export const inCell = (instant: string): string =>
  `${instant} >= c."from"::timestamp at time zone 'Asia/Shanghai' and ${instant} < c."to"::timestamp at time zone 'Asia/Shanghai'`;

const BY_REPORT = { CATEGORY: 'k.code', CATEGORY_PARENT: 'parent.code', CHANNEL: 'r.channel' };

/** SQL: the categories of a breakdown; nothing where none is asked. */
export const categoriesOf = (alias: string, by: readonly string[]): string =>
  by.length === 0 ? '' : `join case_category k on k.id = ${alias}.category_id left join case_category parent on parent.id = k.parent_id`;

/** *R* by the day of receipt. */
const received: Source = {
  name: 'reports received',
  cells: 'events',
  by: BY_REPORT,
  sql: (by) => `select c.n${selected(by)}, count(*) as reports
    from cell c join report r on r.community_id = c.community_id and ${inCell('r.received_at')} and ${COUNTED}
    ${categoriesOf('r', by)} group by c.n${grouped(by)}`,
};

/** Reports of the kinds and states of *R* by the day on which the first response is due. */
const responses: Source = {
  name: 'responses due',
  cells: 'events',
  by: BY_REPORT,
  sql: (by) => `select c.n${selected(by)}, count(*) as due, count(*) filter (where r.responded_at <= r.respond_by) as in_time
    from cell c join report r on r.community_id = c.community_id and ${inCell('r.respond_by')} and ${COUNTED}
    ${categoriesOf('r', by)} group by c.n${grouped(by)}`,
};

/**
 * Follow-ups by the day on which they ended. A report counts as answered by its last answer, so a later question that nobody answered does not
 * take an answer back; it counts as excluded by its last follow-up, if that ended without answer.
 */
const followUps: Source = {
  name: 'follow-ups ended',
  cells: 'events',
  by: BY_REPORT,
  sql: (by) => `, later as materialized (
      select report_id, max(round) as last_round, max(round) filter (where answered_at is not null) as last_answered
      from follow_up where round > 1 group by report_id)
    select c.n${selected(by)},
      count(f.answered_at) as answered,
      count(*) filter (where f.resolved = 'RESOLVED') as resolved,
      count(*) filter (where f.resolved = 'PARTLY') as partly,
      count(f.satisfaction) filter (where f.answered_at is not null) as rated,
      count(*) filter (where f.answered_at is not null and f.satisfaction >= 3) as satisfied,
      count(*) filter (where f.answered_at is null and f.contacted = 'UNREACHABLE') as unreachable,
      count(*) filter (where f.answered_at is null and f.contacted = 'REFUSED') as refused,
      count(*) filter (where f.answered_at is null and f.contacted = 'ANONYMOUS') as anonymous
    from cell c join follow_up f on f.community_id = c.community_id and ${inCell('f.ended_at')}
    left join later on later.report_id = f.report_id
    ${by.length === 0 ? '' : 'join report r on r.id = f.report_id'} ${categoriesOf('r', by)}
    where f.round >= coalesce(case when f.answered_at is null then later.last_round else later.last_answered end, 1)
    group by c.n${grouped(by)}`,
};

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
      return quotient(sums.sum('reports'), known, THOUSAND, ofKnown(unknown));
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
