import type { Context } from '../../../shared/src/context.ts';
import { conditions, containing } from '../../../shared/src/filter.ts';
import { batched } from '../../../shared/src/loader.ts';
import { metresBetween, type Near, pointOf } from '../../../shared/src/near.ts';
import { connection, type PageArgs } from '../../../shared/src/page.ts';
import { DETOUR_FACTORS } from '../coverage/coverage.rules.ts';
import { facilitiesOn, today } from './facility.read.ts';

/** A space as it is read; a room, or several joined. */
export interface SpaceRow {
  id: string;
  version: number;
  facilityId: string;
  name: string;
  usableArea: string | null;
  residentActivity: boolean;
  capacity: number | null;
  bookable: boolean;
  equipment: string[];
  combineIds: string[];
}

const COLUMNS = `p.id, p.version, p.facility_id as "facilityId", p.name, p.usable_area as "usableArea",
  p.resident_activity as "residentActivity", p.capacity, p.bookable, p.equipment, p.combines as "combineIds"`;

export const spaceById = batched<string, SpaceRow>(async (ctx, ids) => {
  const rows = await ctx.rows<SpaceRow>(`select ${COLUMNS} from space p where p.id = any($1)`, [ids]);
  return new Map(rows.map((row) => [row.id, row]));
});

const spacesByFacility = batched<string, SpaceRow[]>(async (ctx, ids) => {
  const rows = await ctx.rows<SpaceRow>(`select ${COLUMNS} from space p where p.facility_id = any($1) order by p.name, p.id`, [ids]);
  return Map.groupBy(rows, (row) => row.facilityId);
});
export const spacesOf = async (ctx: Context, facilityId: string): Promise<SpaceRow[]> => (await spacesByFacility(ctx, facilityId)) ?? [];

/** Rooms that a space joins. */
export const combinedBy = async (ctx: Context, { facilityId, combineIds }: SpaceRow): Promise<SpaceRow[]> =>
  combineIds.length === 0 ? [] : (await spacesOf(ctx, facilityId)).filter(({ id }) => combineIds.includes(id));

/** The rooms that a space takes: those it joins, through joined ones too, or itself. */
function roomsOf(space: SpaceRow, all: readonly SpaceRow[]): string[] {
  if (space.combineIds.length === 0) return [space.id];
  return all.filter(({ id }) => space.combineIds.includes(id)).flatMap((part) => roomsOf(part, all));
}

/** Spaces that cannot be booked at the same time: those with a room in common (§6.1). */
export async function conflictsOf(ctx: Context, space: SpaceRow): Promise<SpaceRow[]> {
  const all = await spacesOf(ctx, space.facilityId);
  const rooms = new Set(roomsOf(space, all));
  return all.filter((other) => other.id !== space.id && roomsOf(other, all).some((room) => rooms.has(room)));
}

/** Are the rooms of a facility together larger than its usable area on some day from today on (§6.1)? Nobody can say where that is unknown. */
export async function roomsExceed(ctx: Context, facilityId: string): Promise<boolean> {
  const [{ exceed = false } = {}] = await ctx.rows<{ exceed: boolean }>(
    `select exists (select 1 from facility_state s where s.facility_id = $1 and (s.valid_to is null or s.valid_to > $2)
       and s.usable_area < (select sum(p.usable_area) from space p where p.facility_id = $1 and p.combines = '{}')) as exceed`,
    [facilityId, today()],
  );
  return exceed;
}

export interface SpaceFilterInput {
  areaCode?: string | null;
  facilityId?: string | null;
  bookable?: boolean | null;
  minCapacity?: number | null;
  equipment?: string[] | null;
  residentActivity?: boolean | null;
  near?: Near | null;
  text?: string | null;
}

/** `spaces(filter)` by name; equipment: all of it. @throws as `facilities` */
export async function spaces(ctx: Context, filter: SpaceFilterInput, page: PageArgs) {
  const where = conditions();
  where.params.push(today());
  where.add('f.community_id = any(?)', filter.areaCode && (await ctx.graph.communities(filter.areaCode)));
  where.add('p.facility_id = ?', filter.facilityId);
  where.add('p.bookable = ?', filter.bookable);
  where.add('p.capacity >= ?', filter.minCapacity);
  where.add('p.equipment @> ?::text[]', filter.equipment);
  where.add('p.resident_activity = ?', filter.residentActivity);
  where.add('(p.name ilike ? or f.name ilike ?)', containing(filter.text));
  if (filter.near) {
    const { lat, lng, metres } = pointOf(filter.near);
    const circle = metresBetween('s.lat', 's.lng', `$${where.params.push(lat)}::float8`, `$${where.params.push(lng)}::float8`);
    where.add(`floor(${circle} * ${DETOUR_FACTORS.DETOUR} + 0.5) <= ?`, metres);
  }
  return connection<SpaceRow>(ctx, {
    name: 'spaces',
    select: COLUMNS,
    from: `${facilitiesOn('$1::date')} join space p on p.facility_id = f.id`,
    where: where.where(),
    params: where.params,
    filter,
    order: [
      { sql: 'p.name', type: 'text' },
      { sql: 'p.id', type: 'text' },
    ],
    ...page,
  });
}
