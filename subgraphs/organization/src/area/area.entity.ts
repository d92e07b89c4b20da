import { defineEntity, type PolicyDef, p } from '@mikro-orm/core';
import { HOLDS, rowSecurity, WRITES_IN } from '../../../shared/src/row-policy.ts';
import { span } from '../../../shared/src/span.entity.ts';

export const AREA_KINDS = [
  'CITY',
  'COUNTY',
  'DISTRICT',
  'STREET',
  'TOWN',
  'TOWNSHIP',
  'ENTERPRISE_UNIT',
  'SPECIAL_ZONE',
  'COMMUNITY',
  'VILLAGE',
  'QUASI_COMMUNITY',
  'QUASI_VILLAGE',
] as const;
/** Kinds at the lowest level, for which statistics are held (§4.3 `recordAreaStat`). */
export const COMMUNITY_KINDS = ['COMMUNITY', 'VILLAGE', 'QUASI_COMMUNITY', 'QUASI_VILLAGE'] as const;
export const CHANGE_KINDS = ['CREATED', 'ABOLISHED', 'RENAMED', 'RECODED', 'TRANSFERRED', 'SPLIT', 'MERGED', 'RECLASSIFIED'] as const;
export const CHANGE_STATUSES = ['PROPOSED', 'CONFIRMED', 'REJECTED'] as const;
export const MATCH_RULES = ['SAME_CODE_SAME_CORE', 'UNIQUE_CORE', 'SAME_CODE_OTHER_CORE', 'NONE'] as const;
/** From the most to the least trusted: of two counts of one day the first is taken. */
export const STAT_SOURCES = ['CENSUS', 'POLICE_REGISTER', 'COMMUNITY_COUNT', 'ESTIMATE'] as const;
/** Population from which a community is large (大型社区, §4.4). */
export const LARGE_POPULATION = 10_000;

/** A row of an edition, as a change names it. */
export interface RowRef {
  edition: number;
  code: string;
  name: string;
}

/** Registry: everybody reads it, a registrar alone changes it (§4.3). */
const REGISTRY = rowSecurity('organization', 'true', HOLDS('REGISTRAR'));

/** What follows from editions and decisions alone, and is worked out anew with each: rows that hold no more are taken away. */
const WORKED_OUT = {
  ...REGISTRY,
  policies: [
    ...REGISTRY.policies,
    { name: 'app_delete', command: 'delete', roles: ['organization_app'], using: HOLDS('REGISTRAR') } satisfies PolicyDef,
  ],
};

/** A place, which outlives its codes and names (§3.2). Code, name, kind and parent are those of its last version. */
export const Area = defineEntity({
  name: 'Area',
  tableName: 'area',
  properties: {
    id: p.text().primary(),
    code: p.text().index(),
    name: p.text(),
    shortName: p.text(),
    kind: p.enum(AREA_KINDS),
    parentId: p.text().nullable().index(),
    /** First day on which its last version holds no more; null while the place is. */
    closedOn: p.date().nullable(),
    /** The latest edition does not list it for sure, and no decision says what became of it. */
    isUndecided: p.boolean().default(false),
    lat: p.double().nullable(),
    lng: p.double().nullable(),
    /** GeoJSON of the district's own surveyors. */
    boundary: p.json<object>().nullable(),
  },
  ...REGISTRY,
});

/** Code, name, kind and parent of a place in a span of time (区划版本). */
export const AreaVersion = defineEntity({
  name: 'AreaVersion',
  tableName: 'area_version',
  properties: {
    areaId: p.text().primary(),
    validFrom: p.date().primary(),
    validTo: span.validTo,
    code: p.text().index(),
    name: p.text(),
    kind: p.enum(AREA_KINDS),
    parentCode: p.text().nullable(),
    editionFrom: p.integer(),
    editionTo: p.integer().nullable(),
  },
  ...WORKED_OUT,
});

