/** Golden vectors of qualities §13.1 through the gateway, each on facts of its own in this file's copy of the databases. */
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { originsThroughGraph, type RunOptions, runCoverage, type Store } from '../../subgraphs/facilities/src/coverage/coverage.job.ts';
import { openGraph } from '../../subgraphs/shared/src/graph.ts';
import type { Hub } from '../kit.ts';
import { today } from '../straight/all.ts';
import { DISTRICT, HUBEI_ROAD, NANCHANG_ROAD, openHub, WANGFUZHUANG, WANGFUZHUANG_BEFORE, wholeData } from './district.ts';
import { idsOf, type Kpi } from './kpis.ts';

/** 重庆路街道 with its four communities. */
const CHONGQING_ROAD = '410305006000';
const FOUR = ['410305006001', '410305006002', '410305006003', '410305006004'];

let hub: Hub;
let lead: string;
let ids: Map<string, string>;
const id = (code: string): string => ids.get(code) ?? '';

beforeAll(async () => {
  hub = await openHub();
  lead = await hub.token({ role: 'DISTRICT_LEAD', area: DISTRICT });
  ids = await idsOf(hub, [DISTRICT, CHONGQING_ROAD, ...FOUR]);
});
afterAll(() => hub?.stop());

const asked = async <T>(document: string): Promise<T> => wholeData(await hub.query<T>(document, {}, lead));

/** The day of today as a period, so that a figure reads the state of today. */
const thisDay = (): string => {
  const tomorrow = new Date(Date.parse(today()) + 86_400_000).toISOString().slice(0, 10);
  return `{ grain: CUSTOM, start: "${today()}", end: "${tomorrow}" }`;
};

/** One figure of a place. */
async function figure(code: string, summary: string, key: string, period = thisDay()): Promise<Kpi> {
  const fields = 'key value numerator denominator reason excluded { reason count }';
  const { area } = await asked<{ area: { summary: { kpis: Kpi[] } } }>(
    `{ area(code: "${code}") { summary: ${summary}(period: ${period}) { kpis(keys: [${key}]) { ${fields} } } } }`,
  );
  return area.summary.kpis[0]!;
}

/** Adds an open, owned facility whose whole usable area counts for one community. */
async function addFacility(name: string, communityId: string, usable: string, point?: { lat: number; lng: number }): Promise<void> {
  await hub.sql(
    'facilities',
    `insert into facility (id, name, community_id, functions, provision_mode, address) values ($1, $1, $2, '{}', 'NEW_BUILD', 'x')`,
    [name, communityId],
  );
  await hub.sql(
    'facilities',
    `insert into facility_state (facility_id, valid_from, status, kind, usable_area, counts_toward_standard, tenure, serves_compounds, lat, lng, opening_rules)
     values ($1, '2026-01-01', 'OPEN', 'PARTY_MASS_SERVICE_CENTRE', $2, true, 'OWNED', '{}', $3, $4,
       '[{"weekdays": [1, 2, 3, 4, 5, 6, 7], "from": "08:00", "to": "20:00"}]')`,
    [name, usable, point?.lat, point?.lng],
  );
  await hub.sql(
    'facilities',
    `insert into facility_share (facility_id, community_id, valid_from, share) values ($1, $2, '2026-01-01', 1)`,
    [name, communityId],
  );
}

/** Takes every facility away, so that those of a vector stand alone. */
async function clearFacilities(): Promise<void> {
  for (const table of ['facility_share', 'facility_state', 'facility']) await hub.sql('facilities', `delete from ${table}`);
}

/** The only statistic of a community; null: nobody counted. */
async function setHouseholds(communityId: string, households: number | null): Promise<void> {
  await hub.sql('organization', 'delete from area_stat where area_id = $1', [communityId]);
  if (households === null) return;
  await hub.sql(
    'organization',
    `insert into area_stat (area_id, as_of, source, households, population) values ($1, '2026-01-01', 'COMMUNITY_COUNT', $2, $2)`,
    [communityId, households],
  );
}

