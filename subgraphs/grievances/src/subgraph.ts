import 'reflect-metadata';
import type { Services, Subgraph } from '../../shared/src/subgraph.ts';
import { Area, Building, Compound, Officeholder, Organization } from './area/area.type.ts';
import { followCalendars } from './case/calendar.job.ts';
import { caseEntities } from './case/case.entity.ts';
import { caseById } from './case/case.read.ts';
import { CaseBoardResolver, CaseEventResolver, CaseResolver, EvidenceResolver, SlaClockResolver } from './case/case.resolver.ts';
import { startChain } from './case/chain.job.ts';
import { CaseCommandResolver, RoutingRuleResolver } from './case/dispatch.resolver.ts';
import { mayReadEvidence } from './case/evidence.read.ts';
import { orderEntities } from './case/order.entity.ts';
import { DispatchOrderResolver, OrganizationCaseloadResolver } from './case/order.resolver.ts';
import { publicationEntities } from './case/publication.entity.ts';
import { AreaPublicCasesResolver, PublicCaseResolver, SubjectCaseResolver } from './case/publication.resolver.ts';
import { routingEntities } from './case/routing.entity.ts';
import { workEntities } from './case/work.entity.ts';
import { categoryEntities } from './category/category.entity.ts';
import { CaseCategoryResolver, SlaPolicyResolver } from './category/category.resolver.ts';
import { GrievanceEventResolver } from './event/event.resolver.ts';
import { reportEntities } from './report/report.entity.ts';
import { mayReadAttachment } from './report/report.read.ts';
import { ReportResolver, SubmitReportPayloadResolver } from './report/report.resolver.ts';
import { ReportStatusPayloadResolver, ReportStatusResolver } from './report/status.resolver.ts';
import { AreaSummaryResolver, GrievanceKpiDefinitionResolver, GrievanceSummaryResolver } from './summary/summary.resolver.ts';

/** Reports (诉求) of residents, and the cases (案件) that they open, with orders and clocks; nothing leads from a case to who reported. */
export const definition: Subgraph = {
  name: 'grievances',
  entities: [
    ...categoryEntities,
    ...reportEntities,
    ...caseEntities,
    ...orderEntities,
    ...workEntities,
    ...routingEntities,
    ...publicationEntities,
  ],
  types: [Area, Organization, Compound, Building, Officeholder],
  resolvers: [
    CaseCategoryResolver,
    SlaPolicyResolver,
    ReportResolver,
    SubmitReportPayloadResolver,
    ReportStatusResolver,
    ReportStatusPayloadResolver,
    CaseResolver,
    CaseBoardResolver,
    CaseEventResolver,
    EvidenceResolver,
    CaseCommandResolver,
    RoutingRuleResolver,
    SlaClockResolver,
    DispatchOrderResolver,
    OrganizationCaseloadResolver,
    PublicCaseResolver,
    AreaPublicCasesResolver,
    SubjectCaseResolver,
    AreaSummaryResolver,
    GrievanceSummaryResolver,
    GrievanceKpiDefinitionResolver,
    GrievanceEventResolver,
  ],
  references: { Case: (ctx, { id }) => caseById(ctx, id) },
  rollups: true,
  mayReadFile: async (ctx, link) => (await mayReadEvidence(ctx, link)) || mayReadAttachment(ctx, link),
  start,
};

/** What the process does by itself: what time makes due, and due times when a year's working days are published. */
function start(services: Services): () => Promise<void> {
  const ends = [startChain(services), followCalendars(services)];
  return async () => {
    await Promise.all(ends.map((end) => end()));
  };
}