/** Which street and district a community belonged to, and when: the one roll-up source of all subgraphs (§2.3). */
export const Membership = defineEntity({
  name: 'Membership',
  tableName: 'membership',
  properties: {
    id: p.integer().primary().autoincrement(),
    communityId: p.text().index(),
    streetId: p.text().index(),
    districtId: p.text().index(),
    recordedFrom: p.date().nullable(),
    recordedTo: p.date().nullable(),
    /** The one row of the community that RESTATED counts by. */
    current: p.boolean(),
  },
  indexes: [
    {
      name: 'membership_one_current',
      expression: 'create unique index "membership_one_current" on "membership" ("community_id") where "current"',
    },
  ],
  ...WORKED_OUT,
});

/** What two editions say has happened to places, until a registrar decides (区划变更). */
export const AreaChange = defineEntity({
  name: 'AreaChange',
  tableName: 'area_change',
  properties: {
    id: p.text().primary(),
    kind: p.enum(CHANGE_KINDS),
    alsoKinds: p.array(),
    editionFrom: p.integer(),
    editionTo: p.integer(),
    fromRows: p.json<RowRef[]>(),
    toRows: p.json<RowRef[]>(),
    candidateRows: p.json<RowRef[]>(),
    predecessorIds: p.array(),
    /** The places whose lineage this is, predecessors included. */
    areaIds: p.array(),
    effectiveOn: p.date(),
    status: p.enum(CHANGE_STATUSES),
    rule: p.enum(MATCH_RULES),
    bulkAllowed: p.boolean(),
    confirmedById: p.text().nullable(),
    decidedAt: p.datetime().columnType('timestamptz').nullable(),
    note: p.text().nullable(),
    version: p.integer().default(1),
  },
  indexes: [
    { name: 'area_change_areas', expression: 'create index "area_change_areas" on "area_change" using gin ("area_ids")' },
    { properties: ['effectiveOn', 'id'] },
  ],
  checks: [{ name: 'area_change_decided', expression: `(status = 'PROPOSED') = (decided_at is null)` }],
  ...REGISTRY,
});

/** A whole official list of codes and names (区划版次). */
export const DivisionEdition = defineEntity({
  name: 'DivisionEdition',
  tableName: 'division_edition',
  properties: {
    year: p.integer().primary().autoincrement(false),
    cutoffDate: p.date(),
    publishedOn: p.date().nullable(),
    source: p.text(),
    license: p.text(),
    /** SHA-256 of the file, hex. */
    checksum: p.text(),
    rowCount: p.integer(),
  },
  ...REGISTRY,
});

/** One row of an edition exactly as published, and the place it belongs to; null while that is undecided. */
export const DivisionRow = defineEntity({
  name: 'DivisionRow',
  tableName: 'division_row',
  properties: {
    edition: p.integer().primary(),
    code: p.text().primary(),
    name: p.text(),
    kind: p.enum(AREA_KINDS),
    parentCode: p.text().nullable(),
    areaId: p.text().nullable(),
    /** The place that last held the code of an undecided row, or of the row it came from. */
    presumedAreaId: p.text().nullable(),
  },
  indexes: [{ properties: ['code', 'edition'] }],
  ...REGISTRY,
});

/** Households and residents of a community on a day (§2.3). */
export const AreaStat = defineEntity({
  name: 'AreaStat',
  tableName: 'area_stat',
  properties: {
    areaId: p.text().primary(),
    asOf: p.date().primary(),
    source: p.enum(STAT_SOURCES).primary(),
    households: p.integer(),
    population: p.integer(),
    residents60Plus: p.integer().fieldName('residents60_plus').nullable(),
    residents65Plus: p.integer().fieldName('residents65_plus').nullable(),
    children0to14: p.integer().nullable(),
  },
  checks: [
    { name: 'area_stat_counts', expression: 'households >= 0 and population >= 0' },
    { name: 'area_stat_ages', expression: 'residents60_plus <= population and residents65_plus <= coalesce(residents60_plus, population)' },
    { name: 'area_stat_young_and_old', expression: 'coalesce(children0to14, 0) + coalesce(residents65_plus, 0) <= population' },
  ],
  ...rowSecurity('organization', 'true', WRITES_IN('area_id')),
});

export const areaEntities = [Area, AreaVersion, Membership, AreaChange, DivisionEdition, DivisionRow, AreaStat];
