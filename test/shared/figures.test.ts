import { describe, expect, it } from 'vitest';
import type { Context } from '../../subgraphs/shared/src/context.ts';
import { addDays, dateIn, instantText, type Period, periodOf, startOf } from '../../subgraphs/shared/src/domain/period.ts';
import { Ratio } from '../../subgraphs/shared/src/domain/ratio.ts';
import type { Figure } from '../../subgraphs/shared/src/figure.ts';
import { count, percent, unknown } from '../../subgraphs/shared/src/figure-values.ts';
import { FigureRegistry } from '../../subgraphs/shared/src/figures.ts';
import type { Membership, Place } from '../../subgraphs/shared/src/membership.ts';
import { claimsOf } from '../database.ts';

/** Three communities in two streets, with households and population; of 'z' nothing is known. */
const row = (communityId: string, streetId: string, households: number | null): Membership => ({
  communityId,
  streetId,
  districtId: 'd',
  recordedFrom: null,
  recordedTo: null,
  current: true,
  stats: households === null ? [] : [{ asOf: '2025-01-01', households, population: 2 * households, residents60Plus: null }],
});
const rows = [row('x', 's1', 3200), row('y', 's1', 100), row('z', 's2', null)];
const district: Place = { id: 'd', membership: rows };
const year = { grain: 'YEAR', start: '2025-01-01', end: '2026-01-01' } as const;

/** Figures of statistics alone: they need no department's table. */
const base = {
  nameZh: '例',
  nameEn: 'example',
  formula: 'for a test',
  formulaVersion: '1',
  breakdowns: [],
  personDerived: false,
  source: null,
};
const households: Figure = {
  ...base,
  key: 'HOUSEHOLDS',
  unit: 'COUNT',
  direction: 'AT_LEAST',
  compute: (_, s) => count(s.statistic('households').known),
};
const share: Figure = {
  ...base,
  key: 'SHARE',
  unit: 'PERCENT',
  direction: 'AT_LEAST',
  target: Ratio.of(30),
  compute: (_, s) => (s.statistic('households').none ? unknown('NO_DATA') : percent(Ratio.of('95999'), Ratio.of('320000'))),
};
const persons: Figure = {
  ...base,
  key: 'PERSONS',
  unit: 'COUNT',
  direction: 'AT_MOST',
  personDerived: true,
  compute: () => count(Ratio.of(7)),
};
const registry = new FigureRegistry([households, share, persons]);

const asked = (claims: Parameters<typeof claimsOf>[0] = {}) => ({ claims: claimsOf(claims) }) as Context;
const refused = (promise: Promise<unknown>) =>
  promise.then(
    () => 'answered',
    (error: { code?: string }) => error.code,
  );

describe('a figure explains itself', () => {
  it('shows two digits of a percentage and decides on the exact number', async () => {
    const [kpi] = await registry.summary(asked(), district, year, 'RESTATED', ['SHARE']);
    expect(kpi).toMatchObject({
      value: '30.00',
      target: '30.00',
      meetsTarget: false,
      numerator: '95999',
      denominator: '320000',
      edition: 2023,
    });
  });

  it('is null with a reason where nothing is known, never zero', async () => {
    const [kpi] = await registry.summary(asked(), { id: 'z', membership: [row('z', 's2', null)] }, year, 'RESTATED', ['SHARE']);
    expect(kpi).toMatchObject({ value: null, numerator: null, reason: 'NO_DATA', meetsTarget: null });
  });

  it('knows nothing of a period that has not begun', async () => {
    const future = { grain: 'YEAR', start: '2090-01-01', end: '2091-01-01' } as const;
    const [kpi] = await registry.summary(asked(), district, future, 'RESTATED', ['HOUSEHOLDS']);
    expect(kpi).toMatchObject({ value: null, numerator: null, reason: 'NO_DATA' });
  });

  it('gives every figure when no key is named, each once, and refuses a key it does not have', async () => {
    const all = await registry.summary(asked(), district, year, 'RESTATED');
    expect(all.map(({ key }) => key)).toEqual(['HOUSEHOLDS', 'SHARE', 'PERSONS']);
    expect(await refused(registry.summary(asked(), district, year, 'RESTATED', ['NONE']))).toBe('VALIDATION_FAILED');
  });

  it('says SOURCE_UNAVAILABLE when organization could not be asked', async () => {
    expect(await refused(registry.summary(asked(), { id: 'd', membership: null }, year, 'RESTATED'))).toBe('SOURCE_UNAVAILABLE');
    expect(await refused(registry.summary(asked({ edition: null }), district, year, 'RESTATED'))).toBe('SOURCE_UNAVAILABLE');
  });
});

