import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { areaStandard, areaStandards } from '../../subgraphs/facilities/src/standard/standard.read.ts';
import { definition } from '../../subgraphs/facilities/src/subgraph.ts';
import { gapsOf } from '../../subgraphs/facilities/src/summary/gap.read.ts';
import { figures } from '../../subgraphs/facilities/src/summary/summary.figures.ts';
import { readFigures } from '../../subgraphs/shared/src/figure-read.ts';
import { type TestDatabase, testDatabase } from '../database.ts';
import { place, putFacility, putShare, putState } from './world.ts';

let world: TestDatabase;
beforeAll(async () => {
  world = await testDatabase(definition);
  const { owner } = world;
  // a has 120 m²: half of A1 and A2's gross 80 as 60; b has 600: the other half of A1 and B1. c has none that counts.
  for (const [id, community] of [
    ['A1', 'a'],
    ['A2', 'a'],
    ['B1', 'b'],
    ['C1', 'c'],
    ['C2', 'c'],
    ['C3', 'c'],
    ['C4', 'c'],
    ['X1', 'x'],
  ] as const)
    await putFacility(owner, id, community);
  await putState(owner, { id: 'A1', usable: '120', gross: '150', activity: '90', basis: 'GROSS' });
  await putState(owner, { id: 'A2', gross: '80' });
  await putState(owner, { id: 'B1', to: '2025-03-01', usable: '540', activity: '324', basis: 'USABLE' });
  await putState(owner, { id: 'B1', from: '2025-03-01', usable: '100' });
  await putState(owner, { id: 'C1', kind: 'OUTDOOR_SPACE', usable: '900' });
  await putState(owner, { id: 'C2', usable: '50', tenure: 'LEASED', leaseTo: '2024-12-30' });
  await putState(owner, { id: 'C3', usable: '70' });
  await putState(owner, { id: 'C4' });
  await putState(owner, { id: 'X1', usable: '1000' });
  for (const [id, community, share] of [
    ['A1', 'a', '0.5'],
    ['A1', 'b', '0.5'],
    ['A2', 'a', '1'],
    ['B1', 'b', '1'],
    ['C1', 'c', '1'],
    ['C2', 'c', '1'],
    ['C4', 'c', '1'],
    ['X1', 'x', '1'],
  ] as const)
    await putShare(owner, id, community, share);
  await owner.query(`insert into facility_assurance values ('A1', '2024-07-04', 'og'), ('B1', '2024-07-03', 'og')`);
});
afterAll(() => world?.drop());

const AT = '2024-12-31';
const year = (y: number) => ({ grain: 'YEAR', start: `${y}-01-01`, end: `${y + 1}-01-01` }) as const;
async function shown(id: string, y = 2024) {
  const [list = []] = await readFigures(world.context(), figures.figures(), [{ place: place(id), period: year(y), basis: 'RESTATED' }]);
  return Object.fromEntries(list.map(({ figure, value }) => [figure.key, value.value?.toDecimal(4) ?? value.reason]));
}

describe('the standard of a place', () => {
  it('pools communities with known households and tells how many meet it', async () => {
    const result = await areaStandard(world.context(), place('d'), AT);
    expect(result).toMatchObject({
      households: 2000,
      usableArea: '1720.00',
      per100Households: '36.00',
      meets: true,
      gapArea: '180.00',
      quality: 'ESTIMATED',
      communitiesMeeting: 2,
      communitiesKnown: 3,
      communitiesTotal: 4,
    });
  });

  it('names what counts with its share and what does not with the first reason', async () => {
    const { counted, notCounted } = await areaStandard(world.context(), place('s1'), AT);
    expect(counted.map(({ facilityId, community, area, share, basis }) => [facilityId, community.id, area, share, basis])).toEqual([
      ['A1', 'a', '120.00', '0.5', 'USABLE'],
      ['A2', 'a', '60.00', '1', 'GROSS_CONVERTED'],
      ['A1', 'b', '120.00', '0.5', 'USABLE'],
      ['B1', 'b', '540.00', '1', 'USABLE'],
    ]);
    expect(notCounted).toEqual([]);
    const c = await areaStandard(world.context(), place('c'), AT);
    expect(Object.fromEntries(c.notCounted.map(({ facilityId, reason }) => [facilityId, reason]))).toEqual({
      C1: 'OUTDOOR',
      C2: 'LEASE_ENDED',
      C3: 'NO_SHARE',
      C4: 'AREA_UNKNOWN',
    });
    expect(c).toMatchObject({ usableArea: '0.00', grossArea: null, meets: false, gapArea: '180.00' });
  });

  it('without households is none, with NO_DENOMINATOR', async () => {
    expect(await areaStandard(world.context(), place('x'), AT)).toMatchObject({
      households: null,
      usableArea: '1000.00',
      per100Households: null,
      meets: null,
      gapArea: null,
      reason: 'NO_DENOMINATOR',
    });
  });

  it('is that of the day: a lease through its last day, an area until it changed', async () => {
    expect((await areaStandard(world.context(), place('c'), '2024-12-30')).usableArea).toBe('50.00');
    expect((await areaStandard(world.context(), place('b'), '2025-02-28')).usableArea).toBe('600.00');
    expect((await areaStandard(world.context(), place('b'), '2025-03-01')).usableArea).toBe('160.00');
  });

  it('for every place of a level, in one statement', async () => {
    const ctx = world.context();
    const [communities, streets] = await Promise.all([
      areaStandards(ctx, place('d'), 'COMMUNITY', AT),
      areaStandards(ctx, place('d'), 'STREET', AT),
    ]);
    expect(communities.map(({ area, meets }) => [area.id, meets])).toEqual([
      ['a', true],
      ['b', true],
      ['c', false],
      ['x', null],
    ]);
    expect(streets.map(({ area, gapArea }) => [area.id, gapArea])).toEqual([
      ['s1', '0.00'],
      ['s2', '180.00'],
    ]);
    expect(ctx.statements()).toBe(1);
  });
});

