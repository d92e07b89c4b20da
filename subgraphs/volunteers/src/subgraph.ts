import 'reflect-metadata';
import type { Subgraph } from '../../shared/src/subgraph.ts';
import { activityEntities } from './activity/activity.entity.ts';
import { activityById, mayReadPolicy } from './activity/activity.read.ts';
import {
  ActivityResolver,
  CompoundActivityResolver,
  FacilityActivityResolver,
  OrganizationActivityResolver,
} from './activity/activity.resolver.ts';
import { ActivityCommandResolver } from './activity/activity-command.resolver.ts';
import { Area, Compound, Facility, Organization } from './area/area.type.ts';
import { EventResolver } from './event/event.resolver.ts';
import { recordEntities } from './record/record.entity.ts';
import { ServiceRecordResolver } from './record/record.resolver.ts';
import { RecordCommandResolver } from './record/record-command.resolver.ts';
import { AreaSummaryResolver, VolunteerKpiDefinitionResolver, VolunteerSummaryResolver } from './summary/summary.resolver.ts';
import { volunteerEntities } from './volunteer/volunteer.entity.ts';
import { mayReadConsent } from './volunteer/volunteer.read.ts';
import { VolunteerResolver } from './volunteer/volunteer.resolver.ts';
import { VolunteerCommandResolver } from './volunteer/volunteer-command.resolver.ts';

/** Volunteers (志愿者), their activities and service records; the coin bank comes with its own issue. */
export const definition: Subgraph = {
  name: 'volunteers',
  entities: [...volunteerEntities, ...activityEntities, ...recordEntities],
  types: [Area, Compound, Organization, Facility],
  resolvers: [
    VolunteerResolver,
    ActivityResolver,
    VolunteerCommandResolver,
    ServiceRecordResolver,
    ActivityCommandResolver,
    RecordCommandResolver,
    EventResolver,
    CompoundActivityResolver,
    OrganizationActivityResolver,
    FacilityActivityResolver,
    AreaSummaryResolver,
    VolunteerSummaryResolver,
    VolunteerKpiDefinitionResolver,
  ],
  mayReadFile: async (ctx, link) => (await mayReadPolicy(ctx, link)) || mayReadConsent(ctx, link),
  references: { Activity: (ctx, { id }) => activityById(ctx, id) },
  rollups: true,
};