describe('figures of persons', () => {
  const SMALL = {
    value: null,
    numerator: null,
    denominator: null,
    meetsTarget: null,
    suppressed: true,
    reason: 'SMALL_CELL',
    releaseId: null,
  };
  const WHOLE = { value: '7', numerator: '7', suppressed: false, reason: null, releaseId: null };
  const read = async (claims: Parameters<typeof claimsOf>[0], period: Period = year) =>
    (await registry.summary(asked(claims), district, period, 'RESTATED', ['PERSONS']))[0];

  it('are given whole to those inside, suppressed below 5 to BI and below 10 to everybody else', async () => {
    for (const variant of ['INTERNAL', 'AUDIT', 'BI'] as const) expect(await read({ variant }), variant).toMatchObject(WHOLE);
    for (const variant of ['PUBLIC', 'RESIDENT', 'PARTNER'] as const)
      expect(await read({ variant, areas: ['d'] }), variant).toMatchObject(SMALL);
  });

  it('of the district are to a street what they are to the public', async () => {
    expect(await read({ variant: 'DEPARTMENT', areas: ['s1', 'x', 'y'] })).toEqual(await read({ variant: 'PUBLIC' }));
    expect(await read({ variant: 'DEPARTMENT', areas: ['d', 's1', 's2', 'x', 'y', 'z'] })).toMatchObject(WHOLE);
  });

  it('exist outside for months, quarters and years that have ended, as of the end of the previous day', async () => {
    const none = { ...SMALL, suppressed: false, reason: 'NOT_APPLICABLE', excluded: [] };
    const today = dateIn(new Date());
    const [month, quarter] = [periodOf(today, 'MONTH'), periodOf(today, 'QUARTER')];
    for (const period of [month, quarter, periodOf(today, 'YEAR'), { ...year, grain: 'CUSTOM' as const }])
      expect(await read({ variant: 'BI' }, period), JSON.stringify(period)).toMatchObject(none);
    for (const period of [periodOf(addDays(month.start, -1), 'MONTH'), periodOf(addDays(quarter.start, -1), 'QUARTER'), year])
      expect(await read({ variant: 'BI' }, period), JSON.stringify(period)).toMatchObject({
        ...WHOLE,
        dataAsOf: instantText(startOf(today)),
      });
    expect((await read({ variant: 'INTERNAL' }, month))?.value).toBe('7');
  });

  it('in a table are whole for the own places, as public for the others, and hidden ones have no rank', async () => {
    const table = (claims: Parameters<typeof claimsOf>[0]) =>
      registry.table(asked(claims), district, { level: 'STREET', from: '2025-01-01', to: '2026-01-01', grain: 'YEAR' }, [
        'HOUSEHOLDS',
        'PERSONS',
      ]);
    const found = await table({ variant: 'DEPARTMENT', areas: ['s1', 'x', 'y'] });
    expect(found.dataAsOf).toBe(instantText(startOf(dateIn(new Date()))));
    expect(found.rows.map(({ key, area, value, reason, rank }) => [key, area.id, value, reason, rank])).toEqual([
      ['HOUSEHOLDS', 's1', '3300', null, 1],
      ['HOUSEHOLDS', 's2', '0', null, 2],
      ['PERSONS', 's1', '7', null, 1],
      ['PERSONS', 's2', null, 'SMALL_CELL', null],
    ]);
    expect((await table({ variant: 'PUBLIC' })).rows.map(({ value }) => value)).toEqual(['3300', '0', null, null]);
  });
});

describe('a table of figures', () => {
  const table = (input: object, keys: string[], claims = {}) =>
    registry.table(asked(claims), district, { level: 'COMMUNITY', from: '2025-01-01', to: '2026-01-01', grain: 'YEAR', ...input }, keys);

  it('ranks the places of one key and period; what has no value comes without a rank', async () => {
    const { rows: found } = await table({}, ['SHARE', 'HOUSEHOLDS']);
    const rank = Object.fromEntries(found.map((r) => [`${r.key} ${r.area.id}`, [r.value, r.rank]]));
    expect(rank).toMatchObject({
      'HOUSEHOLDS x': ['3200', 1],
      'HOUSEHOLDS y': ['100', 2],
      'SHARE x': ['30.00', 1],
      'SHARE y': ['30.00', 1],
      'SHARE z': [null, null],
    });
  });

  it('is read page by page, every row once', async () => {
    const first = await table({ grain: 'MONTH', first: 25 }, ['HOUSEHOLDS']);
    const second = await table({ grain: 'MONTH', first: 25, after: first.endCursor }, ['HOUSEHOLDS']);
    expect([first.hasNextPage, second.hasNextPage]).toEqual([true, false]);
    const keys = [...first.rows, ...second.rows].map((r) => `${r.periodStart} ${r.area.id}`);
    expect([keys.length, new Set(keys).size]).toEqual([36, 36]);
  });

  it('refuses a breakdown that a figure does not have, too many rows, a level above the place and a cursor of no table', async () => {
    expect(await refused(table({ by: ['CATEGORY'] }, ['HOUSEHOLDS']))).toBe('BREAKDOWN_NOT_ALLOWED');
    expect(await refused(table({ first: 5001 }, ['HOUSEHOLDS']))).toBe('PAGE_TOO_LARGE');
    expect(await refused(table({ after: 'x' }, ['HOUSEHOLDS']))).toBe('VALIDATION_FAILED');
    const street: Place = { id: 's1', membership: rows.slice(0, 2) };
    const above = { level: 'DISTRICT', from: '2025-01-01', to: '2026-01-01', grain: 'YEAR' } as const;
    expect(await refused(registry.table(asked(), street, above, ['HOUSEHOLDS']))).toBe('VALIDATION_FAILED');
  });
});
