import { now } from '../../../shared/src/clock.ts';
import type { Context } from '../../../shared/src/context.ts';
import type { WorkCalendar } from '../../../shared/src/domain/calendar.ts';
import { dateIn } from '../../../shared/src/domain/period.ts';
import { HubError } from '../../../shared/src/errors.ts';
import { conditions, containing } from '../../../shared/src/filter.ts';
import { batched } from '../../../shared/src/loader.ts';
import { connection, type PageArgs } from '../../../shared/src/page.ts';
import { URGENCY_RANK } from './category.entity.ts';
import type { ClockSpec, Urgency } from './category.rules.ts';

/** A category as it is read. */
export interface CategoryRow {
  id: string;
  code: string;
  nameZh: string;
  nameEn: string;
  parentId: string | null;
  defaultUrgency: Urgency;
  statutoryChannel: string | null;
  aboutPeople: boolean;
  active: boolean;
  version: number;
}

/** A version of the deadlines of one urgency, as it is read. */
export interface PolicyRow {
  id: string;
  categoryId: string | null;
  urgency: Urgency;
  accept: ClockSpec;
  respond: ClockSpec;
  resolve: ClockSpec;
  reportIn: ClockSpec;
  maxExtensions: number;
  extension: ClockSpec | null;
  effectiveFrom: string;
  effectiveTo: string | null;
  version: number;
}

export interface CategoryFilterInput {
  parentId?: string | null;
  leafOnly?: boolean | null;
  text?: string | null;
  active?: boolean | null;
}
export interface PolicyFilterInput {
  categoryId?: string | null;
  urgency?: string | null;
  at?: string | null;
}

const CATEGORY = `k.id, k.code, k.name_zh as "nameZh", k.name_en as "nameEn", k.parent_id as "parentId", k.default_urgency as "defaultUrgency",
  k.statutory_channel as "statutoryChannel", k.about_people as "aboutPeople", k.active, k.version`;

const spec = (clock: string): string => `jsonb_build_object('amount', p.${clock}_amount, 'unit', p.${clock}_unit)`;
const POLICY = `p.id, p.category_id as "categoryId", p.urgency, ${spec('accept')} as accept, ${spec('respond')} as respond,
  ${spec('resolve')} as resolve, ${spec('report_in')} as "reportIn", p.max_extensions as "maxExtensions",
  case when p.extension_amount is not null then ${spec('extension')} end as extension, p.effective_from as "effectiveFrom",
  p.effective_to as "effectiveTo", p.version`;

/** The categories of a district are a few hundred rows: read whole, once per request. */
interface Tree {
  byId: Map<string, CategoryRow>;
  byCode: Map<string, CategoryRow>;
  children: Map<string | null, CategoryRow[]>;
}
const readTree = batched<'all', Tree>(async (ctx) => {
  const rows = await ctx.rows<CategoryRow>(`select ${CATEGORY} from case_category k order by k.code`);
  const byId = new Map(rows.map((row) => [row.id, row]));
  const byCode = new Map(rows.map((row) => [row.code, row]));
  return new Map([['all', { byId, byCode, children: Map.groupBy(rows, (row) => row.parentId) }]]);
});
const tree = async (ctx: Context): Promise<Tree> => (await readTree(ctx, 'all')) as Tree;

export const categoryById = async (ctx: Context, id: string): Promise<CategoryRow | null> => (await tree(ctx)).byId.get(id) ?? null;
export const childrenOf = async (ctx: Context, id: string): Promise<CategoryRow[]> => (await tree(ctx)).children.get(id) ?? [];

/** Whether a report or case may have this category: a leaf that is in use. */
export const isActiveLeaf = async (ctx: Context, id: string): Promise<boolean> =>
  (await categoryById(ctx, id))?.active === true && (await childrenOf(ctx, id)).length === 0;

/** By exactly one of id and code. */
export async function findCategory(ctx: Context, id?: string | null, code?: string | null): Promise<CategoryRow | null> {
  if ((id == null) === (code == null)) throw new HubError('VALIDATION_FAILED', { arguments: ['id', 'code'] });
  const { byId, byCode } = await tree(ctx);
  return (id == null ? byCode.get(code as string) : byId.get(id)) ?? null;
}

/** Categories by code. */
export function categories(ctx: Context, filter: CategoryFilterInput, page: PageArgs) {
  const where = conditions();
  where.add('k.parent_id = ?', filter.parentId);
  where.also(filter.leafOnly, 'not exists (select 1 from case_category child where child.parent_id = k.id)');
  where.add('(k.name_zh ilike ? or k.name_en ilike ? or k.code ilike ?)', containing(filter.text));
  where.add('k.active = ?', filter.active);
  return connection<CategoryRow>(ctx, {
    name: 'caseCategories',
    select: CATEGORY,
    from: 'case_category k',
    where: where.where(),
    params: where.params,
    order: [{ sql: 'k.code', type: 'text' }],
    ...page,
  });
}

