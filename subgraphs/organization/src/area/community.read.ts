import type { Transaction } from '../../../shared/src/database.ts';
import { holdsOn } from '../../../shared/src/span.entity.ts';
import { refuse } from '../errors.ts';
import { COMMUNITY_KINDS } from './area.entity.ts';

/** A community or village on a day, with the code by which its compounds are numbered. */
export interface Community {
  id: string;
  code: string;
}

/**
 * A community or village (quasi ones included) that exists on a day; what the first edition lists counts for the days before it too.
 * @throws HubError NOT_FOUND for an unknown place, PARENT_NOT_COMMUNITY for another kind and for one that is closed by then
 */
export async function requireCommunityOn(
  { rows }: Pick<Transaction, 'rows'>,
  areaId: string,
  day: string,
  field: readonly string[],
): Promise<Community> {
  const [place] = await rows<{ kind: string; closedOn: string | null; code: string | null }>(
    `select a.kind, a.closed_on as "closedOn",
       coalesce((select v.code from area_version v where v.area_id = a.id and ${holdsOn('v', '$2::date')}), a.code) as code
     from area a where a.id = $1`,
    [areaId, day],
  );
  if (!place) throw refuse('NOT_FOUND', { field });
  const isCommunity = (COMMUNITY_KINDS as readonly string[]).includes(place.kind);
  const isOpen = place.closedOn === null || day < place.closedOn;
  if (!isCommunity || !isOpen || place.code === null) {
    throw refuse('PARENT_NOT_COMMUNITY', { field, details: { kind: place.kind, closedOn: place.closedOn } });
  }
  return { id: areaId, code: place.code };
}
