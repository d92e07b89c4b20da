import { defineEntity, type InferEntity, p } from '@mikro-orm/core';
import { rowSecurity, WRITES_IN } from '../../../shared/src/row-policy.ts';
import { span } from '../../../shared/src/span.entity.ts';
import { ofOrganization } from '../organization/organization.entity.ts';

export const COMPOUND_TYPES = ['COMMERCIAL', 'WORK_UNIT', 'OLD', 'VILLAGE_RESETTLEMENT', 'AFFORDABLE', 'RENTAL', 'MIXED'] as const;
export const MANAGEMENT_MODES = ['PROPERTY_COMPANY', 'SELF_MANAGED', 'COMMUNITY_HOSTED', 'UNIT_HOSTED', 'NONE'] as const;
export const BUILDING_KINDS = ['RESIDENTIAL', 'MIXED', 'COMMERCIAL', 'AUXILIARY'] as const;

/** Kinds of buildings in which people live: what coverage and ORG_2 count (§4.4, §4.5). */
export const DWELLING_KINDS = ['RESIDENTIAL', 'MIXED'] as const;

/** A point in WGS-84 degrees. */
export interface PointWgs84 {
  lat: number;
  lng: number;
}

/** SQL: the caller may change what lies in the community where a compound now is (its last state); states are written before their compound. */
const whereIts = (compoundId: string): string =>
  `exists (select 1 from compound_state s where s.compound_id = ${compoundId} and s.valid_to is null and ${WRITES_IN('s.community_id')})`;
const ofBuilding = (table: string): string =>
  `exists (select 1 from building b where b.id = ${table}.building_id and ${whereIts('b.compound_id')})`;

/** A residential estate (小区), §4.1; what is dated of it stands in `CompoundState`. */
export const Compound = defineEntity({
  name: 'Compound',
  tableName: 'compound',
  properties: {
    id: p.text().primary(),
    /** 15 digits: community + serial 001–999. */
    code: p.text().unique(),
    name: p.text(),
    aliases: p.array(),
    builtYear: p.integer().nullable(),
    /** m², exact: denominator of owners' votes. */
    totalExclusiveArea: p.decimal('string').precision(14).scale(2).nullable(),
    ownerCount: p.integer().nullable(),
    lat: p.double().nullable(),
    lng: p.double().nullable(),
    /** Where people begin to walk. */
    entrances: p.json<PointWgs84[]>(),
    version: p.integer().default(1),
  },
  ...rowSecurity('organization', 'true', whereIts('compound.id')),
});
export type Compound = InferEntity<typeof Compound>;

/** What is dated of a compound, whole rows (§4.1). Company ⇔ PROPERTY_COMPANY, host ⇔ COMMUNITY_HOSTED or UNIT_HOSTED. */
export const CompoundState = defineEntity({
  name: 'CompoundState',
  tableName: 'compound_state',
  properties: {
    compoundId: p.text().primary(),
    validFrom: p.date().primary(),
    validTo: span.validTo,
    communityId: p.text(),
    types: p.array(),
    management: p.enum(MANAGEMENT_MODES),
    companyId: p.text().nullable(),
    hostId: p.text().nullable(),
    /** Null: unknown, never zero. */
    households: p.integer().nullable(),
    population: p.integer().nullable(),
    residents60Plus: p.integer().fieldName('residents60_plus').nullable(),
  },
  indexes: [{ properties: ['communityId', 'validFrom'] }],
  checks: [
    { name: 'compound_state_company', expression: `(management = 'PROPERTY_COMPANY') = (company_id is not null)` },
    { name: 'compound_state_host', expression: `(management in ('COMMUNITY_HOSTED', 'UNIT_HOSTED')) = (host_id is not null)` },
    { name: 'compound_state_types', expression: 'cardinality(types) > 0' },
    { name: 'compound_state_ages', expression: 'residents60_plus <= population' },
  ],
  ...rowSecurity('organization', 'true', WRITES_IN('community_id')),
});

/** A building (楼栋). */
export const Building = defineEntity({
  name: 'Building',
  tableName: 'building',
  properties: {
    id: p.text().primary(),
    /** 18 digits: compound + serial; 901–999 are auxiliary. */
    code: p.text().unique(),
    compoundId: p.text().index(),
    label: p.text(),
    kind: p.enum(BUILDING_KINDS),
    units: p.integer().nullable(),
    floors: p.integer().nullable(),
    stewardId: p.text().nullable(),
    version: p.integer().default(1),
  },
  checks: [{ name: 'building_serial', expression: `(kind = 'AUXILIARY') = (right(code, 3) >= '901')` }],
  ...rowSecurity('organization', 'true', whereIts('building.compound_id')),
});

/** Households of a building over time. */
export const BuildingState = defineEntity({
  name: 'BuildingState',
  tableName: 'building_state',
  properties: {
    buildingId: p.text().primary(),
    validFrom: p.date().primary(),
    validTo: span.validTo,
    households: p.integer().nullable(),
  },
  ...rowSecurity('organization', 'true', ofBuilding('building_state')),
});

/** Which Party group a building is in over time; one at a time (§4.4). */
export const BuildingGroup = defineEntity({
  name: 'BuildingGroup',
  tableName: 'building_group',
  properties: {
    buildingId: p.text().primary(),
    validFrom: p.date().primary(),
    validTo: span.validTo,
    groupId: p.text().index(),
  },
  // Of the group's place, although the compound may have been transferred since.
  ...rowSecurity('organization', 'true', ofOrganization('building_group.group_id')),
});

/** A code that a compound or building bore before: it goes on answering, and nobody else gets it. */
export const FormerCode = defineEntity({
  name: 'FormerCode',
  tableName: 'former_code',
  properties: {
    code: p.text().primary(),
    objectId: p.text().index(),
    /** First day on which it was borne no more. */
    until: p.date(),
  },
  ...rowSecurity(
    'organization',
    'true',
    `(${whereIts('former_code.object_id')} or exists (select 1 from building b where b.id = former_code.object_id and ${whereIts('b.compound_id')}))`,
  ),
});

export const compoundEntities = [Compound, CompoundState, Building, BuildingState, BuildingGroup, FormerCode];
