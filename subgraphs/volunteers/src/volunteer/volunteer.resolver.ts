import { Arg, Authorized, Ctx, FieldResolver, Int, Query, Resolver, Root } from 'type-graphql';
import { ANYBODY, RESIDENTS } from '../../../shared/src/access.ts';
import type { Context } from '../../../shared/src/context.ts';
import { PEOPLE, Tag } from '../../../shared/src/tag.ts';
import { recordsOfVolunteer } from '../record/record.read.ts';
import { ServiceRecordConnection } from '../record/record.type.ts';
import { myVolunteer, skillTags, volunteerByNumber } from './volunteer.read.ts';
import { SkillTag, Volunteer, VolunteerCard } from './volunteer.type.ts';

@Resolver(() => Volunteer)
export class VolunteerResolver {
  @Authorized(...RESIDENTS)
  @Tag('resident')
  @Query(() => Volunteer, { nullable: true, description: 'The caller himself.' })
  myVolunteer(@Ctx() ctx: Context) {
    return myVolunteer(ctx);
  }

  @Authorized('ORG_REPRESENTATIVE', 'AUDITOR')
  @Tag('department', 'audit')
  @Query(() => VolunteerCard, { nullable: true, description: 'By exact number, for the recorder and the auditor.' })
  volunteer(@Ctx() ctx: Context, @Arg('number', () => String) number: string) {
    return volunteerByNumber(ctx, number);
  }

  @Authorized(...ANYBODY)
  @Tag(...PEOPLE)
  @Query(() => [SkillTag], { nullable: true })
  skillTags(@Ctx() ctx: Context) {
    return skillTags(ctx);
  }

  @FieldResolver(() => ServiceRecordConnection)
  serviceRecords(
    @Root() { id }: Volunteer,
    @Ctx() ctx: Context,
    @Arg('first', () => Int, { nullable: true, defaultValue: 20 }) first: number | null,
    @Arg('after', () => String, { nullable: true }) after: string | null | undefined,
  ) {
    return recordsOfVolunteer(ctx, id, { first, after });
  }
}
