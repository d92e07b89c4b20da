import { Arg, Authorized, Ctx, FieldResolver, Int, Query, Resolver, Root } from 'type-graphql';
import { RESIDENTS } from '../../../shared/src/access.ts';
import type { Role } from '../../../shared/src/claims.ts';
import { Command, type CommandContext } from '../../../shared/src/command.ts';
import type { Context } from '../../../shared/src/context.ts';
import { Tag } from '../../../shared/src/tag.ts';
import { type Asker, answerFollowUp, prepareAnswer } from './follow-up.commands.ts';
import { AnswerFollowUpInput } from './follow-up.type.ts';
import { type OpenedReport, openReceipt } from './receipt.commands.ts';
import { REPORTERS } from './report.read.ts';
import { myReports, statusOfOpened } from './status.read.ts';
import { ReportStatusPayload, ReportStatusView, ReportStatusViewConnection, WithdrawReportInput } from './status.type.ts';
import { prepareWithdrawal, withdrawReport } from './withdrawal.commands.ts';

/** Who answers a follow-up, or asks for the answer (§7.9); staff of a unit that handled the case are refused by the command. */
const ASKERS: Role[] = [...RESIDENTS, 'HOTLINE_STAFF', 'STREET_STAFF'];

@Resolver(() => ReportStatusView)
export class ReportStatusResolver {
  @Authorized(...REPORTERS)
  @Tag('resident', 'department')
  @Query(() => ReportStatusView, {
    nullable: true,
    description: 'With the receipt and its PIN; unknown receipt and wrong PIN answer the same.',
  })
  async reportStatus(@Ctx() ctx: Context, @Arg('receiptNo', () => String) receiptNo: string, @Arg('pin', () => String) pin: string) {
    return statusOfOpened(ctx, (await openReceipt(ctx, receiptNo, pin)).id);
  }

  @Authorized(...RESIDENTS)
  @Tag('resident')
  @Query(() => ReportStatusViewConnection, { nullable: true })
  myReports(
    @Ctx() ctx: Context,
    @Arg('first', () => Int, { nullable: true, defaultValue: 20 }) first: number | null,
    @Arg('after', () => String, { nullable: true }) after: string | null | undefined,
  ) {
    return myReports(ctx, { first, after });
  }

  @Command(() => ReportStatusPayload, REPORTERS, undefined, prepareWithdrawal)
  @Tag('resident', 'department')
  withdrawReport(@Arg('input', () => WithdrawReportInput) input: WithdrawReportInput, @Ctx() ctx: CommandContext, opened: OpenedReport) {
    return withdrawReport(ctx, input, opened);
  }

  @Command(() => ReportStatusPayload, ASKERS, undefined, prepareAnswer)
  @Tag('resident', 'department')
  answerFollowUp(@Arg('input', () => AnswerFollowUpInput) input: AnswerFollowUpInput, @Ctx() ctx: CommandContext, asker: Asker) {
    return answerFollowUp(ctx, input, asker);
  }
}

@Resolver(() => ReportStatusPayload)
export class ReportStatusPayloadResolver {
  /** The caller opened the report, or asked about it for the chain, which sees no more by this than its reporter. */
  @FieldResolver(() => ReportStatusView, { nullable: true })
  report(@Root() { opened }: { opened?: OpenedReport }, @Ctx() ctx: Context) {
    return opened ? statusOfOpened(ctx, opened.id) : null;
  }
}
