import { now } from '../../../shared/src/clock.ts';
import type { Context } from '../../../shared/src/context.ts';
import { dateIn } from '../../../shared/src/domain/period.ts';
import { HubError } from '../../../shared/src/errors.ts';
import { containing } from '../../../shared/src/filter.ts';
import { batched } from '../../../shared/src/loader.ts';
import { communitiesOn, type Membership, type Place } from '../../../shared/src/membership.ts';
import { connection, type PageArgs } from '../../../shared/src/page.ts';
import { ERRORS } from '../errors.ts';
import { COMMUNITY_KINDS, LARGE_POPULATION, STAT_SOURCES } from './area.entity.ts';
import type { AreaFilter, AreaKind } from './area.type.ts';
import { type ShownStat, type StatRow, seriesOf, statOn, sumOn } from './stat.rules.ts';

/** A place with the code, name and parent of its last version. */
export interface AreaRow {
  id: string;
  code: string;
  name: string;
  shortName: string;
  kind: AreaKind;
  parentId: string | null;
  /** First day on which it is no more. */
  closedOn: string | null;
  lat: number | null;
  lng: number | null;
  boundary: object | null;
  resolvedFromRetiredCode?: string | null;
}

export const AREA =
  'a.id, a.code, a.name, a.short_name as "shortName", a.kind, a.parent_id as "parentId", a.closed_on as "closedOn", a.lat, a.lng, a.boundary';

export const today = (): string => dateIn(now());
export const byId = <T extends { id: string }>(rows: readonly T[]): Map<string, T> => new Map(rows.map((row) => [row.id, row]));

/** A place by its stable id. */
export const areaById = batched<string, AreaRow>(async (ctx, ids) =>
  byId(await ctx.rows<AreaRow>(`select ${AREA} from area a where a.id = any($1)`, [ids])),
);

/** A place by any code it ever had, the present holder first: how other subgraphs and credentials name it. */
export const areaByCode = batched<string, AreaRow>(async (ctx, codes) => {
  const rows = await ctx.rows<AreaRow & { asked: string }>(
    `select distinct on (v.code) v.code as asked, ${AREA} from area_version v join area a on a.id = v.area_id
     where v.code = any($1) order by v.code, v.valid_from desc`,
    [codes],
  );
  return new Map(rows.map(({ asked, ...row }) => [asked, row]));
});

type Holder = AreaRow & { isUndecided: boolean; validFrom: string };
type Listed = { areaId: string | null; presumedAreaId: string | null; cutoffDate: string };

const HOLDERS = `select ${AREA}, a.is_undecided as "isUndecided", v.valid_from as "validFrom"
  from area_version v join area a on a.id = v.area_id where v.code = $1 order by v.valid_from`;
const LISTED = `select r.area_id as "areaId", r.presumed_area_id as "presumedAreaId", e.cutoff_date as "cutoffDate"
  from division_row r join division_edition e on e.year = r.edition where r.code = $1 order by r.edition`;

/**
 * `area(id, code, at)` (§3.2): any code that was ever valid answers with the place of today. Between holders of a reused code `at` decides;
 * without it the present holder wins, with a warning. An undecided code answers with the place that last held it, with a warning.
 * @throws HubError VALIDATION_FAILED unless exactly one of id and code is given.
 */
export async function findArea(ctx: Context, id?: string | null, code?: string | null, at?: string | null): Promise<AreaRow | null> {
  requireOneKey({ id, code });
  if (id) return areaById(ctx, id);
  const [holders, rows] = await Promise.all([ctx.rows<Holder>(HOLDERS, [code]), ctx.rows<Listed>(LISTED, [code])]);
  const row = rows.findLast(({ cutoffDate }) => !at || cutoffDate <= at) ?? rows[0];
  const holder = holders.findLast(({ validFrom }) => !at || validFrom <= at) ?? holders[0];
  const found = holder ?? (row?.presumedAreaId ? await areaById(ctx, row.presumedAreaId) : null);
  if (holder?.isUndecided || (row && row.areaId === null)) warnAmbiguous(ctx, code as string, found);
  if (!found) return null;
  if (!at && holders.some((other) => other.id !== found.id)) warnReused(ctx, code as string, found);
  return { ...found, resolvedFromRetiredCode: found.code !== code || found.closedOn !== null ? code : null };
}

/** @throws HubError VALIDATION_FAILED unless exactly one key has a value. */
export function requireOneKey(keys: Readonly<Record<string, string | null | undefined>>): void {
  const given = Object.values(keys).filter((value) => value !== null && value !== undefined).length;
  if (given === 1) return;
  const names = Object.keys(keys);
  throw new HubError('VALIDATION_FAILED', `须且只须给出 ${names.join('、')} 之一。`, `Give exactly one of ${names.join(', ')}.`, {
    keys: names,
  });
}

