import type { CommandContext } from '../../../shared/src/command.ts';
import { newId } from '../../../shared/src/domain/id.ts';
import { dateIn } from '../../../shared/src/domain/period.ts';
import { requireCommunity } from '../../../shared/src/scope.ts';
import { requireText } from '../../../shared/src/text.ts';
import { expectVersion, refusing } from '../../../shared/src/write.ts';
import { communityOn, requireCommunityOn } from '../area/community.read.ts';
import { inTurn } from '../area/turn.commands.ts';
import { refuse } from '../errors.ts';
import { newCode, recodeCompound } from './code.commands.ts';
import { type CompoundRow, lastCompoundState, presentCompound } from './compound.read.ts';
import { type CompoundState, requireAreaM2, requireBuiltYear, requireCounts, requireState, wgs84 } from './compound.rules.ts';
import type { TransferCompoundInput, UpsertCompoundInput } from './compound-command.type.ts';
import { normalName } from './name.rules.ts';
import { changeState } from './state.commands.ts';

type Answer = { compound: CompoundRow | null };

/** `upsertCompound` (§4.3). Of a compound that is there, what the input leaves out stays as it is; what is dated holds from `effectiveOn`. */
export async function upsertCompound(ctx: CommandContext, input: UpsertCompoundInput): Promise<Answer> {
  return input.id ? changeCompound(ctx, input.id, input) : makeCompound(ctx, input);
}

async function makeCompound(ctx: CommandContext, input: UpsertCompoundInput): Promise<Answer> {
  const { areaId, effectiveOn } = input;
  const community = await requireCommunityOn(ctx, areaId, laterOf(effectiveOn, dateIn(ctx.at)), ['areaId']);
  requireCommunity(ctx, areaId);
  const state = stateOf(input, null);
  const columns = columnsOf(ctx, input, null);
  await requireManagers(ctx, state);
  await inTurn(ctx, areaId);
  await requireFreeName(ctx, areaId, columns.name, null, 'name');
  const code = await newCode(ctx, { table: 'compound', above: community.code, serials: 'compound', wanted: input.code, field: 'code' });

  const id = newId('cp', ctx.at);
  // The state first: by it the database decides who may write the compound.
  await ctx.rows(
    `insert into compound_state (compound_id, valid_from, community_id, types, management, company_id, host_id, households, population, residents60_plus)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
    [
      ...[id, effectiveOn, areaId, state.types, state.management, state.companyId, state.hostId],
      ...[state.households, state.population, state.residents60Plus],
    ],
  );
  const { name, aliases, builtYear, totalExclusiveArea, ownerCount, lat, lng, entrances } = columns;
  const insert = ctx.rows(
    `insert into compound (id, code, name, aliases, built_year, total_exclusive_area, owner_count, lat, lng, entrances)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
    [id, code, name, aliases, builtYear, totalExclusiveArea, ownerCount, lat, lng, JSON.stringify(entrances)],
  );
  await refusing(insert, { compound_code_unique: () => refuse('COMPOUND_CODE_TAKEN', { field: ['code'] }) });
  record(ctx, 'compound.changed', { id, areaId, on: effectiveOn });
  return { compound: await presentCompound(ctx, id) };
}

