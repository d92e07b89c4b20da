import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { definition } from '../../subgraphs/facilities/src/subgraph.ts';
import { figures } from '../../subgraphs/facilities/src/summary/summary.figures.ts';
import { now } from '../../subgraphs/shared/src/clock.ts';
import { dateIn } from '../../subgraphs/shared/src/domain/period.ts';
import { readFigures } from '../../subgraphs/shared/src/figure-read.ts';
import { type TestDatabase, testDatabase } from '../database.ts';
import { organization, send as sendTo } from './acting.ts';
import { place, putFacility, putShare, putState } from './world.ts';

const others = organization();
let world: TestDatabase;
beforeAll(async () => {
  world = await testDatabase(definition);
  await putFacility(world.owner, 'F1', 'a', 'og1');
  await putState(world.owner, { id: 'F1', usable: '100' });
  await putShare(world.owner, 'F1', 'a', '1');
  await world.owner.query(
    `insert into space (id, facility_id, name, usable_area, resident_activity, bookable, equipment, combines) values
      ('r1', 'F1', '一', 40, true, true, '{}', '{}'), ('r2', 'F1', '二', 20, false, true, '{}', '{}')`,
  );
});
afterAll(() => world?.drop());

const thisYear = Number(dateIn(now()).slice(0, 4));
/** A figure of community a at the end of last year, and today. */
async function lastYearAndNow(key: 'FAC_1' | 'FAC_3' | 'FAC_13'): Promise<(string | null | undefined)[]> {
  const asked = [thisYear - 1, thisYear].map((year) => ({
    place: place('a'),
    period: { grain: 'YEAR', start: `${year}-01-01`, end: `${year + 1}-01-01` } as const,
    basis: 'RESTATED' as const,
  }));
  const lists = await readFigures(world.context(), figures.figures([key]), asked);
  return lists.map(([answer]) => answer?.value.value?.toDecimal(2) ?? answer?.value.reason);
}
const send = async (name: string, input: Record<string, unknown>) =>
  expect((await sendTo(world, others.graph, 'staff', name, input)).errors).toEqual([]);

describe("today's change leaves last year's figure as it was", () => {
  it('of usable area and shares', async () => {
    expect(await lastYearAndNow('FAC_1')).toEqual(['25.00', '25.00']);
    await send('upsertFacility', { id: 'F1', expectedVersion: 1, usableFloorArea: '120' });
    expect(await lastYearAndNow('FAC_1')).toEqual(['25.00', '30.00']);
    await send('upsertFacility', { id: 'F1', expectedVersion: 2, shares: [{ communityId: 'a', share: '0.5' }] });
    expect(await lastYearAndNow('FAC_1')).toEqual(['25.00', '15.00']);
  });

  it('of rooms: what they are for, how large they are, and that they are there', async () => {
    expect(await lastYearAndNow('FAC_3')).toEqual(['40.00', '33.33']);
    await send('upsertSpace', { id: 'r2', expectedVersion: 1, residentActivity: true });
    expect(await lastYearAndNow('FAC_3')).toEqual(['40.00', '50.00']);
    await send('upsertSpace', { id: 'r2', expectedVersion: 2, usableArea: '32' });
    expect(await lastYearAndNow('FAC_3')).toEqual(['40.00', '60.00']);
    await send('upsertSpace', { facilityId: 'F1', name: '三', usableArea: '12', residentActivity: true });
    expect(await lastYearAndNow('FAC_3')).toEqual(['40.00', '70.00']);
    await send('upsertSpace', { id: 'r1', expectedVersion: 1, combineIds: ['r2'] });
    expect(await lastYearAndNow('FAC_3')).toEqual(['40.00', '36.67']);
  });

  it('of an assurance, and of closing', async () => {
    expect(await lastYearAndNow('FAC_13')).toEqual(['0.00', '0.00']);
    await send('assureFacility', { facilityId: 'F1', expectedVersion: 3 });
    expect(await lastYearAndNow('FAC_13')).toEqual(['0.00', '100.00']);
    await send('closeFacility', { facilityId: 'F1', expectedVersion: 4, on: dateIn(now()), reason: '搬迁' });
    expect(await lastYearAndNow('FAC_13')).toEqual(['0.00', 'NO_DENOMINATOR']);
    expect(await lastYearAndNow('FAC_1')).toEqual(['25.00', '0.00']);
  });
});
