import type { Context } from '../../../shared/src/context.ts';
import { type Crs, convert } from '../../../shared/src/domain/geo.ts';
import { HubError } from '../../../shared/src/errors.ts';
import type { FileLink } from '../../../shared/src/files.ts';
import { conditions, containing } from '../../../shared/src/filter.ts';
import type { GeoPrecision } from '../../../shared/src/geo.type.ts';
import { batched } from '../../../shared/src/loader.ts';
import { metresBetween, type Near, pointOf } from '../../../shared/src/near.ts';
import { connection, connectionByParent, type OrderTerm, type PageArgs } from '../../../shared/src/page.ts';

interface Ref {
  id: string;
}

/** An activity as it is read; places and organizations are references to their owner. */
export interface ActivityRow {
  id: string;
  title: string;
  organizer: Ref;
  area: Ref;
  compound: Ref | null;
  venue: Ref | null;
  lat: number | null;
  lng: number | null;
  category: string;
  description: string;
  beneficiaries: string | null;
  status: string;
  startsAt: string;
  endsAt: string;
  riskLevel: string;
  insured: boolean;
  version: number;
}

export interface ActivityFilterInput {
  areaCode?: string | null;
  from?: string | null;
  to?: string | null;
  category?: string[] | null;
  near?: Near | null;
  status?: string[] | null;
  organizerId?: string | null;
  compoundId?: string | null;
  facilityId?: string | null;
  text?: string | null;
}

const ref = (column: string): string => `case when ${column} is not null then jsonb_build_object('id', ${column}) end`;

const COLUMNS = `a.id, a.title, ${ref('a.organizer_id')} as organizer, ${ref('a.community_id')} as area, ${ref('a.compound_id')} as compound,
  ${ref('a.venue_id')} as venue, a.lat, a.lng, a.category, a.description, a.beneficiaries, a.status, a.starts_at as "startsAt",
  a.ends_at as "endsAt", a.risk_level as "riskLevel", a.insured, a.version`;

const NEWEST_FIRST: OrderTerm[] = [
  { sql: 'a.starts_at', type: 'timestamptz', descending: true },
  { sql: 'a.id', type: 'text', descending: true },
];

/** What is not yet published is the affair of the organizer and of the community's staff. */
const OF_STAFF = `((select hub.role_is(array['COMMUNITY_STAFF'])) and a.community_id = any ((select hub.communities())::text[]))`;
const PUBLISHED = `(a.status <> 'DRAFT' or a.organizer_id = (select hub.organization()) or ${OF_STAFF})`;

/** May the caller read a file of an activity? The insurance policy is for who runs it and for the staff of the place. */
export async function mayReadPolicy({ rows }: Pick<Context, 'rows'>, { objectType, objectId }: FileLink): Promise<boolean> {
  if (objectType !== 'Activity') return false;
  const found = await rows(
    `select 1 as one from activity a where a.id = $1
       and (((select hub.role_is(array['ORG_REPRESENTATIVE'])) and a.organizer_id = (select hub.organization())) or ${OF_STAFF})`,
    [objectId],
  );
  return found.length > 0;
}

/** An activity just made, inside its command. */
export async function activityAsMade({ rows }: Pick<Context, 'rows'>, id: string): Promise<ActivityRow> {
  const [row] = await rows<ActivityRow>(`select ${COLUMNS} from activity a where a.id = $1`, [id]);
  return row as ActivityRow;
}

/** The activity of a record: whoever may see the record may see what it is a record of. */
export const activityOfRecord = batched<string, ActivityRow>(async (ctx, ids) => {
  const rows = await ctx.rows<ActivityRow>(`select ${COLUMNS} from activity a where a.id = any($1)`, [ids]);
  return new Map(rows.map((row) => [row.id, row]));
});

