import { Arg, Authorized, Ctx, FieldResolver, ID, Int, Query, Resolver, Root } from 'type-graphql';
import { ANYBODY } from '../../../shared/src/access.ts';
import { Command, type CommandContext } from '../../../shared/src/command.ts';
import type { Context } from '../../../shared/src/context.ts';
import { OfOwnPlace } from '../../../shared/src/own-place.ts';
import { EVERYONE, Tag } from '../../../shared/src/tag.ts';
import { organizationById } from '../organization/organization.read.ts';
import type { RowRef } from './area.entity.ts';
import { areaById } from './area.read.ts';
import {
  AreaChangePayload,
  AreaChangesPayload,
  ConfirmAreaChangeInput,
  ConfirmAreaChangesInput,
  DivisionEditionPayload,
  LoadDivisionEditionInput,
  RejectAreaChangeInput,
} from './area-command.type.ts';
import { confirmAreaChange, confirmAreaChanges, loadDivisionEdition, readEditionFile, rejectAreaChange } from './division.commands.ts';
import { areaOfRow, type ChangeRow, changeById, editionOf, editions, listChanges, type SnapshotRow, snapshot } from './division.read.ts';
import {
  AreaChange,
  AreaChangeConnection,
  AreaChangeFilter,
  AreaVersionRef,
  DivisionEdition,
  DivisionRow,
  DivisionRowConnection,
  placeOfChange,
} from './division.type.ts';

@Resolver(() => AreaVersionRef)
export class AreaVersionRefResolver {
  @FieldResolver()
  area(@Root() ref: RowRef, @Ctx() ctx: Context) {
    return areaOfRow(ctx, ref);
  }
}

@Resolver(() => DivisionRow)
export class DivisionRowResolver {
  @FieldResolver()
  async area(@Root() row: SnapshotRow, @Ctx() ctx: Context) {
    return row.areaId && areaById(ctx, row.areaId);
  }
}

@Resolver(() => AreaChange)
export class AreaChangeResolver {
  @FieldResolver()
  from(@Root() change: ChangeRow) {
    return change.fromRows;
  }

  @FieldResolver()
  to(@Root() change: ChangeRow) {
    return change.toRows;
  }

  @FieldResolver()
  candidates(@Root() change: ChangeRow) {
    return change.candidateRows;
  }

  @FieldResolver()
  async predecessors(@Root() change: ChangeRow, @Ctx() ctx: Context) {
    const areas = await Promise.all(change.predecessorIds.map((id) => areaById(ctx, id)));
    return areas.filter((area) => area !== null);
  }

  @OfOwnPlace(placeOfChange)
  @FieldResolver()
  async confirmedBy(@Root() change: ChangeRow, @Ctx() ctx: Context) {
    return change.confirmedById && organizationById(ctx, change.confirmedById);
  }
}

@Resolver()
export class DivisionResolver {
  @Tag(...EVERYONE)
  @Authorized(...ANYBODY)
  @Query(() => DivisionEdition, { nullable: true })
  divisionEdition(@Ctx() ctx: Context, @Arg('year', () => Int) year: number) {
    return editionOf(ctx, year);
  }

  @Tag(...EVERYONE)
  @Authorized(...ANYBODY)
  @Query(() => [DivisionEdition], { nullable: true })
  divisionEditions(@Ctx() ctx: Context) {
    return editions(ctx);
  }

  @Tag(...EVERYONE)
  @Authorized(...ANYBODY)
  @Query(() => DivisionRowConnection, { nullable: true, description: "The edition's rows exactly as published, by code." })
  divisionSnapshot(
    @Ctx() ctx: Context,
    @Arg('edition', () => Int) edition: number,
    @Arg('first', () => Int, { nullable: true, defaultValue: 200 }) first: number | null,
    @Arg('after', () => String, { nullable: true }) after: string | null | undefined,
  ) {
    return snapshot(ctx, edition, { first, after });
  }

  @Tag(...EVERYONE)
  @Authorized(...ANYBODY)
  @Query(() => AreaChange, { nullable: true })
  divisionChange(@Ctx() ctx: Context, @Arg('id', () => ID) id: string) {
    return changeById(ctx, id);
  }

  @Tag(...EVERYONE)
  @Authorized(...ANYBODY)
  @Query(() => AreaChangeConnection, { nullable: true })
  divisionChanges(
    @Ctx() ctx: Context,
    @Arg('filter', () => AreaChangeFilter, { nullable: true }) filter: AreaChangeFilter | null | undefined,
    @Arg('first', () => Int, { nullable: true, defaultValue: 20 }) first: number | null,
    @Arg('after', () => String, { nullable: true }) after: string | null | undefined,
  ) {
    return listChanges(ctx, filter, { first, after });
  }

  @Command(() => DivisionEditionPayload, ['REGISTRAR'], undefined, readEditionFile)
  loadDivisionEdition(
    @Arg('input', () => LoadDivisionEditionInput) input: LoadDivisionEditionInput,
    @Ctx() ctx: CommandContext,
    file: Buffer,
  ) {
    return loadDivisionEdition(ctx, input, file);
  }

  @Command(() => AreaChangePayload, ['REGISTRAR'])
  confirmAreaChange(@Arg('input', () => ConfirmAreaChangeInput) input: ConfirmAreaChangeInput, @Ctx() ctx: CommandContext) {
    return confirmAreaChange(ctx, input);
  }

  @Command(() => AreaChangesPayload, ['REGISTRAR'])
  confirmAreaChanges(@Arg('input', () => ConfirmAreaChangesInput) input: ConfirmAreaChangesInput, @Ctx() ctx: CommandContext) {
    return confirmAreaChanges(ctx, input);
  }

  @Command(() => AreaChangePayload, ['REGISTRAR'])
  rejectAreaChange(@Arg('input', () => RejectAreaChangeInput) input: RejectAreaChangeInput, @Ctx() ctx: CommandContext) {
    return rejectAreaChange(ctx, input);
  }
}
