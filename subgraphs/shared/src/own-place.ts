import { UseMiddleware } from 'type-graphql';
import type { Claims } from './claims.ts';
import type { Context } from './context.ts';

/** Stable id of the community or street an object belongs to; null for one of no street, as the district's own organizations. */
type PlaceOf<Row> = (row: Row, ctx: Context) => string | null | undefined | Promise<string | null | undefined>;

/** Is this place inside the credential's scope, or the caller one whose scope is not of places? */
export const isOwnPlace = ({ variant, areas, communities }: Claims, place: string): boolean =>
  variant !== 'DEPARTMENT' || areas.includes(place) || communities.includes(place);

/**
 * A field that the public has not, of an object that lies somewhere: staff read it of their own places alone. Of another street a credential
 * gets what the public gets, so there the answer is `empty`.
 */
export function OfOwnPlace<Row>(placeOf: PlaceOf<Row>, empty: null | readonly [] = null): PropertyDecorator & MethodDecorator {
  return UseMiddleware(async ({ root, context }, next) => {
    const ctx = context as Context;
    if (ctx.claims.variant !== 'DEPARTMENT') return next();
    const place = await placeOf(root as Row, ctx);
    return !place || isOwnPlace(ctx.claims, place) ? next() : empty;
  }) as PropertyDecorator & MethodDecorator;
}
