import { Arg, Ctx, Resolver } from 'type-graphql';
import { Command, type CommandContext } from '../../../shared/src/command.ts';
import { Tag } from '../../../shared/src/tag.ts';
import { createActivity, placesOfActivity } from './activity.commands.ts';
import { ActivityPayload, CreateActivityInput } from './activity-command.type.ts';

@Resolver()
export class ActivityCommandResolver {
  @Command(() => ActivityPayload, ['ORG_REPRESENTATIVE', 'COMMUNITY_STAFF'], undefined, placesOfActivity)
  @Tag('department')
  createActivity(@Arg('input', () => CreateActivityInput) input: CreateActivityInput, @Ctx() ctx: CommandContext) {
    return createActivity(ctx, input);
  }
}
