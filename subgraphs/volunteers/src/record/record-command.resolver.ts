import { Arg, Authorized, Ctx, ID, Int, Query, Resolver } from 'type-graphql';
import { RESIDENTS } from '../../../shared/src/access.ts';
import { Command, type CommandContext } from '../../../shared/src/command.ts';
import type { Context } from '../../../shared/src/context.ts';
import { Tag } from '../../../shared/src/tag.ts';
import { disputeRecord, settleRecordDispute } from './dispute.commands.ts';
import { recordNotices } from './notice.read.ts';
import { RecordNoticeConnection } from './notice.type.ts';
import { confirmRecords, publishRecordNotice, voidRecord } from './record.commands.ts';
import {
  CorrectRecordInput,
  DisputeRecordInput,
  DraftRecordsInput,
  RecordIdsInput,
  RecordsPayload,
  SettleRecordDisputeInput,
  VoidRecordInput,
} from './record-command.type.ts';
import { correctRecord, draftRecords } from './recording.commands.ts';

@Resolver()
export class RecordCommandResolver {
  @Authorized(...RESIDENTS, 'ORG_REPRESENTATIVE')
  @Tag('resident', 'department')
  @Query(() => RecordNoticeConnection, { nullable: true, description: 'Notice board of an organization, for its members.' })
  recordNotices(
    @Ctx() ctx: Context,
    @Arg('organizationId', () => ID) organizationId: string,
    @Arg('first', () => Int, { nullable: true, defaultValue: 50 }) first: number | null,
    @Arg('after', () => String, { nullable: true }) after: string | null | undefined,
  ) {
    return recordNotices(ctx, organizationId, { first, after });
  }

  @Command(() => RecordsPayload, ['ORG_REPRESENTATIVE'])
  @Tag('department')
  draftRecords(@Arg('input', () => DraftRecordsInput) input: DraftRecordsInput, @Ctx() ctx: CommandContext) {
    return draftRecords(ctx, input);
  }

  @Command(() => RecordsPayload, ['ORG_REPRESENTATIVE'])
  @Tag('department')
  publishRecordNotice(@Arg('input', () => RecordIdsInput) input: RecordIdsInput, @Ctx() ctx: CommandContext) {
    return publishRecordNotice(ctx, input);
  }

  @Command(() => RecordsPayload, ['ORG_REPRESENTATIVE'])
  @Tag('department')
  confirmRecords(@Arg('input', () => RecordIdsInput) input: RecordIdsInput, @Ctx() ctx: CommandContext) {
    return confirmRecords(ctx, input);
  }

  @Command(() => RecordsPayload, [...RESIDENTS, 'ORG_REPRESENTATIVE', 'AUDITOR'])
  @Tag('resident', 'department', 'audit')
  disputeRecord(@Arg('input', () => DisputeRecordInput) input: DisputeRecordInput, @Ctx() ctx: CommandContext) {
    return disputeRecord(ctx, input);
  }

  @Command(() => RecordsPayload, ['ORG_REPRESENTATIVE'])
  @Tag('department')
  settleRecordDispute(@Arg('input', () => SettleRecordDisputeInput) input: SettleRecordDisputeInput, @Ctx() ctx: CommandContext) {
    return settleRecordDispute(ctx, input);
  }

  @Command(() => RecordsPayload, ['ORG_REPRESENTATIVE'])
  @Tag('department')
  correctRecord(@Arg('input', () => CorrectRecordInput) input: CorrectRecordInput, @Ctx() ctx: CommandContext) {
    return correctRecord(ctx, input);
  }

  @Command(() => RecordsPayload, ['ORG_REPRESENTATIVE'])
  @Tag('department')
  voidRecord(@Arg('input', () => VoidRecordInput) input: VoidRecordInput, @Ctx() ctx: CommandContext) {
    return voidRecord(ctx, input);
  }
}