describe('figures of the standard', () => {
  it('are those of the rule: pooled, by community, and G13B', async () => {
    expect(await shown('d')).toMatchObject({ FAC_1: '36.0000', FAC_2: '66.6667', FAC_7: '0.6167' });
    expect(await shown('s1')).toMatchObject({ FAC_1: '51.4286', FAC_2: '100.0000' });
  });

  it('measure gross as gross, and usable area by three quarters', async () => {
    // (75 + 80 + 75 + 540 / 0.75) m² for 1,400 households
    expect((await shown('s1')).FAC_1G).toBe('67.8571');
  });

  it('take activity and whole on the gross measure, facilities where they stand', async () => {
    // A1 90 of 150, B1 324 of 540 usable; A2 and X1 do not tell and have no rooms.
    expect((await shown('d')).FAC_3).toBe('60.0000');
    const [[answer] = []] = await readFigures(world.context(), figures.figures(['FAC_3']), [
      { place: place('d'), period: year(2024), basis: 'RESTATED' },
    ]);
    expect(answer?.value).toMatchObject({ excluded: [{ reason: 'ACTIVITY_AREA_UNKNOWN', count: 2 }], quality: 'MEASURED' });
    expect(answer?.value.numerator?.toDecimal(2)).toBe('522.00');
  });

  it("fall back on rooms for residents' activities where nobody told the activity area", async () => {
    await world.owner.query(
      `insert into space (id, facility_id, name, usable_area, resident_activity, bookable, equipment, combines) values
        ('r1', 'X1', '一', 600, true, true, '{}', '{}'), ('r2', 'X1', '二', 400, false, true, '{}', '{}'), ('r3', 'X1', '合', null, true, true, '{}', '{r1,r2}')`,
    );
    const [[answer] = []] = await readFigures(world.context(), figures.figures(['FAC_3']), [
      { place: place('x'), period: year(2024), basis: 'RESTATED' },
    ]);
    expect(answer?.value).toMatchObject({ quality: 'ESTIMATED' });
    expect([answer?.value.value?.toDecimal(2), answer?.value.denominator?.toDecimal(2)]).toEqual(['60.00', '1333.33']);
  });

  it('say how many facilities would count if anybody knew their area, each once', async () => {
    await putShare(world.owner, 'C4', 'b', '0.5');
    await world.owner.query(`update facility_share set share = 0.5 where facility_id = 'C4'`);
    const asked = ['d', 's1', 's2', 'a'].map((id) => ({ place: place(id), period: year(2024), basis: 'RESTATED' as const }));
    const lists = await readFigures(world.context(), figures.figures(['FAC_1']), asked);
    const unmeasured = lists.map(([answer]) => answer?.value.excluded?.find(({ reason }) => reason === 'AREA_UNKNOWN')?.count ?? 0);
    expect(unmeasured).toEqual([1, 1, 1, 0]);
  });

  it('stay as they were when something changes later', async () => {
    expect([(await shown('b')).FAC_1, (await shown('b', 2025)).FAC_1]).toEqual(['60.0000', '16.0000']);
  });

  it('leave equity to places of several communities', async () => {
    expect([(await shown('a')).FAC_7, (await shown('x')).FAC_7, (await shown('x')).FAC_1]).toEqual([
      'NOT_APPLICABLE',
      'NOT_APPLICABLE',
      'NO_DENOMINATOR',
    ]);
  });

  it('count an entry as fresh for 180 days after somebody confirmed it', async () => {
    // Of eight open ones A1 was assured 180 days before the end of 2024, B1 181.
    expect((await shown('d')).FAC_13).toBe('12.5000');
  });

  it('cost one statement per source', async () => {
    const ctx = world.context();
    await readFigures(
      ctx,
      figures.figures(),
      ['d', 's1', 's2', 'a', 'b', 'c', 'x'].map((id) => ({ place: place(id), period: year(2024), basis: 'AS_RECORDED' as const })),
    );
    expect(ctx.statements()).toBe(4);
  });
});

describe('the gaps of a place', () => {
  it('are told once each, of its own communities, in two statements', async () => {
    const ctx = world.context();
    const [district, street] = await Promise.all([gapsOf(ctx, place('d'), null), gapsOf(ctx, place('s2'), null)]);
    expect(ctx.statements()).toBe(2);
    const told = (list: typeof district) => list.map(({ code, subjectId }) => `${code} ${subjectId}`);
    expect(told(street)).toEqual(
      expect.arrayContaining(['AREA_BELOW_STANDARD c', 'AREA_UNKNOWN C4', 'LOCATION_UNKNOWN X1', 'OPENING_UNKNOWN C1']),
    );
    expect(told(street).filter((line) => /A1|B1|COVERAGE_STALE/.test(line))).toEqual([]);
    expect(told(district)).toContain('COVERAGE_STALE null');
    expect(new Set(told(district)).size).toBe(district.length);
  });
});