/** All versions of all policies, a few dozen rows; once per request. */
const readPolicies = batched<'all', PolicyRow[]>(
  async (ctx) => new Map([['all', await ctx.rows<PolicyRow>(`select ${POLICY} from sla_policy p order by p.effective_from, p.id`)]]),
);
const policies = async (ctx: Context): Promise<PolicyRow[]> => (await readPolicies(ctx, 'all')) ?? [];

export const policyById = async (ctx: Context, id: string): Promise<PolicyRow | null> =>
  (await policies(ctx)).find((policy) => policy.id === id) ?? null;

/** Today's deadlines of a category, one per urgency: its own, else the default. */
export async function policiesOf(ctx: Context, categoryId: string): Promise<PolicyRow[]> {
  const today = dateIn(now());
  const current = (await policies(ctx)).filter(
    ({ effectiveFrom, effectiveTo }) => effectiveFrom <= today && (!effectiveTo || today < effectiveTo),
  );
  const usual = current.filter((policy) => policy.categoryId === null);
  return usual.map((policy) => current.find((own) => own.categoryId === categoryId && own.urgency === policy.urgency) ?? policy);
}

/** Versions by id. */
export async function policiesByIds({ rows }: Pick<Context, 'rows'>, ids: readonly string[]): Promise<Map<string, PolicyRow>> {
  const found = await rows<PolicyRow>(`select ${POLICY} from sla_policy p where p.id = any($1)`, [ids]);
  return new Map(found.map((policy) => [policy.id, policy]));
}

/**
 * The deadlines of a case received on a day: the category's own version of that day, else the default's; what was received before there were
 * policies takes the first.
 * @throws Error when there is no policy at all for the urgency
 */
export async function policyFor(
  { rows }: Pick<Context, 'rows'>,
  categoryId: string | null,
  urgency: Urgency,
  receivedOn: string,
): Promise<PolicyRow> {
  const [policy] = await rows<PolicyRow>(
    `select ${POLICY} from sla_policy p where p.urgency = $1 and (p.category_id is null or p.category_id = $2)
     order by not (p.effective_from <= $3::date and (p.effective_to is null or $3::date < p.effective_to)), p.category_id nulls last, p.effective_from
     limit 1`,
    [urgency, categoryId, receivedOn],
  );
  if (!policy) throw new Error(`there is no policy for ${urgency}`);
  return policy;
}

/** Policies by urgency, the defaults first, the newest version first. */
export function listPolicies(ctx: Context, filter: PolicyFilterInput, page: PageArgs) {
  const where = conditions();
  where.add('p.category_id = ?', filter.categoryId);
  where.add('p.urgency = ?', filter.urgency);
  where.add('p.effective_from <= ? and (p.effective_to is null or ? < p.effective_to)', filter.at);
  return connection<PolicyRow>(ctx, {
    name: 'slaPolicies',
    select: POLICY,
    from: 'sla_policy p',
    where: where.where(),
    params: where.params,
    order: [
      { sql: `coalesce(p.category_id, '')`, type: 'text' },
      { sql: URGENCY_RANK('p.urgency'), type: 'int' },
      { sql: 'p.effective_from', type: 'date', descending: true },
      { sql: 'p.id', type: 'text' },
    ],
    ...page,
  });
}

interface CalendarRow {
  year: number;
  status: WorkCalendar['status'];
  holidays: string[];
  makeUpWorkdays: string[];
}

/** The working days that this department counts by, as they are kept. */
export async function keptCalendars({ rows }: Pick<Context, 'rows'>): Promise<WorkCalendar[]> {
  const kept = await rows<CalendarRow>(
    'select year, status, holidays, make_up_workdays as "makeUpWorkdays" from work_calendar order by year',
  );
  const named = (dates: string[]) => dates.map((date) => ({ date, name: '' }));
  return kept.map((row) => ({ ...row, holidays: named(row.holidays), makeUpWorkdays: named(row.makeUpWorkdays) }));
}

/** The same, once per request. */
const readCalendars = batched<'all', WorkCalendar[]>(async (ctx) => new Map([['all', await keptCalendars(ctx)]]));
export const workCalendars = async (ctx: Context): Promise<WorkCalendar[]> => (await readCalendars(ctx, 'all')) ?? [];
