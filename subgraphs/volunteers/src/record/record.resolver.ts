import { Arg, Authorized, Ctx, FieldResolver, ID, Int, Query, Resolver, Root } from 'type-graphql';
import { RESIDENTS } from '../../../shared/src/access.ts';
import { Event } from '../../../shared/src/common.type.ts';
import type { Context } from '../../../shared/src/context.ts';
import { historyOf } from '../../../shared/src/event.read.ts';
import { Tag } from '../../../shared/src/tag.ts';
import { activityOfRecord } from '../activity/activity.read.ts';
import { Activity } from '../activity/activity.type.ts';
import { cardById } from '../volunteer/volunteer.read.ts';
import { VolunteerCard } from '../volunteer/volunteer.type.ts';
import { correctionOf, type RecordRow, recordById, serviceRecords } from './record.read.ts';
import { ServiceRecord, ServiceRecordConnection, ServiceRecordFilter } from './record.type.ts';

@Resolver(() => ServiceRecord)
export class ServiceRecordResolver {
  @Authorized(...RESIDENTS, 'ORG_REPRESENTATIVE', 'BANK_OPERATOR', 'AUDITOR')
  @Tag('resident', 'department', 'audit')
  @Query(() => ServiceRecord, { nullable: true })
  serviceRecord(@Ctx() ctx: Context, @Arg('id', () => ID) id: string) {
    return recordById(ctx, id);
  }

  @Authorized('ORG_REPRESENTATIVE', 'BANK_OPERATOR', 'AUDITOR')
  @Tag('department', 'audit')
  @Query(() => ServiceRecordConnection, {
    nullable: true,
    description: "Recorder: his own organization's; bank operator: CONFIRMED ones of his street; auditor: all, without names.",
  })
  serviceRecords(
    @Ctx() ctx: Context,
    @Arg('filter', () => ServiceRecordFilter, { nullable: true }) filter: ServiceRecordFilter | null | undefined,
    @Arg('first', () => Int, { nullable: true, defaultValue: 20 }) first: number | null,
    @Arg('after', () => String, { nullable: true }) after: string | null | undefined,
  ) {
    return serviceRecords(ctx, filter ?? {}, { first, after });
  }

  @FieldResolver(() => VolunteerCard)
  volunteer(@Root() { volunteerId }: RecordRow, @Ctx() ctx: Context) {
    return cardById(ctx, volunteerId);
  }

  @FieldResolver(() => Activity)
  activity(@Root() { activityId }: RecordRow, @Ctx() ctx: Context) {
    return activityOfRecord(ctx, activityId);
  }

  @FieldResolver(() => ServiceRecord, { nullable: true })
  corrects(@Root() { correctsId }: RecordRow, @Ctx() ctx: Context) {
    return correctsId === null ? null : recordById(ctx, correctsId);
  }

  @FieldResolver(() => ServiceRecord, { nullable: true })
  correctedBy(@Root() { id }: RecordRow, @Ctx() ctx: Context) {
    return correctionOf(ctx, id);
  }

  @Tag('department', 'audit')
  @FieldResolver(() => [Event])
  async events(@Root() { id }: RecordRow, @Ctx() ctx: Context) {
    return (await historyOf(ctx, id)) ?? [];
  }
}