export const activityById = batched<string, ActivityRow>(async (ctx, ids) => {
  const rows = await ctx.rows<ActivityRow>(`select ${COLUMNS} from activity a where a.id = any($1) and ${PUBLISHED}`, [ids]);
  return new Map(rows.map((row) => [row.id, row]));
});

/** Activities by start, or from near to far (`DISTANCE` needs `near`). */
export async function activities(ctx: Context, filter: ActivityFilterInput, orderBy: string, page: PageArgs) {
  if (orderBy === 'DISTANCE' && !filter.near) throw new HubError('VALIDATION_FAILED', { field: 'near' });
  const where = conditions();
  where.also(true, PUBLISHED);
  where.add('a.community_id = any(?)', filter.areaCode && (await ctx.graph.communities(filter.areaCode)));
  where.add('a.ends_at > ?::timestamptz', filter.from);
  where.add('a.starts_at < ?::timestamptz', filter.to);
  where.add('a.category = any(?)', filter.category);
  where.add('a.status = any(?)', filter.status);
  where.add('a.organizer_id = ?', filter.organizerId);
  where.add('a.compound_id = ?', filter.compoundId);
  where.add('a.venue_id = ?', filter.facilityId);
  where.add('(a.title ilike ? or a.description ilike ?)', containing(filter.text));
  const distance = filter.near && within(where, filter.near);
  const order: OrderTerm[] =
    orderBy === 'DISTANCE' && distance
      ? [
          { sql: distance, type: 'double precision' },
          { sql: 'a.id', type: 'text' },
        ]
      : [
          { sql: 'a.starts_at', type: 'timestamptz' },
          { sql: 'a.id', type: 'text' },
        ];
  return connection<ActivityRow>(ctx, {
    name: 'activities',
    select: COLUMNS,
    from: 'activity a',
    where: where.where(),
    params: where.params,
    order,
    ...page,
  });
}

/** Adds the circle to the condition and gives the distance as SQL. */
function within(where: ReturnType<typeof conditions>, near: Near): string {
  const { lat, lng, metres } = pointOf(near);
  const distance = metresBetween('a.lat', 'a.lng', `$${where.params.push(lat)}::float8`, `$${where.params.push(lng)}::float8`);
  where.add(`${distance} <= ?`, metres);
  return distance;
}

const activitiesBy = (name: string, column: string) =>
  connectionByParent<ActivityRow, PageArgs>(() => ({
    name,
    select: COLUMNS,
    from: 'activity a',
    where: `a.${column} = parent.id and ${PUBLISHED}`,
    order: NEWEST_FIRST,
  }));
export const activitiesOfCompound = activitiesBy('Compound.activities', 'compound_id');
export const activitiesOfOrganization = activitiesBy('Organization.organizedActivities', 'organizer_id');
export const activitiesOfFacility = activitiesBy('Facility.activities', 'venue_id');

interface ShiftRow {
  id: string;
  startsAt: string;
  endsAt: string;
  capacity: number;
  minAge: number | null;
  checkInMethods: string[];
  coefficients: string[];
}

const shiftsByActivity = batched<string, ShiftRow[]>(async (ctx, ids) => {
  const rows = await ctx.rows<ShiftRow & { activityId: string }>(
    `select id, activity_id as "activityId", starts_at as "startsAt", ends_at as "endsAt", capacity, min_age as "minAge",
       check_in_methods as "checkInMethods", coefficients
     from shift where activity_id = any($1) order by starts_at, id`,
    [ids],
  );
  return Map.groupBy(rows, (row) => row.activityId);
});
export const shiftsOf = async (ctx: Context, activityId: string): Promise<ShiftRow[]> => (await shiftsByActivity(ctx, activityId)) ?? [];

/** Where it takes place, in the system asked; null if nobody recorded it. */
export function locationOf({ lat, lng }: ActivityRow, crs: Crs) {
  if (lat === null || lng === null) return null;
  return { ...convert({ lat, lng, crs: 'WGS84' }, crs), precision: 'COMPOUND' as GeoPrecision };
}
