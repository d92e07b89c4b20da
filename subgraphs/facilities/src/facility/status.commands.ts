import type { CommandContext } from '../../../shared/src/command.ts';
import { dateIn } from '../../../shared/src/domain/period.ts';
import { HubError } from '../../../shared/src/errors.ts';
import { requireText } from '../../../shared/src/text.ts';
import { beginState } from '../../../shared/src/write.ts';
import { queueCircleRuns } from '../coverage/queue.commands.ts';
import { refuse } from '../errors.ts';
import { type FacilityRow, facilityById } from './facility.read.ts';
import { mayClose } from './facility.rules.ts';
import type { AssureFacilityInput, CloseFacilityInput } from './facility-command.type.ts';
import { takeFacility } from './keeper.commands.ts';
import { updateRow } from './row.commands.ts';

type Answer = Promise<{ facility: FacilityRow | null }>;

/**
 * `assureFacility`: the caller's organization says that the entry is right as of a day (§6.1). Whoever says it again on that day adds nothing.
 * @throws HubError DATE_IN_FUTURE; FORBIDDEN for a caller without organization; those of `takeFacility`
 */
export async function assureFacility(ctx: CommandContext, input: AssureFacilityInput): Answer {
  const { id, communityId, status } = await takeFacility(ctx, input.facilityId, input.expectedVersion, 'facilityId');
  const { organization } = ctx.claims;
  if (organization === null) throw new HubError('FORBIDDEN', { needs: 'organization' });
  const today = dateIn(ctx.at);
  const on = input.assuredOn ?? today;
  if (on > today) throw refuse('DATE_IN_FUTURE', { field: ['assuredOn'], details: { latest: today } });
  await ctx.rows('insert into facility_assurance (facility_id, "on", organization_id) values ($1, $2, $3) on conflict do nothing', [
    id,
    on,
    organization,
  ]);
  await updateRow(ctx, 'facility', id, {});
  ctx.record({ name: 'facility.assured', objectType: 'Facility', objectId: id, areaId: communityId, on, from: status, to: status });
  return { facility: await facilityById(ctx, id) };
}

const MOST_REASON = 500;

/**
 * `closeFacility` (§6.1): for good from a day on, or until the day on which it opens again by itself.
 * Bookings come with their own issue: until then there is nothing to cancel.
 * @throws HubError INVALID_TRANSITION, VALIDATION_FAILED; those of `takeFacility`
 */
export async function closeFacility(ctx: CommandContext, input: CloseFacilityInput): Answer {
  const { id, communityId, since } = await takeFacility(ctx, input.facilityId, input.expectedVersion, 'facilityId');
  const { on } = input;
  const until = input.until ?? null;
  const reason = requireText(input.reason, MOST_REASON, 'reason');
  if (on < since) throw refuse('VALIDATION_FAILED', { field: ['on'], details: { earliest: since } });
  if (until !== null && until <= on) throw refuse('VALIDATION_FAILED', { field: ['until'], details: { after: on } });

  const statuses = await ctx.rows<{ status: string }>(
    `select status from facility_state
     where facility_id = $1 and (valid_to is null or valid_to > $2) and ($3::date is null or valid_from < $3) order by valid_from`,
    [id, on, until],
  );
  const wrong = statuses.find(({ status }) => !mayClose(status, until));
  if (wrong) throw refuse('INVALID_TRANSITION', { field: ['on'], details: { status: wrong.status } });

  const to = until === null ? 'CLOSED' : 'TEMPORARILY_CLOSED';
  await closeBetween(ctx, id, on, until, to);
  await updateRow(ctx, 'facility', id, until === null ? { closed_on: on } : {});
  ctx.record({
    name: 'facility.closed',
    objectType: 'Facility',
    objectId: id,
    areaId: communityId,
    on,
    from: statuses[0]?.status ?? null,
    to,
    reason,
  });
  await queueCircleRuns(ctx);
  return { facility: await facilityById(ctx, id) };
}

/** What else was said of the days between stays; the state of the day `until` is that of before. */
async function closeBetween(ctx: CommandContext, id: string, on: string, until: string | null, status: string): Promise<void> {
  for (const from of until === null ? [on] : [on, until]) {
    await beginState(ctx, { table: 'facility_state', key: { facility_id: id }, from, changes: {} });
  }
  await ctx.rows(
    'update facility_state set status = $4 where facility_id = $1 and valid_from >= $2 and ($3::date is null or valid_from < $3)',
    [id, on, until, status],
  );
}
