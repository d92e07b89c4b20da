import { Arg, Authorized, Ctx, FieldResolver, ID, Int, Query, Resolver, Root } from 'type-graphql';
import { ANYBODY, AUDIT, INTERNAL, STAFF } from '../../../shared/src/access.ts';
import type { Role } from '../../../shared/src/claims.ts';
import { Command, type CommandContext } from '../../../shared/src/command.ts';
import type { Context } from '../../../shared/src/context.ts';
import { CivilDate } from '../../../shared/src/scalars.ts';
import { EVERYONE_BUT_BI, Tag } from '../../../shared/src/tag.ts';
import { organizationById } from './organization.read.ts';
import {
  Appointment,
  AppointmentConnection,
  AppointmentFilter,
  Officeholder,
  OfficeholderConnection,
  OfficeholderFilter,
  Post,
} from './organization.type.ts';
import { AppointmentPayload, AppointOfficeholderInput, EndAppointmentInput } from './organization-command.type.ts';
import { appointOfficeholder, endAppointment } from './post.commands.ts';
import {
  type AppointmentRow,
  appointmentById,
  appointmentsOfOfficeholder,
  displayNameOf,
  listAppointments,
  listOfficeholders,
  type OfficeholderRow,
  officeholderById,
  type PostRow,
  postById,
  workPhoneOf,
} from './post.read.ts';

const APPOINTERS: Role[] = ['STREET_STAFF', 'COMMUNITY_STAFF', 'REGISTRAR', 'DISTRICT_LEAD'];

@Resolver(() => Post)
export class PostResolver {
  @FieldResolver()
  organization(@Root() post: PostRow, @Ctx() ctx: Context) {
    return organizationById(ctx, post.organizationId);
  }

  @Tag(...EVERYONE_BUT_BI)
  @Authorized(...ANYBODY)
  @Query(() => Post, { nullable: true })
  post(@Ctx() ctx: Context, @Arg('id', () => ID) id: string) {
    return postById(ctx, id);
  }
}

@Resolver(() => Officeholder)
export class OfficeholderResolver {
  @FieldResolver()
  displayName(@Root() holder: OfficeholderRow, @Ctx() ctx: Context) {
    return displayNameOf(ctx, holder);
  }

  @Authorized(...STAFF, ...INTERNAL)
  @FieldResolver()
  workPhone(@Root() holder: OfficeholderRow, @Ctx() ctx: Context) {
    return workPhoneOf(ctx, holder);
  }

  @FieldResolver(() => [Appointment])
  appointments(
    @Root() holder: OfficeholderRow,
    @Ctx() ctx: Context,
    @Arg('at', () => CivilDate, { nullable: true }) at: string | null | undefined,
  ) {
    return appointmentsOfOfficeholder(ctx, holder.id, at);
  }

  @Tag('department', 'audit')
  @Authorized(...STAFF, ...INTERNAL, ...AUDIT)
  @Query(() => Officeholder, { nullable: true })
  officeholder(@Ctx() ctx: Context, @Arg('id', () => ID) id: string) {
    return officeholderById(ctx, id);
  }

  @Tag('department', 'audit')
  @Authorized(...STAFF, ...INTERNAL, ...AUDIT)
  @Query(() => OfficeholderConnection, { nullable: true })
  officeholders(
    @Ctx() ctx: Context,
    @Arg('filter', () => OfficeholderFilter) filter: OfficeholderFilter,
    @Arg('first', () => Int, { nullable: true, defaultValue: 20 }) first: number | null,
    @Arg('after', () => String, { nullable: true }) after: string | null | undefined,
  ) {
    return listOfficeholders(ctx, filter, { first, after });
  }
}

@Resolver(() => Appointment)
export class AppointmentResolver {
  @FieldResolver()
  post(@Root() appointment: AppointmentRow, @Ctx() ctx: Context) {
    return postById(ctx, appointment.postId);
  }

  @FieldResolver()
  officeholder(@Root() appointment: AppointmentRow, @Ctx() ctx: Context) {
    return officeholderById(ctx, appointment.officeholderId);
  }

  @Tag('department', 'audit')
  @Authorized(...STAFF, ...INTERNAL, ...AUDIT)
  @Query(() => Appointment, { nullable: true })
  appointment(@Ctx() ctx: Context, @Arg('id', () => ID) id: string) {
    return appointmentById(ctx, id);
  }

  @Tag('department', 'audit')
  @Authorized(...STAFF, ...INTERNAL, ...AUDIT)
  @Query(() => AppointmentConnection, { nullable: true })
  appointments(
    @Ctx() ctx: Context,
    @Arg('filter', () => AppointmentFilter) filter: AppointmentFilter,
    @Arg('first', () => Int, { nullable: true, defaultValue: 20 }) first: number | null,
    @Arg('after', () => String, { nullable: true }) after: string | null | undefined,
  ) {
    return listAppointments(ctx, filter, { first, after });
  }

  @Command(() => AppointmentPayload, APPOINTERS)
  @Tag('department')
  appointOfficeholder(@Arg('input', () => AppointOfficeholderInput) input: AppointOfficeholderInput, @Ctx() ctx: CommandContext) {
    return appointOfficeholder(ctx, input);
  }

  @Command(() => AppointmentPayload, APPOINTERS)
  @Tag('department')
  endAppointment(@Arg('input', () => EndAppointmentInput) input: EndAppointmentInput, @Ctx() ctx: CommandContext) {
    return endAppointment(ctx, input);
  }
}
