import { defineEntity, type InferEntity, p } from '@mikro-orm/core';
import { HOLDS, rowSecurity } from '../../../shared/src/row-policy.ts';
import { COVERAGE_WEIGHTS, DISTANCE_METHODS, RUN_STATUSES, WALK_PROFILES } from './coverage.rules.ts';

/** SQL: who asks for a run (§6.5), and the process that makes it. */
const ASKS = HOLDS('STREET_STAFF', 'DEPARTMENT_STAFF', 'DISTRICT_LEAD', 'SERVICE');

/**
 * One computation of walking distances over the whole district (步行覆盖测算), §6.3; never changed once it is DONE or FAILED.
 * A QUEUED run waits for `dueAt`; of equal ones one at a time waits (a unique index, in migration 0005).
 */
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
    /** A queued run is not begun before. */
    dueAt: p.datetime(6).nullable(),
    /** When somebody last asked for it with `runCoverage`. */
    demandedAt: p.datetime(6).nullable(),
    /** How often a process began it; one that was overtaken by another stores nothing. */
    attempt: p.integer().default(0),
    /** Until then, by the machine's clock, the process that began it is believed to be alive. */
    leaseUntil: p.datetime(6).nullable(),
  },
  indexes: [{ properties: ['profile', 'method', 'startedAt'] }, { properties: ['startedAt', 'id'] }],
  checks: [
    { name: 'coverage_run_failure', expression: `(status = 'FAILED') = (failure is not null)` },
    { name: 'coverage_run_done', expression: `status <> 'DONE' or (finished_at is not null and data_as_of is not null)` },
    { name: 'coverage_run_kinds', expression: 'cardinality(kinds) > 0' },
  ],
  ...rowSecurity('facilities', 'true', ASKS),
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
  ...rowSecurity('facilities', 'true', HOLDS('SERVICE')),
});

export const coverageEntities = [CoverageRun, CoverageDistance];
