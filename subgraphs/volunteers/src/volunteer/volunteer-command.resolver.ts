import { Arg, Ctx, Resolver } from 'type-graphql';
import { RESIDENTS } from '../../../shared/src/access.ts';
import { Command, type CommandContext } from '../../../shared/src/command.ts';
import { Tag } from '../../../shared/src/tag.ts';
import { placeOfVolunteer, registerVolunteer } from './volunteer.commands.ts';
import { RegisterVolunteerInput, VolunteerPayload } from './volunteer-command.type.ts';

@Resolver()
export class VolunteerCommandResolver {
  @Command(() => VolunteerPayload, [...RESIDENTS, 'ORG_REPRESENTATIVE', 'COMMUNITY_STAFF'], undefined, placeOfVolunteer)
  @Tag('resident', 'department')
  registerVolunteer(@Arg('input', () => RegisterVolunteerInput) input: RegisterVolunteerInput, @Ctx() ctx: CommandContext) {
    return registerVolunteer(ctx, input);
  }
}
