import { now } from '../../../shared/src/clock.ts';
import type { Context } from '../../../shared/src/context.ts';
import { instantText, type Period, parsePeriod } from '../../../shared/src/domain/period.ts';
import { type Figure, grouped, type Source, selected } from '../../../shared/src/figure.ts';
import { percent } from '../../../shared/src/figure-values.ts';
import { batched } from '../../../shared/src/loader.ts';
import { partsOf, type Rollup } from '../../../shared/src/rollup.ts';
import { categoriesOf, reportCountOf } from '../report/report.figures.ts';
import type { CaseRow } from './case.read.ts';
import { isLead } from './order.read.ts';

/** Sums of first RESOLVE clocks by community, category and the day on which they are due, of cases that did not go elsewhere. */
const RESOLUTIONS: Rollup = { name: 'resolution', dimensions: ['category_id'], measures: ['due', 'met'], when: 'at' };

/** Cases by the day on which their first RESOLVE clock is due. A clock that stands still is due on no day. */
const resolutions: Source = {
  name: 'resolutions due',
  cells: 'events',
  by: { CATEGORY: 'k.code', CATEGORY_PARENT: 'parent.code' },
  sql: (by) => `, ${partsOf(RESOLUTIONS, by)}
    select n${selected(by)}, sum(due) as due, sum(met) as met from part ${categoriesOf(by)} group by n${grouped(by)} having sum(due) <> 0`,
};

/** §7.10: figures of cases. A case belongs to the community for which it was triaged. */
export const caseFigures: Figure[] = [
  {
    key: 'GRV_4',
    nameZh: '按期办结率',
    nameEn: 'On-time resolution',
    unit: 'PERCENT',
    direction: 'AT_LEAST',
    formula:
      'of the cases, not MERGED, REFERRED, DECLINED or WITHDRAWN, whose first RESOLVE clock is due in the period: MET / all; a paused clock is not due',
    formulaVersion: '1',
    breakdowns: ['CATEGORY_PARENT', 'CATEGORY'],
    personDerived: true,
    source: resolutions,
    compute: (sums) => percent(sums.sum('met'), sums.sum('due')),
  },
];

interface Asked {
  organizationId: string;
  period: Period;
}

/** `Organization.caseload(period)`: what an organization got to handle, and what was open with it at the end. */
export interface CaseloadRow {
  orders: number;
  leads: number;
  acceptedInTime: number;
  returned: number;
  escalated: number;
  handled: number;
  handledInTime: number;
  openAtEnd: number;
  overdueAtEnd: number;
  dataAsOf: string;
}

const COUNTS = [
  'orders',
  'leads',
  'acceptedInTime',
  'returned',
  'escalated',
  'handled',
  'handledInTime',
  'openAtEnd',
  'overdueAtEnd',
] as const;

/**
 * Orders dispatched in the period, by what has become of them, and those open at its end whenever they were dispatched.
 * One statement for all organizations and periods asked.
 */
const CASELOAD = `with asked as (
    select n, organization_id, f::timestamp at time zone 'Asia/Shanghai' as starts, least(t::timestamp at time zone 'Asia/Shanghai', (select hub.now())) as ends
    from unnest($1::int[], $2::text[], $3::date[], $4::date[]) as a(n, organization_id, f, t)
  )
  select a.n,
    count(*) filter (where sent) as orders,
    count(*) filter (where sent and o.role = 'LEAD') as leads,
    count(*) filter (where sent and o.accepted_at <= o.accept_by) as "acceptedInTime",
    count(*) filter (where sent and o.status = 'RETURNED') as returned,
    count(*) filter (where sent and o.status = 'ESCALATED') as escalated,
    count(*) filter (where sent and o.status = 'DONE') as handled,
    count(*) filter (where sent and o.status = 'DONE' and o.ended_at <= o.due_at) as "handledInTime",
    count(*) filter (where open_at_end) as "openAtEnd",
    count(*) filter (where open_at_end and case when o.accepted_at < a.ends then o.due_at else o.accept_by end < a.ends) as "overdueAtEnd"
  from asked a
  join dispatch_order o on o.to_id = a.organization_id and o.dispatched_at < a.ends
  cross join lateral (
    select o.dispatched_at >= a.starts as sent, coalesce(o.ended_at, o.returned_at, 'infinity') >= a.ends as open_at_end
  ) when_it_was
  where sent or open_at_end
  group by a.n`;

const caseloads = batched<Asked, CaseloadRow>(
  async (ctx, asked) => {
    const rows = await ctx.figureRows<Record<(typeof COUNTS)[number], string> & { n: number }>(CASELOAD, [
      asked.map((_, n) => n),
      asked.map(({ organizationId }) => organizationId),
      asked.map(({ period }) => period.start),
      asked.map(({ period }) => period.end),
    ]);
    const byNumber = new Map(rows.map((row) => [row.n, row]));
    const dataAsOf = instantText(now());
    return new Map(
      asked.map((each, n) => {
        const counts = Object.fromEntries(COUNTS.map((name) => [name, Number(byNumber.get(n)?.[name] ?? 0)]));
        return [keyOf(each), { ...counts, dataAsOf } as CaseloadRow] as const;
      }),
    );
  },
  (each) => keyOf(each),
);

const keyOf = ({ organizationId, period }: Asked): string => `${organizationId} ${period.start} ${period.end}`;

/** @throws ValueError VALIDATION_FAILED or PERIOD_TOO_LONG for a period that is none. */
export const caseloadOf = (ctx: Context, organizationId: string, period: Period) =>
  caseloads(ctx, { organizationId, period: parsePeriod(period) });

/** Fewer reports than this are not told outside the chain (privacy §10.6). */
const SMALLEST_COUNT = 5;
/** Who takes in and triages the cases of his places (§7.1). */
const TRIAGERS = ['COMMUNITY_STAFF', 'STREET_STAFF', 'HOTLINE_STAFF'] as const;

/** Linked reports; outside the chain of the case a count below k is not told. */
export async function shownReportCount(ctx: Context, row: CaseRow): Promise<number | null> {
  const count = (await reportCountOf(ctx, row.id)) ?? 0;
  if (count === 0 || count >= SMALLEST_COUNT) return count;
  const { roles, communities } = ctx.claims;
  const triages = roles.some((role) => (TRIAGERS as readonly string[]).includes(role)) && communities.includes(row.communityId);
  return triages || (await isLead(ctx, row.id)) ? count : null;
}
