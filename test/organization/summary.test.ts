import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { COMPOUNDS, DISTRICT, type OrganizationGraph, organizationGraph } from './graph.ts';

let graph: OrganizationGraph;

beforeAll(async () => {
  graph = await organizationGraph();
  await graph.owner.query(DISTRICT);
  await graph.owner.query(COMPOUNDS);
});
afterAll(() => graph?.drop());

const period = (start: string, end: string, grain = 'YEAR') => `{ grain: ${grain}, start: "${start}", end: "${end}" }`;
const year = (y: number) => period(`${y}-01-01`, `${y + 1}-01-01`);

/** `value numerator/denominator` by key. */
async function figures(id: string, of: string, basis = 'RESTATED'): Promise<Record<string, string>> {
  const { data, codes } = await graph.ask(
    `{ area(id: "${id}") { organizationSummary(period: ${of}, basis: ${basis}) { kpis { key value numerator denominator } } } }`,
  );
  expect(codes).toEqual([]);
  type Answer = { key: string; value: string | null; numerator: string; denominator: string | null };
  const kpis = data.area.organizationSummary.kpis as Answer[];
  return Object.fromEntries(kpis.map(({ key, value, numerator, denominator }) => [key, `${value} ${numerator}/${denominator}`]));
}

describe('figures of compounds', () => {
  it('say the state of the last day of the period, in their own words', async () => {
    expect(await figures('d', year(2024))).toEqual({
      ORG_1: '75.00 3/4',
      ORG_2: '66.67 2/3',
      ORG_3: '25.00 1/4',
      ORG_4: '25.00 1/4',
      ORG_6: '100.00 1/1',
      ORG_11: '1 1/null',
      ORG_15: '25.00 675/2700',
      ORG_15B: 'null 0/0',
    });
  });

  it('leave an earlier year as it was: no joint branch, one building in a group, nobody unmanaged yet', async () => {
    expect(await figures('d', year(2023))).toMatchObject({
      ORG_1: '25.00 1/4',
      ORG_2: '33.33 1/3',
      ORG_3: '0.00 0/4',
      ORG_11: '0 0/null',
      ORG_15: '20.00 500/2500',
      ORG_15B: '12.00 300/2500',
    });
  });

  it('know no dual post after the chair has gone, and no group while it is suspended', async () => {
    expect(await figures('d', year(2025))).toMatchObject({ ORG_6: '0.00 0/1', ORG_2: '66.67 2/3' });
    expect(await figures('d', year(2026))).toMatchObject({ ORG_2: '0.00 0/3', ORG_3: '0.00 0/4' });
  });

  it('give a community that moved to its street of the day as recorded, and to today’s restated', async () => {
    const september = period('2022-09-01', '2022-10-01', 'MONTH');
    expect((await figures('s1', september, 'AS_RECORDED')).ORG_1).toBe('50.00 1/2');
    expect((await figures('s2', september, 'AS_RECORDED')).ORG_1).toBe('0.00 0/2');
    expect((await figures('s1', september)).ORG_1).toBe('25.00 1/4');
    const october = period('2022-10-01', '2022-11-01', 'MONTH');
    expect((await figures('s1', october, 'AS_RECORDED')).ORG_1).toBe('25.00 1/4');
    expect((await figures('s2', october, 'AS_RECORDED')).ORG_1).toBe('null 0/0');
  });

  it('name what they leave out, and why there is no value', async () => {
    const { data } = await graph.ask(
      `{ area(id: "s2") { organizationSummary(period: ${year(2024)}) { kpis(keys: [ORG_1, ORG_15]) { key reason excluded { reason count } area { code } edition } } } }`,
    );
    const excluded = [{ reason: 'HOUSEHOLDS_UNKNOWN', count: 1 }];
    const rest = { reason: 'NO_DENOMINATOR', excluded, area: { code: '410305002000' }, edition: 2023 };
    expect(data.area.organizationSummary.kpis).toEqual([
      { key: 'ORG_1', ...rest },
      { key: 'ORG_15', ...rest },
    ]);
  });

  it('change exactly where a fact changes: management from today leaves last year alone', async () => {
    await graph.owner.query(`update compound_state set valid_to = '2026-02-01' where compound_id = 'c2';
      insert into compound_state (compound_id, valid_from, community_id, types, management, households) values ('c2', '2026-02-01', 'k1', '{COMMERCIAL}', 'NONE', 100)`);
    expect((await figures('d', year(2025))).ORG_11).toBe('1 1/null');
    expect((await figures('d', year(2026))).ORG_11).toBe('2 2/null');
    await graph.owner.query(`delete from compound_state where compound_id = 'c2' and valid_from = '2026-02-01';
      update compound_state set valid_to = null where compound_id = 'c2'`);
  });

  it('count a compound of two types in both rows of a breakdown', async () => {
    const { data } = await graph.ask(`{ area(id: "d") { organizationKpis(keys: [ORG_1],
      input: { level: DISTRICT, from: "2024-01-01", to: "2025-01-01", grain: YEAR, by: [COMPOUND_TYPE] }) { rows { dimension1 numerator denominator reason area { name } } } } }`);
    const rows = data.area.organizationKpis.rows as { dimension1: string; numerator: string; denominator: string }[];
    expect(rows.map((row) => `${row.dimension1} ${row.numerator}/${row.denominator}`)).toEqual([
      'COMMERCIAL 1/1',
      'OLD 2/3',
      'RENTAL 0/0',
      'WORK_UNIT 1/1',
    ]);
    expect(data.area.organizationKpis.rows[0].area.name).toBe('涧西区');
  });

  it('cost as many statements for six places as for two', async () => {
    const asked = (codes: string) =>
      graph.ask(
        `{ areas(filter: { kinds: [${codes}] }) { nodes { organizationSummary(period: ${year(2024)}) { kpis { value area { name } } } } } }`,
      );
    const streets = await asked('STREET');
    const all = await asked('DISTRICT, STREET, COMMUNITY');
    expect(all.data.areas.nodes).toHaveLength(6);
    expect(all.statements).toBe(streets.statements);
  });

  it('refuse a breakdown that a figure does not have', async () => {
    const { codes } = await graph.ask(`{ area(id: "d") { organizationKpis(keys: [ORG_15],
      input: { level: STREET, from: "2024-01-01", to: "2025-01-01", grain: YEAR, by: [COMPOUND_TYPE] }) { rows { key } } } }`);
    expect(codes).toEqual(['BREAKDOWN_NOT_ALLOWED']);
  });
});

