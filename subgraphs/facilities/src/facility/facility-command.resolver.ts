import { Arg, Ctx, Resolver } from 'type-graphql';
import { Command, type CommandContext } from '../../../shared/src/command.ts';
import { Tag } from '../../../shared/src/tag.ts';
import { upsertFacility } from './facility.commands.ts';
import { AssureFacilityInput, CloseFacilityInput, FacilityPayload, UpsertFacilityInput } from './facility-command.type.ts';
import { type Foreign, namedByFacility } from './foreign.commands.ts';
import { KEEPERS } from './keeper.commands.ts';
import { setOpeningHours } from './opening.commands.ts';
import { OpeningHoursPayload, SetOpeningHoursInput } from './opening-command.type.ts';
import { assureFacility, closeFacility } from './status.commands.ts';

/** What changes a facility (§6.5). */
@Resolver()
export class FacilityCommandResolver {
  @Command(() => FacilityPayload, KEEPERS, undefined, namedByFacility)
  @Tag('department')
  upsertFacility(@Arg('input', () => UpsertFacilityInput) input: UpsertFacilityInput, @Ctx() ctx: CommandContext, named?: Foreign) {
    return upsertFacility(ctx, input, named as Foreign);
  }

  @Command(() => FacilityPayload, KEEPERS)
  @Tag('department')
  assureFacility(@Arg('input', () => AssureFacilityInput) input: AssureFacilityInput, @Ctx() ctx: CommandContext) {
    return assureFacility(ctx, input);
  }

  @Command(() => FacilityPayload, KEEPERS)
  @Tag('department')
  closeFacility(@Arg('input', () => CloseFacilityInput) input: CloseFacilityInput, @Ctx() ctx: CommandContext) {
    return closeFacility(ctx, input);
  }

  @Command(() => OpeningHoursPayload, KEEPERS)
  @Tag('department')
  setOpeningHours(@Arg('input', () => SetOpeningHoursInput) input: SetOpeningHoursInput, @Ctx() ctx: CommandContext) {
    return setOpeningHours(ctx, input);
  }
}
