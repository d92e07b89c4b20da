import type { CommandContext } from '../../../shared/src/command.ts';
import { newId } from '../../../shared/src/domain/id.ts';
import { parseUscc } from '../../../shared/src/domain/uscc.ts';
import { optionalText, requireText } from '../../../shared/src/text.ts';
import { refusing } from '../../../shared/src/write.ts';
import { requireCommunityOn } from '../area/community.read.ts';
import { inTurn } from '../area/turn.commands.ts';
import { normalName } from '../compound/name.rules.ts';
import { refuse } from '../errors.ts';
import {
  activeSince,
  groupedSince,
  namesakes,
  type Parent,
  parentOn,
  type Spot,
  spotsOfBuildings,
  spotsOfCompounds,
  streetOn,
} from './founding.read.ts';
import { doubtsOf, type Founding, levelOf, PARENT_KINDS, requireFounding } from './founding.rules.ts';
import { type PublicOrganizationRow, presentOrganization } from './organization.read.ts';
import type { CreateOrganizationInput } from './organization-command.type.ts';
import { requireArea } from './scope.commands.ts';

const MOST = { name: 100, address: 200, phone: 50, servicePhone: 50, hours: 200 };

/** Where a new organization stands: its place, what is above, and the compounds and buildings it is of. */
interface Standing {
  areaId: string | null;
  parent: Parent | null;
  compoundIds: string[];
  buildingIds: string[];
}

/** `createOrganization` (§4.3, §4.4). */
export async function createOrganization(
  ctx: CommandContext,
  input: CreateOrganizationInput,
): Promise<{ organization: PublicOrganizationRow | null }> {
  const name = requireText(input.name, MOST.name, 'name');
  const contact = contactOf(input);
  const founding = foundingOf(input);
  requireFounding(founding);
  const standing = await standingOf(ctx, input);
  requireArea(ctx, standing.areaId);
  await inTurn(ctx, standing.areaId ?? 'district', ...standing.compoundIds, ...standing.buildingIds);
  await requireParent(ctx, input, standing);
  await requireOnlyOne(ctx, { ...input, name, status: founding.status }, standing);

  const id = await insertOrganization(ctx, { ...input, name, contact }, founding, standing);
  warn(ctx, input, founding);
  ctx.record({
    name: 'organization.created',
    objectType: 'Organization',
    objectId: id,
    areaId: standing.areaId,
    on: input.effectiveOn,
    to: founding.status,
  });
  return { organization: await presentOrganization(ctx, id) };
}

function contactOf({ contact }: CreateOrganizationInput): CreateOrganizationInput['contact'] {
  const text = (field: 'address' | 'phone' | 'servicePhone' | 'hours') => optionalText(contact?.[field], MOST[field], 'contact', field);
  return { address: text('address'), phone: text('phone'), servicePhone: text('servicePhone'), hours: text('hours') };
}

function foundingOf(input: CreateOrganizationInput): Founding {
  const compounds = new Set(input.compoundIds).size;
  return {
    kind: input.kind,
    status: input.status ?? 'ACTIVE',
    partyLevel: levelOf(input.kind, input.partyLevel, compounds),
    selfGovernanceKinds: [...new Set(input.selfGovernanceKinds)],
    compounds,
    buildings: new Set(input.buildingIds).size,
    partyMemberCount: input.partyMemberCount ?? null,
    fullMemberCount: input.fullMemberCount ?? null,
  };
}

/** @throws HubError NOT_FOUND, VALIDATION_FAILED, PARENT_NOT_COMMUNITY, JOINT_BRANCH_TOO_WIDE */
async function standingOf(ctx: CommandContext, input: CreateOrganizationInput): Promise<Standing> {
  const { kind, effectiveOn: day } = input;
  const compoundIds = [...new Set(input.compoundIds)];
  const buildingIds = [...new Set(input.buildingIds)];
  const compounds = await spotsOfCompounds(ctx, compoundIds, day);
  const buildings = await spotsOfBuildings(ctx, buildingIds, day);
  requireAll(compoundIds, compounds, 'compoundIds');
  requireAll(buildingIds, buildings, 'buildingIds');
  if (new Set(buildings.map(({ compoundId }) => compoundId)).size > 1) {
    throw refuse('VALIDATION_FAILED', { field: ['buildingIds'], details: { compounds: 1 } });
  }
  const parent = input.parentId ? await parentOn(ctx, input.parentId, day) : null;
  if (input.parentId && !parent) throw refuse('NOT_FOUND', { field: ['parentId'] });

  const communities = [...new Set([...compounds, ...buildings].map(({ communityId }) => communityId))];
  if (kind === 'COMPOUND_PARTY_BRANCH' && communities.length > 1) {
    throw refuse('JOINT_BRANCH_TOO_WIDE', { field: ['compoundIds'], details: { communities } });
  }
  const own = communities.length === 1 ? (communities[0] ?? null) : null;
  const areaId = input.areaId ?? own ?? parent?.areaId ?? null;
  await requirePlace(ctx, input, own, areaId);
  return { areaId, parent, compoundIds, buildingIds: buildings.map(({ id }) => id) };
}

function requireAll(ids: readonly string[], found: readonly Spot[], field: string): void {
  const unknown = ids.filter((id) => !found.some((spot) => spot.id === id));
  if (unknown.length > 0) throw refuse('NOT_FOUND', { field: [field], details: { ids: unknown } });
}

