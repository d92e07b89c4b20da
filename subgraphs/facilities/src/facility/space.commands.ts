import type { CommandContext } from '../../../shared/src/command.ts';
import { newId } from '../../../shared/src/domain/id.ts';
import { dateIn } from '../../../shared/src/domain/period.ts';
import { type HubError, Refusals } from '../../../shared/src/errors.ts';
import { requireText } from '../../../shared/src/text.ts';
import { expectVersion } from '../../../shared/src/write.ts';
import { refuse } from '../errors.ts';
import { areaOf } from './facility.rules.ts';
import { type KeptFacility, takeFacility } from './keeper.commands.ts';
import { insertRow, updateRow } from './row.commands.ts';
import { roomsExceed, type SpaceRow, spaceById, spacesOf } from './space.read.ts';
import { joinsItself } from './space.rules.ts';
import type { UpsertSpaceInput } from './space-command.type.ts';

const MOST = { name: 100, equipment: 50, thing: 50, persons: 100_000 };

/**
 * `upsertSpace` (§6.1): a room, or several joined, made in a facility or changed in what is given. The facility is locked, so that two rooms
 * cannot exceed it together.
 * @throws Refusals, HubError SPACES_EXCEED_FACILITY, SHARED_CYCLE, NOT_FOUND, VALIDATION_FAILED; those of `takeFacility`
 */
export async function upsertSpace(ctx: CommandContext, input: UpsertSpaceInput): Promise<{ space: SpaceRow | null }> {
  const { facility, before } = await taken(ctx, input);
  const id = before?.id ?? newId('sp', ctx.at);
  const space = columnsOf(input, before);
  await requireJoinable(ctx, facility.id, id, input.combineIds ?? before?.combineIds ?? []);
  if (before) await updateRow(ctx, 'space', id, space);
  else await insertRow(ctx, 'space', { ...space, id, facility_id: facility.id, version: 1 });
  await keepPast(ctx, id, before);
  if (await roomsExceed(ctx, facility.id)) throw refuse('SPACES_EXCEED_FACILITY', { field: ['usableArea'] });
  const { communityId } = facility;
  ctx.record({
    name: 'space.changed',
    objectType: 'Space',
    objectId: id,
    otherType: 'Facility',
    otherId: facility.id,
    areaId: communityId,
  });
  return { space: await spaceById(ctx, id) };
}

/** What it was until today, for the figures of days before; a second change on one day leaves that as it is. */
async function keepPast({ rows, at }: CommandContext, id: string, before: SpaceRow | null): Promise<void> {
  const isRoom = before !== null && before.combineIds.length === 0;
  await rows(
    'insert into space_past (space_id, until, is_room, usable_area, resident_activity) values ($1, $2, $3, $4, $5) on conflict do nothing',
    [id, dateIn(at), isRoom, before?.usableArea ?? null, before?.residentActivity ?? false],
  );
}

/** The facility under lock, and the space as it is if there is one. */
async function taken(ctx: CommandContext, input: UpsertSpaceInput): Promise<{ facility: KeptFacility; before: SpaceRow | null }> {
  if (!input.id) {
    const missing = (['facilityId', 'name'] as const).filter((field) => input[field] === null || input[field] === undefined);
    if (missing.length > 0)
      throw new Refusals(missing.map((field) => refuse('VALIDATION_FAILED', { field: [field], details: { needed: true } })));
    return { facility: await takeFacility(ctx, input.facilityId ?? '', undefined, 'facilityId'), before: null };
  }
  const [seen] = await ctx.rows<{ facilityId: string }>('select facility_id as "facilityId" from space where id = $1', [input.id]);
  if (!seen) throw refuse('NOT_FOUND', { field: ['id'] });
  // A room stays where it was built.
  if (input.facilityId && input.facilityId !== seen.facilityId)
    throw refuse('VALIDATION_FAILED', { field: ['facilityId'], details: { facilityId: seen.facilityId } });
  const facility = await takeFacility(ctx, seen.facilityId, undefined, 'id');
  const [before] = (await spacesOf(ctx, facility.id)).filter(({ id }) => id === input.id);
  if (!before) throw refuse('NOT_FOUND', { field: ['id'] });
  expectVersion(before.version, input.expectedVersion);
  return { facility, before };
}

/** The space as it will be. @throws Refusals */
function columnsOf(input: UpsertSpaceInput, before: SpaceRow | null): Record<string, unknown> {
  const wrong: HubError[] = [];
  const need = (holds: boolean, field: string, details?: Record<string, unknown>): void => {
    if (!holds) wrong.push(refuse('VALIDATION_FAILED', { field: [field], details }));
  };
  const combines = [...new Set(input.combineIds ?? before?.combineIds ?? [])];
  const equipment = input.equipment?.map((thing) => requireText(thing, MOST.thing, 'equipment'));
  const { usableArea, capacity } = input;
  need(combines.length === 0 || !usableArea, 'usableArea', { joinsOthers: true });
  need((capacity ?? 1) >= 1 && (capacity ?? 1) <= MOST.persons, 'capacity', { least: 1, most: MOST.persons });
  need((equipment?.length ?? 0) <= MOST.equipment, 'equipment', { most: MOST.equipment });
  if (wrong.length > 0) throw new Refusals(wrong);
  const area = usableArea ? areaOf(usableArea, 'usableArea') : (before?.usableArea ?? null);
  return {
    name: typeof input.name === 'string' ? requireText(input.name, MOST.name, 'name') : before?.name,
    // Joined rooms keep their areas, what joins them has none of its own.
    usable_area: combines.length > 0 ? null : area,
    resident_activity: input.residentActivity ?? before?.residentActivity ?? false,
    capacity: capacity ?? before?.capacity ?? null,
    bookable: input.bookable ?? before?.bookable ?? false,
    equipment: equipment ? [...new Set(equipment)] : (before?.equipment ?? []),
    combines,
  };
}

/** @throws Refusals NOT_FOUND for what is no space of this facility; HubError SHARED_CYCLE */
async function requireJoinable(ctx: CommandContext, facilityId: string, id: string, combineIds: readonly string[]): Promise<void> {
  if (combineIds.length === 0) return;
  const spaces = await spacesOf(ctx, facilityId);
  const known = new Set([...spaces.map((space) => space.id), id]);
  const missing = combineIds.flatMap((each, i) => (known.has(each) ? [] : [refuse('NOT_FOUND', { field: ['combineIds', String(i)] })]));
  if (missing.length > 0) throw new Refusals(missing);
  const after = [...spaces.filter((space) => space.id !== id), { id, combineIds }];
  if (joinsItself(id, after)) throw refuse('SHARED_CYCLE', { field: ['combineIds'], details: { id } });
}
