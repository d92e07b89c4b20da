import type { CommandContext } from '../../../shared/src/command.ts';
import { newId } from '../../../shared/src/domain/id.ts';
import { requireCommunity } from '../../../shared/src/scope.ts';
import { requireText } from '../../../shared/src/text.ts';
import { expectVersion, refusing } from '../../../shared/src/write.ts';
import { inTurn } from '../area/turn.commands.ts';
import { refuse } from '../errors.ts';
import { newCode } from './code.commands.ts';
import { requireCompound } from './compound.commands.ts';
import { type BuildingRow, firstDayOfCompound, lastBuildingHouseholds, presentBuilding } from './compound.read.ts';
import { requireBuilding, requireCounts, serialsOf } from './compound.rules.ts';
import type { UpsertBuildingInput } from './compound-command.type.ts';
import { changeState } from './state.commands.ts';

const MOST = { label: 50, units: 100, floors: 200 };

type Answer = { building: BuildingRow | null };

/** `upsertBuilding` (§4.3). Of a building that is there, what the input leaves out stays as it is; households hold from `effectiveOn`. */
export async function upsertBuilding(ctx: CommandContext, input: UpsertBuildingInput): Promise<Answer> {
  const { compoundId, effectiveOn } = input;
  const label = requireText(input.label, MOST.label, 'label');
  requireCounts({ units: input.units }, 1, MOST.units);
  requireCounts({ floors: input.floors }, 1, MOST.floors);
  await inTurn(ctx, compoundId);
  const { compound, last } = await requireCompound(ctx, compoundId, 'compoundId');
  requireCommunity(ctx, last.communityId);
  await requireSteward(ctx, input.stewardAppointmentId);
  const before = input.id ? await requireOwn(ctx, input.id, input) : null;

  const id = before ? await change(ctx, before, input, label, compound.code) : await make(ctx, input, label, compound.code);
  ctx.record({ name: 'building.changed', objectType: 'Building', objectId: id, areaId: last.communityId, on: effectiveOn });
  return { building: await presentBuilding(ctx, id) };
}

async function make(ctx: CommandContext, input: UpsertBuildingInput, label: string, above: string): Promise<string> {
  const { compoundId, kind, effectiveOn } = input;
  const households = input.households ?? null;
  const first = await firstDayOfCompound(ctx, compoundId);
  if (first && effectiveOn < first) throw refuse('EFFECTIVE_DATE_INVALID', { field: ['effectiveOn'], details: { earliest: first } });
  if (input.code) requireBuilding(kind, input.code, households);
  const code = await newCode(ctx, { table: 'building', above, serials: serialsOf(kind), wanted: input.code, field: 'code' });
  requireBuilding(kind, code, households);

  const id = newId('bd', ctx.at);
  const insert = ctx.rows(
    'insert into building (id, code, compound_id, label, kind, units, floors, steward_id) values ($1, $2, $3, $4, $5, $6, $7, $8)',
    [id, code, compoundId, label, kind, input.units ?? null, input.floors ?? null, input.stewardAppointmentId ?? null],
  );
  await refusing(insert, { building_code_unique: () => refuse('BUILDING_CODE_TAKEN', { field: ['code'] }) });
  await ctx.rows('insert into building_state (building_id, valid_from, households) values ($1, $2, $3)', [id, effectiveOn, households]);
  return id;
}

async function change(ctx: CommandContext, before: BuildingRow, input: UpsertBuildingInput, label: string, above: string): Promise<string> {
  const { id } = before;
  const { kind, effectiveOn } = input;
  const known = await lastBuildingHouseholds(ctx, id);
  const households = input.households === undefined ? known : input.households;
  const isRecoded = Boolean(input.code) && input.code !== before.code;
  requireBuilding(kind, input.code ?? before.code, households);
  if (isRecoded) {
    const code = await newCode(ctx, { table: 'building', above, serials: serialsOf(kind), wanted: input.code, field: 'code' });
    await ctx.rows('insert into former_code (code, object_id, until) values ($1, $2, $3)', [before.code, id, effectiveOn]);
    await ctx.rows('update building set code = $2, kind = $3 where id = $1', [id, code, kind]);
  }
  if (households !== known) {
    await changeState(ctx, { table: 'building_state', key: { building_id: id }, from: effectiveOn, changes: { households } });
  }
  const { units = before.units, floors = before.floors, stewardAppointmentId = before.stewardId } = input;
  await ctx.rows(
    'update building set label = $2, kind = $3, units = $4, floors = $5, steward_id = $6, version = version + 1 where id = $1',
    [...[id, label, kind, units, floors, stewardAppointmentId]],
  );
  return id;
}

/** A building of the compound. @throws HubError NOT_FOUND, VERSION_CONFLICT; VALIDATION_FAILED for another compound's */
async function requireOwn(ctx: CommandContext, id: string, { compoundId, expectedVersion }: UpsertBuildingInput): Promise<BuildingRow> {
  const building = await presentBuilding(ctx, id);
  if (!building) throw refuse('NOT_FOUND', { field: ['id'] });
  if (building.compoundId !== compoundId) throw refuse('VALIDATION_FAILED', { field: ['compoundId'] });
  expectVersion(building.version, expectedVersion);
  return building;
}

/** @throws HubError NOT_FOUND, VALIDATION_FAILED for an appointment to another post */
async function requireSteward(ctx: CommandContext, appointmentId: string | null | undefined): Promise<void> {
  if (!appointmentId) return;
  const [post] = await ctx.rows<{ code: string }>('select p.code from appointment a join post p on p.id = a.post_id where a.id = $1', [
    appointmentId,
  ]);
  if (!post) throw refuse('NOT_FOUND', { field: ['stewardAppointmentId'] });
  if (post.code !== 'BUILDING_STEWARD') throw refuse('VALIDATION_FAILED', { field: ['stewardAppointmentId'], details: post });
}
