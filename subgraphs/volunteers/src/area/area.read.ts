import type { Context } from '../../../shared/src/context.ts';
import type { About } from '../../../shared/src/errors.ts';
import { refuse } from '../errors.ts';

/** Places and organizations of other departments that a command names (§5.1): they are asked before its transaction. */
export interface NamedPlaces {
  communityId: string;
  compoundId?: string | null;
  facilityId?: string | null;
  organizationId?: string | null;
}

interface Answer {
  area: { membership: { communityId: string }[] | null } | null;
  compound?: { community: { id: string } | null } | null;
  facility?: { id: string } | null;
  organization?: { id: string } | null;
}

/** What is asked of them, in one operation. */
export const PLACES = `query NamedPlaces($community: ID!, $compound: ID, $withCompound: Boolean!, $facility: ID!, $withFacility: Boolean!,
    $organization: ID, $withOrganization: Boolean!) {
  area(id: $community) { membership { communityId } }
  compound(id: $compound) @include(if: $withCompound) { community { id } }
  facility(id: $facility) @include(if: $withFacility) { id }
  organization(id: $organization) @include(if: $withOrganization) { id }
}`;

/**
 * Does everything that a command names exist, and does the compound lie in the community?
 * @param fields the input's name of each.
 * @throws HubError NOT_FOUND or VALIDATION_FAILED for the command's `errors`; SOURCE_UNAVAILABLE when its owner is silent.
 */
export async function requirePlaces(ctx: Context, named: NamedPlaces, fields: Readonly<Record<keyof NamedPlaces, string>>): Promise<void> {
  const { communityId, compoundId, facilityId, organizationId } = named;
  const found = await ctx.graph.ask<Answer>(PLACES, {
    community: communityId,
    compound: compoundId ?? null,
    withCompound: Boolean(compoundId),
    facility: facilityId ?? '',
    withFacility: Boolean(facilityId),
    organization: organizationId ?? null,
    withOrganization: Boolean(organizationId),
  });
  const about = (name: keyof NamedPlaces): About => ({ field: [fields[name]] });
  if (!found.area?.membership?.some((row) => row.communityId === communityId)) throw refuse('NOT_FOUND', about('communityId'));
  if (compoundId && !found.compound) throw refuse('NOT_FOUND', about('compoundId'));
  if (compoundId && found.compound?.community?.id !== communityId) {
    throw refuse('VALIDATION_FAILED', { ...about('compoundId'), details: { expected: 'a compound of the community' } });
  }
  if (facilityId && !found.facility) throw refuse('NOT_FOUND', about('facilityId'));
  if (organizationId && !found.organization) throw refuse('NOT_FOUND', about('organizationId'));
}

/** @throws HubError as `requirePlaces`, for one community. */
export const requireKnownCommunity = (ctx: Context, communityId: string, field: string): Promise<void> =>
  requirePlaces(ctx, { communityId }, { communityId: field, compoundId: '', facilityId: '', organizationId: '' });
