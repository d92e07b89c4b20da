import { Arg, Authorized, Ctx, Directive, FieldResolver, Int, Query, Resolver, Root } from 'type-graphql';
import { ANYBODY, INTERNAL, STAFF } from '../../../shared/src/access.ts';
import { NEEDS_COMMUNITIES } from '../../../shared/src/common.type.ts';
import type { Context } from '../../../shared/src/context.ts';
import type { Place } from '../../../shared/src/membership.ts';
import { PEOPLE, Tag } from '../../../shared/src/tag.ts';
import { Area } from '../area/area.type.ts';
import { categoryById } from '../category/category.read.ts';
import { CaseCategory } from '../category/category.type.ts';
import {
  daysToResolve,
  type PublicRow,
  publicCase,
  publicCases,
  publicCasesOf,
  type SummaryRow,
  subjectCases,
} from './publication.read.ts';
import { PartnerCase, PartnerCaseConnection, PublicCase, PublicCaseConnection, PublicCaseFilter } from './publication.type.ts';

@Resolver(() => PublicCase)
export class PublicCaseResolver {
  @Authorized(...ANYBODY)
  @Tag(...PEOPLE)
  @Query(() => PublicCase, { nullable: true })
  publicCase(@Ctx() ctx: Context, @Arg('caseNo', () => String) caseNo: string) {
    return publicCase(ctx, caseNo);
  }

  @Authorized(...ANYBODY)
  @Tag(...PEOPLE)
  @Query(() => PublicCaseConnection, { nullable: true })
  publicCases(
    @Ctx() ctx: Context,
    @Arg('filter', () => PublicCaseFilter) filter: PublicCaseFilter,
    @Arg('first', () => Int, { nullable: true, defaultValue: 20 }) first: number | null,
    @Arg('after', () => String, { nullable: true }) after: string | null | undefined,
  ) {
    return publicCases(ctx, filter, { first, after });
  }

  @FieldResolver(() => CaseCategory)
  category(@Root() { categoryId }: PublicRow, @Ctx() ctx: Context) {
    return categoryById(ctx, categoryId);
  }

  @FieldResolver(() => Int, { nullable: true })
  daysToResolve(@Root() row: PublicRow, @Ctx() ctx: Context) {
    return daysToResolve(ctx, row);
  }
}

@Resolver(() => Area)
export class AreaPublicCasesResolver {
  @Directive(NEEDS_COMMUNITIES)
  @Tag(...PEOPLE)
  @FieldResolver(() => PublicCaseConnection, { nullable: true })
  publicCases(
    @Root() place: Place,
    @Ctx() ctx: Context,
    @Arg('first', () => Int, { nullable: true, defaultValue: 20 }) first: number | null,
    @Arg('after', () => String, { nullable: true }) after: string | null | undefined,
  ) {
    return publicCasesOf(ctx, place, { first, after });
  }
}

@Resolver(() => PartnerCase)
export class SubjectCaseResolver {
  @Authorized(...STAFF, ...INTERNAL)
  @Tag('department')
  @Query(() => PartnerCaseConnection, {
    nullable: true,
    description: "Cases about the caller's own organization: the approved summary, nothing else.",
  })
  subjectCases(
    @Ctx() ctx: Context,
    @Arg('first', () => Int, { nullable: true, defaultValue: 20 }) first: number | null,
    @Arg('after', () => String, { nullable: true }) after: string | null | undefined,
  ) {
    return subjectCases(ctx, { first, after });
  }

  @FieldResolver(() => CaseCategory)
  category(@Root() { categoryId }: SummaryRow, @Ctx() ctx: Context) {
    return categoryById(ctx, categoryId);
  }
}