describe('the area standard', () => {
  const [community = ''] = FOUR;
  const standard = async () => {
    const fields = 'households usableArea per100Households meets gapArea reason';
    const { area } = await asked<{ area: { areaStandard: Record<string, unknown> } }>(
      `{ area(code: "${community}") { areaStandard { ${fields} } } }`,
    );
    return area.areaStandard;
  };
  beforeEach(clearFacilities);

  it('G1: 960.00 m² for 3,200 households are 30.00 and meet it, nothing is missing', async () => {
    await setHouseholds(id(community), 3200);
    await addFacility('fc_g1', id(community), '960.00');
    expect(await standard()).toEqual({
      ...{ households: 3200, usableArea: '960.00', per100Households: '30.00', meets: true, gapArea: '0.00', reason: null },
    });
    expect((await figure(community, 'facilitySummary', 'FAC_1')).value).toBe('30.00');
    expect((await figure(community, 'facilitySummary', 'FAC_2')).value).toBe('100.00');
  });

  it('G2: 959.99 m² are shown as 30.00 and do not meet it, 0.01 m² are missing', async () => {
    await setHouseholds(id(community), 3200);
    await addFacility('fc_g2', id(community), '959.99');
    expect(await standard()).toEqual({
      ...{ households: 3200, usableArea: '959.99', per100Households: '30.00', meets: false, gapArea: '0.01', reason: null },
    });
    expect((await figure(community, 'facilitySummary', 'FAC_1')).value).toBe('30.00');
    expect((await figure(community, 'facilitySummary', 'FAC_2')).value).toBe('0.00');
  });

  it.each([0, null])('G3: without a household to divide by (%s) there is no value, and the reason is given', async (households) => {
    await setHouseholds(id(community), households);
    await addFacility('fc_g3', id(community), '960.00');
    expect(await standard()).toMatchObject({ per100Households: null, meets: null, reason: 'NO_DENOMINATOR' });
    expect(await figure(community, 'facilitySummary', 'FAC_1')).toMatchObject({ value: null, reason: 'NO_DENOMINATOR' });
  });
});

describe('working days', () => {
  it('G7: five after 2026-12-30 end on 2027-01-07, provisionally, while 2027 is not published', async () => {
    await hub.sql('organization', 'delete from calendar_day where year >= 2027');
    await hub.sql('organization', 'delete from work_calendar where year >= 2027');
    const { workingDayDeadline } = await asked<{ workingDayDeadline: unknown }>(
      '{ workingDayDeadline(from: "2026-12-30", days: 5) { dueAt provisional } }',
    );
    expect(workingDayDeadline).toEqual({ dueAt: expect.stringMatching(/^2027-01-08T00:00:00(\.0+)?\+08:00$/), provisional: true });
  });
});

