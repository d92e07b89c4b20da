import type { CommandContext } from '../../../shared/src/command.ts';
import { dateIn } from '../../../shared/src/domain/period.ts';
import { requireText } from '../../../shared/src/text.ts';
import { beginState } from '../../../shared/src/write.ts';
import { queueCircleRuns } from '../coverage/queue.commands.ts';
import { refuse } from '../errors.ts';
import { type FacilityRow, facilityById } from './facility.read.ts';
import { takeFacility } from './keeper.commands.ts';
import { openingOf } from './opening.read.ts';
import { osmText } from './opening.rules.ts';
import type { SetOpeningHoursInput } from './opening-command.type.ts';
import { openingFrom } from './opening-text.rules.ts';
import { updateRow } from './row.commands.ts';

const MOST_NOTE = 500;

/**
 * `setOpeningHours` (§6.1): the opening hours of a facility from a day on, all of them anew. The text is derived from what is kept, whichever
 * of both was given.
 * @throws HubError OPENING_SYNTAX, OPENING_NEVER_OPEN, VALIDATION_FAILED; those of `takeFacility`
 */
export async function setOpeningHours(
  ctx: CommandContext,
  input: SetOpeningHoursInput,
): Promise<{ opening: Awaited<ReturnType<typeof openingOf>>; facility: FacilityRow | null }> {
  if (!input.facilityId) throw refuse('VALIDATION_FAILED', { field: ['facilityId'], details: { needed: true } });
  const { id, communityId, status, since } = await takeFacility(ctx, input.facilityId, input.expectedVersion, 'facilityId');
  const from = input.effectiveOn ?? dateIn(ctx.at);
  if (from < since) throw refuse('VALIDATION_FAILED', { field: ['effectiveOn'], details: { earliest: since } });
  const opening = openingFrom(input);
  const changes = {
    opening_rules: opening.rules,
    opening_osm: osmText(opening),
    on_statutory_holiday: opening.onStatutoryHoliday,
    on_make_up_workday: opening.onMakeUpWorkday,
    opening_exceptions: opening.exceptions,
    opening_note: input.note ? requireText(input.note, MOST_NOTE, 'note') : null,
  };
  await beginState(ctx, { table: 'facility_state', key: { facility_id: id }, from, changes });
  await updateRow(ctx, 'facility', id, {});
  ctx.record({
    name: 'opening-hours.changed',
    objectType: 'Facility',
    objectId: id,
    areaId: communityId,
    on: from,
    from: status,
    to: status,
  });
  await queueCircleRuns(ctx);
  return { opening: await openingOf(ctx, id, from), facility: await facilityById(ctx, id) };
}
