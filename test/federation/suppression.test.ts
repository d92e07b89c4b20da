/**
 * Primary suppression (privacy §10.6) as the hub answers it: every figure of persons, every variant, every small number that the demo district
 * has. What is expected is worked out here, from the whole figures that the district's lead reads.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Role } from '../../subgraphs/shared/src/claims.ts';
import type { Hub } from '../kit.ts';
import { DISTRICT, HUBEI_ROAD, openHub, wholeData } from './district.ts';

/** Keys, the breakdown in which they come small, and what counts the persons behind them where they do not themselves. */
const FIGURES: Record<string, { table: string; by: string | null; contributors?: string }> = {
  VOL_1: { table: 'volunteerKpis', by: 'CATEGORY', contributors: 'VOL_2' },
  VOL_1B: { table: 'volunteerKpis', by: null, contributors: 'VOL_2' },
  VOL_2: { table: 'volunteerKpis', by: 'CATEGORY' },
  VOL_3: { table: 'volunteerKpis', by: null },
  VOL_14: { table: 'volunteerKpis', by: 'CATEGORY', contributors: 'VOL_2' },
  GRV_1: { table: 'grievanceKpis', by: 'CATEGORY_PARENT' },
  GRV_2: { table: 'grievanceKpis', by: 'CATEGORY_PARENT' },
  GRV_3: { table: 'grievanceKpis', by: 'CATEGORY_PARENT' },
  GRV_4: { table: 'grievanceKpis', by: 'CATEGORY_PARENT' },
  GRV_14: { table: 'grievanceKpis', by: 'CATEGORY_PARENT' },
  GRV_16: { table: 'grievanceKpis', by: 'CATEGORY_PARENT' },
};
const KEYS = Object.keys(FIGURES);
const OUTSIDE: [role: Role | null, k: number][] = [
  [null, 10],
  ['RESIDENT', 10],
  ['PARTNER_UNIT', 10],
  ['STREET_STAFF', 10],
  ['BI_CLIENT', 5],
];

interface Row {
  area: { id: string };
  periodStart: string;
  key: string;
  dimension1: string | null;
  value: string | null;
  numerator: string | null;
  denominator: string | null;
  suppressed: boolean;
  reason: string | null;
  excluded: { reason: string; count: number | null }[];
  rank: number | null;
}
type Table = { rows: Row[]; dataAsOf: string; releaseId: null };

let hub: Hub;
let lead: string;
/** Ids of the communities in the staff's own street. */
let own: Set<string>;
beforeAll(async () => {
  const dear = { COST_BUDGET: '10000000', COST_BUDGET_SUBGRAPH: '10000000', REQUEST_TIMEOUT_MS: '30000' };
  hub = await openHub({ clock: '2026-07-15T10:00:00+08:00', environment: { gateway: dear } });
  lead = await hub.token({ role: 'DISTRICT_LEAD', area: DISTRICT });
  const rows = await hub.sql<{ id: string; own: boolean }>(
    'organization',
    'select m.community_id as id, s.code = $1 as own from membership m join area s on s.id = m.street_id where m.current order by own, 1',
    [HUBEI_ROAD],
  );
  own = new Set(rows.filter((row) => row.own).map(({ id }) => id));
});
afterAll(() => hub?.stop());

async function table(key: string, token?: string, input: object = {}): Promise<Table> {
  const { table: field, by } = FIGURES[key] as (typeof FIGURES)[string];
  const rows =
    'rows { area { id } periodStart key dimension1 value numerator denominator suppressed reason excluded { reason count } rank }';
  const document = `query ($input: KpiTableInput!) { area(code: "${DISTRICT}") { ${field}(input: $input, keys: [${key}]) { dataAsOf releaseId ${rows} } } }`;
  const asked = { level: 'COMMUNITY', from: '2025-01-01', to: '2025-04-01', grain: 'MONTH', by: by ? [by] : [], first: 5000, ...input };
  return wholeData(await hub.query(document, { input: asked }, token)).area[field];
}

const cell = ({ area, periodStart, dimension1 }: Row): string => `${area.id} ${periodStart} ${dimension1}`;

/** How many persons are behind each cell of a figure, for one that does not count them itself. */
async function contributorsOf(key: string): Promise<Map<string, number> | null> {
  const { contributors, by } = FIGURES[key] as (typeof FIGURES)[string];
  if (!contributors) return null;
  const { rows } = await table(contributors, lead, { by: by ? [by] : [] });
  return new Map(rows.map((row) => [cell(row), Number(row.value)]));
}

/** The rule of §10.6 in plain numbers. */
function isHidden({ value, numerator, denominator }: Row, persons: number | null, k: number): boolean {
  const isSmall = (n: number) => n > 0 && n < k;
  if (numerator === null) return value !== null;
  const [n, d] = [Number(numerator), denominator === null ? null : Number(denominator)];
  if (isSmall(n) || (persons !== null && persons < k && n + (d ?? 0) > 0)) return true;
  return d !== null && d > 0 && (d < 20 || isSmall(d - n));
}

