import type { Context } from '../../../shared/src/context.ts';
import type { Transaction } from '../../../shared/src/database.ts';
import { convert } from '../../../shared/src/domain/geo.ts';
import { HubError } from '../../../shared/src/errors.ts';
import { batched } from '../../../shared/src/loader.ts';
import { holdsOn } from '../../../shared/src/span.entity.ts';
import { byId, requireOneKey, today } from '../area/area.read.ts';
import { DWELLING_KINDS, type PointWgs84 } from './compound.entity.ts';
import type { BuildingKind, CompoundType, CoverageStatus, ManagementMode } from './compound.type.ts';

export interface CompoundRow {
  id: string;
  code: string;
  name: string;
  aliases: string[];
  builtYear: number | null;
  totalExclusiveArea: string | null;
  ownerCount: number | null;
  lat: number | null;
  lng: number | null;
  entrances: PointWgs84[];
  version: number;
}

export interface BuildingRow {
  id: string;
  code: string;
  compoundId: string;
  label: string;
  kind: BuildingKind;
  units: number | null;
  floors: number | null;
  stewardId: string | null;
  version: number;
}

type Rows = Pick<Transaction, 'rows'>;

const STATE = `s.community_id as "communityId", s.types, s.management, s.company_id as "companyId", s.host_id as "hostId", s.households,
  s.population, s.residents60_plus as "residents60Plus"`;
export const COMPOUND = `c.id, c.code, c.name, c.aliases, c.built_year as "builtYear", c.total_exclusive_area as "totalExclusiveArea",
  c.owner_count as "ownerCount", c.lat, c.lng, c.entrances, c.version`;
export const BUILDING =
  'b.id, b.code, b.compound_id as "compoundId", b.label, b.kind, b.units, b.floors, b.steward_id as "stewardId", b.version';

export const compoundById = batched<string, CompoundRow>(async (ctx, ids) =>
  byId(await ctx.rows<CompoundRow>(`select ${COMPOUND} from compound c where c.id = any($1)`, [ids])),
);
/** By its code, or by one that it had before. */
export const compoundByCode = batched<string, CompoundRow>(async (ctx, codes) => {
  const rows = await ctx.rows<CompoundRow & { asked: string }>(
    `select k.code as asked, ${COMPOUND} from unnest($1::text[]) k(code) left join former_code f on f.code = k.code
     join compound c on c.code = k.code or c.id = f.object_id`,
    [codes],
  );
  return new Map(rows.map(({ asked, ...row }) => [asked, row]));
});
export const buildingById = batched<string, BuildingRow>(async (ctx, ids) =>
  byId(await ctx.rows<BuildingRow>(`select ${BUILDING} from building b where b.id = any($1)`, [ids])),
);
/** By its code, or by one that it had before. */
export const buildingByCode = batched<string, BuildingRow>(async (ctx, codes) => {
  const rows = await ctx.rows<BuildingRow & { asked: string }>(
    `select k.code as asked, ${BUILDING} from unnest($1::text[]) k(code) left join former_code f on f.code = k.code
     join building b on b.code = k.code or b.id = f.object_id`,
    [codes],
  );
  return new Map(rows.map(({ asked, ...row }) => [asked, row]));
});

/** `compound(id, code)`: throws VALIDATION_FAILED unless exactly one is given. */
export async function findCompound(ctx: Context, id?: string | null, code?: string | null): Promise<CompoundRow | null> {
  requireOneKey({ id, code });
  return id ? compoundById(ctx, id) : compoundByCode(ctx, code as string);
}

/** `building(id, code)`: throws VALIDATION_FAILED unless exactly one is given. */
export async function findBuilding(ctx: Context, id?: string | null, code?: string | null): Promise<BuildingRow | null> {
  requireOneKey({ id, code });
  return id ? buildingById(ctx, id) : buildingByCode(ctx, code as string);
}

export const buildingsOf = batched<string, BuildingRow[]>(async (ctx, compoundIds) => {
  const rows = await ctx.rows<BuildingRow>(`select ${BUILDING} from building b where b.compound_id = any($1) order by b.code`, [
    compoundIds,
  ]);
  return Map.groupBy(rows, (row) => row.compoundId);
});

/** As it stands in the present transaction. */
export const presentCompound = async ({ rows }: Rows, id: string): Promise<CompoundRow | null> =>
  (await rows<CompoundRow>(`select ${COMPOUND} from compound c where c.id = $1`, [id]))[0] ?? null;
export const presentBuilding = async ({ rows }: Rows, id: string): Promise<BuildingRow | null> =>
  (await rows<BuildingRow>(`select ${BUILDING} from building b where b.id = $1`, [id]))[0] ?? null;

/** The last state of a compound, which decides whose it is. */
export const lastCompoundState = async ({ rows }: Rows, id: string): Promise<Omit<CompoundStateRow, keyof OnDay> | null> =>
  (
    await rows<Omit<CompoundStateRow, keyof OnDay>>(
      `select ${STATE} from compound_state s where s.compound_id = $1 and s.valid_to is null`,
      [id],
    )
  )[0] ?? null;
export const firstDayOfCompound = async ({ rows }: Rows, id: string): Promise<string | null> =>
  (await rows<{ day: string | null }>('select min(valid_from) as day from compound_state where compound_id = $1', [id]))[0]?.day ?? null;
export const lastBuildingHouseholds = async ({ rows }: Rows, id: string): Promise<number | null> =>
  (await rows<{ households: number | null }>('select households from building_state where building_id = $1 and valid_to is null', [id]))[0]
    ?.households ?? null;

/** A thing on a day. */
export interface OnDay {
  id: string;
  day: string;
}
const keyOf = ({ id, day }: OnDay): string => `${id} ${day}`;

