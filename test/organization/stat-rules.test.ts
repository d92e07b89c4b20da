import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { latestOn, type StatRow, seriesOf, statOn, sumOn } from '../../subgraphs/organization/src/area/stat.rules.ts';

const row = (areaId: string, asOf: string, households: number, residents60Plus: number | null = null): StatRow => ({
  areaId,
  asOf,
  source: 'POLICE_REGISTER',
  households,
  population: households * 3,
  residents60Plus,
  residents65Plus: null,
  children0to14: null,
});
const a = [row('a', '2023-06-30', 100, 20), row('a', '2024-06-30', 110)];
const b = [row('b', '2024-01-31', 50, 5)];

describe('statistics of communities', () => {
  it('hold from their day until the next', () => {
    expect(latestOn(a, '2023-06-29')).toBeNull();
    expect(latestOn(a, '2023-06-30')?.households).toBe(100);
    expect(latestOn(a, '2024-06-29')?.households).toBe(100);
    expect(statOn(a, '2026-01-01')).toMatchObject({ households: 110, residents60Plus: null, quality: 'MEASURED' });
  });

  it('say that an estimate is one', () => {
    expect(statOn([{ ...b[0]!, source: 'ESTIMATE' }], '2025-01-01')?.quality).toBe('ESTIMATED');
  });

  it('add up over the known ones, PARTIAL where some are not', () => {
    expect(sumOn([a, b], '2023-12-31')).toMatchObject({
      households: 100,
      residents60Plus: 20,
      quality: 'PARTIAL',
      asOf: '2023-06-30',
      source: null,
    });
    expect(sumOn([a, b], '2024-03-01')).toMatchObject({ households: 150, residents60Plus: 25, quality: 'MEASURED', asOf: '2024-01-31' });
    expect(sumOn([a, b], '2020-01-01')).toBeNull();
  });

  it('give one row a day, ascending, in a series', () => {
    expect(seriesOf([a, b], false).map(({ asOf, households }) => `${asOf} ${households}`)).toEqual([
      '2023-06-30 100',
      '2024-01-31 150',
      '2024-06-30 160',
    ]);
  });

  it('of streets add up to those of the district on any day', () => {
    const series = fc
      .uniqueArray(fc.integer({ min: 1, max: 28 }), { maxLength: 5 })
      .map((days) => days.sort((x, y) => x - y).map((day) => row('x', `2024-02-${String(day).padStart(2, '0')}`, day * 7)));
    fc.assert(
      fc.property(fc.array(series), fc.array(series), fc.integer({ min: 1, max: 28 }), (left, right, on) => {
        const day = `2024-02-${String(on).padStart(2, '0')}`;
        const of = (communities: StatRow[][]) => sumOn(communities, day)?.households ?? 0;
        return of([...left, ...right]) === of(left) + of(right);
      }),
    );
  });
});
