import { Arg, Authorized, Ctx, FieldResolver, ID, Int, Query, Resolver, Root } from 'type-graphql';
import { FileRef } from '../../../shared/src/common.type.ts';
import type { Context } from '../../../shared/src/context.ts';
import { fileById } from '../../../shared/src/files.ts';
import { AreaCode } from '../../../shared/src/scalars.ts';
import { Tag } from '../../../shared/src/tag.ts';
import { Area } from '../area/area.type.ts';
import { categoryById, policyById } from '../category/category.read.ts';
import { CaseCategory, SlaPolicy } from '../category/category.type.ts';
import { shownReportCount } from './case.figures.ts';
import {
  areaOfBoard,
  BOARD_ROLES,
  type Board,
  CASE_ROLES,
  type CaseRow,
  caseBoard,
  caseById,
  cases,
  type EventRow,
  eventsOf,
  extensionsOf,
  mergedOf,
  publicationsOf,
  referralOf,
} from './case.read.ts';
import { Case, CaseBoard, CaseConnection, CaseEvent, CaseFilter, DeadlineExtension, Referral } from './case.type.ts';
import { type ClockRow, clocksOf, colourOfCase, colourOfClock, pausesOf, stateOfClock, usedMinutesOf } from './clock.read.ts';
import { ClockColour, ClockPause, ClockState, SlaClock } from './clock.type.ts';
import { type EvidenceRow, evidenceOf } from './evidence.read.ts';
import { ordersOf } from './order.read.ts';
import { DispatchOrder } from './order.type.ts';
import { CasePublication } from './publication.type.ts';
import { ruleById } from './routing.read.ts';
import { RoutingRule } from './routing.type.ts';
import { Evidence } from './work.type.ts';

@Resolver(() => Case)
export class CaseResolver {
  @Authorized(...CASE_ROLES)
  @Tag('department')
  @Query(() => Case, { nullable: true })
  case(@Ctx() ctx: Context, @Arg('id', () => ID) id: string) {
    return caseById(ctx, id);
  }

  @Authorized(...CASE_ROLES)
  @Tag('department')
  @Query(() => CaseConnection, { nullable: true })
  cases(
    @Ctx() ctx: Context,
    @Arg('filter', () => CaseFilter) filter: CaseFilter,
    @Arg('first', () => Int, { nullable: true, defaultValue: 20 }) first: number | null,
    @Arg('after', () => String, { nullable: true }) after: string | null | undefined,
  ) {
    return cases(ctx, filter, { first, after });
  }

  @Authorized(...BOARD_ROLES)
  @Tag('department')
  @Query(() => CaseBoard, { nullable: true })
  caseBoard(@Ctx() ctx: Context, @Arg('areaCode', () => AreaCode) areaCode: string) {
    return caseBoard(ctx, areaCode);
  }

  @FieldResolver(() => CaseCategory, { nullable: true })
  category(@Root() { categoryId }: CaseRow, @Ctx() ctx: Context) {
    return categoryId === null ? null : categoryById(ctx, categoryId);
  }

  @FieldResolver(() => Int, { nullable: true })
  reportCount(@Root() row: CaseRow, @Ctx() ctx: Context) {
    return shownReportCount(ctx, row);
  }

  @FieldResolver(() => [DispatchOrder])
  orders(@Root() { id }: CaseRow, @Ctx() ctx: Context) {
    return ordersOf(ctx, id);
  }

  @FieldResolver(() => [SlaClock])
  clocks(@Root() { id }: CaseRow, @Ctx() ctx: Context) {
    return clocksOf(ctx, id);
  }

  @FieldResolver(() => ClockColour)
  colour(@Root() { id }: CaseRow, @Ctx() ctx: Context) {
    return colourOfCase(ctx, id);
  }

  @FieldResolver(() => [DeadlineExtension])
  extensions(@Root() { id }: CaseRow, @Ctx() ctx: Context) {
    return extensionsOf(ctx, id);
  }

  @FieldResolver(() => [Evidence])
  evidence(@Root() { id }: CaseRow, @Ctx() ctx: Context) {
    return evidenceOf(ctx, id);
  }

  @FieldResolver(() => [CaseEvent])
  events(@Root() { id }: CaseRow, @Ctx() ctx: Context) {
    return eventsOf(ctx, id);
  }

  @FieldResolver(() => [CasePublication])
  publications(@Root() { id }: CaseRow, @Ctx() ctx: Context) {
    return publicationsOf(ctx, id);
  }

  @FieldResolver(() => Case, { nullable: true })
  mergedInto(@Root() { mergedIntoId }: CaseRow, @Ctx() ctx: Context) {
    return mergedIntoId === null ? null : caseById(ctx, mergedIntoId);
  }

  @FieldResolver(() => [Case])
  merged(@Root() { id }: CaseRow, @Ctx() ctx: Context) {
    return mergedOf(ctx, id);
  }

  @FieldResolver(() => Referral, { nullable: true })
  referral(@Root() row: CaseRow) {
    return referralOf(row);
  }
}

@Resolver(() => Evidence)
export class EvidenceResolver {
  @FieldResolver(() => FileRef)
  file(@Root() { fileId }: EvidenceRow, @Ctx() ctx: Context) {
    return fileById(ctx, fileId);
  }
}

@Resolver(() => CaseEvent)
export class CaseEventResolver {
  @FieldResolver(() => RoutingRule, { nullable: true })
  rule(@Root() { ruleId }: EventRow, @Ctx() ctx: Context) {
    return ruleId === null ? null : ruleById(ctx, ruleId);
  }
}

@Resolver(() => CaseBoard)
export class CaseBoardResolver {
  @FieldResolver(() => Area, { nullable: true })
  area(@Root() board: Board, @Ctx() ctx: Context) {
    return areaOfBoard(ctx, board);
  }
}

@Resolver(() => SlaClock)
export class SlaClockResolver {
  @FieldResolver(() => [ClockPause])
  pauses(@Root() clock: ClockRow, @Ctx() ctx: Context) {
    return pausesOf(ctx, clock);
  }

  @FieldResolver(() => ClockState)
  state(@Root() clock: ClockRow) {
    return stateOfClock(clock);
  }

  @FieldResolver(() => ClockColour)
  colour(@Root() clock: ClockRow) {
    return colourOfClock(clock);
  }

  @FieldResolver(() => Int)
  usedMinutes(@Root() clock: ClockRow, @Ctx() ctx: Context) {
    return usedMinutesOf(ctx, clock);
  }

  @FieldResolver(() => SlaPolicy, { nullable: true })
  policy(@Root() { policyId }: ClockRow, @Ctx() ctx: Context) {
    return policyById(ctx, policyId);
  }
}
