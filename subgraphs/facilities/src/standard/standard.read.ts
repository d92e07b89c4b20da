import type { Context } from '../../../shared/src/context.ts';
import { parseDate } from '../../../shared/src/domain/period.ts';
import { Ratio } from '../../../shared/src/domain/ratio.ts';
import { HubError } from '../../../shared/src/errors.ts';
import { batched } from '../../../shared/src/loader.ts';
import { communitiesOn, type Level, levelOf, type Place, placesBelow, statOn } from '../../../shared/src/membership.ts';
import { holdsOn } from '../../../shared/src/span.entity.ts';
import { today } from '../facility/facility.read.ts';
import { type CommunityArea, type NotCountedReason, pooled, type StandardState, verdictOn } from './standard.rules.ts';

/** A facility as one community sees it on a day: it stands there, or has a share there, or both. */
interface SeenFacility extends StandardState {
  communityId: string;
  day: string;
  facilityId: string;
  /** Null: none of its area counts for this community. */
  share: string | null;
}

interface Cell {
  communityId: string;
  day: string;
}
const keyOf = ({ communityId, day }: Cell): string => `${communityId} ${day}`;

/** Facilities of communities on days, all that are asked in one statement. */
const seenIn = batched<Cell, SeenFacility[]>(async (ctx, cells) => {
  const rows = await ctx.rows<SeenFacility>(
    `with cell as (select * from unnest($1::text[], $2::date[]) c(community_id, day)),
       seen as (
         select c.community_id, c.day, f.id from cell c join facility f on f.community_id = c.community_id
         union
         select c.community_id, c.day, h.facility_id from cell c join facility_share h on h.community_id = c.community_id and ${holdsOn('h', 'c.day')})
     select c.community_id as "communityId", c.day, c.id as "facilityId", h.share, s.status, s.kind,
       s.counts_toward_standard as "countsTowardStandard", s.tenure, s.lease_from as "leaseFrom", s.lease_to as "leaseTo",
       s.usable_area as "usableArea", s.gross_area as "grossArea"
     from seen c join facility_state s on s.facility_id = c.id and ${holdsOn('s', 'c.day')}
     left join facility_share h on h.facility_id = c.id and h.community_id = c.community_id and ${holdsOn('h', 'c.day')}
     order by c.community_id, c.id`,
    [cells.map(({ communityId }) => communityId), cells.map(({ day }) => day)],
  );
  return Map.groupBy(rows, keyOf);
}, keyOf);

interface CountedLine {
  facilityId: string;
  community: { id: string };
  area: string;
  share: string;
  basis: string;
  usable: Ratio;
  gross: Ratio;
  isConverted: boolean;
}

/** What counts in one community, and why the rest does not. */
async function communityOn(ctx: Context, communityId: string, day: string) {
  const counted: CountedLine[] = [];
  const refused = new Map<string, NotCountedReason>();
  for (const facility of (await seenIn(ctx, { communityId, day })) ?? []) {
    const verdict = verdictOn(facility, facility.share !== null, day);
    if ('reason' in verdict) {
      refused.set(facility.facilityId, verdict.reason);
      continue;
    }
    const share = Ratio.of(facility.share ?? '0');
    counted.push({
      facilityId: facility.facilityId,
      community: { id: communityId },
      area: verdict.usable.toDecimal(2),
      share: share.toTrimmed(6),
      basis: verdict.basis,
      usable: verdict.usable.mul(share),
      gross: verdict.gross.mul(share),
      isConverted: verdict.basis === 'GROSS_CONVERTED',
    });
  }
  return { counted, refused };
}

/**
 * The standard of one place on a day (§6.2), by today's boundaries as `facilitySummary` does unless told otherwise. A facility that counts in one
 * of its communities is not told as not counted in another.
 */
async function standardOf(ctx: Context, place: Place, day: string) {
  const rows = communitiesOn(place, day, 'RESTATED');
  const parts = await Promise.all(
    rows.map(async (row) => ({ households: statOn(row, day)?.households ?? null, ...(await communityOn(ctx, row.communityId, day)) })),
  );
  const counted = parts.flatMap((part) => part.counted);
  const countedIds = new Set(counted.map(({ facilityId }) => facilityId));
  const refused = new Map(parts.flatMap((part) => [...part.refused]));
  const areas = parts.map(
    (part): CommunityArea => ({ households: part.households, area: Ratio.sum(part.counted.map(({ usable }) => usable)) }),
  );
  const { households, per100, meets, gap, meeting, known } = pooled(areas);
  return {
    area: { id: place.id },
    asOf: day,
    households,
    usableArea: Ratio.sum(areas.map(({ area }) => area)).toDecimal(2),
    grossArea: counted.length === 0 ? null : Ratio.sum(counted.map(({ gross }) => gross)).toDecimal(2),
    per100Households: per100?.toDecimal(2) ?? null,
    meets,
    gapArea: gap?.toDecimal(2) ?? null,
    quality: counted.some(({ isConverted }) => isConverted) ? ('ESTIMATED' as const) : ('MEASURED' as const),
    reason: per100 ? null : ('NO_DENOMINATOR' as const),
    communitiesMeeting: meeting,
    communitiesKnown: known,
    communitiesTotal: rows.length,
    counted: counted.map(({ facilityId, community, area, share, basis }) => ({ facilityId, community, area, share, basis })),
    notCounted: [...refused].filter(([id]) => !countedIds.has(id)).map(([facilityId, reason]) => ({ facilityId, reason })),
  };
}

const dayOf = (asOf: string | null | undefined): string => (asOf ? parseDate(asOf) : today());

/** `Area.areaStandard(asOf)`. @throws HubError SOURCE_UNAVAILABLE without the place's communities */
export async function areaStandard(ctx: Context, place: Place, asOf: string | null | undefined) {
  if (!place.membership) throw new HubError('SOURCE_UNAVAILABLE');
  return standardOf(ctx, place, dayOf(asOf));
}

/**
 * `Area.areaStandards(level, asOf)`: every place of the level in this one, by id, in one statement.
 * @throws HubError VALIDATION_FAILED for a level above the place, SOURCE_UNAVAILABLE
 */
export async function areaStandards(ctx: Context, place: Place, level: Level, asOf: string | null | undefined) {
  if (!place.membership) throw new HubError('SOURCE_UNAVAILABLE');
  const places = placesBelow(place, level, 'RESTATED', null);
  if (places.length === 0 && levelOf(place)) throw new HubError('VALIDATION_FAILED', { level });
  return Promise.all(places.map((below) => standardOf(ctx, below, dayOf(asOf))));
}
