import type { Context } from '../../../shared/src/context.ts';
import { convert, parsePoint } from '../../../shared/src/domain/geo.ts';
import { HubError } from '../../../shared/src/errors.ts';
import { type Conditions, conditions, containing } from '../../../shared/src/filter.ts';
import { currentCommunities, type Place } from '../../../shared/src/membership.ts';
import { metresBetween, type Near, pointOf } from '../../../shared/src/near.ts';
import { connection, connectionByParent, MAX_FIRST, type OrderTerm, type PageArgs } from '../../../shared/src/page.ts';
import { DETOUR_FACTORS, minutesOf } from '../coverage/coverage.rules.ts';
import { COLUMNS, type FacilityRow, facilitiesOn, statusOn, today } from './facility.read.ts';
import type { AccessibilityNeed } from './facility.type.ts';
import { openAt } from './opening.read.ts';

export interface BboxFilter {
  south: number;
  west: number;
  north: number;
  east: number;
  crs: Near['crs'];
}

export interface FacilityFilterInput {
  areaCode?: string | null;
  kinds?: string[] | null;
  functions?: string[] | null;
  statuses?: string[] | null;
  modes?: string[] | null;
  accessibility?: AccessibilityNeed[] | null;
  openAt?: string | null;
  near?: Near | null;
  bbox?: BboxFilter | null;
  operatorId?: string | null;
  servesCompoundId?: string | null;
  countsTowardStandard?: boolean | null;
  assuredBefore?: string | null;
  text?: string | null;
}

/** Today as the first parameter: state in a list is that of today. */
const DAY = '$1::date';

/** Columns of what a visitor may need. */
const NEEDS: Readonly<Record<AccessibilityNeed, string>> = {
  STEP_FREE: 's.step_free',
  LIFT: 'f.lift',
  ACCESSIBLE_TOILET: 'f.accessible_toilet',
  INDUCTION_LOOP: 'f.induction_loop',
  BRAILLE_SIGNS: 'f.braille_signs',
  WHEELCHAIR_LOAN: 'f.wheelchair_loan',
  PARKING: 'f.parking',
};

const BY_NAME: OrderTerm[] = [
  { sql: 'f.name', type: 'text' },
  { sql: 'f.id', type: 'text' },
];

/** Conditions that need nobody else's answer. */
function ownConditions(filter: FacilityFilterInput): Conditions {
  const where = conditions();
  where.params.push(today());
  where.add('s.kind = any(?)', filter.kinds);
  where.add('f.functions && ?::text[]', filter.functions);
  where.add(`${statusOn(DAY)} = any(?)`, filter.statuses);
  where.add('f.provision_mode = any(?)', filter.modes);
  for (const need of filter.accessibility ?? []) where.also(true, NEEDS[need]);
  where.add('f.operator_id = ?', filter.operatorId);
  where.add('(f.compound_id = ? or s.serves_compounds @> array[?])', filter.servesCompoundId);
  where.add('s.counts_toward_standard = ?', filter.countsTowardStandard);
  where.add(
    `not exists (select 1 from facility_assurance a where a.facility_id = f.id and a."on" >= ? and a."on" <= ${DAY})`,
    filter.assuredBefore,
  );
  where.add('(f.name ilike ? or f.address ilike ?)', containing(filter.text));
  if (filter.bbox) withinBox(where, filter.bbox);
  return where;
}

/** The box in WGS-84: both corners are converted, which is exact to some metres for a box of a district's size. */
function withinBox(where: Conditions, { south, west, north, east, crs }: BboxFilter): void {
  const low = convert(parsePoint({ lat: south, lng: west, crs }), 'WGS84');
  const high = convert(parsePoint({ lat: north, lng: east, crs }), 'WGS84');
  where.add('s.lat >= ?', low.lat);
  where.add('s.lng >= ?', low.lng);
  where.add('s.lat <= ?', high.lat);
  where.add('s.lng <= ?', high.lng);
}

/** Adds the circle, walked with detours (§6.3), and gives whole metres as SQL. */
function withinReach(where: Conditions, near: Near): string {
  const { lat, lng, metres } = pointOf(near);
  const circle = metresBetween('s.lat', 's.lng', `$${where.params.push(lat)}::float8`, `$${where.params.push(lng)}::float8`);
  const walked = `floor(${circle} * ${DETOUR_FACTORS.DETOUR} + 0.5)`;
  where.also(true, 's.lat is not null');
  where.add(`${walked} <= ?`, metres);
  return walked;
}

/** Which of the facilities that fit so far are open: hours are data, holidays are known through the graph, so this is not SQL. */
async function onlyOpen(ctx: Context, where: Conditions, at: string): Promise<void> {
  const rows = await ctx.rows<{ id: string }>(`select f.id from ${facilitiesOn(DAY)} where ${where.where()}`, where.params);
  const ids = rows.map(({ id }) => id);
  where.add('f.id = any(?)', await openAt(ctx, ids, at));
}

