import 'reflect-metadata';
import type { Services, Subgraph } from '../../shared/src/subgraph.ts';
import { Area, Compound, Organization } from './area/area.type.ts';
import { followCompounds } from './coverage/compound-event.job.ts';
import { coverageEntities } from './coverage/coverage.entity.ts';
import {
  AreaCoverageFieldResolver,
  AreaCoverageResolver,
  CompoundCoverageResolver,
  CompoundDistanceResolver,
  CoverageRunResolver,
} from './coverage/coverage.resolver.ts';
import { startCoverage } from './coverage/queue.job.ts';
import { EventResolver, FacilityHistoryResolver } from './event/event.resolver.ts';
import { facilityEntities } from './facility/facility.entity.ts';
import { facilityById } from './facility/facility.read.ts';
import { AreaFacilityResolver, FacilityResolver, OrganizationFacilityResolver } from './facility/facility.resolver.ts';
import { FacilityCommandResolver } from './facility/facility-command.resolver.ts';
import { startReopening } from './facility/reopening.job.ts';
import { SpaceResolver } from './facility/space.resolver.ts';
import { AreaStandardResolver, CountedAreaResolver, NotCountedResolver } from './standard/standard.resolver.ts';
import { AreaSummaryResolver, FacilityKpiDefinitionResolver, FacilitySummaryResolver } from './summary/summary.resolver.ts';

/** Facilities (设施), the area standard and walking coverage, and the commands that keep them; offerings, projects and bookings come with their own issues. */
export const definition: Subgraph = {
  name: 'facilities',
  entities: [...facilityEntities, ...coverageEntities],
  types: [Area, Compound, Organization],
  resolvers: [
    FacilityResolver,
    FacilityCommandResolver,
    FacilityHistoryResolver,
    SpaceResolver,
    AreaFacilityResolver,
    OrganizationFacilityResolver,
    AreaStandardResolver,
    CountedAreaResolver,
    NotCountedResolver,
    CoverageRunResolver,
    AreaCoverageResolver,
    CompoundDistanceResolver,
    AreaCoverageFieldResolver,
    CompoundCoverageResolver,
    AreaSummaryResolver,
    FacilitySummaryResolver,
    FacilityKpiDefinitionResolver,
    EventResolver,
  ],
  references: { Facility: (ctx, { id }) => facilityById(ctx, id) },
  start,
};

/** What the process does by itself: coverage runs, after changes of organization's compounds too, and telling of facilities that open again. */
function start(services: Services): () => Promise<void> {
  const ends = [startCoverage(services), startReopening(services), followCompounds(services)];
  return async () => {
    await Promise.all(ends.map((end) => end()));
  };
}
