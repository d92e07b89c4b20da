import { defineEntity, type InferEntity, p } from '@mikro-orm/core';
import { COVERAGE_WEIGHTS, DISTANCE_METHODS, RUN_STATUSES, WALK_PROFILES } from './coverage.rules.ts';

/** One computation of walking distances over the whole district (步行覆盖测算), §6.3; never changed once it is DONE or FAILED. */
export const CoverageRun = defineEntity({
  name: 'CoverageRun',
  tableName: 'coverage_run',
  properties: {
    id: p.text().primary(),
    status: p.enum(RUN_STATUSES),
    /** Sorted: the set is part of the identity of a run. */
    kinds: p.array(),
    method: p.enum(DISTANCE_METHODS),
    profile: p.enum(WALK_PROFILES),
    thresholdMetres: p.integer(),
    detourFactor: p.decimal('string').precision(4).scale(2),
    weight: p.enum(COVERAGE_WEIGHTS),
    startedAt: p.datetime(6),
    finishedAt: p.datetime(6).nullable(),
    /** When the first page of origins was read. */
    dataAsOf: p.datetime(6).nullable(),
    origins: p.integer().default(0),
    originsEstimated: p.integer().default(0),
    /** Destinations used. */
    facilities: p.integer().default(0),
    covered: p.integer().default(0),
    total: p.integer().default(0),
    unknownCompounds: p.integer().default(0),
    parametersHash: p.text(),
    /** Code of what went wrong. */
    failure: p.text().nullable(),
  },
  indexes: [{ properties: ['profile', 'method', 'startedAt'] }, { properties: ['startedAt', 'id'] }],
  checks: [
    { name: 'coverage_run_failure', expression: `(status = 'FAILED') = (failure is not null)` },
    { name: 'coverage_run_done', expression: `status <> 'DONE' or (finished_at is not null and data_as_of is not null)` },
    { name: 'coverage_run_kinds', expression: 'cardinality(kinds) > 0' },
  ],
});
export type CoverageRun = InferEntity<typeof CoverageRun>;

/** The nearest destination of one compound in a run, with the community and the weight that the run read. */
export const CoverageDistance = defineEntity({
  name: 'CoverageDistance',
  tableName: 'coverage_distance',
  properties: {
    runId: p.text().primary(),
    compoundId: p.text().primary(),
    communityId: p.text(),
    facilityId: p.text().nullable(),
    metres: p.integer().nullable(),
    covered: p.boolean(),
    /** Households, or residents of 60 and above. */
    weight: p.integer().nullable(),
    /** The origin is a centroid. */
    estimated: p.boolean(),
    /** Where the compound lies is known. */
    originKnown: p.boolean(),
  },
  indexes: [{ properties: ['runId', 'communityId'] }],
  checks: [
    { name: 'coverage_distance_nearest', expression: '(facility_id is null) = (metres is null) and (not covered or metres is not null)' },
  ],
});

export const coverageEntities = [CoverageRun, CoverageDistance];
