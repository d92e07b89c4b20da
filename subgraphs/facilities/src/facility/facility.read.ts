import { now } from '../../../shared/src/clock.ts';
import type { Context } from '../../../shared/src/context.ts';
import { type Crs, convert } from '../../../shared/src/domain/geo.ts';
import { dateIn } from '../../../shared/src/domain/period.ts';
import type { GeoPrecision } from '../../../shared/src/geo.type.ts';
import { batched } from '../../../shared/src/loader.ts';
import { holdsOn } from '../../../shared/src/span.entity.ts';
import type { HolidayPolicy, OpeningExceptionRow, OpeningRuleRow } from './opening.rules.ts';

interface Ref {
  id: string;
}

/** A facility as it is read: what is not dated, and of its state what has no `asOf`, as of today. */
export interface FacilityRow {
  id: string;
  version: number;
  name: string;
  kind: string;
  functions: string[];
  area: Ref;
  compound: Ref | null;
  servesCompounds: Ref[];
  operator: Ref | null;
  owner: Ref | null;
  leaseFrom: string | null;
  leaseTo: string | null;
  provisionMode: string;
  openedOn: string | null;
  closedOn: string | null;
  countsTowardStandard: boolean;
  address: string;
  floor: string | null;
  accessibility: Record<string, boolean | string | null>;
}

/** The dated state of a facility on a day; areas in m². */
export interface StateRow {
  facilityId: string;
  status: string;
  tenure: string;
  grossArea: string | null;
  usableArea: string | null;
  activityArea: string | null;
  activityBasis: string | null;
  lat: number | null;
  lng: number | null;
  precision: GeoPrecision | null;
  rules: OpeningRuleRow[] | null;
  osm: string | null;
  onStatutoryHoliday: HolidayPolicy;
  onMakeUpWorkday: HolidayPolicy;
  exceptions: OpeningExceptionRow[] | null;
  note: string | null;
}

/** Today in Asia/Shanghai. */
export const today = (): string => dateIn(now());

const ref = (column: string): string => `case when ${column} is not null then jsonb_build_object('id', ${column}) end`;

/** Columns of a `FacilityRow` over `FROM_ON`. */
export const COLUMNS = `f.id, f.version, f.name, s.kind, f.functions, ${ref('f.community_id')} as area, ${ref('f.compound_id')} as compound,
  (select coalesce(jsonb_agg(jsonb_build_object('id', c) order by c), '[]') from unnest(s.serves_compounds) c) as "servesCompounds",
  ${ref('f.operator_id')} as operator, ${ref('f.owner_id')} as owner, s.lease_from as "leaseFrom", s.lease_to as "leaseTo",
  f.provision_mode as "provisionMode", f.opened_on as "openedOn", f.closed_on as "closedOn",
  s.counts_toward_standard as "countsTowardStandard", f.address, f.floor,
  jsonb_build_object('stepFree', s.step_free, 'lift', f.lift, 'accessibleToilet', f.accessible_toilet, 'inductionLoop', f.induction_loop,
    'brailleSigns', f.braille_signs, 'wheelchairLoan', f.wheelchair_loan, 'parking', f.parking, 'checkedOn', f.accessibility_checked_on)
    as accessibility`;

/** The state of `f` on a day; before the first the first, because there is nothing else to tell of it. */
const stateNear = (day: string): string =>
  `(select * from facility_state n where n.facility_id = f.id
    order by n.valid_from <= ${day} desc, abs(n.valid_from - ${day}) limit 1)`;

/** Facilities with their state on a day (an SQL expression of type date). */
export const facilitiesOn = (day: string): string => `facility f join lateral ${stateNear(day)} s on true`;

/** Status on that day: PLANNED before the first dated state. */
export const statusOn = (day: string): string => `case when s.valid_from <= ${day} then s.status else 'PLANNED' end`;

export const facilityById = batched<string, FacilityRow>(async (ctx, ids) => {
  const rows = await ctx.rows<FacilityRow>(`select ${COLUMNS} from ${facilitiesOn('$2::date')} where f.id = any($1)`, [ids, today()]);
  return new Map(rows.map((row) => [row.id, row]));
});

interface OnDay {
  id: string;
  day: string;
}
const keyOf = ({ id, day }: OnDay): string => `${id} ${day}`;

const stateBy = batched<OnDay, StateRow>(async (ctx, asked) => {
  const rows = await ctx.rows<StateRow & { day: string }>(
    `select a.day, s.facility_id as "facilityId", ${statusOn('a.day')} as status, s.tenure, s.gross_area as "grossArea",
       s.usable_area as "usableArea", s.activity_area as "activityArea", s.activity_basis as "activityBasis", s.lat, s.lng,
       s.location_precision as precision,
       s.opening_rules as rules, s.opening_osm as osm, s.on_statutory_holiday as "onStatutoryHoliday",
       s.on_make_up_workday as "onMakeUpWorkday", s.opening_exceptions as exceptions, s.opening_note as note
     from unnest($1::text[], $2::date[]) a(id, day) join facility f on f.id = a.id join lateral ${stateNear('a.day')} s on true`,
    [asked.map(({ id }) => id), asked.map(({ day }) => day)],
  );
  return new Map(rows.map((row) => [keyOf({ id: row.facilityId, day: row.day }), row]));
}, keyOf);

/** The state of a facility on a day, today unless told. */
export async function stateOn(ctx: Context, id: string, day: string | null | undefined): Promise<StateRow> {
  const state = await stateBy(ctx, { id, day: day ?? today() });
  if (!state) throw new Error(`facility ${id} has no state`);
  return state;
}

/** Where it is, in the system asked; null if nobody recorded it. */
export async function locationOf(ctx: Context, id: string, crs: Crs) {
  const { lat, lng, precision } = await stateOn(ctx, id, null);
  if (lat === null || lng === null) return null;
  return { ...convert({ lat, lng, crs: 'WGS84' }, crs), precision: precision ?? ('BUILDING' as GeoPrecision) };
}

interface Share {
  community: Ref;
  share: string;
}

const sharesBy = batched<OnDay, Share[]>(async (ctx, asked) => {
  const rows = await ctx.rows<Share & { id: string; day: string }>(
    `select a.id, a.day, jsonb_build_object('id', h.community_id) as community, trim_scale(h.share) as share
     from unnest($1::text[], $2::date[]) a(id, day) join facility_share h on h.facility_id = a.id and ${holdsOn('h', 'a.day')}
     order by h.share desc, h.community_id`,
    [asked.map(({ id }) => id), asked.map(({ day }) => day)],
  );
  return Map.groupBy(rows, keyOf);
}, keyOf);

/** How its area is shared among communities on a day, the largest share first. */
export const sharesOn = async (ctx: Context, id: string, day: string | null | undefined): Promise<Share[]> =>
  (await sharesBy(ctx, { id, day: day ?? today() })) ?? [];

interface Assurance {
  on: string;
  by: Ref;
}

/** The last day on which somebody confirmed the entry, up to today. */
export const lastAssurance = batched<string, Assurance>(async (ctx, ids) => {
  const rows = await ctx.rows<Assurance & { id: string }>(
    `select distinct on (a.facility_id) a.facility_id as id, a."on", jsonb_build_object('id', a.organization_id) as by
     from facility_assurance a where a.facility_id = any($1) and a."on" <= $2 order by a.facility_id, a."on" desc`,
    [ids, today()],
  );
  return new Map(rows.map((row) => [row.id, row]));
});