async function changeCompound(ctx: CommandContext, id: string, input: UpsertCompoundInput): Promise<Answer> {
  const { areaId, effectiveOn } = input;
  await inTurn(ctx, id, areaId);
  const { compound, last } = await requireCompound(ctx, id, 'id');
  requireCommunity(ctx, last.communityId);
  if (areaId !== last.communityId) throw refuse('VALIDATION_FAILED', { field: ['areaId'], details: { communityId: last.communityId } });
  expectVersion(compound.version, input.expectedVersion);
  const state = stateOf(input, last);
  const columns = columnsOf(ctx, input, compound);
  await requireManagers(ctx, state);
  await requireFreeName(ctx, areaId, columns.name, id, 'name');

  const changes = changesOf(state, last);
  if (Object.keys(changes).length > 0) {
    await changeState(ctx, { table: 'compound_state', key: { compound_id: id }, from: effectiveOn, changes });
  }
  if (input.code && input.code !== compound.code) {
    const { code: above } = await communityOn(ctx, areaId, effectiveOn, ['areaId']);
    const code = await newCode(ctx, { table: 'compound', above, serials: 'compound', wanted: input.code, field: 'code' });
    await recodeCompound(ctx, id, code, effectiveOn);
  }
  const { name, aliases, builtYear, totalExclusiveArea, ownerCount, lat, lng, entrances } = columns;
  await ctx.rows(
    `update compound set name = $2, aliases = $3, built_year = $4, total_exclusive_area = $5, owner_count = $6, lat = $7, lng = $8, entrances = $9,
       version = version + 1 where id = $1`,
    [id, name, aliases, builtYear, totalExclusiveArea, ownerCount, lat, lng, JSON.stringify(entrances)],
  );
  record(ctx, 'compound.changed', { id, areaId, on: effectiveOn });
  return { compound: await presentCompound(ctx, id) };
}

/** `transferCompound` (§4.3): another community from a day on; id and history stay, code and buildings' codes follow. */
export async function transferCompound(ctx: CommandContext, input: TransferCompoundInput): Promise<Answer> {
  const { compoundId: id, toAreaId, effectiveOn } = input;
  await inTurn(ctx, id, toAreaId);
  const { compound, last } = await requireCompound(ctx, id, 'compoundId');
  expectVersion(compound.version, input.expectedVersion);
  if (last.communityId === toAreaId) throw refuse('VALIDATION_FAILED', { field: ['toAreaId'] });
  const community = await communityOn(ctx, toAreaId, effectiveOn, ['toAreaId']);
  if (!community.isCurrent) throw refuse('EFFECTIVE_DATE_INVALID', { field: ['effectiveOn'], details: { toAreaId } });
  await requireFreeName(ctx, toAreaId, compound.name, id, 'toAreaId');
  const code = await newCode(ctx, {
    table: 'compound',
    above: community.code,
    serials: 'compound',
    wanted: input.newCode,
    field: 'newCode',
  });

  await changeState(ctx, { table: 'compound_state', key: { compound_id: id }, from: effectiveOn, changes: { community_id: toAreaId } });
  await recodeCompound(ctx, id, code, effectiveOn);
  await ctx.rows('update compound set version = version + 1 where id = $1', [id]);
  record(ctx, 'compound.transferred', { id, areaId: toAreaId, formerly: last.communityId, on: effectiveOn });
  return { compound: await presentCompound(ctx, id) };
}

const laterOf = (a: string, b: string): string => (a > b ? a : b);

/** A compound and its last state, which decides whose it is. @throws HubError NOT_FOUND */
export async function requireCompound(ctx: CommandContext, id: string, field: string) {
  const compound = await presentCompound(ctx, id);
  const last = compound && (await lastCompoundState(ctx, id));
  if (!last) throw refuse('NOT_FOUND', { field: [field] });
  return { compound, last };
}

/** What was sent, else what is there, else null. */
const sent = <T>(value: T | null | undefined, before: T | null | undefined): T | null => (value === undefined ? (before ?? null) : value);

/** The dated state that an input asks for. @throws HubError MANAGER_MISMATCH, VALIDATION_FAILED */
function stateOf(input: UpsertCompoundInput, before: CompoundState | null): CompoundState {
  const { management } = input;
  const kept = before?.management === management ? before : null;
  const state = {
    communityId: input.areaId,
    types: [...new Set(input.types)],
    management,
    companyId: sent(input.propertyCompanyId, kept?.companyId),
    hostId: sent(input.hostId, kept?.hostId),
    households: sent(input.households, before?.households),
    population: sent(input.population, before?.population),
    residents60Plus: sent(input.residents60Plus, before?.residents60Plus),
  };
  requireState(state);
  return state;
}

const MOST = { name: 100, aliases: 20, entrances: 50 };