/**
 * `facilities(filter)`: from near to far with `near`, else by name.
 * @throws HubError NOT_FOUND for an unknown area, LIMIT_EXCEEDED, PAGE_TOO_LARGE, VALIDATION_FAILED, SOURCE_UNAVAILABLE; ValueError CRS_REQUIRED
 */
export async function facilities(ctx: Context, filter: FacilityFilterInput, page: PageArgs) {
  const where = ownConditions(filter);
  where.add('f.community_id = any(?)', filter.areaCode && (await ctx.graph.communities(filter.areaCode)));
  const walked = filter.near && withinReach(where, filter.near);
  if (filter.openAt) await onlyOpen(ctx, where, filter.openAt);
  return connection<FacilityRow>(ctx, {
    name: 'facilities',
    select: COLUMNS,
    from: facilitiesOn(DAY),
    where: where.where(),
    params: where.params,
    order: walked
      ? [
          { sql: walked, type: 'double precision' },
          { sql: 'f.id', type: 'text' },
        ]
      : BY_NAME,
    filter,
    ...page,
  });
}

export interface NearOptions {
  kinds?: string[] | null;
  openAt?: string | null;
  accessibility?: AccessibilityNeed[] | null;
  first?: number | null;
}

/**
 * `facilitiesNear`: OPEN facilities within `near.metres` on foot, nearest first, with an adult's walking time. Nothing of the asker is stored.
 * @throws as `facilities`
 */
export async function facilitiesNear(ctx: Context, near: Near, { first, ...filter }: NearOptions) {
  const limit = first ?? 20;
  if (limit < 1 || limit > MAX_FIRST) throw new HubError('PAGE_TOO_LARGE', { first: limit, limit: MAX_FIRST });
  const where = ownConditions({ ...filter, statuses: ['OPEN'] });
  const walked = withinReach(where, near);
  if (filter.openAt) await onlyOpen(ctx, where, filter.openAt);
  const rows = await ctx.rows<FacilityRow & { walked: number }>(
    `select ${COLUMNS}, ${walked} as walked from ${facilitiesOn(DAY)} where ${where.where()} order by walked, f.id limit ${limit}`,
    where.params,
  );
  return rows.map(({ walked: metres, ...facility }) => ({ facility, metres, minutes: minutesOf(metres, 'ADULT') }));
}

/** The parent's id is the list of a place's communities, so that many places are one statement. */
const byCommunities = connectionByParent<FacilityRow, PageArgs & { filter: FacilityFilterInput; openIds: string[] | null }>(
  ({ filter, openIds }) => {
    const where = ownConditions(filter);
    const walked = filter.near && withinReach(where, filter.near);
    where.add('f.id = any(?)', openIds);
    where.also(true, `f.community_id = any(string_to_array(parent.id, ','))`);
    return {
      name: 'Area.facilities',
      select: COLUMNS,
      from: facilitiesOn(DAY),
      where: where.where(),
      params: where.params,
      order: walked
        ? [
            { sql: walked, type: 'double precision' },
            { sql: 'f.id', type: 'text' },
          ]
        : BY_NAME,
      filter,
    };
  },
);

/** `Area.facilities`: those that stand in the place as it is bounded today. @throws HubError SOURCE_UNAVAILABLE without its communities */
export async function facilitiesOf(ctx: Context, place: Place, filter: FacilityFilterInput, page: PageArgs) {
  if (!place.membership) throw new HubError('SOURCE_UNAVAILABLE');
  const { areaCode, ...own } = filter;
  const communities = currentCommunities(place);
  const within = areaCode ? new Set(await ctx.graph.communities(areaCode)) : null;
  const asked = within ? communities.filter((id) => within.has(id)) : communities;
  return byCommunities(ctx, asked.join(','), { ...page, filter: own, openIds: own.openAt ? await allOpen(ctx, own) : null });
}

async function allOpen(ctx: Context, filter: FacilityFilterInput): Promise<string[]> {
  const where = ownConditions(filter);
  const rows = await ctx.rows<{ id: string }>(`select f.id from ${facilitiesOn(DAY)} where ${where.where()}`, where.params);
  return openAt(
    ctx,
    rows.map(({ id }) => id),
    filter.openAt as string,
  );
}

/** `Organization.operatedFacilities`: those it operates today, not closed for good. */
export const facilitiesOperatedBy = connectionByParent<FacilityRow, PageArgs>(() => ({
  name: 'Organization.operatedFacilities',
  select: COLUMNS,
  from: facilitiesOn(DAY),
  where: `f.operator_id = parent.id and ${statusOn(DAY)} <> 'CLOSED'`,
  params: [today()],
  filter: null,
  order: BY_NAME,
}));
