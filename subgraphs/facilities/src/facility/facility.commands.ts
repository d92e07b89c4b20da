import type { CommandContext } from '../../../shared/src/command.ts';
import { newId } from '../../../shared/src/domain/id.ts';
import { dateIn } from '../../../shared/src/domain/period.ts';
import { Refusals } from '../../../shared/src/errors.ts';
import { metresBetween } from '../../../shared/src/near.ts';
import { holdsOn } from '../../../shared/src/span.entity.ts';
import { beginState } from '../../../shared/src/write.ts';
import { queueCircleRuns } from '../coverage/queue.commands.ts';
import { refuse } from '../errors.ts';
import { type FacilityRow, facilityById } from './facility.read.ts';
import { brokenRules, DUPLICATE_METRES, type FacilityFacts, nameCore, sharesByHouseholds } from './facility.rules.ts';
import { columnsOf, type Given } from './facility-columns.commands.ts';
import type { UpsertFacilityInput } from './facility-command.type.ts';
import type { Foreign } from './foreign.commands.ts';
import { type KeptFacility, requireKeeper, takeFacility } from './keeper.commands.ts';
import { insertRow, updateRow } from './row.commands.ts';
import { beginShares } from './share.commands.ts';
import { roomsExceed } from './space.read.ts';

/** Serves facilities that are registered or moved one after the other, so that of two like ones the second sees the first. */
const PLACE_LOCK = 4_103_61;

/**
 * `upsertFacility` (§6.5): registers a facility, or changes what is given of one from `effectiveOn` on.
 * @throws Refusals, HubError with the codes of §6.5
 */
export async function upsertFacility(
  ctx: CommandContext,
  input: UpsertFacilityInput,
  foreign: Foreign,
): Promise<{ facility: FacilityRow | null }> {
  const given = columnsOf(input, ctx);
  const from = input.effectiveOn ?? dateIn(ctx.at);
  const id = input.id ? await change(ctx, input.id, input, from, given, foreign) : await register(ctx, input, from, given, foreign);
  return { facility: await facilityById(ctx, id) };
}

/** What a facility cannot be without; the rest may come later. */
const NEEDED = ['name', 'kind', 'communityId', 'tenure', 'provisionMode', 'address'] as const;
const UNSAID = { gross_area: null, usable_area: null, activity_area: null, activity_basis: null, counts_toward_standard: false };
const NOWHERE = { lease_from: null, lease_to: null, serves_compounds: [], lat: null, lng: null };

async function register(ctx: CommandContext, input: UpsertFacilityInput, from: string, given: Given, foreign: Foreign): Promise<string> {
  const missing = NEEDED.filter((field) => input[field] === null || input[field] === undefined);
  if (missing.length > 0)
    throw new Refusals(missing.map((field) => refuse('VALIDATION_FAILED', { field: [field], details: { needed: true } })));
  const communityId = input.communityId ?? '';
  requireKeeper(ctx, { communityId, operatorId: input.operatorId ?? null });
  requireInCommunity(input, communityId, foreign);
  const state = { ...UNSAID, ...NOWHERE, ...given.state, on_statutory_holiday: 'CLOSED', on_make_up_workday: 'AS_WEEKDAY' };
  requireRules(state, input.compoundId ?? null, input);
  const id = newId('fc', ctx.at);
  await requireUnlike(ctx, id, input.name ?? '', state, from, input.notDuplicateOf ?? []);

  await insertRow(ctx, 'facility', { functions: [], ...given.facility, id, version: 1 });
  await beginLife(ctx, id, from, input.openedOn ?? null, state);
  await beginShares(ctx, id, from, given.shares ?? sharesUnsaid(communityId, input, foreign));
  ctx.record({ name: 'facility.created', objectType: 'Facility', objectId: id, areaId: communityId, on: from, to: 'PLANNED' });
  if (input.openedOn) {
    ctx.record({
      name: 'facility.opened',
      objectType: 'Facility',
      objectId: id,
      areaId: communityId,
      on: input.openedOn,
      from: 'PLANNED',
      to: 'OPEN',
    });
    await queueCircleRuns(ctx);
  }
  return id;
}

