import { Arg, Authorized, Ctx, FieldResolver, ID, Int, Query, Resolver, Root } from 'type-graphql';
import { ANYBODY, INTERNAL, STAFF } from '../../../shared/src/access.ts';
import type { Role } from '../../../shared/src/claims.ts';
import { Command, type CommandContext } from '../../../shared/src/command.ts';
import type { Context } from '../../../shared/src/context.ts';
import { isOwnPlace, OfOwnPlace } from '../../../shared/src/own-place.ts';
import { CivilDate, USCC } from '../../../shared/src/scalars.ts';
import { EVERYONE_BUT_BI, Tag } from '../../../shared/src/tag.ts';
import { areaById } from '../area/area.read.ts';
import { committeeOfOrganization } from '../committee/committee.read.ts';
import { Building, Compound } from '../compound/compound.type.ts';
import { dissolveOrganization, type OpenElsewhere, openElsewhere } from './dissolution.commands.ts';
import { createOrganization } from './organization.commands.ts';
import {
  buildingsOn,
  childrenOfOrganization,
  compoundsOn,
  findOrganization,
  type OrganizationRow,
  organizationById,
  type PublicOrganizationRow,
  statusOn,
  streetPlaceOf,
} from './organization.read.ts';
import { contactFor } from './organization.rules.ts';
import { Appointment, Organization, OrganizationConnection, OrganizationFilter, OrganizationKind, OrgStatus } from './organization.type.ts';
import { CreateOrganizationInput, DissolveOrganizationInput, OrganizationPayload } from './organization-command.type.ts';
import { listOrganizations } from './organization-list.read.ts';
import { appointmentsOfOrganization, postsOf } from './post.read.ts';

type At = string | null | undefined;

const FOUNDERS: Role[] = ['STREET_STAFF', 'COMMUNITY_STAFF', 'REGISTRAR', 'DISTRICT_LEAD'];

@Resolver(() => Organization)
export class OrganizationResolver {
  @FieldResolver()
  async parent(@Root() organization: OrganizationRow, @Ctx() ctx: Context) {
    return organization.parentId && organizationById(ctx, organization.parentId);
  }

  @FieldResolver(() => [Organization])
  async children(
    @Root() organization: OrganizationRow,
    @Ctx() ctx: Context,
    @Arg('kinds', () => [OrganizationKind], { nullable: true }) kinds: OrganizationKind[] | null | undefined,
  ) {
    return ((await childrenOfOrganization(ctx, organization.id)) ?? []).filter(({ kind }) => !kinds || kinds.includes(kind));
  }

  @FieldResolver()
  async area(@Root() organization: OrganizationRow, @Ctx() ctx: Context) {
    return organization.areaId && areaById(ctx, organization.areaId);
  }

  @FieldResolver(() => [Compound], { description: 'One; several for a joint branch (联合党支部) or a property company.' })
  async compounds(@Root() organization: OrganizationRow, @Ctx() ctx: Context, @Arg('at', () => CivilDate, { nullable: true }) at: At) {
    return (await compoundsOn(ctx, organization.id, at)).map((row) => ({ ...row, id: row.compoundId }));
  }

  @FieldResolver(() => [Building], { description: 'BUILDING_PARTY_GROUP only.' })
  async buildings(@Root() organization: OrganizationRow, @Ctx() ctx: Context, @Arg('at', () => CivilDate, { nullable: true }) at: At) {
    return (await buildingsOn(ctx, organization.id, at)).map((row) => ({ ...row, id: row.buildingId }));
  }

  @FieldResolver(() => OrgStatus)
  async status(@Root() organization: OrganizationRow, @Ctx() ctx: Context, @Arg('at', () => CivilDate, { nullable: true }) at: At) {
    return (await statusOn(ctx, organization.id, at))?.status ?? 'PLANNED';
  }

  @FieldResolver()
  async posts(@Root() organization: OrganizationRow, @Ctx() ctx: Context) {
    return (await postsOf(ctx, organization.id)) ?? [];
  }

  @FieldResolver(() => [Appointment])
  appointments(@Root() organization: OrganizationRow, @Ctx() ctx: Context, @Arg('at', () => CivilDate, { nullable: true }) at: At) {
    return appointmentsOfOrganization(ctx, organization.id, at);
  }

  @FieldResolver()
  ownersCommittee(@Root() organization: OrganizationRow, @Ctx() ctx: Context) {
    return committeeOfOrganization(ctx, organization);
  }

  @Authorized(...STAFF, ...INTERNAL)
  @OfOwnPlace(streetPlaceOf)
  @FieldResolver()
  partyMemberCount(@Root() { partyMemberCount }: PublicOrganizationRow) {
    return partyMemberCount;
  }

  @Authorized(...STAFF, ...INTERNAL)
  @OfOwnPlace(streetPlaceOf)
  @FieldResolver()
  fullMemberCount(@Root() { fullMemberCount }: PublicOrganizationRow) {
    return fullMemberCount;
  }

  @FieldResolver()
  async contact(@Root() organization: PublicOrganizationRow, @Ctx() ctx: Context) {
    const whole = 'phone' in organization ? (organization as OrganizationRow) : await organizationById(ctx, organization.id);
    if (!whole) return null;
    const place = await streetPlaceOf(whole, ctx);
    return contactFor(whole, place === null || isOwnPlace(ctx.claims, place) ? ctx.claims.variant : 'PUBLIC');
  }

  @Tag(...EVERYONE_BUT_BI)
  @Authorized(...ANYBODY)
  @Query(() => Organization, { nullable: true })
  organization(
    @Ctx() ctx: Context,
    @Arg('id', () => ID, { nullable: true }) id: string | null | undefined,
    @Arg('uscc', () => USCC, { nullable: true }) uscc: string | null | undefined,
  ) {
    return findOrganization(ctx, id, uscc);
  }

  @Tag(...EVERYONE_BUT_BI)
  @Authorized(...ANYBODY)
  @Query(() => OrganizationConnection, { nullable: true })
  organizations(
    @Ctx() ctx: Context,
    @Arg('filter', () => OrganizationFilter) filter: OrganizationFilter,
    @Arg('first', () => Int, { nullable: true, defaultValue: 20 }) first: number | null,
    @Arg('after', () => String, { nullable: true }) after: string | null | undefined,
  ) {
    return listOrganizations(ctx, filter, { first, after });
  }

  @Command(() => OrganizationPayload, FOUNDERS)
  @Tag('department')
  createOrganization(@Arg('input', () => CreateOrganizationInput) input: CreateOrganizationInput, @Ctx() ctx: CommandContext) {
    return createOrganization(ctx, input);
  }

  @Command(() => OrganizationPayload, ['STREET_STAFF', 'REGISTRAR', 'DISTRICT_LEAD'], undefined, openElsewhere)
  @Tag('department')
  dissolveOrganization(
    @Arg('input', () => DissolveOrganizationInput) input: DissolveOrganizationInput,
    @Ctx() ctx: CommandContext,
    elsewhere: OpenElsewhere,
  ) {
    return dissolveOrganization(ctx, input, elsewhere);
  }
}
