import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Hub } from '../kit.ts';
import { straightRows } from '../straight/all.ts';
import { exact, minus, sum, written } from '../straight/exact.ts';
import type { Basis, Period } from '../straight/places.ts';
import { DISTRICT, HUBEI_ROAD, NANCHANG_ROAD, openHub, WANGFUZHUANG, wholeData, YEAR_2025 } from './district.ts';
import { ACROSS_THE_MOVE, ALL_KEYS, ask, BASES, differences, type Figure, figuresIn, idsOf, openDepartments, treeOf } from './kpis.ts';

const QUARTER: Period = { grain: 'QUARTER', start: '2024-04-01', end: '2024-07-01' };
const BEFORE_THE_MOVE: Period = { grain: 'CUSTOM', start: '2022-08-01', end: '2022-10-31' };
const AFTER_THE_MOVE: Period = { grain: 'CUSTOM', start: '2022-10-31', end: '2023-01-01' };
/** Of whose figures numerator and denominator, or the count itself, are sums over communities on the same days. */
const ADDITIVE = ['ORG_1', 'ORG_2', 'ORG_3', 'ORG_4', 'ORG_6', 'ORG_11', 'ORG_15', 'ORG_15B', 'VOL_1', 'VOL_3', 'VOL_14'].concat([
  'FAC_1',
  'FAC_1G',
  'FAC_2',
  'FAC_3',
  'FAC_4',
  'FAC_5',
  'FAC_13',
  'GRV_1',
  'GRV_2',
  'GRV_3',
  'GRV_4',
  'GRV_14',
  'GRV_16',
]);
/** Of those, what happens on a day: counted on both sides of the move. */
const EVENTS = ['VOL_1', 'VOL_14', 'GRV_1', 'GRV_2', 'GRV_3', 'GRV_4', 'GRV_14', 'GRV_16'];

let hub: Hub;
let departments: ReturnType<typeof openDepartments>;
let lead: string;
let ids: Map<string, string>;
const id = (code: string): string => ids.get(code) ?? '';
const nameOf = (areaId: string): string => [...ids].find(([, each]) => each === areaId)?.[0] ?? areaId;

beforeAll(async () => {
  hub = await openHub();
  departments = openDepartments(hub);
  lead = await hub.token({ role: 'DISTRICT_LEAD', area: DISTRICT });
  ids = await idsOf(hub, [DISTRICT, HUBEI_ROAD, NANCHANG_ROAD, WANGFUZHUANG]);
});
afterAll(async () => {
  await departments?.close();
  await hub?.stop();
});

/** The streets that the district had on or after a day; without one, ever, those that left it included. */
async function streetIds(since = '0001-01-01'): Promise<string[]> {
  const rows = await hub.sql<{ street_id: string }>(
    'organization',
    'select distinct street_id from membership where district_id = $1 and (recorded_to is null or recorded_to > $2) order by 1',
    [id(DISTRICT), since],
  );
  return rows.map((row) => row.street_id);
}

const find = (figures: readonly Figure[], areaId: string, basis: Basis, key: string): Figure => {
  const found = figures.find((figure) => figure.areaId === areaId && figure.basis === basis && figure.key === key);
  if (!found) throw new Error(`no ${key} of ${nameOf(areaId)}`);
  return found;
};

describe('every figure of the district, two streets and 王府庄 equals SQL straight over the facts', () => {
  it.each([
    ['in calendar year 2025', YEAR_2025],
    ['in the second quarter of 2024', QUARTER],
    ['across the move of 王府庄 between streets', ACROSS_THE_MOVE],
  ])('%s, under both bases, in one request', async (_, period) => {
    const areas = [DISTRICT, HUBEI_ROAD, NANCHANG_ROAD, WANGFUZHUANG].map(id);
    const figures = await ask(hub, lead, areas, period, BASES);
    expect(figures).toHaveLength(areas.length * BASES.length * ALL_KEYS.length);
    for (const basis of BASES) {
      expect(differences(figures, await straightRows(departments, areas, period, basis), basis, nameOf)).toEqual([]);
    }
  });
});