/** PLANNED until it was opened (§6.1); a day of opening before `from` is told by `openedOn` alone. */
async function beginLife(ctx: CommandContext, id: string, from: string, openedOn: string | null, state: object): Promise<void> {
  const isOpenedLater = openedOn !== null && openedOn > from;
  const first = openedOn === null || isOpenedLater ? 'PLANNED' : 'OPEN';
  await insertRow(ctx, 'facility_state', {
    ...state,
    facility_id: id,
    status: first,
    valid_from: from,
    valid_to: isOpenedLater ? openedOn : null,
  });
  if (isOpenedLater)
    await insertRow(ctx, 'facility_state', { ...state, facility_id: id, status: 'OPEN', valid_from: openedOn, valid_to: null });
}

function sharesUnsaid(communityId: string, input: UpsertFacilityInput, { communityOf, households }: Foreign) {
  const served = new Map<string, number | null>();
  for (const compoundId of input.servesCompoundIds ?? []) {
    const community = communityOf.get(compoundId);
    if (community !== undefined) served.set(community, households.get(community) ?? null);
  }
  return sharesByHouseholds(communityId, served);
}

async function change(
  ctx: CommandContext,
  id: string,
  input: UpsertFacilityInput,
  from: string,
  given: Given,
  foreign: Foreign,
): Promise<string> {
  const kept = await takeFacility(ctx, id, input.expectedVersion ?? null, 'id');
  const communityId = input.communityId ?? kept.communityId;
  requireKeeper(ctx, { communityId, operatorId: input.operatorId ?? kept.operatorId });
  requireSameLife(ctx, kept, input, from);
  requireInCommunity(input, communityId, foreign);
  const before = await stateHeld(ctx, id, from);
  // What is owned has no lease any more.
  const state = { ...given.state, ...(input.tenure === 'OWNED' && { lease_from: null, lease_to: null }) };
  const after = { ...before, ...state };
  requireRules(after, input.compoundId ?? kept.compoundId, input);
  if (input.name || input.kind || input.location) {
    await requireUnlike(ctx, id, input.name ?? kept.name, after, from, input.notDuplicateOf ?? []);
  }

  await updateRow(ctx, 'facility', id, given.facility);
  if (Object.keys(state).length > 0) await beginState(ctx, { table: 'facility_state', key: { facility_id: id }, from, changes: state });
  if (given.shares) await beginShares(ctx, id, from, given.shares);
  if (input.usableFloorArea && (await roomsExceed(ctx, id))) {
    throw refuse('SPACES_EXCEED_FACILITY', { field: ['usableFloorArea'], details: { usableArea: input.usableFloorArea } });
  }
  await tellChange(ctx, kept, communityId, from, before.lat !== after.lat || before.lng !== after.lng);
  return id;
}

async function tellChange(ctx: CommandContext, kept: KeptFacility, communityId: string, on: string, isElsewhere: boolean): Promise<void> {
  const { id, status } = kept;
  ctx.record({ name: 'facility.changed', objectType: 'Facility', objectId: id, areaId: communityId, on, from: status, to: status });
  if (!isElsewhere && communityId === kept.communityId) return;
  ctx.record({ name: 'facility.moved', objectType: 'Facility', objectId: id, areaId: communityId, on, from: status, to: status });
  await queueCircleRuns(ctx);
}

/**
 * A change does not open a facility, and does not take it out of the community to which its past counts.
 * @throws HubError INVALID_TRANSITION, VALIDATION_FAILED
 */