describe('coverage', () => {
  const METRES_PER_DEGREE = (6_371_008.8 * Math.PI) / 180;
  const SOUTH = { lat: 34.6, lng: 112.4 };
  /** Everything lies on one meridian, so many metres north of X1. */
  const at = (metres: number) => ({ ...SOUTH, lat: SOUTH.lat + metres / METRES_PER_DEGREE });
  const COMPOUNDS = [
    ['X1', 400, 0],
    ['X2', 1000, 1200],
    ['X3', 600, 2900],
  ] as const;

  /** Runs the job's own function over the district as the graph gives it, and reads the run through the gateway. */
  async function covered(options: RunOptions): Promise<Record<string, unknown>> {
    const client = new pg.Client({ connectionString: hub.databaseUrl('facilities', 'owner') });
    await client.connect();
    const store: Store = (work) =>
      work({
        rows: async <T extends object>(sql: string, params: readonly unknown[] = []) => (await client.query<T>(sql, [...params])).rows,
      });
    const serviceKey = JSON.stringify(hub.secrets.subgraphs.facilities?.serviceKey);
    const graph = openGraph({ name: 'facilities', gatewayUrl: hub.url, serviceKey });
    try {
      const run = await runCoverage(store, { method: 'STRAIGHT', ...options }, () => originsThroughGraph(graph, DISTRICT));
      const fields = 'status origins facilities covered total unknownCompounds rate';
      return (await asked<{ coverageRun: Record<string, unknown> }>(`{ coverageRun(id: "${run.id}") { ${fields} } }`)).coverageRun;
    } finally {
      await client.end();
    }
  }

  beforeAll(async () => {
    await clearFacilities();
    for (const table of ['compound_state', 'compound']) await hub.sql('organization', `delete from ${table}`);
    const communityId = id(FOUR[0] ?? '');
    for (const [index, [name, households, metres]] of COMPOUNDS.entries()) {
      const code = `${FOUR[0]}00${index + 1}`;
      await hub.sql('organization', `insert into compound (id, code, name, aliases, entrances) values ($1, $2, $1, '{}', $3)`, [
        name,
        code,
        JSON.stringify([at(metres)]),
      ]);
      await hub.sql(
        'organization',
        `insert into compound_state (compound_id, valid_from, community_id, types, management, households) values ($1, '2026-01-01', $2, '{OLD}', 'NONE', $3)`,
        [name, communityId, households],
      );
    }
    await addFacility('F1', communityId, '100.00', at(300));
    await addFacility('F2', communityId, '100.00', at(1700));
  });

  it('G13: X1 and X2 are within 1,000 m, which is 70.00 % of the households', async () => {
    expect(await covered({ thresholdMetres: 1000 })).toEqual({
      ...{ status: 'DONE', origins: 3, facilities: 2, covered: 1400, total: 2000, unknownCompounds: 0, rate: '70.00' },
    });
  });

  it('G13: without F2 a threshold of 900 m still reaches X2 at 900 m, one of 899 m does not', async () => {
    await hub.sql('facilities', `delete from facility_state where facility_id = 'F2'`);
    expect(await covered({ thresholdMetres: 900 })).toMatchObject({ facilities: 1, covered: 1400, rate: '70.00' });
    expect(await covered({ thresholdMetres: 899 })).toMatchObject({ facilities: 1, covered: 400, rate: '20.00' });
  });
});

describe('evenness', () => {
  it('G13B: 30, 60 and 0 m² per 100 households in communities of 400, 1,000 and 600 give 0.6167', async () => {
    await clearFacilities();
    for (const [index, households] of [400, 1000, 600, null].entries()) await setHouseholds(id(FOUR[index] ?? ''), households);
    await addFacility('fc_30', id(FOUR[0] ?? ''), '120.00');
    await addFacility('fc_60', id(FOUR[1] ?? ''), '600.00');
    expect(await figure(CHONGQING_ROAD, 'facilitySummary', 'FAC_7')).toMatchObject({ value: '0.6167', reason: null });
  });
});

describe('places that outlive their codes', () => {
  const FIELDS = 'id code name parent { code } resolvedFromRetiredCode lineage { kind effectiveOn }';
  type Place = {
    id: string;
    code: string;
    parent: { code: string };
    resolvedFromRetiredCode: string | null;
    lineage: { kind: string; effectiveOn: string }[];
  };
  const place = async (code: string): Promise<Place> => (await asked<{ area: Place }>(`{ area(code: "${code}") { ${FIELDS} } }`)).area;

  it('G17: 王府庄 is one place under both its codes, of 南昌路 before 2022-10-31 and of 湖北路 from that day', async () => {
    const old = await place(WANGFUZHUANG_BEFORE);
    const now = await place(WANGFUZHUANG);
    expect(old).toEqual({ ...now, resolvedFromRetiredCode: WANGFUZHUANG_BEFORE });
    expect(now.parent.code).toBe(HUBEI_ROAD);
    const hours = async (street: string, start: string, end: string) => {
      const { area } = await asked<{ area: { restated: { kpis: Kpi[] }; recorded: { kpis: Kpi[] } } }>(
        `{ area(code: "${street}") {
          restated: volunteerSummary(period: { grain: CUSTOM, start: "${start}", end: "${end}" }, basis: RESTATED) { kpis(keys: [VOL_1]) { key value } }
          recorded: volunteerSummary(period: { grain: CUSTOM, start: "${start}", end: "${end}" }, basis: AS_RECORDED) { kpis(keys: [VOL_1]) { key value } }
        } }`,
      );
      return Number(area.recorded.kpis[0]?.value) - Number(area.restated.kpis[0]?.value);
    };
    expect(await hours(NANCHANG_ROAD, '2022-07-01', '2022-10-31')).toBeGreaterThan(0);
    expect(await hours(HUBEI_ROAD, '2022-07-01', '2022-10-31')).toBeLessThan(0);
    expect(await hours(NANCHANG_ROAD, '2022-10-31', '2023-01-01')).toBe(0);
    expect(await hours(HUBEI_ROAD, '2022-10-31', '2023-01-01')).toBe(0);
  });

  it('G18: 燕家沟 is one place as a village of 2020 and as a community of 工农街道, made a community in 2021 and moved in 2023', async () => {
    const old = await place('410371001210');
    expect(old).toEqual({ ...(await place('410305012020')), resolvedFromRetiredCode: '410371001210' });
    const kinds = old.lineage.filter(({ kind }) => kind === 'RECLASSIFIED' || kind === 'TRANSFERRED');
    expect(kinds.map(({ kind }) => kind)).toEqual(['RECLASSIFIED', 'TRANSFERRED']);
    expect(kinds[1]?.effectiveOn).toBe('2023-06-30');
  });
});