describe('gaps', () => {
  const gaps = async (id: string, first = 100) => {
    const { data, codes } = await graph.ask(
      `{ area(id: "${id}") { organizationGaps(first: ${first}) { code subjectId since dueOn area { code } titleZh } } }`,
    );
    expect(codes).toEqual([]);
    return (data.area.organizationGaps as { code: string; subjectId: string; since: string | null; dueOn: string | null }[]).map(
      ({ code, subjectId, since }) => `${since} ${code} ${subjectId}`,
    );
  };

  it('come oldest first, each from the day on which it opened', async () => {
    expect(await gaps('d')).toEqual([
      '2022-01-01 HOUSEHOLDS_UNKNOWN c5',
      '2022-01-01 NO_BRANCH c4',
      '2022-01-01 NO_COMMITTEE c2',
      '2022-01-01 NO_COMMITTEE c3',
      '2022-01-01 NO_COMMITTEE c4',
      '2022-01-01 UNMANAGED c5',
      '2024-03-01 BUILDINGS_UNGROUPED c3',
      '2024-07-01 UNMANAGED c4',
      '2025-08-05 STAT_STALE k1',
      '2025-08-05 STAT_STALE k2',
      '2026-01-01 BUILDINGS_UNGROUPED c1',
      'null STAT_STALE k3',
    ]);
    expect(await gaps('k3')).toEqual(['2022-01-01 HOUSEHOLDS_UNKNOWN c5', '2022-01-01 UNMANAGED c5', 'null STAT_STALE k3']);
    expect(await gaps('d', 1)).toHaveLength(1);
  });

  it('follow a committee: filing overdue, then expired', async () => {
    await graph.owner.query(`insert into owners_committee (id, organization_id, compound_id, term, elected_on, term_starts_on, expires_on) values
      ('t3', 'oc3', 'c3', 1, current_date - 40, current_date - 40, current_date + 400)`);
    expect((await gaps('k2')).filter((gap) => gap.includes('c3') || gap.includes('t3')).map((gap) => gap.slice(11))).toEqual([
      'BUILDINGS_UNGROUPED c3',
      'FILING_OVERDUE t3',
    ]);
    await graph.owner.query(`update owners_committee set filed_on = elected_on, expires_on = current_date + 90 where id = 't3'`);
    expect((await gaps('k2')).some((gap) => gap.endsWith('COMMITTEE_EXPIRING t3'))).toBe(true);
    await graph.owner.query(`update owners_committee set expires_on = current_date where id = 't3'`);
    expect((await gaps('k2')).some((gap) => gap.endsWith('COMMITTEE_EXPIRED c3'))).toBe(true);
    await graph.owner.query(`delete from owners_committee where id = 't3'`);
  });

  it('tell of a change that nobody has decided', async () => {
    await graph.owner.query(`insert into area_change (id, kind, also_kinds, edition_from, edition_to, from_rows, to_rows, candidate_rows, predecessor_ids, area_ids,
      effective_on, status, rule, bulk_allowed) values ('x', 'RENAMED', '{}', 2022, 2023, '[]', '[]', '[]', '{}', '{k3}', '2023-06-30', 'PROPOSED', 'SAME_CODE_OTHER_CORE', false)`);
    expect((await gaps('s2')).filter((gap) => gap.includes('CHANGE'))).toEqual(['2023-06-30 CHANGE_UNDECIDED x']);
    await graph.owner.query(`delete from area_change where id = 'x'`);
  });

  it('are for staff alone', async () => {
    const { codes, data } = await graph.ask('{ area(id: "d") { organizationGaps { code } } }', {
      roles: ['PUBLIC'],
      variant: 'PUBLIC',
      subject: null,
    });
    expect(codes).toEqual(['UNAUTHENTICATED']);
    expect(data.area.organizationGaps).toBeNull();
  });
});
