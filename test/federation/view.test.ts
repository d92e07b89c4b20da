/** The unified district view (views.md §9.1): one question over four departments and 88 places. */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Hub } from '../kit.ts';
import {
  DEBUG,
  DISTRICT,
  DISTRICT_VIEW,
  flat,
  HUBEI_ROAD,
  KEYS,
  openHub,
  SUBGRAPH_OF,
  SUMMARY_FIELDS,
  type Trace,
  traceOf,
  VIEW_FRAGMENTS,
  type Viewed,
  wholeData,
  YEAR_2025,
} from './district.ts';

let hub: Hub;
let lead: string;
let all: Viewed[];
let trace: Trace;

beforeAll(async () => {
  hub = await openHub();
  lead = await hub.token({ role: 'DISTRICT_LEAD', area: DISTRICT });
  const answer = await hub.query<{ area: Viewed }>(DISTRICT_VIEW, { code: DISTRICT, p: YEAR_2025 }, lead, DEBUG);
  trace = traceOf(answer);
  all = flat(wholeData(answer).area);
});
afterAll(() => hub?.stop());

describe('the district view', () => {
  it('answers the district, its 11 streets and their 76 communities at once', () => {
    expect(all).toHaveLength(88);
    expect(all[0]).toMatchObject({ code: DISTRICT, name: '涧西区' });
    expect(all[0]?.children).toHaveLength(11);
    expect(all[0]?.children?.flatMap((street) => street.children ?? [])).toHaveLength(76);
    expect(new Set(all.map(({ id }) => id)).size).toBe(88);
  });

  it('gives each place exactly the keys that were asked, in the order asked', () => {
    for (const area of all)
      for (const field of SUMMARY_FIELDS)
        expect(
          area[field]?.kpis.map((kpi) => kpi.key),
          `${area.name} ${field}`,
        ).toEqual(KEYS[field]);
  });

  it('gives every figure a value or a reason, and more than nine in ten a value', () => {
    const kpis = all.flatMap((area) => SUMMARY_FIELDS.flatMap((field) => area[field]?.kpis ?? []));
    expect(kpis.filter((kpi) => (kpi.value === null) !== (kpi.reason !== null))).toEqual([]);
    expect(kpis.filter((kpi) => kpi.value !== null).length / kpis.length).toBeGreaterThan(0.9);
    expect(new Set(kpis.map((kpi) => kpi.edition))).toEqual(new Set([2023]));
    expect(kpis.some((kpi) => kpi.suppressed)).toBe(false);
  });

  it('adds up: what is counted in the communities is the street’s and the district’s', () => {
    const countOf = (area: Viewed, field: keyof typeof KEYS, key: string) =>
      Number(area[field]?.kpis.find((kpi) => kpi.key === key)?.numerator ?? area[field]?.kpis.find((kpi) => kpi.key === key)?.value);
    for (const [field, key] of [
      ['organizationSummary', 'ORG_1'],
      ['volunteerSummary', 'VOL_1'],
      ['grievanceSummary', 'GRV_1'],
    ] as const)
      for (const area of all.filter(({ children }) => children)) {
        const below = area.children?.map((child) => countOf(child, field, key)) ?? [];
        expect(countOf(area, field, key), `${area.name} ${key}`).toBeCloseTo(
          below.reduce((sum, count) => sum + count, 0),
          3,
        );
      }
  });

  it('asks each subgraph once per stage of the plan', () => {
    expect(trace.stages).toBe(2);
    expect(trace.requests).toEqual({ organization: 1, volunteers: 1, facilities: 1, grievances: 1 });
  });

  it('costs the added departments as many statements for 88 places as for the district alone', async () => {
    const alone = await hub.query(
      `query One($code: AreaCode!, $p: PeriodInput!) { area(code: $code) { ...View } }${VIEW_FRAGMENTS}`,
      { code: DISTRICT, p: YEAR_2025 },
      lead,
      DEBUG,
    );
    wholeData(alone);
    const { organization: one = 0, ...others } = traceOf(alone).statements;
    const { organization: three = 0, ...othersOfAll } = trace.statements;
    expect(othersOfAll).toEqual(others);
    expect(Object.keys(others).sort()).toEqual(['facilities', 'grievances', 'volunteers']);
    // Organization walks down the tree itself: at most one set of statements for each of the three levels, and their children.
    expect(three).toBeLessThanOrEqual(3 * one + 2);
  });

  it('costs every department as many statements for 76 communities as for one', async () => {
    const communities = `query Communities($first: Int!, $p: PeriodInput!) {
      areas(first: $first, filter: { kinds: [COMMUNITY], parentCode: null }) { nodes { ...View } }
    }${VIEW_FRAGMENTS}`;
    const [few, many] = [
      await hub.query<{ areas: { nodes: Viewed[] } }>(communities, { first: 1, p: YEAR_2025 }, lead, DEBUG),
      await hub.query<{ areas: { nodes: Viewed[] } }>(communities, { first: 76, p: YEAR_2025 }, lead, DEBUG),
    ];
    expect(wholeData(few).areas.nodes).toHaveLength(1);
    expect(wholeData(many).areas.nodes).toHaveLength(76);
    expect(traceOf(many).statements).toEqual(traceOf(few).statements);
    expect(traceOf(many).requests).toEqual({ organization: 1, volunteers: 1, facilities: 1, grievances: 1 });
  });

  it('says what a place below says when it is asked by itself', async () => {
    const answer = await hub.query<{ area: Viewed }>(DISTRICT_VIEW, { code: HUBEI_ROAD, p: YEAR_2025 }, lead);
    const street = flat(wholeData(answer).area);
    expect(street.map(stable)).toEqual(flat(all.find(({ code }) => code === HUBEI_ROAD) as Viewed).map(stable));
  });
});