function warnAmbiguous(ctx: Context, code: string, area: AreaRow | null): void {
  ctx.warn({
    code: 'LINEAGE_AMBIGUOUS',
    message: `代码 ${code} 的沿革尚未确认，所答为最后使用该代码的区划。`,
    messageEn: `The lineage of ${code} is undecided; the answer is the place that last held it.`,
    details: { code, areaId: area?.id ?? null },
  });
}

function warnReused(ctx: Context, code: string, area: AreaRow): void {
  const { zh, en } = ERRORS.AREA_CODE_REUSED;
  ctx.warn({ code: 'AREA_CODE_REUSED', message: zh, messageEn: en, details: { code, areaId: area.id } });
}

/** Ids of a place, named by any code it ever had, and of everything below it today; what `areaCode` filters by. */
const WITHIN = `with recursive place(id) as (
    select coalesce((select v.area_id from area_version v where v.code = $1 order by v.valid_from desc limit 1),
      (select r.presumed_area_id from division_row r where r.code = $1 order by r.edition desc limit 1))
    union all select a.id from area a join place on a.parent_id = place.id where a.closed_on is null)
  select id from place where id is not null`;

/** @throws HubError NOT_FOUND for a code that no place ever had. */
export async function placesWithin(ctx: Context, areaCode: string): Promise<string[]> {
  const ids = (await ctx.rows<{ id: string }>(WITHIN, [areaCode])).map(({ id }) => id);
  if (ids.length === 0) throw new HubError('NOT_FOUND', { areaCode });
  return ids;
}

/** Today's places directly below, by code. */
export const childrenOf = batched<string, AreaRow[]>(async (ctx, ids) => {
  const rows = await ctx.rows<AreaRow>(`select ${AREA} from area a where a.parent_id = any($1) and a.closed_on is null order by a.code`, [
    ids,
  ]);
  return Map.groupBy(rows, (row) => row.parentId as string);
});

/** From the top down to the parent. */
export const ancestorsOf = batched<string, AreaRow[]>(async (ctx, ids) => {
  const rows = await ctx.rows<AreaRow & { startId: string }>(
    `with recursive up as (
       select a.id as start_id, a.parent_id, 1 as height from area a where a.id = any($1)
       union all select up.start_id, a.parent_id, up.height + 1 from up join area a on a.id = up.parent_id)
     select up.start_id as "startId", ${AREA} from up join area a on a.id = up.parent_id order by up.height desc`,
    [ids],
  );
  return Map.groupBy(rows, (row) => row.startId);
});

export interface VersionRow {
  code: string;
  name: string;
  kind: AreaKind;
  parentCode: string | null;
  validFrom: string;
  validTo: string | null;
  editionFrom: number;
  editionTo: number | null;
}

/** Codes and names over time, oldest first. */
export const versionsOf = batched<string, VersionRow[]>(async (ctx, ids) => {
  const rows = await ctx.rows<VersionRow & { areaId: string }>(
    `select v.area_id as "areaId", v.code, v.name, v.kind, v.parent_code as "parentCode", v.valid_from as "validFrom", v.valid_to as "validTo",
       v.edition_from as "editionFrom", v.edition_to as "editionTo"
     from area_version v where v.area_id = any($1) order by v.valid_from`,
    [ids],
  );
  return Map.groupBy(rows, (row) => row.areaId);
});

type BareMembership = Omit<Membership, 'stats'>;

const membershipRows = batched<string, BareMembership[]>(async (ctx, ids) => {
  const rows = await ctx.rows<BareMembership & { areaId: string }>(
    `select a.id as "areaId", m.community_id as "communityId", m.street_id as "streetId", m.district_id as "districtId",
       m.recorded_from as "recordedFrom", m.recorded_to as "recordedTo", m.current
     from unnest($1::text[]) a(id) join membership m on m.community_id = a.id or m.street_id = a.id or m.district_id = a.id
     order by m.community_id, m.recorded_from nulls first`,
    [ids],
  );
  return Map.groupBy(rows, (row) => row.areaId);
});

const SOURCES: readonly string[] = STAT_SOURCES;

