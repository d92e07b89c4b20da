import type { Context } from '../../../shared/src/context.ts';
import type { Transaction } from '../../../shared/src/database.ts';
import { type MaskedText, maskPhone } from '../../../shared/src/domain/mask.ts';
import { type Conditions, conditions } from '../../../shared/src/filter.ts';
import { batched } from '../../../shared/src/loader.ts';
import { connection, type PageArgs } from '../../../shared/src/page.ts';
import { holdsOn } from '../../../shared/src/span.entity.ts';
import { byId, placesWithin, today } from '../area/area.read.ts';
import { KEYS, listOnDay, type OnDay } from '../compound/compound.read.ts';
import type { AppointMethod, AppointmentFilter, OfficeholderFilter, PostCode } from './organization.type.ts';

export interface PostRow {
  id: string;
  organizationId: string;
  code: PostCode;
  seats: number;
  version: number;
}
export interface OfficeholderRow {
  id: string;
  /** Surname and title. */
  publicName: string;
  version: number;
}
export interface AppointmentRow {
  id: string;
  postId: string;
  officeholderId: string;
  method: AppointMethod;
  isPartyMember: boolean | null;
  from: string;
  to: string | null;
  version: number;
}

const POST = 'p.id, p.organization_id as "organizationId", p.code, p.seats, p.version';
const OFFICEHOLDER = 'h.id, h.public_name as "publicName", h.version';
const APPOINTMENT = `a.id, a.post_id as "postId", a.officeholder_id as "officeholderId", a.method, a.is_party_member as "isPartyMember",
  a.valid_from as "from", a.valid_to as "to", a.version`;

export const postById = batched<string, PostRow>(async (ctx, ids) =>
  byId(await ctx.rows<PostRow>(`select ${POST} from post p where p.id = any($1)`, [ids])),
);
export const postsOf = batched<string, PostRow[]>(async (ctx, ids) => {
  const rows = await ctx.rows<PostRow>(`select ${POST} from post p where p.organization_id = any($1) order by p.code, p.id`, [ids]);
  return Map.groupBy(rows, (row) => row.organizationId);
});
export const officeholderById = batched<string, OfficeholderRow>(async (ctx, ids) =>
  byId(await ctx.rows<OfficeholderRow>(`select ${OFFICEHOLDER} from officeholder h where h.id = any($1)`, [ids])),
);
export const appointmentById = batched<string, AppointmentRow>(async (ctx, ids) =>
  byId(await ctx.rows<AppointmentRow>(`select ${APPOINTMENT} from appointment a where a.id = any($1)`, [ids])),
);

type Rows = Pick<Transaction, 'rows'>;

/** As it stands in the present transaction, with the place of its organization. */
export const presentPost = async ({ rows }: Rows, id: string): Promise<(PostRow & { areaId: string | null }) | null> =>
  (
    await rows<PostRow & { areaId: string | null }>(
      `select ${POST}, o.area_id as "areaId" from post p join organization o on o.id = p.organization_id where p.id = $1`,
      [id],
    )
  )[0] ?? null;
export const presentAppointment = async ({ rows }: Rows, id: string): Promise<AppointmentRow | null> =>
  (await rows<AppointmentRow>(`select ${APPOINTMENT} from appointment a where a.id = $1`, [id]))[0] ?? null;

/** The days between which an organization is not dissolved; an open end is null, and so is the beginning of one that has no state. */
export const lifeOf = async ({ rows }: Rows, organizationId: string): Promise<{ beginsOn: string | null; endsOn: string | null }> =>
  (
    await rows<{ beginsOn: string | null; endsOn: string | null }>(
      `select min(s.valid_from) as "beginsOn", min(s.valid_from) filter (where s.status = 'DISSOLVED') as "endsOn"
       from organization_state s where s.organization_id = $1`,
      [organizationId],
    )
  )[0] ?? { beginsOn: null, endsOn: null };

/** The elected term of a committee that holds on a day, with its end (exclusive). */
export const termHolding = async ({ rows }: Rows, organizationId: string, day: string): Promise<{ endsOn: string | null } | null> =>
  (
    await rows<{ endsOn: string | null }>(
      `select least(t.expires_on, t.dissolved_on) as "endsOn" from owners_committee t
       where t.organization_id = $1 and coalesce(t.term_starts_on, t.elected_on) <= $2::date
         and (least(t.expires_on, t.dissolved_on) is null or $2::date < least(t.expires_on, t.dissolved_on))
       order by t.term desc limit 1`,
      [organizationId, day],
    )
  )[0] ?? null;

