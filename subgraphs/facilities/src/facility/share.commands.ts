import type { CommandContext } from '../../../shared/src/command.ts';
import { holdsOn } from '../../../shared/src/span.entity.ts';
import type { Share } from './facility.rules.ts';

/**
 * From a day on, until the next day on which somebody changed them, these are the shares of a facility; what was true before and what was said
 * of later days stay as they are (§6.1).
 */
export async function beginShares(ctx: CommandContext, facilityId: string, from: string, shares: readonly Share[]): Promise<void> {
  const [{ next = null } = {}] = await ctx.rows<{ next: string | null }>(
    'select min(valid_from) as next from facility_share where facility_id = $1 and valid_from > $2',
    [facilityId, from],
  );
  const held = await ctx.rows<Share & { to: string | null }>(
    `select community_id as "communityId", share, valid_to as to from facility_share h where facility_id = $1 and ${holdsOn('h', '$2::date')}`,
    [facilityId, from],
  );
  // A share that began on this very day ends on it: it never held.
  await ctx.rows(`update facility_share h set valid_to = $2 where facility_id = $1 and ${holdsOn('h', '$2::date')}`, [facilityId, from]);
  const beyond = next === null ? [] : held.filter(({ to }) => to === null || to > next);
  await put(ctx, facilityId, next, null, beyond);
  await put(ctx, facilityId, from, next, shares);
}

async function put(
  ctx: CommandContext,
  facilityId: string,
  from: string | null,
  to: string | null,
  shares: readonly (Share & { to?: string | null })[],
): Promise<void> {
  if (shares.length === 0) return;
  await ctx.rows(
    `insert into facility_share (facility_id, community_id, valid_from, valid_to, share)
     select $1, n.community_id, $2, n.valid_to, n.share from unnest($3::text[], $4::numeric[], $5::date[]) n(community_id, share, valid_to)
     on conflict (facility_id, community_id, valid_from) do update set valid_to = excluded.valid_to, share = excluded.share`,
    [
      facilityId,
      from,
      shares.map(({ communityId }) => communityId),
      shares.map(({ share }) => share),
      shares.map((share) => ('to' in share ? share.to : to)),
    ],
  );
}
