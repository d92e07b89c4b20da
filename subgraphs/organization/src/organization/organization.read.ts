import type { Context } from '../../../shared/src/context.ts';
import type { Transaction } from '../../../shared/src/database.ts';
import { batched } from '../../../shared/src/loader.ts';
import { holdsOn } from '../../../shared/src/span.entity.ts';
import { areaById, byId, requireOneKey } from '../area/area.read.ts';
import { BUILDING, type BuildingRow, COMPOUND, type CompoundRow, KEYS, listOnDay, type OnDay, onDay } from '../compound/compound.read.ts';
import type { OrganizationKind, OrgStatus, PartyOrgLevel, SelfGovernanceKind } from './organization.type.ts';

export interface OrganizationRow {
  id: string;
  kind: OrganizationKind;
  name: string;
  uscc: string | null;
  partyLevel: PartyOrgLevel | null;
  selfGovernanceKinds: SelfGovernanceKind[];
  parentId: string | null;
  areaId: string | null;
  foundedOn: string | null;
  dissolvedOn: string | null;
  partyMemberCount: number | null;
  fullMemberCount: number | null;
  address: string | null;
  phone: string | null;
  servicePhone: string | null;
  hours: string | null;
  version: number;
}

export const ORGANIZATION = `o.id, o.kind, o.name, o.uscc, o.party_level as "partyLevel", o.self_governance_kinds as "selfGovernanceKinds",
  o.parent_id as "parentId", o.area_id as "areaId", o.founded_on as "foundedOn", o.dissolved_on as "dissolvedOn",
  o.party_member_count as "partyMemberCount", o.full_member_count as "fullMemberCount", o.address, o.phone,
  o.service_phone as "servicePhone", o.hours, o.version`;

export const organizationById = batched<string, OrganizationRow>(async (ctx, ids) =>
  byId(await ctx.rows<OrganizationRow>(`select ${ORGANIZATION} from organization o where o.id = any($1)`, [ids])),
);

/** The street or community an organization belongs to, for who is a stranger to it; null for the district's own and for the caller's. */
export async function streetPlaceOf({ id, areaId }: Pick<OrganizationRow, 'id' | 'areaId'>, ctx: Context): Promise<string | null> {
  if (id === ctx.claims.organization) return null;
  const area = areaId && (await areaById(ctx, areaId));
  return area && area.parentId !== null ? area.id : null;
}

/** As a command answers it: without the number that is not published, which its answer must not keep. */
export type PublicOrganizationRow = Omit<OrganizationRow, 'phone'>;

/** As it stands in the present transaction. */
export async function presentOrganization({ rows }: Pick<Transaction, 'rows'>, id: string): Promise<PublicOrganizationRow | null> {
  const [row] = await rows<OrganizationRow>(`select ${ORGANIZATION} from organization o where o.id = $1`, [id]);
  if (!row) return null;
  const { phone: _, ...rest } = row;
  return rest;
}

/** `organization(id, uscc)`: throws VALIDATION_FAILED unless exactly one is given. */
export async function findOrganization(ctx: Context, id?: string | null, uscc?: string | null): Promise<OrganizationRow | null> {
  requireOneKey({ id, uscc });
  if (id) return organizationById(ctx, id);
  return (await ctx.rows<OrganizationRow>(`select ${ORGANIZATION} from organization o where o.uscc = $1`, [uscc]))[0] ?? null;
}

export const childrenOfOrganization = batched<string, OrganizationRow[]>(async (ctx, ids) => {
  const rows = await ctx.rows<OrganizationRow>(
    `select ${ORGANIZATION} from organization o where o.parent_id = any($1) order by o.name, o.id`,
    [ids],
  );
  return Map.groupBy(rows, (row) => row.parentId as string);
});

/** Status of an organization on a day; PLANNED before its first. */
export const statusOn = onDay<OnDay & { status: OrgStatus }>(
  `select distinct k.id, k.day, s.status from ${KEYS} join organization_state s on s.organization_id = k.id and ${holdsOn('s', 'k.day')}`,
);

/** Compounds of a branch, committee or property company on a day, by code. */
export const compoundsOn = listOnDay<CompoundRow & OnDay & { compoundId: string }>(
  `select ${COMPOUND.replace('c.id', 'k.id, k.day, c.id as "compoundId"')} from ${KEYS}
   join organization_compound oc on oc.organization_id = k.id and ${holdsOn('oc', 'k.day')}
   join compound c on c.id = oc.compound_id order by c.code`,
);

/** Buildings of a Party group on a day, by code. */
export const buildingsOn = listOnDay<BuildingRow & OnDay & { buildingId: string }>(
  `select ${BUILDING.replace('b.id', 'k.id, k.day, b.id as "buildingId"')} from ${KEYS}
   join building_group g on g.group_id = k.id and ${holdsOn('g', 'k.day')} join building b on b.id = g.building_id order by b.code`,
);

const groupsOn = listOnDay<OrganizationRow & OnDay & { organizationId: string }>(
  `select ${ORGANIZATION.replace('o.id', 'k.id, k.day, o.id as "organizationId"')} from ${KEYS}
   join organization_compound oc on oc.compound_id = k.id and ${holdsOn('oc', 'k.day')}
   join organization o on o.id = oc.organization_id and o.kind = 'SELF_GOVERNANCE_GROUP' order by o.name, o.id`,
);

/** Today's self-governance groups of a compound. */
export async function selfGovernanceGroupsOf(ctx: Context, compoundId: string): Promise<OrganizationRow[]> {
  return (await groupsOn(ctx, compoundId)).map(({ organizationId, ...row }) => ({ ...row, id: organizationId }));
}
