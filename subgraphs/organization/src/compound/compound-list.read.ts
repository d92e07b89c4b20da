import type { Context } from '../../../shared/src/context.ts';
import { convert, parsePoint } from '../../../shared/src/domain/geo.ts';
import { type Conditions, conditions, containing } from '../../../shared/src/filter.ts';
import type { BboxInput, NearInput } from '../../../shared/src/geo.type.ts';
import { metresBetween, pointOf } from '../../../shared/src/near.ts';
import { connection, connectionByParent, type List, type PageArgs } from '../../../shared/src/page.ts';
import { holdsOn } from '../../../shared/src/span.entity.ts';
import { placesWithin, today } from '../area/area.read.ts';
import { inTermSql } from '../committee/committee.rules.ts';
import { BUILDING, type BuildingRow, branchSql, COMPOUND, type CompoundRow, coverageSql, dwellingsSql } from './compound.read.ts';
import type { BuildingFilter, CompoundFilter } from './compound.type.ts';

const ORDER: List['order'] = [
  { sql: 'c.code', type: 'text' },
  { sql: 'c.id', type: 'text' },
];

/** `compounds(filter)`: today's, by code. */
export async function listCompounds(ctx: Context, filter: CompoundFilter, page: PageArgs) {
  const places = filter.areaCode ? await placesWithin(ctx, filter.areaCode) : null;
  return connection<CompoundRow>(ctx, { ...compoundList('compounds', filter, places), ...page });
}

const listOfArea = connectionByParent<CompoundRow, PageArgs & { filter: CompoundFilter; places: string[] | null }>(({ filter, places }) => {
  const list = compoundList('Area.compounds', filter, places);
  return {
    ...list,
    where: `${list.where} and exists (select 1 from membership m where m.current and m.community_id = s.community_id
    and parent.id in (m.community_id, m.street_id, m.district_id))`,
  };
});

/** `Area.compounds`: one statement for all places that ask. */
export async function compoundsOfArea(ctx: Context, areaId: string, filter: CompoundFilter | null | undefined, page: PageArgs) {
  const places = filter?.areaCode ? await placesWithin(ctx, filter.areaCode) : null;
  return listOfArea(ctx, areaId, { ...page, filter: filter ?? {}, places });
}

function compoundList(name: string, filter: CompoundFilter, places: string[] | null): List {
  const on = conditions();
  on.params.push(today());
  const day = '$1::date';
  on.add('s.community_id = any(?)', places);
  on.add('s.types && ?::text[]', filter.types);
  on.add('s.management = any(?)', filter.management);
  on.add(
    `(select ${coverageSql('branch.id', 'd')} from (select (${branchSql('c.id', day)}) as id) branch
      cross join lateral (${dwellingsSql('c.id', day)}) d) = any(?)`,
    filter.coverage,
  );
  const inTerm = `select 1 from owners_committee t where t.compound_id = c.id and ${inTermSql('t', day)}`;
  on.add(`exists (${inTerm}) = ?`, filter.hasOwnersCommittee);
  on.add(`exists (${inTerm} and t.expires_on <= ${day} + ?::int)`, filter.ocExpiringWithinDays);
  on.add('s.population >= ?', filter.populationMin);
  on.add('c.name like ? or exists (select 1 from unnest(c.aliases) alias where alias like ?)', containing(filter.text));
  if (filter.bbox) addBbox(on, filter.bbox);
  if (filter.near) addNear(on, filter.near);
  return {
    name,
    select: COMPOUND,
    from: `compound c join compound_state s on s.compound_id = c.id and ${holdsOn('s', day)}`,
    where: on.where(),
    params: on.params,
    order: ORDER,
    filter,
  };
}

/** Corners are converted; within a district the edges between them are straight to some centimetres. */
function addBbox(on: Conditions, { south, west, north, east, crs }: BboxInput): void {
  const low = convert(parsePoint({ lat: south, lng: west, crs }), 'WGS84');
  const high = convert(parsePoint({ lat: north, lng: east, crs }), 'WGS84');
  on.add('c.lat >= ?', low.lat);
  on.add('c.lng >= ?', low.lng);
  on.add('c.lat <= ?', high.lat);
  on.add('c.lng <= ?', high.lng);
}

/** Within so many metres, great circle. */
function addNear(on: Conditions, near: NearInput): void {
  const { lat, lng, metres } = pointOf(near);
  const [y, x] = [`$${on.params.push(lat)}::float8`, `$${on.params.push(lng)}::float8`];
  on.add(`${metresBetween('c.lat', 'c.lng', y, x)} <= ?`, metres);
}

/** `buildings(filter)`: of today's compounds, by code. */
export async function listBuildings(ctx: Context, filter: BuildingFilter, page: PageArgs) {
  const on = conditions();
  on.params.push(today());
  const day = '$1::date';
  on.add('s.community_id = any(?)', filter.areaCode && (await placesWithin(ctx, filter.areaCode)));
  on.add('b.compound_id = ?', filter.compoundId);
  on.add('b.kind = any(?)', filter.kinds);
  on.add(
    `exists (select 1 from building_group g
      join organization_state gs on gs.organization_id = g.group_id and gs.status = 'ACTIVE' and ${holdsOn('gs', day)}
      where g.building_id = b.id and ${holdsOn('g', day)}) = ?`,
    filter.grouped,
  );
  return connection<BuildingRow>(ctx, {
    name: 'buildings',
    select: BUILDING,
    from: `building b join compound_state s on s.compound_id = b.compound_id and ${holdsOn('s', day)}`,
    where: on.where(),
    params: on.params,
    order: [
      { sql: 'b.code', type: 'text' },
      { sql: 'b.id', type: 'text' },
    ],
    filter,
    ...page,
  });
}

type OriginRow = Pick<CompoundRow, 'lat' | 'lng' | 'entrances'> & {
  compoundId: string;
  communityId: string;
  households: number | null;
  residents60Plus: number | null;
};

/** `walkOrigins(areaCode)` (§4.2): points are the entrances, else the location (estimated), else none. */
export async function walkOrigins(ctx: Context, areaCode: string, page: PageArgs) {
  const places = await placesWithin(ctx, areaCode);
  const { nodes, pageInfo } = await connection<OriginRow>(ctx, {
    name: 'walkOrigins',
    select: `c.id as "compoundId", s.community_id as "communityId", s.households, s.residents60_plus as "residents60Plus", c.lat, c.lng, c.entrances`,
    from: `compound c join compound_state s on s.compound_id = c.id and ${holdsOn('s', '$2::date')}`,
    where: 's.community_id = any($1)',
    params: [places, today()],
    order: ORDER,
    filter: areaCode,
    ...page,
  });
  return { nodes: nodes.map(originOf), pageInfo };
}

function originOf({ lat, lng, entrances, ...row }: OriginRow) {
  const location = lat === null || lng === null ? [] : [{ lat, lng }];
  const estimated = entrances.length === 0 && location.length > 0;
  return { ...row, points: entrances.length > 0 ? entrances : location, estimated };
}