/** Without children and without the instant of the answer. */
const stable = ({ children: _, ...area }: Viewed) =>
  JSON.parse(JSON.stringify(area, (key, value: unknown) => (key === 'dataAsOf' || key === 'children' ? undefined : value))) as unknown;

describe('the order of a question', () => {
  const period = 'period: { grain: YEAR, start: "2025-01-01", end: "2026-01-01" }';
  const kpi = '{ key value numerator denominator reason excluded { reason count } area { code } }';
  /** Fields of one place, each of which can be asked alone. */
  const FIELDS = [
    'code name shortName kind',
    'households population residents60Plus',
    'parent { name parent { name } }',
    'membership { communityId streetId recordedFrom recordedTo current stats { asOf households } }',
    'lineage { kind effectiveOn from { code name } to { code name area { name } } }',
    `organizationSummary(${period}) { kpis(keys: [ORG_1, ORG_11, ORG_15]) ${kpi} }`,
    `recorded: organizationSummary(${period}, basis: AS_RECORDED) { kpis(keys: [ORG_4]) ${kpi} }`,
    `volunteerSummary(${period}) { kpis ${kpi} }`,
    `facilitySummary(${period}) { kpis(keys: [FAC_1, FAC_2, FAC_4]) ${kpi} }`,
    `grievanceSummary(${period}) { kpis ${kpi} }`,
    'areaStandard(asOf: "2025-12-31") { usableArea per100Households meets gapArea area { name } }',
    'coverage { rate covered total quality area { name } run { startedAt method } }',
    'organizationGaps(first: 5) { code titleZh area { name } } facilityGaps(first: 5) { code titleZh area { name } }',
    'facilities(first: 3) { nodes { id name operator { name } area { name parent { name } } activities(first: 2) { nodes { id title } } } }',
    'compounds(first: 2) { nodes { id name activities(first: 1) { nodes { title venue { name } } } nearestFacilities { metres facility { name } } } }',
    'organizations(first: 2) { nodes { name operatedFacilities(first: 1) { nodes { name } } organizedActivities(first: 1) { nodes { title } } } }',
    'publicCases(first: 2) { nodes { caseNo month category { nameZh } area { name } } }',
    'children { name facilities(first: 1) { nodes { name } } publicCases(first: 1) { nodes { caseNo } } }',
  ];
  const alone: Record<string, unknown>[] = [];

  beforeAll(async () => {
    for (const field of FIELDS) alone.push(await asked([field]));
  });

  async function asked(fields: readonly string[]): Promise<Record<string, unknown>> {
    const answer = await hub.query<{ area: Record<string, unknown> }>(`{ area(code: "${HUBEI_ROAD}") { ${fields.join('\n')} } }`, {}, lead);
    return wholeData(answer).area;
  }

  it('changes no value: each field says alone what it says in any combination', async () => {
    expect(alone.every((data) => Object.values(data).every((value) => value !== null))).toBe(true);
    const selection = fc.shuffledSubarray([...FIELDS.keys()], { minLength: 2 });
    await fc.assert(
      fc.asyncProperty(selection, async (chosen) => {
        const together = await asked(chosen.map((index) => FIELDS[index] as string));
        for (const index of chosen) expect(together).toMatchObject(alone[index] as object);
      }),
      { numRuns: 12 },
    );
  });

  it('is kept in the answer', async () => {
    const data = await asked(['grievanceSummary: name', 'code', 'facilities(first: 1) { nodes { name id } }', 'name']);
    expect(Object.keys(data)).toEqual(['grievanceSummary', 'code', 'facilities', 'name']);
  });

  it('of the summaries does not decide who answers', () => {
    expect(Object.keys(trace.requests).sort()).toEqual(Object.values(SUBGRAPH_OF).sort());
  });
});
