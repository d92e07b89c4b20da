import { Authorized, Ctx, Query, Resolver } from 'type-graphql';
import { ANYBODY } from '../../../shared/src/access.ts';
import type { Context } from '../../../shared/src/context.ts';
import { EVERYONE, Tag } from '../../../shared/src/tag.ts';
import { viewer } from './viewer.read.ts';
import { Viewer } from './viewer.type.ts';

@Resolver()
export class ViewerResolver {
  @Tag(...EVERYONE)
  @Authorized(...ANYBODY)
  @Query(() => Viewer, { nullable: true })
  viewer(@Ctx() ctx: Context) {
    return viewer(ctx);
  }
}