describe('the three rates', () => {
  const PERIOD = '{ grain: QUARTER, start: "2023-07-01", end: "2023-10-01" }';
  const rate = async (key: string): Promise<Kpi> => figure(FOUR[3] ?? '', 'grievanceSummary', key, PERIOD);

  it('G24: 183 of 190 answered in time, 151 of 176 resolved, 160 of 176 satisfied, 14 of 190 not reached', async () => {
    const [category] = await hub.sql<{ category_id: string; case_id: string }>(
      'grievances',
      'select category_id, case_id from report limit 1',
    );
    await hub.sql(
      'grievances',
      `insert into report (id, receipt_no, kind, channel, anonymity, state, category_id, community_id, received_at, respond_by, responded_at,
         title, redacted_text, case_id, origin_case_id)
       select 'g24-' || n, 'G24-' || n, 'HELP', 'COUNTER', 'NAMED_TO_CHAIN', 'CLOSED', $1, $2, '2023-07-10T09:00+08:00', '2023-07-11T09:00+08:00',
         case when n <= 183 then timestamptz '2023-07-11T09:00+08:00' else '2023-07-11T09:00:00.000001+08:00' end, 'x', 'x', $3, $3
       from generate_series(1, 190) n`,
      [category?.category_id, id(FOUR[3] ?? ''), category?.case_id],
    );
    await hub.sql(
      'grievances',
      `insert into follow_up (report_id, round, community_id, asked_at, asked_by, attempts, contacted, resolved, satisfaction, answered_at, ended_at)
       select 'g24-' || n, 1, $1, '2023-07-20T09:00+08:00', 'HOTLINE', 1, case when n <= 176 then 'REACHED' else 'UNREACHABLE' end,
         case when n <= 151 then 'RESOLVED' when n <= 176 then 'NOT_RESOLVED' end,
         case when n <= 100 then 5 when n <= 130 then 4 when n <= 160 then 3 when n <= 176 then 2 end,
         case when n <= 176 then timestamptz '2023-07-20T10:00+08:00' end, '2023-07-20T10:00+08:00'
       from generate_series(1, 190) n`,
      [id(FOUR[3] ?? '')],
    );
    expect(await rate('GRV_1')).toMatchObject({ value: '96.32', numerator: '183', denominator: '190' });
    expect(await rate('GRV_2')).toMatchObject({ value: '85.80', numerator: '151', denominator: '176' });
    expect(await rate('GRV_3')).toMatchObject({ value: '90.91', numerator: '160', denominator: '176' });
    expect(await rate('GRV_16')).toMatchObject({ value: '7.37', excluded: [{ reason: 'UNREACHABLE', count: 14 }] });
  });
});
