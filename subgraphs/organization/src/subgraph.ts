import 'reflect-metadata';
import type { Subgraph } from '../../shared/src/subgraph.ts';
import { areaEntities } from './area/area.entity.ts';
import { areaByCode, areaById } from './area/area.read.ts';
import { AreaResolver } from './area/area.resolver.ts';
import { AreaChangeResolver, AreaVersionRefResolver, DivisionResolver, DivisionRowResolver } from './area/division.resolver.ts';
import { calendarEntities } from './calendar/calendar.entity.ts';
import { CalendarResolver } from './calendar/calendar.resolver.ts';
import { committeeEntities } from './committee/committee.entity.ts';
import { DualPostResolver, OwnersCommitteeResolver } from './committee/committee.resolver.ts';
import { BuildingResolver } from './compound/building.resolver.ts';
import { compoundEntities } from './compound/compound.entity.ts';
import { buildingByCode, buildingById, compoundByCode, compoundById } from './compound/compound.read.ts';
import { CompoundResolver } from './compound/compound.resolver.ts';
import { EventResolver } from './event/event.resolver.ts';
import { organizationEntities } from './organization/organization.entity.ts';
import { organizationById } from './organization/organization.read.ts';
import { OrganizationResolver } from './organization/organization.resolver.ts';
import { officeholderById } from './organization/post.read.ts';
import { AppointmentResolver, OfficeholderResolver, PostResolver } from './organization/post.resolver.ts';
import { AreaSummaryResolver, OrganizationKpiDefinitionResolver, OrganizationSummaryResolver } from './summary/summary.resolver.ts';
import { ViewerResolver } from './viewer/viewer.resolver.ts';

/** Divisions, compounds, organizations, posts, owners' committees (组织): owner of Area, Compound, Building, Organization, Officeholder. */
export const definition: Subgraph = {
  name: 'organization',
  entities: [...areaEntities, ...compoundEntities, ...organizationEntities, ...committeeEntities, ...calendarEntities],
  types: [],
  resolvers: [
    AreaResolver,
    AreaVersionRefResolver,
    AreaChangeResolver,
    DivisionRowResolver,
    DivisionResolver,
    CompoundResolver,
    BuildingResolver,
    OrganizationResolver,
    PostResolver,
    OfficeholderResolver,
    AppointmentResolver,
    OwnersCommitteeResolver,
    DualPostResolver,
    CalendarResolver,
    EventResolver,
    ViewerResolver,
    AreaSummaryResolver,
    OrganizationSummaryResolver,
    OrganizationKpiDefinitionResolver,
  ],
  /** The list that an edition was made of is as public as the edition. */
  mayReadFile: async (_, { objectType }) => objectType === 'DivisionEdition',
  references: {
    Area: (ctx, { id, code }) => (id ? areaById(ctx, id) : areaByCode(ctx, String(code))),
    Compound: (ctx, { id, code }) => (id ? compoundById(ctx, id) : compoundByCode(ctx, String(code))),
    Building: (ctx, { id, code }) => (id ? buildingById(ctx, id) : buildingByCode(ctx, String(code))),
    Organization: (ctx, { id }) => organizationById(ctx, id),
    Officeholder: (ctx, { id }) => officeholderById(ctx, id),
  },
};
