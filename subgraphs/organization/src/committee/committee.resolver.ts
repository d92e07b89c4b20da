import { Arg, Authorized, Ctx, FieldResolver, ID, Int, Query, Resolver, Root } from 'type-graphql';
import { ANYBODY, INTERNAL, STAFF } from '../../../shared/src/access.ts';
import type { Context } from '../../../shared/src/context.ts';
import { OfOwnPlace } from '../../../shared/src/own-place.ts';
import { AreaCode, CivilDate } from '../../../shared/src/scalars.ts';
import { EVERYONE_BUT_BI, Tag } from '../../../shared/src/tag.ts';
import { today } from '../area/area.read.ts';
import { communityOf, compoundById } from '../compound/compound.read.ts';
import { organizationById } from '../organization/organization.read.ts';
import { appointmentById, officeholderById } from '../organization/post.read.ts';
import { type CommitteeRow, committeeById, type DualPostRow, dualPostsIn, listCommittees, seatsOn } from './committee.read.ts';
import { statusOn } from './committee.rules.ts';
import { DualPost, OcStatus, OwnersCommittee, OwnersCommitteeConnection, OwnersCommitteeFilter } from './committee.type.ts';

type At = string | null | undefined;

@Resolver(() => OwnersCommittee)
export class OwnersCommitteeResolver {
  @FieldResolver()
  organization(@Root() committee: CommitteeRow, @Ctx() ctx: Context) {
    return organizationById(ctx, committee.organizationId);
  }

  @FieldResolver()
  compound(@Root() committee: CommitteeRow, @Ctx() ctx: Context) {
    return compoundById(ctx, committee.compoundId);
  }

  @FieldResolver(() => OcStatus)
  async status(@Root() committee: CommitteeRow, @Arg('at', () => CivilDate, { nullable: true }) at: At): Promise<OcStatus> {
    return statusOn(committee, at ?? today());
  }

  @FieldResolver(() => Int, { nullable: true, description: '委员数.' })
  async memberCount(@Root() committee: CommitteeRow, @Ctx() ctx: Context, @Arg('at', () => CivilDate, { nullable: true }) at: At) {
    return (await seatsOn(ctx, committee.id, at))?.memberCount ?? null;
  }

  @Tag('department')
  @Authorized(...STAFF, ...INTERNAL)
  @OfOwnPlace<CommitteeRow>(({ compoundId }, ctx) => communityOf({ id: compoundId }, ctx))
  @FieldResolver(() => Int, { nullable: true, description: '党员委员数.' })
  async partyMemberCount(@Root() committee: CommitteeRow, @Ctx() ctx: Context, @Arg('at', () => CivilDate, { nullable: true }) at: At) {
    return (await seatsOn(ctx, committee.id, at))?.partyMemberCount ?? null;
  }

  @Tag(...EVERYONE_BUT_BI)
  @Authorized(...ANYBODY)
  @Query(() => OwnersCommittee, { nullable: true })
  ownersCommittee(@Ctx() ctx: Context, @Arg('id', () => ID) id: string) {
    return committeeById(ctx, id);
  }

  @Tag(...EVERYONE_BUT_BI)
  @Authorized(...ANYBODY)
  @Query(() => OwnersCommitteeConnection, { nullable: true })
  ownersCommittees(
    @Ctx() ctx: Context,
    @Arg('filter', () => OwnersCommitteeFilter) filter: OwnersCommitteeFilter,
    @Arg('first', () => Int, { nullable: true, defaultValue: 20 }) first: number | null,
    @Arg('after', () => String, { nullable: true }) after: string | null | undefined,
  ) {
    return listCommittees(ctx, filter, { first, after });
  }
}

@Resolver(() => DualPost)
export class DualPostResolver {
  @FieldResolver()
  compound(@Root() dual: DualPostRow, @Ctx() ctx: Context) {
    return compoundById(ctx, dual.id);
  }

  @FieldResolver()
  officeholder(@Root() dual: DualPostRow, @Ctx() ctx: Context) {
    return officeholderById(ctx, dual.officeholderId);
  }

  @FieldResolver()
  secretary(@Root() dual: DualPostRow, @Ctx() ctx: Context) {
    return appointmentById(ctx, dual.secretaryId);
  }

  @FieldResolver()
  chair(@Root() dual: DualPostRow, @Ctx() ctx: Context) {
    return appointmentById(ctx, dual.chairId);
  }

  @Tag('department')
  @Authorized(...STAFF, ...INTERNAL)
  @Query(() => [DualPost], { nullable: true })
  dualPosts(
    @Ctx() ctx: Context,
    @Arg('areaCode', () => AreaCode) areaCode: string,
    @Arg('at', () => CivilDate, { nullable: true }) at: string | null | undefined,
  ) {
    return dualPostsIn(ctx, areaCode, at);
  }
}
