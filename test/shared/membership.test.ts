import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addDays } from '../../subgraphs/shared/src/domain/period.ts';
import {
  communitiesOn,
  currentCommunities,
  eventSpans,
  levelOf,
  type Membership,
  type Place,
  placesBelow,
  reachesBeforeBeginning,
  stateSpans,
  statOn,
} from '../../subgraphs/shared/src/membership.ts';

const year = { grain: 'YEAR', start: '2022-01-01', end: '2023-01-01' } as const;
const row = (communityId: string, streetId: string, from: string | null, to: string | null, current: boolean): Membership => ({
  communityId,
  streetId,
  districtId: 'd',
  recordedFrom: from,
  recordedTo: to,
  current,
  stats: [],
});
/** As `Area.membership`: each community that ever belonged to the place, with each street it belonged to. */
const placeOf = (id: string, rows: Membership[]): Place => {
  const own = rows.filter((r) => [r.communityId, r.streetId, r.districtId].includes(id)).map((r) => r.communityId);
  return { id, membership: rows.filter((r) => own.includes(r.communityId)) };
};

const moved = [row('c', 's1', null, '2022-10-31', false), row('c', 's2', '2022-10-31', null, true)];

/** A district of up to six communities, each of which moved between three streets at most twice. */
const districts = fc
  .array(
    fc.tuple(
      fc.array(fc.integer({ min: 0, max: 729 }), { maxLength: 2 }),
      fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 3, maxLength: 3 }),
    ),
    {
      minLength: 1,
      maxLength: 6,
    },
  )
  .map((communities) =>
    communities.flatMap(([moves, streets], i) => {
      const days = [...new Set(moves)].sort((a, b) => a - b).map((n) => addDays('2021-07-01', n));
      return [...days, null].map((to, k) => row(`c${i}`, `s${streets[k]}`, k === 0 ? null : (days[k - 1] as string), to, to === null));
    }),
  );

describe('adding up places', () => {
  it('gives events to the street at their date as recorded, and to the street of today restated', () => {
    expect(eventSpans(placeOf('s1', moved), year, 'AS_RECORDED')).toEqual([{ communityId: 'c', from: '2022-01-01', to: '2022-10-31' }]);
    expect(eventSpans(placeOf('s2', moved), year, 'AS_RECORDED')).toEqual([{ communityId: 'c', from: '2022-10-31', to: '2023-01-01' }]);
    expect(eventSpans(placeOf('s1', moved), year, 'RESTATED')).toEqual([]);
    expect(eventSpans(placeOf('s2', moved), year, 'RESTATED')).toEqual([{ communityId: 'c', from: '2022-01-01', to: '2023-01-01' }]);
  });

  it('reads state by the street of that day', () => {
    expect(stateSpans(placeOf('s1', moved), '2022-10-30', 'AS_RECORDED')).toHaveLength(1);
    expect(stateSpans(placeOf('s1', moved), '2022-10-31', 'AS_RECORDED')).toEqual([]);
    expect(stateSpans(placeOf('s2', moved), '2022-10-31', 'AS_RECORDED')).toEqual([
      { communityId: 'c', from: '2022-10-31', to: '2022-11-01' },
    ]);
  });

  it('gives every day of every community to exactly one street, under both bases', () => {
    fc.assert(
      fc.property(districts, fc.constantFrom('RESTATED' as const, 'AS_RECORDED' as const), (rows, basis) => {
        const district = placeOf('d', rows);
        const days = (place: Place) =>
          eventSpans(place, year, basis).flatMap((span) => {
            const list: string[] = [];
            for (let day = span.from; day < span.to; day = addDays(day, 1)) list.push(`${span.communityId} ${day}`);
            return list;
          });
        const byStreet = placesBelow(district, 'STREET', basis, year).flatMap(days).sort();
        expect(byStreet).toEqual(days(district).sort());
        expect(new Set(byStreet).size).toBe(byStreet.length);
      }),
      { numRuns: 60 },
    );
  });

  it('gives the same under both bases where nothing moved', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(5), { minLength: 1 }), (communities) => {
        const place = placeOf(
          'd',
          communities.map((c) => row(`c${c}`, `s${c % 2}`, null, null, true)),
        );
        expect(eventSpans(place, year, 'RESTATED')).toEqual(eventSpans(place, year, 'AS_RECORDED'));
        expect(communitiesOn(place, '2022-05-05', 'RESTATED')).toEqual(communitiesOn(place, '2022-05-05', 'AS_RECORDED'));
      }),
    );
  });

  it('leaves an ended community out of the state after its end, and keeps its history', () => {
    const ended = placeOf('s', [row('c', 's', null, '2022-06-01', true)]);
    expect(communitiesOn(ended, '2022-05-31', 'RESTATED')).toHaveLength(1);
    expect(communitiesOn(ended, '2022-06-01', 'RESTATED')).toHaveLength(0);
    expect(eventSpans(ended, year, 'RESTATED')).toHaveLength(1);
  });

  it('knows the communities of today from rows that tell no dates', () => {
    const bare = ({ communityId, streetId, districtId, current }: Membership) =>
      ({ communityId, streetId, districtId, current }) as Membership;
    const rows = [row('c', 's1', null, '2022-06-01', false), row('c', 's2', '2022-06-01', null, true), row('b', 's2', null, null, true)];
    expect(currentCommunities(placeOf('s2', rows.map(bare)))).toEqual(['b', 'c']);
    expect(currentCommunities(placeOf('s1', rows.map(bare)))).toEqual([]);
  });

  it('knows when a period reaches before the beginning of a community', () => {
    const born = placeOf('s', [row('c', 's', '2022-03-01', null, true)]);
    expect(reachesBeforeBeginning(born, year, 'RESTATED')).toBe(true);
    expect(reachesBeforeBeginning(placeOf('s2', moved), year, 'RESTATED')).toBe(false);
    expect(reachesBeforeBeginning(placeOf('c', moved), year, 'RESTATED')).toBe(false);
  });

  it('finds the level of a place and nothing above it', () => {
    expect(['d', 's2', 'c'].map((id) => levelOf(placeOf(id, moved)))).toEqual(['DISTRICT', 'STREET', 'COMMUNITY']);
    expect(placesBelow(placeOf('c', moved), 'STREET', 'RESTATED', year)).toEqual([]);
    expect(placesBelow(placeOf('d', moved), 'STREET', 'AS_RECORDED', year).map(({ id }) => id)).toEqual(['s1', 's2']);
    const after = { grain: 'YEAR', start: '2023-01-01', end: '2024-01-01' } as const;
    expect(placesBelow(placeOf('d', moved), 'STREET', 'AS_RECORDED', after).map(({ id }) => id)).toEqual(['s2']);
  });

  it('takes the latest statistic that is not later than the day', () => {
    const stat = (asOf: string, households: number | null) => ({ asOf, households, population: null, residents60Plus: null });
    const known = { ...row('c', 's', null, null, true), stats: [stat('2022-01-01', 1), stat('2022-06-30', null), stat('2023-01-01', 3)] };
    expect(statOn(known, '2021-12-31')).toBeNull();
    expect(statOn(known, '2022-06-29')?.households).toBe(1);
    expect(statOn(known, '2022-06-30')?.households).toBeNull();
  });
});