function requireSameLife(ctx: CommandContext, kept: KeptFacility, input: UpsertFacilityInput, from: string): void {
  if (from < kept.since) throw refuse('VALIDATION_FAILED', { field: ['effectiveOn'], details: { earliest: kept.since } });
  if (input.openedOn && kept.openedOn === null)
    throw refuse('INVALID_TRANSITION', { field: ['openedOn'], details: { status: kept.status } });
  if (input.openedOn && kept.closedOn !== null && input.openedOn > kept.closedOn) {
    throw refuse('VALIDATION_FAILED', { field: ['openedOn'], details: { latest: kept.closedOn } });
  }
  if (!input.communityId || input.communityId === kept.communityId) return;
  // Where it stood yesterday is not dated, so whoever moves on to another community is registered there anew.
  if (kept.since < dateIn(ctx.at))
    throw refuse('VALIDATION_FAILED', { field: ['communityId'], details: { communityId: kept.communityId } });
  if (kept.compoundId !== null && !input.compoundId) throw refuse('VALIDATION_FAILED', { field: ['compoundId'] });
}

function requireInCommunity({ compoundId }: UpsertFacilityInput, communityId: string, { communityOf }: Foreign): void {
  const liesIn = compoundId ? communityOf.get(compoundId) : undefined;
  if (liesIn !== undefined && liesIn !== communityId)
    throw refuse('VALIDATION_FAILED', { field: ['compoundId'], details: { communityId: liesIn } });
}

/** Columns of a dated state that the rules look at. */
type State = Readonly<Record<string, unknown>> & { kind?: string; lat?: number | null; lng?: number | null };

async function stateHeld(ctx: CommandContext, id: string, day: string): Promise<State> {
  const [held] = await ctx.rows<{ state: State }>(
    `select to_jsonb(s) || jsonb_build_object('gross_area', s.gross_area::text, 'usable_area', s.usable_area::text,
       'activity_area', s.activity_area::text) as state
     from facility_state s where s.facility_id = $1 and ${holdsOn('s', '$2::date')}`,
    [id, day],
  );
  return held?.state ?? {};
}

function requireRules(state: State, compoundId: string | null, input: UpsertFacilityInput): void {
  const facts = {
    kind: state.kind,
    compoundId,
    servesCompounds: state.serves_compounds,
    grossArea: state.gross_area,
    usableArea: state.usable_area,
    activityArea: state.activity_area,
    activityBasis: state.activity_basis,
    tenure: state.tenure,
    leaseFrom: state.lease_from,
    leaseTo: state.lease_to,
  } as FacilityFacts;
  const broken = brokenRules(facts);
  if (facts.tenure === 'OWNED' && (input.leaseFrom || input.leaseTo)) {
    broken.push(refuse('VALIDATION_FAILED', { field: [input.leaseFrom ? 'leaseFrom' : 'leaseTo'], details: { tenure: 'OWNED' } }));
  }
  if (broken.length > 0) throw new Refusals(broken);
}

interface Neighbour {
  id: string;
  name: string;
  kind: string;
}

/** @throws HubError FACILITY_DUPLICATE naming the like facilities within 50 m that `notDuplicateOf` does not name */
async function requireUnlike(
  ctx: CommandContext,
  id: string,
  name: string,
  { kind = '', lat = null, lng = null }: State,
  from: string,
  others: readonly string[],
): Promise<void> {
  if (lat === null || lng === null) return;
  await ctx.rows('select pg_advisory_xact_lock($1)', [PLACE_LOCK]);
  const near = await ctx.rows<Neighbour>(
    `select distinct f.id, f.name, s.kind from facility_state s join facility f on f.id = s.facility_id
     where f.id <> $1 and (s.valid_to is null or s.valid_to > $2) and s.lat between $3::float8 - 0.01 and $3::float8 + 0.01
       and ${metresBetween('s.lat', 's.lng', '$3::float8', '$4::float8')} < ${DUPLICATE_METRES}`,
    [id, from, lat, lng],
  );
  const core = nameCore(name, kind);
  const like = near.filter((each) => nameCore(each.name, each.kind) === core && !others.includes(each.id));
  if (like.length === 0) return;
  throw refuse('FACILITY_DUPLICATE', {
    field: ['notDuplicateOf'],
    details: { facilities: like.map((each) => each.id) },
  });
}