/** A community's statistics, ascending by day; of two of one day the more trusted source. */
const statsOf = batched<string, StatRow[]>(async (ctx, ids) => {
  const rows = await ctx.rows<StatRow>(
    `select distinct on (s.area_id, s.as_of) s.area_id as "areaId", s.as_of as "asOf", s.source, s.households, s.population,
       s.residents60_plus as "residents60Plus", s.residents65_plus as "residents65Plus", s.children0to14
     from area_stat s where s.area_id = any($1) order by s.area_id, s.as_of, array_position($2::text[], s.source)`,
    [ids, SOURCES],
  );
  return Map.groupBy(rows, (row) => row.areaId);
});

/** Each community that belongs or belonged here, with each street it belonged to, and its statistics (§2.3). */
export async function membershipOf(ctx: Context, areaId: string): Promise<Membership[]> {
  const rows = (await membershipRows(ctx, areaId)) ?? [];
  return Promise.all(rows.map(async (row) => ({ ...row, stats: (await statsOf(ctx, row.communityId)) ?? [] })));
}

export const placeOf = async (ctx: Context, areaId: string): Promise<Place> => ({
  id: areaId,
  membership: await membershipOf(ctx, areaId),
});

export const isCommunity = (area: Pick<AreaRow, 'kind'>): boolean => (COMMUNITY_KINDS as readonly string[]).includes(area.kind);

/** Statistics of today's communities of a place, one series each. */
async function seriesBelow(ctx: Context, area: AreaRow): Promise<StatRow[][]> {
  if (isCommunity(area)) return [(await statsOf(ctx, area.id)) ?? []];
  const communities = communitiesOn(await placeOf(ctx, area.id), today(), 'RESTATED');
  return Promise.all(communities.map(async ({ communityId }) => (await statsOf(ctx, communityId)) ?? []));
}

/** `Area.stats`: the latest by the day, or the whole series ascending; above communities, sums over the known ones. */
export async function shownStats(ctx: Context, area: AreaRow, asOf?: string | null, isSeries?: boolean | null): Promise<ShownStat[]> {
  const below = await seriesBelow(ctx, area);
  if (isSeries) return seriesOf(below, isCommunity(area)).filter((stat) => !asOf || stat.asOf <= asOf);
  const stat = isCommunity(area) ? statOn(below[0] ?? [], asOf ?? today()) : sumOn(below, asOf ?? today());
  return stat ? [stat] : [];
}

/** The latest statistic of a place, or null. */
export const latestStat = async (ctx: Context, area: AreaRow): Promise<ShownStat | null> => (await shownStats(ctx, area))[0] ?? null;

/** Large community ⇔ population ≥ 10,000; null for other levels or an unknown population (§4.4). */
export async function isLarge(ctx: Context, area: AreaRow): Promise<boolean | null> {
  if (!isCommunity(area)) return null;
  const stat = await latestStat(ctx, area);
  return stat && stat.population >= LARGE_POPULATION;
}

const LATEST_POPULATION = `(select s.population from area_stat s where s.area_id = a.id and s.as_of <= $3::date
  order by s.as_of desc, array_position($4::text[], s.source) limit 1)`;

/** `areas(filter)`: places of a day (default today), by code. */
export async function listAreas(ctx: Context, filter: AreaFilter | null | undefined, page: PageArgs) {
  const { kinds, parentCode, text, isLarge, at } = filter ?? {};
  const day = at ?? today();
  const parent = parentCode ? await findArea(ctx, null, parentCode, at) : null;
  if (parentCode && !parent) throw new HubError('NOT_FOUND', { parentCode });
  return connection<AreaRow>(ctx, {
    name: 'areas',
    select: AREA,
    from: 'area a join area_version v on v.area_id = a.id and v.valid_from <= $3::date and (v.valid_to is null or $3::date < v.valid_to)',
    where: `($1::text[] is null or v.kind = any($1)) and ($2::text is null or exists (select 1 from area_version up
        where up.area_id = $2 and up.code = v.parent_code and up.valid_from <= $3::date and (up.valid_to is null or $3::date < up.valid_to)))
      and ($5::text is null or v.name like $5 or v.code like $5)
      and ($6::boolean is null or (${LATEST_POPULATION} >= ${LARGE_POPULATION}) = $6)`,
    params: [kinds ?? null, parent?.id ?? null, day, SOURCES, containing(text) ?? null, isLarge ?? null],
    order: [
      { sql: 'v.code', type: 'text' },
      { sql: 'a.id', type: 'text' },
    ],
    filter: filter ?? {},
    ...page,
  });
}

/** Rows that point at a place as `{ id }`, with the place itself: one statement for all. */
export const withAreas = <T extends { area: { id: string } }>(ctx: Context, rows: readonly T[]) =>
  Promise.all(rows.map(async (row) => ({ ...row, area: await areaById(ctx, row.area.id) })));
