import { Arg, Authorized, Ctx, FieldResolver, ID, Int, Query, Resolver, Root } from 'type-graphql';
import { Command, type CommandContext } from '../../../shared/src/command.ts';
import type { Context } from '../../../shared/src/context.ts';
import { Crs, GeoPoint } from '../../../shared/src/geo.type.ts';
import { Tag } from '../../../shared/src/tag.ts';
import { caseById } from '../case/case.read.ts';
import { Case } from '../case/case.type.ts';
import { categoryById } from '../category/category.read.ts';
import { CaseCategory } from '../category/category.type.ts';
import { type Prepared, prepareReport, type Submitted, submitReport } from './report.commands.ts';
import { CHAIN_ROLES, caseReports, pointIn, REPORTERS, type ReportRow } from './report.read.ts';
import { Report, ReportConnection, SubmitReportInput, SubmitReportPayload } from './report.type.ts';
import { pinAgain } from './secret.read.ts';

@Resolver(() => Report)
export class ReportResolver {
  @Authorized(...CHAIN_ROLES)
  @Tag('department')
  @Query(() => ReportConnection, {
    nullable: true,
    description: 'The reports behind a case; chain roles in scope, purpose required and logged.',
  })
  caseReports(
    @Ctx() ctx: Context,
    @Arg('caseId', () => ID) caseId: string,
    @Arg('first', () => Int, { nullable: true, defaultValue: 20 }) first: number | null,
    @Arg('after', () => String, { nullable: true }) after: string | null | undefined,
  ) {
    return caseReports(ctx, caseId, { first, after });
  }

  @Command(() => SubmitReportPayload, REPORTERS, undefined, prepareReport)
  @Tag('resident', 'department')
  submitReport(@Arg('input', () => SubmitReportInput) input: SubmitReportInput, @Ctx() ctx: CommandContext, prepared: Prepared) {
    return submitReport(ctx, input, prepared);
  }

  @FieldResolver(() => CaseCategory, { nullable: true })
  category(@Root() { categoryId }: ReportRow, @Ctx() ctx: Context) {
    return categoryId === null ? null : categoryById(ctx, categoryId);
  }

  @FieldResolver(() => GeoPoint, { nullable: true, description: 'As building.' })
  location(@Root() { point }: ReportRow, @Arg('crs', () => Crs, { nullable: true, defaultValue: Crs.WGS84 }) crs: Crs | null) {
    return pointIn(point, crs ?? 'WGS84');
  }

  @FieldResolver(() => Case, { nullable: true })
  case(@Root() { caseId }: ReportRow, @Ctx() ctx: Context) {
    return caseById(ctx, caseId);
  }
}

@Resolver(() => SubmitReportPayload)
export class SubmitReportPayloadResolver {
  @FieldResolver(() => String, { nullable: true })
  pin(@Root() { receiptNo, pinFor }: Submitted, @Ctx() ctx: Context) {
    return pinFor ? pinAgain(ctx, receiptNo, pinFor) : null;
  }
}
