import type { Transaction } from '../../../shared/src/database.ts';
import { holdsOn } from '../../../shared/src/span.entity.ts';
import { refuse } from '../errors.ts';
import { COMMUNITY_KINDS } from './area.entity.ts';

/** A community or village (quasi ones included) on a day. */
export interface Community {
  id: string;
  /** By which its compounds are numbered. */
  code: string;
  /** Whether it exists on that day; what the first edition lists counts for the days before it too. */
  isCurrent: boolean;
}

const PLACE = `select a.kind,
    coalesce((select v.code from area_version v where v.area_id = a.id and ${holdsOn('v', '$2::date')}), a.code) as code,
    exists (select 1 from membership m where m.community_id = a.id and (m.recorded_from is null or m.recorded_from <= $2::date)
      and (m.recorded_to is null or $2::date < m.recorded_to)) as "isCurrent"
  from area a where a.id = $1`;

/** @throws HubError NOT_FOUND for an unknown place, PARENT_NOT_COMMUNITY for one of another kind */
export async function communityOn(
  { rows }: Pick<Transaction, 'rows'>,
  areaId: string,
  day: string,
  field: readonly string[],
): Promise<Community> {
  const [place] = await rows<{ kind: string; code: string; isCurrent: boolean }>(PLACE, [areaId, day]);
  if (!place) throw refuse('NOT_FOUND', { field });
  const isCommunity = (COMMUNITY_KINDS as readonly string[]).includes(place.kind);
  if (!isCommunity) throw refuse('PARENT_NOT_COMMUNITY', { field, details: { kind: place.kind } });
  return { id: areaId, code: place.code, isCurrent: place.isCurrent };
}

/** As `communityOn`. @throws HubError PARENT_NOT_COMMUNITY also for one that does not exist on that day */
export async function requireCommunityOn(
  transaction: Pick<Transaction, 'rows'>,
  areaId: string,
  day: string,
  field: readonly string[],
): Promise<Community> {
  const community = await communityOn(transaction, areaId, day, field);
  if (!community.isCurrent) throw refuse('PARENT_NOT_COMMUNITY', { field, details: { day } });
  return community;
}
