import type { CommandContext } from '../../../shared/src/command.ts';
import type { Context } from '../../../shared/src/context.ts';
import { convert, parsePoint } from '../../../shared/src/domain/geo.ts';
import { newId } from '../../../shared/src/domain/id.ts';
import { HubError, Refusals } from '../../../shared/src/errors.ts';
import { linkFiles } from '../../../shared/src/files.ts';
import { actsIn, isOwn } from '../../../shared/src/scope.ts';
import { requirePlaces } from '../area/area.read.ts';
import { refuse } from '../errors.ts';
import { type ActivityRow, activityAsMade } from './activity.read.ts';
import { MOST_SHIFTS, refusalsOf, spanOf } from './activity.rules.ts';
import type { CreateActivityInput } from './activity-command.type.ts';

/** What `createActivity` asks of other departments beforehand: do place, venue and organizer exist? */
export async function placesOfActivity(ctx: Context, input: CreateActivityInput): Promise<void> {
  requireSound(ctx, input);
  const { communityId, compoundId, facilityId, organizerId } = input;
  // One's own organization is vouched for by the credential.
  const organizationId = isOwn(ctx, organizerId) ? null : organizerId;
  const fields = { communityId: 'communityId', compoundId: 'compoundId', facilityId: 'facilityId', organizationId: 'organizerId' };
  await requirePlaces(ctx, { communityId, compoundId, facilityId, organizationId }, fields);
}

/** What can be told of an activity without asking anybody. */
function requireSound(ctx: Context, input: CreateActivityInput): void {
  requireOrganizer(ctx, input);
  if (input.shifts.length > MOST_SHIFTS) throw new HubError('LIMIT_EXCEEDED', { limit: MOST_SHIFTS });
  const refusals = refusalsOf(input);
  if (refusals.length > 0) throw new Refusals(refusals);
}

/**
 * Makes an activity with its shifts, as DRAFT (§5.2).
 * @throws Refusals of `refusalsOf`; HubError FORBIDDEN for another's organization, OUT_OF_AREA_SCOPE for staff of another community,
 *   LIMIT_EXCEEDED, CRS_REQUIRED.
 */
export async function createActivity(ctx: CommandContext, input: CreateActivityInput): Promise<{ activity: ActivityRow }> {
  requireSound(ctx, input);
  const point = input.location && convert(parsePoint(input.location), 'WGS84');
  const id = newId('ac', ctx.at);
  const { startsAt, endsAt } = spanOf(input.shifts);
  await ctx.rows(
    `insert into activity (id, title, organizer_id, community_id, compound_id, venue_id, lat, lng, category, description, beneficiaries, status,
       risk_level, insured, insurance_file_id, with_coins, starts_at, ends_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 'DRAFT', $12, $13, $14, $15, $16, $17)`,
    [
      ...[id, input.title.trim(), input.organizerId, input.communityId, input.compoundId, input.facilityId, point?.lat, point?.lng],
      ...[input.category, input.description.trim(), input.beneficiaries, input.riskLevel, input.insured ?? false, input.insuranceFileId],
      ...[input.withCoins, startsAt, endsAt],
    ],
  );
  await insertShifts(ctx, id, input.shifts);
  await linkFiles(ctx, input.insuranceFileId ? [input.insuranceFileId] : [], { type: 'Activity', id }, () =>
    refuse('VALIDATION_FAILED', { field: ['insuranceFileId'], details: { expected: 'a file that you uploaded' } }),
  );
  ctx.record({ name: 'activity.created', objectType: 'Activity', objectId: id, areaId: input.communityId, to: 'DRAFT' });
  return { activity: await activityAsMade(ctx, id) };
}

/** An organization's representative for his own; staff for whoever runs it in their community. */
function requireOrganizer(ctx: Context, { organizerId, communityId }: CreateActivityInput): void {
  const { roles } = ctx.claims;
  if (roles.includes('ORG_REPRESENTATIVE') && isOwn(ctx, organizerId)) return;
  if (!roles.includes('COMMUNITY_STAFF')) throw new HubError('FORBIDDEN');
  if (!actsIn(ctx, communityId)) throw new HubError('OUT_OF_AREA_SCOPE');
}

async function insertShifts(ctx: CommandContext, activityId: string, shifts: CreateActivityInput['shifts']): Promise<void> {
  const rows = shifts.map((shift) => ({
    id: newId('sh', ctx.at),
    activity_id: activityId,
    starts_at: shift.startsAt,
    ends_at: shift.endsAt,
    capacity: shift.capacity,
    min_age: shift.minAge ?? null,
    check_in_methods: shift.checkInMethods,
    coefficients: shift.coefficients ?? [],
  }));
  const columns = 'id, activity_id, starts_at, ends_at, capacity, min_age, check_in_methods, coefficients';
  await ctx.rows(`insert into shift (${columns}) select ${columns} from jsonb_populate_recordset(null::shift, $1::jsonb)`, [
    JSON.stringify(rows),
  ]);
}