describe('the move of 王府庄 on 2022-10-31', () => {
  it('has facts on both sides, so that every additive figure of it and of both streets is above zero', async () => {
    for (const period of [BEFORE_THE_MOVE, AFTER_THE_MOVE]) {
      const figures = await ask(hub, lead, [WANGFUZHUANG, HUBEI_ROAD, NANCHANG_ROAD].map(id), period, ['AS_RECORDED']);
      const nothing = figures.filter(({ key, numerator }) => EVENTS.includes(key) && !(Number(numerator) > 0));
      expect(nothing.map((figure) => `${nameOf(figure.areaId)} ${figure.key}`)).toEqual([]);
    }
  });

  it('takes its facts from 南昌路 to 湖北路 as recorded from that day, and for all history restated', async () => {
    const [before, after] = await Promise.all(
      [BEFORE_THE_MOVE, AFTER_THE_MOVE].map((period) => ask(hub, lead, [WANGFUZHUANG, HUBEI_ROAD, NANCHANG_ROAD].map(id), period, BASES)),
    );
    const hours = (figures: Figure[], code: string, basis: Basis): number => Number(find(figures, id(code), basis, 'VOL_1').numerator);
    const own = hours(before!, WANGFUZHUANG, 'RESTATED');
    expect(hours(before!, HUBEI_ROAD, 'AS_RECORDED') + own).toBeCloseTo(hours(before!, HUBEI_ROAD, 'RESTATED'), 3);
    expect(hours(before!, NANCHANG_ROAD, 'RESTATED') + own).toBeCloseTo(hours(before!, NANCHANG_ROAD, 'AS_RECORDED'), 3);
    for (const code of [HUBEI_ROAD, NANCHANG_ROAD, WANGFUZHUANG]) {
      expect(hours(after!, code, 'AS_RECORDED')).toBe(hours(after!, code, 'RESTATED'));
    }
  });
});

describe('streets add up to the district', () => {
  it.each([
    ['in calendar year 2025', YEAR_2025],
    ['across the move', ACROSS_THE_MOVE],
  ])('%s, under both bases', async (_, period) => {
    const streets = await streetIds();
    expect(streets.length).toBeGreaterThan(11);
    const figures = await ask(hub, lead, [id(DISTRICT), ...streets], period, BASES);
    const wrong = BASES.flatMap((basis) =>
      ADDITIVE.flatMap((key) =>
        (['numerator', 'denominator'] as const).flatMap((part) => {
          const ofDistrict = exact(find(figures, id(DISTRICT), basis, key)[part] ?? '0');
          const ofStreets = sum(streets.map((street) => exact(find(figures, street, basis, key)[part] ?? '0')));
          // Each part is written with four decimals; counts are whole and must be the same.
          const apart = Math.abs(Number(written(minus(ofDistrict, ofStreets))));
          return apart <= streets.length * 0.00005
            ? []
            : [`${basis} ${key} ${part}: district ${written(ofDistrict)}, streets ${written(ofStreets)}`];
        }),
      ),
    );
    expect(wrong).toEqual([]);
  });
});

describe('the district with its 11 streets and 76 communities', () => {
  it('answers in one request for 2025, each figure as the SQL says, more than nine in ten with a value, the others with a reason', async () => {
    const figures = figuresIn(wholeData(await hub.query(treeOf(DISTRICT, ['RESTATED']), { period: YEAR_2025 }, lead)), ['RESTATED']);
    const areas = [...new Set(figures.map((figure) => figure.areaId))];
    expect(areas).toHaveLength(88);
    expect(figures).toHaveLength(88 * ALL_KEYS.length);
    expect(figures.filter(({ value }) => value !== null).length).toBeGreaterThan(0.9 * figures.length);
    expect(figures.filter(({ value, reason }) => (value === null) !== (reason !== null))).toEqual([]);
    expect(differences(figures, await straightRows(departments, areas, YEAR_2025, 'RESTATED'), 'RESTATED', nameOf)).toEqual([]);
  });
});

describe('tables', () => {
  const TABLES = [
    ['organizationKpis', 'ORG_1'],
    ['volunteerKpis', 'VOL_2'],
    ['facilityKpis', 'FAC_1'],
    ['grievanceKpis', 'GRV_14'],
  ] as const;

  it('give for each street and quarter what the summary gives', async () => {
    const input = { level: 'STREET', from: '2025-01-01', to: '2025-07-01', grain: 'QUARTER', basis: 'AS_RECORDED' };
    const fields = TABLES.map(
      ([field, key]) =>
        `${field}(input: $input, keys: [${key}]) { hasNextPage rows { area { id } periodStart key value numerator denominator reason excluded { reason count } } }`,
    );
    const answer = await hub.query<{
      area: Record<string, { hasNextPage: boolean; rows: (Figure & { area: { id: string }; periodStart: string })[] }>;
    }>(`query Tables($input: KpiTableInput!) { area(code: "${DISTRICT}") { ${fields.join('\n')} } }`, { input }, lead);
    const rows = Object.values(wholeData(answer).area).flatMap((table) => table.rows);
    const streets = (await streetIds('2025-01-01')).filter((street) => rows.some((row) => row.area.id === street));
    expect(streets).toHaveLength(11);
    for (const [start, end] of [
      ['2025-01-01', '2025-04-01'],
      ['2025-04-01', '2025-07-01'],
    ] as const) {
      const figures = await ask(hub, lead, streets, { grain: 'QUARTER', start, end }, ['AS_RECORDED']);
      for (const { area, periodStart, ...row } of rows.filter((each) => each.periodStart === start && streets.includes(each.area.id))) {
        expect({ ...find(figures, area.id, 'AS_RECORDED', row.key) }).toEqual({ ...row, areaId: area.id, basis: 'AS_RECORDED' });
      }
    }
  });
});
