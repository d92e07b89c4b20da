import type { CommandContext } from '../../../shared/src/command.ts';
import { newId } from '../../../shared/src/domain/id.ts';
import { optionalText } from '../../../shared/src/text.ts';
import { expectVersion, refusing } from '../../../shared/src/write.ts';
import { inTurn } from '../area/turn.commands.ts';
import { refuse } from '../errors.ts';
import type { AppointOfficeholderInput, EndAppointmentInput } from './organization-command.type.ts';
import { type AppointmentRow, fullDay, lifeOf, presentAppointment, presentPost, termHolding } from './post.read.ts';
import { isOfCommittee, requirePartyMembershipNeeded } from './post.rules.ts';
import { requireArea } from './scope.commands.ts';

const MOST_REASON = 500;

type Answer = { appointment: AppointmentRow | null };

/** `appointOfficeholder` (§4.3). A post of an owners' committee ends with its term when no day is said. */
export async function appointOfficeholder(ctx: CommandContext, input: AppointOfficeholderInput): Promise<Answer> {
  const { postId, officeholderId, from, method, isPartyMember = null } = input;
  const post = await presentPost(ctx, postId);
  if (!post) throw refuse('NOT_FOUND', { field: ['postId'] });
  requireArea(ctx, post.areaId);
  const [holder] = await ctx.rows('select id from officeholder where id = $1', [officeholderId]);
  if (!holder) throw refuse('NOT_FOUND', { field: ['officeholderId'] });
  requirePartyMembershipNeeded(post.code, isPartyMember);
  await inTurn(ctx, postId, post.organizationId);
  const to = isOfCommittee(post.code) ? await requireTerm(ctx, post.organizationId, input) : (input.to ?? null);
  if (to !== null && to <= from) throw refuse('EFFECTIVE_DATE_INVALID', { field: ['to'], details: { after: from } });
  await requireLife(ctx, post.organizationId, from, to);
  await requireSeat(ctx, post, { officeholderId, from, to });

  const id = newId('ap', ctx.at);
  const insert = ctx.rows(
    'insert into appointment (id, post_id, officeholder_id, method, is_party_member, valid_from, valid_to) values ($1, $2, $3, $4, $5, $6, $7)',
    [id, postId, officeholderId, method, isPartyMember, from, to],
  );
  await refusing(insert, { appointment_one_at_a_time: () => refuse('APPOINTMENT_OVERLAP', { field: ['from'] }) });
  record(ctx, 'appointment.started', post, from);
  return { appointment: await presentAppointment(ctx, id) };
}

/** `endAppointment` (§4.3): on a day after its beginning, before the end that it had. */
export async function endAppointment(ctx: CommandContext, input: EndAppointmentInput): Promise<Answer> {
  const { id, effectiveOn } = input;
  const reason = optionalText(input.reason, MOST_REASON, 'reason');
  const found = await presentAppointment(ctx, id);
  const post = found && (await presentPost(ctx, found.postId));
  if (!post) throw refuse('NOT_FOUND', { field: ['id'] });
  requireArea(ctx, post.areaId);
  await inTurn(ctx, post.id, post.organizationId);
  const appointment = (await presentAppointment(ctx, id)) ?? found;
  expectVersion(appointment.version, input.expectedVersion);
  const { from, to } = appointment;
  if (effectiveOn <= from || (to !== null && to <= effectiveOn)) {
    throw refuse('EFFECTIVE_DATE_INVALID', { field: ['effectiveOn'], details: { after: from, before: to } });
  }
  await ctx.rows('update appointment set valid_to = $2, version = version + 1 where id = $1', [id, effectiveOn]);
  record(ctx, 'appointment.ended', post, effectiveOn, reason);
  return { appointment: await presentAppointment(ctx, id) };
}

/** The last day of the term in which the appointment lies. @throws HubError TERM_EXPIRED */
async function requireTerm(ctx: CommandContext, organizationId: string, { from, to }: AppointOfficeholderInput): Promise<string | null> {
  const term = await termHolding(ctx, organizationId, from);
  if (!term) throw refuse('TERM_EXPIRED', { field: ['from'] });
  if (term.endsOn !== null && to && to > term.endsOn) throw refuse('TERM_EXPIRED', { field: ['to'], details: { latest: term.endsOn } });
  return to ?? term.endsOn;
}

/** The organization exists and is not dissolved all that time. @throws HubError EFFECTIVE_DATE_INVALID */
async function requireLife(ctx: CommandContext, organizationId: string, from: string, to: string | null): Promise<void> {
  const { beginsOn, endsOn } = await lifeOf(ctx, organizationId);
  if (beginsOn === null || from < beginsOn) throw refuse('EFFECTIVE_DATE_INVALID', { field: ['from'], details: { earliest: beginsOn } });
  if (endsOn === null || (to !== null && to <= endsOn)) return;
  throw refuse('EFFECTIVE_DATE_INVALID', { field: ['to'], details: { latest: endsOn } });
}

interface Wanted {
  officeholderId: string;
  from: string;
  to: string | null;
}

/** @throws HubError APPOINTMENT_OVERLAP, NO_SEAT */
async function requireSeat(ctx: CommandContext, post: { id: string; seats: number }, { officeholderId, from, to }: Wanted): Promise<void> {
  const [held] = await ctx.rows<{ id: string }>(
    'select id from appointment where post_id = $1 and officeholder_id = $2 and daterange(valid_from, valid_to) && daterange($3, $4) limit 1',
    [post.id, officeholderId, from, to],
  );
  if (held) throw refuse('APPOINTMENT_OVERLAP', { field: ['from'], details: { appointmentId: held.id } });
  const day = await fullDay(ctx, post, from, to);
  if (day) throw refuse('NO_SEAT', { field: ['postId'], details: { seats: post.seats, day } });
}

/** Post and organization, never the holder (§4.10). */
function record(
  ctx: CommandContext,
  name: string,
  post: { id: string; organizationId: string; areaId: string | null },
  on: string,
  reason?: string | null,
): void {
  const other = { otherType: 'Organization', otherId: post.organizationId };
  ctx.record({ name, objectType: 'Post', objectId: post.id, ...other, areaId: post.areaId, on, reason });
}