/** The row as it must be told outside, but for its rank. */
function told(row: Row, persons: number | null, k: number): Row {
  const hidden = isHidden(row, persons, k);
  const ofPersons = ({ reason }: { reason: string }) => reason !== 'HOUSEHOLDS_UNKNOWN';
  const without = hidden || row.excluded.some((entry) => ofPersons(entry) && (entry.count ?? 0) < k);
  const excluded = row.excluded.map((entry) => (without && ofPersons(entry) ? { ...entry, count: null } : entry));
  if (!hidden) return { ...row, excluded };
  return { ...row, value: null, numerator: null, denominator: null, suppressed: true, reason: 'SMALL_CELL', excluded, rank: null };
}

/** Ranks anew, among what is shown. */
function rankedAnew(rows: readonly Row[]): Row[] {
  const shown = rows.filter(({ rank }) => rank !== null);
  return rows.map((row) => {
    if (row.rank === null) return row;
    const better = shown.filter(({ periodStart, rank }) => periodStart === row.periodStart && Number(rank) < Number(row.rank));
    return { ...row, rank: better.length + 1 };
  });
}

/** What came by: `person-figures.test.ts` tries every small number of every key. */
const tried = { hidden: 0, shown: 0, small: new Set<number>() };

describe.each(KEYS)('%s', (key) => {
  it('is whole inside', async () => {
    const whole = await table(key, lead);
    expect(whole.rows.length).toBeGreaterThan(200);
    expect(whole.rows.filter(({ suppressed, reason }) => suppressed || reason === 'SMALL_CELL')).toEqual([]);
    expect(await table(key, await hub.token({ role: 'AUDITOR', area: DISTRICT }))).toEqual(whole);
    expect(await table(key, await hub.token({ role: 'STREET_STAFF', area: DISTRICT }))).toEqual(whole);
  });

  it('is outside what the rule makes of the whole, cell by cell', async () => {
    const { rows: whole } = await table(key, lead);
    const persons = await contributorsOf(key);
    const behind = (row: Row): number | null => persons && (persons.get(cell(row)) ?? 0);
    for (const [role, k] of OUTSIDE) {
      const answer = await table(key, role === null ? undefined : await hub.token({ role, area: HUBEI_ROAD }));
      const isInside = (row: Row) => role === 'STREET_STAFF' && own.has(row.area.id);
      const expected = rankedAnew(whole.map((row) => (isInside(row) ? row : told(row, behind(row), k))));
      expect(answer.rows, String(role)).toEqual(expected);
      expect([answer.dataAsOf, answer.releaseId], String(role)).toEqual(['2026-07-15T00:00:00.000+08:00', null]);

      const hidden = whole.filter((row) => !isInside(row) && isHidden(row, behind(row), k));
      tried.hidden += hidden.length;
      tried.shown += whole.length - hidden.length;
      for (const row of hidden) tried.small.add(behind(row) ?? Number(row.numerator));
    }
  });

  it('does not exist outside for a month that has not ended, or for any other days', async () => {
    const ended = { grain: 'MONTH', from: '2026-06-01', to: '2026-07-01', by: [] };
    const none = [
      { grain: 'MONTH', from: '2026-07-01', to: '2026-08-01' },
      { grain: 'QUARTER', from: '2026-07-01', to: '2026-10-01' },
      { grain: 'YEAR', from: '2026-01-01', to: '2027-01-01' },
      { grain: 'CUSTOM', from: '2025-01-01', to: '2025-02-01' },
      { grain: 'CUSTOM', from: '2025-01-05', to: '2025-01-20' },
    ];
    const bi = await hub.token({ role: 'BI_CLIENT', area: DISTRICT });
    const { rows } = await table(key, bi, ended);
    expect(rows).toHaveLength(76);
    expect(rows.filter(({ reason }) => reason === 'NOT_APPLICABLE')).toEqual([]);
    for (const input of none) {
      const answer = await table(key, bi, { ...input, by: [] });
      expect(answer.rows).toHaveLength(76);
      for (const row of answer.rows)
        expect(row, JSON.stringify(input)).toMatchObject({
          value: null,
          numerator: null,
          denominator: null,
          suppressed: false,
          reason: 'NOT_APPLICABLE',
          excluded: [],
          rank: null,
        });
    }
  });
});

describe('the demo district', () => {
  it('has every small number in one figure or another, and enough that is shown', () => {
    for (let n = 1; n < 10; n++) expect(tried.small).toContain(n);
    expect([tried.hidden > 1000, tried.shown > 1000]).toEqual([true, true]);
  });
});

describe('what a figure of persons means', () => {
  it.each([
    [null, 10],
    ['BI_CLIENT', 5],
  ] as const)('is told to %s with the smallest cell %s', async (role, k) => {
    const token = role === null ? undefined : await hub.token({ role, area: DISTRICT });
    const fields = 'key minimumCell';
    const query = `{ volunteerKpiDefinitions { ${fields} } grievanceKpiDefinitions { ${fields} } facilityKpiDefinitions { ${fields} } organizationKpiDefinitions { ${fields} } }`;
    const all: { key: string; minimumCell: number | null }[] = Object.values<{ key: string; minimumCell: number | null }[]>(
      wholeData(await hub.query(query, {}, token)),
    ).flat();
    expect(new Map(all.filter(({ minimumCell }) => minimumCell !== null).map((each) => [each.key, each.minimumCell]))).toEqual(
      new Map(KEYS.map((key) => [key, k])),
    );
  });
});
