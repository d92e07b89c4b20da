import { Arg, Authorized, Ctx, FieldResolver, ID, Int, Query, Resolver, Root } from 'type-graphql';
import { ANYBODY } from '../../../shared/src/access.ts';
import type { Context } from '../../../shared/src/context.ts';
import { PEOPLE, Tag } from '../../../shared/src/tag.ts';
import {
  type CategoryRow,
  categories,
  categoryById,
  childrenOf,
  findCategory,
  listPolicies,
  type PolicyRow,
  policiesOf,
  policyById,
} from './category.read.ts';
import {
  CaseCategory,
  CaseCategoryConnection,
  CaseCategoryFilter,
  SlaPolicy,
  SlaPolicyConnection,
  SlaPolicyFilter,
} from './category.type.ts';

@Resolver(() => CaseCategory)
export class CaseCategoryResolver {
  @Authorized(...ANYBODY)
  @Tag(...PEOPLE, 'bi')
  @Query(() => CaseCategory, { nullable: true })
  caseCategory(
    @Ctx() ctx: Context,
    @Arg('id', () => ID, { nullable: true }) id: string | null | undefined,
    @Arg('code', () => String, { nullable: true }) code: string | null | undefined,
  ) {
    return findCategory(ctx, id, code);
  }

  @Authorized(...ANYBODY)
  @Tag(...PEOPLE, 'bi')
  @Query(() => CaseCategoryConnection, { nullable: true })
  caseCategories(
    @Ctx() ctx: Context,
    @Arg('filter', () => CaseCategoryFilter, { nullable: true }) filter: CaseCategoryFilter | null | undefined,
    @Arg('first', () => Int, { nullable: true, defaultValue: 200 }) first: number | null,
    @Arg('after', () => String, { nullable: true }) after: string | null | undefined,
  ) {
    return categories(ctx, filter ?? { active: true }, { first, after });
  }

  @FieldResolver(() => CaseCategory, { nullable: true })
  parent(@Root() { parentId }: CategoryRow, @Ctx() ctx: Context) {
    return parentId === null ? null : categoryById(ctx, parentId);
  }

  @FieldResolver(() => [CaseCategory])
  children(@Root() { id }: CategoryRow, @Ctx() ctx: Context) {
    return childrenOf(ctx, id);
  }

  @FieldResolver(() => [SlaPolicy])
  slaPolicies(@Root() { id }: CategoryRow, @Ctx() ctx: Context) {
    return policiesOf(ctx, id);
  }
}

@Resolver(() => SlaPolicy)
export class SlaPolicyResolver {
  @Authorized(...ANYBODY)
  @Tag(...PEOPLE)
  @Query(() => SlaPolicy, { nullable: true })
  slaPolicy(@Ctx() ctx: Context, @Arg('id', () => ID) id: string) {
    return policyById(ctx, id);
  }

  @Authorized(...ANYBODY)
  @Tag(...PEOPLE)
  @Query(() => SlaPolicyConnection, { nullable: true })
  slaPolicies(
    @Ctx() ctx: Context,
    @Arg('filter', () => SlaPolicyFilter) filter: SlaPolicyFilter,
    @Arg('first', () => Int, { nullable: true, defaultValue: 20 }) first: number | null,
    @Arg('after', () => String, { nullable: true }) after: string | null | undefined,
  ) {
    return listPolicies(ctx, filter, { first, after });
  }

  @FieldResolver(() => CaseCategory, { nullable: true })
  category(@Root() { categoryId }: PolicyRow, @Ctx() ctx: Context) {
    return categoryId === null ? null : categoryById(ctx, categoryId);
  }
}