/** What is not dated. @throws HubError or ValueError VALIDATION_FAILED */
function columnsOf({ at: now }: CommandContext, input: UpsertCompoundInput, before: CompoundRow | null) {
  const at = input.location && wgs84(input.location);
  const { builtYear, ownerCount, location } = input;
  requireCounts({ ownerCount });
  requireBuiltYear(builtYear, Number(dateIn(now).slice(0, 4)));
  for (const field of ['aliases', 'entrances'] as const) {
    if ((input[field]?.length ?? 0) > MOST[field]) throw refuse('VALIDATION_FAILED', { field: [field], details: { most: MOST[field] } });
  }
  return {
    name: requireText(input.name, MOST.name, 'name'),
    aliases:
      input.aliases?.map((alias, i) => requireText(alias, MOST.name, 'aliases', String(i))) ?? sent(input.aliases, before?.aliases) ?? [],
    builtYear: sent(builtYear, before?.builtYear),
    totalExclusiveArea: requireAreaM2(sent(input.totalExclusiveArea, before?.totalExclusiveArea)),
    ownerCount: sent(ownerCount, before?.ownerCount),
    lat: at ? at.lat : location === undefined ? (before?.lat ?? null) : null,
    lng: at ? at.lng : location === undefined ? (before?.lng ?? null) : null,
    entrances: input.entrances === undefined ? (before?.entrances ?? []) : (input.entrances ?? []).map(wgs84),
  };
}

/** Columns of `compound_state` in which two states differ. */
function changesOf(now: CompoundState, before: CompoundState): Record<string, unknown> {
  const columns: [string, unknown, unknown][] = [
    ['types', now.types, before.types],
    ['management', now.management, before.management],
    ['company_id', now.companyId, before.companyId],
    ['host_id', now.hostId, before.hostId],
    ['households', now.households, before.households],
    ['population', now.population, before.population],
    ['residents60_plus', now.residents60Plus, before.residents60Plus],
  ];
  return Object.fromEntries(
    columns.filter(([, a, b]) => JSON.stringify(a) !== JSON.stringify(b)).map(([column, value]) => [column, value]),
  );
}

/** The company is a property company, the host an organization. @throws HubError NOT_FOUND, MANAGER_MISMATCH */
async function requireManagers(ctx: CommandContext, { companyId, hostId }: CompoundState): Promise<void> {
  const wanted = [companyId, hostId].filter((id) => id !== null);
  if (wanted.length === 0) return;
  const found = await ctx.rows<{ id: string; kind: string }>('select id, kind from organization where id = any($1)', [wanted]);
  const kindOf = new Map(found.map(({ id, kind }) => [id, kind]));
  if (companyId !== null && !kindOf.has(companyId)) throw refuse('NOT_FOUND', { field: ['propertyCompanyId'] });
  if (hostId !== null && !kindOf.has(hostId)) throw refuse('NOT_FOUND', { field: ['hostId'] });
  const kind = companyId === null ? null : kindOf.get(companyId);
  if (kind && kind !== 'PROPERTY_COMPANY') throw refuse('MANAGER_MISMATCH', { field: ['propertyCompanyId'], details: { kind } });
}

/** @throws HubError COMPOUND_NAME_DUPLICATE when another compound of the community bears the name */
async function requireFreeName(
  ctx: CommandContext,
  communityId: string,
  name: string,
  except: string | null,
  field: string,
): Promise<void> {
  const others = await ctx.rows<{ id: string; name: string }>(
    `select c.id, c.name from compound_state s join compound c on c.id = s.compound_id where s.community_id = $1 and s.valid_to is null`,
    [communityId],
  );
  const wanted = normalName(name);
  const same = others.find((other) => other.id !== except && normalName(other.name) === wanted);
  if (same) throw refuse('COMPOUND_NAME_DUPLICATE', { field: [field], details: { compoundId: same.id } });
}

interface Changed {
  id: string;
  areaId: string;
  /** Community that it left. */
  formerly?: string;
  on: string;
}

function record(ctx: CommandContext, name: string, { id, areaId, formerly, on }: Changed): void {
  const other = formerly === undefined ? {} : { otherType: 'Area', otherId: formerly };
  ctx.record({ name, objectType: 'Compound', objectId: id, areaId, on, ...other });
}
