import { Arg, Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import { Command, type CommandContext } from '../../../shared/src/command.ts';
import type { Context } from '../../../shared/src/context.ts';
import { Tag } from '../../../shared/src/tag.ts';
import type { KnownPlace } from '../area/place.read.ts';
import { categoryById } from '../category/category.read.ts';
import { CaseCategory } from '../category/category.type.ts';
import { type DispatchPlan, dispatchCase, planDispatch } from './dispatch.commands.ts';
import { CasePayload, DispatchCaseInput, DispatchOrderPayload, TriageCaseInput } from './dispatch.type.ts';
import { handleCase } from './handle.commands.ts';
import { acceptOrder, handlerIsKnown, recordProgress, startWork } from './order.commands.ts';
import type { RuleRow } from './routing.read.ts';
import { RoutingRule } from './routing.type.ts';
import { placeForTriage, triageCase } from './triage.commands.ts';
import { AcceptOrderInput, HandleCaseInput, RecordProgressInput, StartWorkInput } from './work.type.ts';

/** Who may hold an order (§7.1). */
const HOLDERS = ['DEPARTMENT_STAFF', 'COMMUNITY_STAFF', 'STREET_STAFF', 'ORG_REPRESENTATIVE'] as const;

@Resolver()
export class CaseCommandResolver {
  @Command(() => CasePayload, ['COMMUNITY_STAFF', 'STREET_STAFF', 'HOTLINE_STAFF'], undefined, placeForTriage)
  @Tag('department')
  triageCase(@Arg('input', () => TriageCaseInput) input: TriageCaseInput, @Ctx() ctx: CommandContext, place: KnownPlace) {
    return triageCase(ctx, input, place);
  }

  @Command(() => CasePayload, ['STREET_STAFF', 'HOTLINE_STAFF'], undefined, planDispatch)
  @Tag('department')
  dispatchCase(@Arg('input', () => DispatchCaseInput) input: DispatchCaseInput, @Ctx() ctx: CommandContext, plan: DispatchPlan) {
    return dispatchCase(ctx, input, plan);
  }

  @Command(() => DispatchOrderPayload, HOLDERS, undefined, handlerIsKnown)
  @Tag('department')
  acceptOrder(@Arg('input', () => AcceptOrderInput) input: AcceptOrderInput, @Ctx() ctx: CommandContext) {
    return acceptOrder(ctx, input);
  }

  @Command(() => DispatchOrderPayload, HOLDERS, undefined, handlerIsKnown)
  @Tag('department')
  startWork(@Arg('input', () => StartWorkInput) input: StartWorkInput, @Ctx() ctx: CommandContext) {
    return startWork(ctx, input);
  }

  @Command(() => DispatchOrderPayload, HOLDERS)
  @Tag('department')
  recordProgress(@Arg('input', () => RecordProgressInput) input: RecordProgressInput, @Ctx() ctx: CommandContext) {
    return recordProgress(ctx, input);
  }

  @Command(() => CasePayload, HOLDERS)
  @Tag('department')
  handleCase(@Arg('input', () => HandleCaseInput) input: HandleCaseInput, @Ctx() ctx: CommandContext) {
    return handleCase(ctx, input);
  }
}

@Resolver(() => RoutingRule)
export class RoutingRuleResolver {
  @FieldResolver(() => CaseCategory, { nullable: true })
  category(@Root() { categoryId }: RuleRow, @Ctx() ctx: Context) {
    return categoryId === null ? null : categoryById(ctx, categoryId);
  }
}