/** The first day of a span on which all seats of a post are taken; null when one is free throughout. */
export const fullDay = async (
  { rows }: Rows,
  { id, seats }: { id: string; seats: number },
  from: string,
  to: string | null,
): Promise<string | null> =>
  (
    await rows<{ day: string }>(
      `with held as (select valid_from, valid_to from appointment where post_id = $1 and daterange(valid_from, valid_to) && daterange($2, $3)),
         turn as (select $2::date as day union select valid_from from held where valid_from > $2::date)
       select turn.day from turn join held on held.valid_from <= turn.day and (held.valid_to is null or turn.day < held.valid_to)
       group by turn.day having count(*) >= $4 order by turn.day limit 1`,
      [id, from, to, seats],
    )
  )[0]?.day ?? null;

type Held = AppointmentRow & OnDay & { appointmentId: string };
const HELD = APPOINTMENT.replace('a.id', 'k.id, k.day, a.id as "appointmentId"');
const ownId = ({ appointmentId, ...row }: Held): AppointmentRow => ({ ...row, id: appointmentId });

const ofOrganization = listOnDay<Held>(
  `select ${HELD} from ${KEYS} join post p on p.organization_id = k.id
   join appointment a on a.post_id = p.id and ${holdsOn('a', 'k.day')} order by p.code, a.valid_from, a.id`,
);
const ofOfficeholder = listOnDay<Held>(
  `select ${HELD} from ${KEYS} join appointment a on a.officeholder_id = k.id and ${holdsOn('a', 'k.day')} order by a.valid_from, a.id`,
);

/** Appointments to an organization's posts on a day (default today). */
export const appointmentsOfOrganization = async (ctx: Context, id: string, at?: string | null) =>
  (await ofOrganization(ctx, id, at)).map(ownId);
/** A holder's appointments on a day (default today). */
export const appointmentsOfOfficeholder = async (ctx: Context, id: string, at?: string | null) =>
  (await ofOfficeholder(ctx, id, at)).map(ownId);

/** What the database lets this caller read of a holder: nothing outside the scope of his posts. */
const contactOf = batched<string, { id: string; fullName: string; workPhone: string | null }>(async (ctx, ids) =>
  byId(
    await ctx.rows<{ id: string; fullName: string; workPhone: string | null }>(
      'select c.officeholder_id as id, c.full_name as "fullName", c.work_phone as "workPhone" from officeholder_contact c where c.officeholder_id = any($1)',
      [ids],
    ),
  ),
);

/** Full name where the caller's scope holds the place of a post, surname and title elsewhere. */
export const displayNameOf = async (ctx: Context, holder: OfficeholderRow): Promise<string> =>
  (await contactOf(ctx, holder.id))?.fullName ?? holder.publicName;

/** Masked; null where the caller may not know even that. */
export async function workPhoneOf(ctx: Context, holder: OfficeholderRow): Promise<MaskedText | null> {
  const phone = (await contactOf(ctx, holder.id))?.workPhone;
  return phone ? maskPhone(phone) : null;
}

/** Conditions on an appointment `a` to a post `p`. */
async function onAppointment(ctx: Context, filter: AppointmentFilter & OfficeholderFilter): Promise<Conditions> {
  const on = conditions();
  on.add(holdsOn('a', '?::date'), filter.at ?? today());
  on.add(
    'exists (select 1 from organization o where o.id = p.organization_id and o.area_id = any(?))',
    filter.areaCode && (await placesWithin(ctx, filter.areaCode)),
  );
  on.add('p.organization_id = ?', filter.organizationId);
  on.add('a.officeholder_id = ?', filter.officeholderId);
  on.add('p.code = any(?)', filter.postCodes);
  return on;
}

/** `appointments(filter)`: of a day (default today), by beginning. */
export async function listAppointments(ctx: Context, filter: AppointmentFilter, page: PageArgs) {
  const on = await onAppointment(ctx, filter);
  return connection<AppointmentRow>(ctx, {
    name: 'appointments',
    select: APPOINTMENT,
    from: 'appointment a join post p on p.id = a.post_id',
    where: on.where(),
    params: on.params,
    order: [
      { sql: 'a.valid_from', type: 'date' },
      { sql: 'a.id', type: 'text' },
    ],
    filter,
    ...page,
  });
}

/** `officeholders(filter)`: who holds such a post on the day, by id. */
export async function listOfficeholders(ctx: Context, filter: OfficeholderFilter, page: PageArgs) {
  const on = await onAppointment(ctx, filter);
  return connection<OfficeholderRow>(ctx, {
    name: 'officeholders',
    select: OFFICEHOLDER,
    from: 'officeholder h',
    where: `exists (select 1 from appointment a join post p on p.id = a.post_id where a.officeholder_id = h.id and ${on.where()})`,
    params: on.params,
    order: [{ sql: 'h.id', type: 'text' }],
    filter,
    ...page,
  });
}