/** A loader of what holds of things on days: the SQL reads from `k(id, day)` and gives a row per pair, with both. */
export function onDay<V extends OnDay>(sql: string): (ctx: Context, id: string, at?: string | null) => Promise<V | null> {
  const load = batched<OnDay, V>(async (ctx, keys) => {
    const rows = await ctx.rows<V>(sql, [keys.map(({ id }) => id), keys.map(({ day }) => day)]);
    return new Map(rows.map((row) => [keyOf(row), row]));
  }, keyOf);
  return (ctx, id, at) => load(ctx, { id, day: at ?? today() });
}
/** The same for several rows per pair. */
export function listOnDay<V extends OnDay>(sql: string): (ctx: Context, id: string, at?: string | null) => Promise<V[]> {
  const load = batched<OnDay, V[]>(async (ctx, keys) => {
    const rows = await ctx.rows<V>(sql, [keys.map(({ id }) => id), keys.map(({ day }) => day)]);
    return Map.groupBy(rows, keyOf);
  }, keyOf);
  return async (ctx, id, at) => (await load(ctx, { id, day: at ?? today() })) ?? [];
}
/** The relation of pairs. */
export const KEYS = 'unnest($1::text[], $2::date[]) k(id, day)';

export interface CompoundStateRow extends OnDay {
  communityId: string;
  types: CompoundType[];
  management: ManagementMode;
  companyId: string | null;
  hostId: string | null;
  households: number | null;
  population: number | null;
  residents60Plus: number | null;
}

/** What holds of a compound on a day; null before it was recorded. */
export const stateOn = onDay<CompoundStateRow>(
  `select distinct k.id, k.day, ${STATE}
   from ${KEYS} join compound_state s on s.compound_id = k.id and ${holdsOn('s', 'k.day')}`,
);

/** The community of a compound today; null for one that is no more. */
export const communityOf = async ({ id }: { id: string }, ctx: Context): Promise<string | null> =>
  (await stateOn(ctx, id))?.communityId ?? null;

/** As `stateOn`, for fields that cannot be null: NOT_FOUND before the compound was recorded. */
export async function knownStateOn(ctx: Context, id: string, at?: string | null): Promise<CompoundStateRow> {
  const state = await stateOn(ctx, id, at);
  if (!state) throw new HubError('NOT_FOUND', { at: at ?? today() });
  return state;
}

/** SQL: the ACTIVE branch of a compound on a day, its own before a joint one (§4.4). */
export const branchSql = (compound: string, day: string): string => `select o.id from organization_compound oc
  join organization o on o.id = oc.organization_id and o.kind = 'COMPOUND_PARTY_BRANCH'
  join organization_state os on os.organization_id = o.id and os.status = 'ACTIVE' and ${holdsOn('os', day)}
  where oc.compound_id = ${compound} and ${holdsOn('oc', day)}
  order by (o.party_level = 'JOINT_BRANCH'), o.id limit 1`;

/** SQL: how many buildings people live in a compound has on a day, and how many of them are in an ACTIVE Party group. */
export const dwellingsSql = (compound: string, day: string): string => `select count(*)::int as dwellings, count(gs.status)::int as grouped
  from building b
  join building_state bs on bs.building_id = b.id and ${holdsOn('bs', day)}
  left join building_group g on g.building_id = b.id and ${holdsOn('g', day)}
  left join organization_state gs on gs.organization_id = g.group_id and gs.status = 'ACTIVE' and ${holdsOn('gs', day)}
  where b.compound_id = ${compound} and b.kind in (${DWELLING_KINDS.map((kind) => `'${kind}'`).join(', ')})`;

/** SQL: three-tier coverage (§4.4) from a branch's id and the counts of `dwellingsSql`. */
export const coverageSql = (branch: string, counts: string): string => `case when ${branch} is null then 'NONE'
  when ${counts}.dwellings > 0 and ${counts}.grouped = ${counts}.dwellings then 'FULL' else 'BRANCH_ONLY' end`;

interface PartyRow extends OnDay {
  branchId: string | null;
  coverage: CoverageStatus;
}

/** Party branch and coverage of a compound on a day. */
export const partyOn = onDay<PartyRow>(
  `select distinct k.id, k.day, branch.id as "branchId", ${coverageSql('branch.id', 'd')} as coverage
   from ${KEYS} left join lateral (${branchSql('k.id', 'k.day')}) branch on true
   cross join lateral (${dwellingsSql('k.id', 'k.day')}) d`,
);

/** Households of a building on a day. */
export const buildingStateOn = onDay<OnDay & { households: number | null }>(
  `select distinct k.id, k.day, s.households from ${KEYS} join building_state s on s.building_id = k.id and ${holdsOn('s', 'k.day')}`,
);

/** Party group of a building on a day. */
export const groupOn = onDay<OnDay & { groupId: string }>(
  `select distinct k.id, k.day, g.group_id as "groupId" from ${KEYS} join building_group g on g.building_id = k.id and ${holdsOn('g', 'k.day')}`,
);

type Crs = 'WGS84' | 'CGCS2000' | 'GCJ02' | 'BD09';
type Precision = 'ENTRANCE' | 'BUILDING' | 'COMPOUND' | 'COMMUNITY';

/** A stored point (WGS-84) in the system asked for; null where none is known. */
export function pointIn(at: { lat: number | null; lng: number | null }, crs: Crs | null, precision: Precision) {
  if (at.lat === null || at.lng === null) return null;
  return { ...convert({ lat: at.lat, lng: at.lng, crs: 'WGS84' }, crs ?? 'WGS84'), precision };
}
