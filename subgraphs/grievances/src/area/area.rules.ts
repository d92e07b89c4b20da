import type { Place } from '../../../shared/src/membership.ts';

/** Stable ids of the communities of a place as it is bounded today, from what `NEEDS_COMMUNITIES` brings; null when nobody could be asked. */
export const communitiesOf = ({ id, membership }: Place): string[] | null =>
  membership &&
  [
    ...new Set(
      membership.filter((row) => row.current && [row.communityId, row.streetId, row.districtId].includes(id)).map((row) => row.communityId),
    ),
  ].sort();