/** The place fits the kind: a community's own organizations lie in it, one of compounds or buildings where these lie. */
async function requirePlace(
  ctx: CommandContext,
  { kind, effectiveOn, areaId: asked }: CreateOrganizationInput,
  own: string | null,
  areaId: string | null,
) {
  const liesWhereItsPartsLie = kind === 'COMPOUND_PARTY_BRANCH' || kind === 'BUILDING_PARTY_GROUP' || kind === 'OWNERS_COMMITTEE';
  if (liesWhereItsPartsLie && areaId !== own) throw refuse('VALIDATION_FAILED', { field: ['areaId'], details: { communityId: own } });
  if (kind === 'COMMUNITY_PARTY_ORG') {
    if (!asked) throw refuse('VALIDATION_FAILED', { field: ['areaId'] });
    await requireCommunityOn(ctx, asked, effectiveOn, ['areaId']);
    return;
  }
  if (!asked) return;
  const [place] = await ctx.rows('select id from area where id = $1', [asked]);
  if (!place) throw refuse('NOT_FOUND', { field: ['areaId'] });
}

/** What is above is of the right kind and of the same place. @throws HubError PARENT_KIND_INVALID */
async function requireParent(
  ctx: CommandContext,
  input: CreateOrganizationInput,
  { areaId, parent, buildingIds }: Standing,
): Promise<void> {
  const { kind, effectiveOn: day } = input;
  const wanted = PARENT_KINDS[kind];
  const invalid = (details: Record<string, unknown>) => refuse('PARENT_KIND_INVALID', { field: ['parentId'], details });
  if (parent?.isDissolved) throw invalid({ isDissolved: true });
  if (!wanted) return;
  if (parent?.kind !== wanted) throw invalid({ kind: wanted });
  if (kind === 'COMMUNITY_PARTY_ORG' && areaId !== null) {
    const streetId = await streetOn(ctx, areaId, day);
    if (parent.areaId !== streetId) throw invalid({ kind: wanted, areaId: streetId });
  }
  if (kind === 'COMPOUND_PARTY_BRANCH' && parent.areaId !== areaId) throw invalid({ kind: wanted, areaId });
  if (kind === 'BUILDING_PARTY_GROUP') {
    const [spot] = await spotsOfBuildings(ctx, buildingIds, day);
    if (!spot || !parent.compoundIds.includes(spot.compoundId)) throw invalid({ kind: wanted, compoundId: spot?.compoundId });
  }
}

/** Kinds of which a place, or a compound, has one ACTIVE at a time. */
const ONLY_ONE: readonly CreateOrganizationInput['kind'][] = ['COMMUNITY_PARTY_ORG', 'OWNERS_COMMITTEE'];

/** @throws HubError DUPLICATE_ORG, BUILDING_ALREADY_GROUPED */
async function requireOnlyOne(
  ctx: CommandContext,
  input: CreateOrganizationInput,
  { areaId, compoundIds, buildingIds }: Standing,
): Promise<void> {
  const { kind, name, status, effectiveOn: day } = input;
  const duplicate = (field: string, organizationId: string) => refuse('DUPLICATE_ORG', { field: [field], details: { organizationId } });
  const wanted = normalName(name);
  const same = (await namesakes(ctx, kind, areaId)).find((other) => normalName(other.name) === wanted);
  if (same) throw duplicate('name', same.id);
  if (ONLY_ONE.includes(kind) && status === 'ACTIVE') {
    const other = await activeSince(ctx, { kind, areaId, compoundIds, day });
    if (other) throw duplicate('kind', other);
  }
  const grouped = await groupedSince(ctx, buildingIds, day);
  if (grouped) throw refuse('BUILDING_ALREADY_GROUPED', { field: ['buildingIds'], details: { buildingId: grouped } });
}

async function insertOrganization(
  ctx: CommandContext,
  input: CreateOrganizationInput,
  founding: Founding,
  standing: Standing,
): Promise<string> {
  const { kind, name, uscc = null, foundedOn = null, contact, effectiveOn } = input;
  const id = newId('or', ctx.at);
  const insert = ctx.rows(
    `insert into organization (id, kind, name, uscc, party_level, self_governance_kinds, parent_id, area_id, founded_on, party_member_count,
       full_member_count, address, phone, service_phone, hours)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`,
    [
      ...[id, kind, name, uscc, founding.partyLevel, founding.selfGovernanceKinds, standing.parent?.id ?? null, standing.areaId, foundedOn],
      ...[founding.partyMemberCount, founding.fullMemberCount],
      ...[contact?.address ?? null, contact?.phone ?? null, contact?.servicePhone ?? null, contact?.hours ?? null],
    ],
  );
  await refusing(insert, { organization_uscc_unique: () => refuse('DUPLICATE_ORG', { field: ['uscc'] }) });
  await ctx.rows('insert into organization_state (organization_id, valid_from, status) values ($1, $2, $3)', [
    id,
    effectiveOn,
    founding.status,
  ]);
  await ctx.rows(
    'insert into organization_compound (organization_id, compound_id, valid_from) select $1, c, $3::date from unnest($2::text[]) c',
    [...[id, standing.compoundIds, effectiveOn]],
  );
  const group = ctx.rows(
    'insert into building_group (building_id, group_id, valid_from) select b, $1, $3::date from unnest($2::text[]) b',
    [...[id, standing.buildingIds, effectiveOn]],
  );
  const taken = () => refuse('BUILDING_ALREADY_GROUPED', { field: ['buildingIds'] });
  await refusing(group, { building_group_one_at_a_time: taken, building_group_pkey: taken });
  return id;
}

function warn(ctx: CommandContext, { uscc }: CreateOrganizationInput, founding: Founding): void {
  for (const code of doubtsOf(founding)) {
    const { messageZh, messageEn } = refuse(code);
    ctx.warn({ code, message: messageZh, messageEn });
  }
  for (const warning of uscc ? parseUscc(uscc).warnings : []) ctx.warn(warning);
}
