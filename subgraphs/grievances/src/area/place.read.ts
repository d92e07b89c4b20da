import type { Context } from '../../../shared/src/context.ts';
import { HubError } from '../../../shared/src/errors.ts';
import type { Graph } from '../../../shared/src/graph.ts';
import { refuse } from '../errors.ts';

/** Where a caller says that something is: a place, perhaps a compound and a building in it. */
export interface NamedPlace {
  areaCode: string;
  compoundId?: string | null;
  buildingId?: string | null;
}

/** The same as stable ids; what happens somewhere belongs to a community. */
export interface KnownPlace {
  communityId: string;
  compoundId: string | null;
  buildingId: string | null;
}

type Found = { compoundId: string; communityId: string };
interface Answer {
  compound?: { id: string; community: { id: string } } | null;
  building?: { compound: { id: string; community: { id: string } } } | null;
}

const QUERY = `query PlaceOfReport($compound: ID, $building: ID, $withCompound: Boolean!, $withBuilding: Boolean!) {
  compound(id: $compound) @include(if: $withCompound) { id community { id } }
  building(id: $building) @include(if: $withBuilding) { compound { id community { id } } }
}`;

/** What organization said of compounds and buildings, which seldom move: the last good answer serves while it is silent. */
const known = new WeakMap<Graph, Map<string, Found>>();

/** The compound of a building, else the compound itself, with its community; null if organization knows none. */
async function compoundOf({ graph }: Context, { compoundId, buildingId }: NamedPlace): Promise<Found | null> {
  const answers = known.get(graph) ?? new Map<string, Found>();
  known.set(graph, answers);
  const id = buildingId ?? compoundId ?? '';
  try {
    const variables = {
      compound: compoundId ?? null,
      building: buildingId ?? null,
      withCompound: buildingId == null,
      withBuilding: buildingId != null,
    };
    const { compound, building } = await graph.ask<Answer>(QUERY, variables);
    const found = building?.compound ?? compound;
    if (!found) return null;
    const told = { compoundId: found.id, communityId: found.community.id };
    answers.set(id, told);
    return told;
  } catch (error) {
    const last = answers.get(id);
    if (last) return last;
    throw error;
  }
}

/** The communities of an area code; a command has the time to ask a slow organization twice. @throws HubError NOT_FOUND naming the field */
async function communitiesOfCode({ graph }: Context, areaCode: string): Promise<string[]> {
  const isCode = (error: unknown, code: string): boolean => error instanceof HubError && error.code === code;
  try {
    return await graph.communities(areaCode).catch((error: unknown) => {
      if (!isCode(error, 'SOURCE_UNAVAILABLE')) throw error;
      return graph.communities(areaCode);
    });
  } catch (error) {
    throw isCode(error, 'NOT_FOUND') ? refuse('NOT_FOUND', { field: ['areaCode'] }) : error;
  }
}

/**
 * Asks organization, before a transaction, where something is. A street's code is enough where a compound or building says in which community;
 * without one the code must leave a single community.
 * @throws HubError NOT_FOUND, VALIDATION_FAILED with the field; SOURCE_UNAVAILABLE when organization is silent and was never asked
 */
export async function placeOf(ctx: Context, place: NamedPlace): Promise<KnownPlace> {
  const communities = await communitiesOfCode(ctx, place.areaCode);
  if (place.compoundId == null && place.buildingId == null) {
    const [communityId] = communities;
    if (communityId === undefined || communities.length > 1) {
      throw refuse('VALIDATION_FAILED', { field: ['areaCode'], details: { communities: communities.length, wanted: 1 } });
    }
    return { communityId, compoundId: null, buildingId: null };
  }
  const field = [place.buildingId == null ? 'compoundId' : 'buildingId'];
  const found = await compoundOf(ctx, place);
  if (!found) throw refuse('NOT_FOUND', { field });
  if (place.compoundId != null && found.compoundId !== place.compoundId) throw refuse('VALIDATION_FAILED', { field: ['buildingId'] });
  if (!communities.includes(found.communityId)) throw refuse('VALIDATION_FAILED', { field, details: { areaCode: place.areaCode } });
  return { ...found, buildingId: place.buildingId ?? null };
}
