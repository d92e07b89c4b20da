import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { copyDatabases, type Hub, startHub } from '../kit.ts';

const DISTRICT = '410305000000';
const PERIOD = 'period: { grain: YEAR, start: "2025-01-01", end: "2026-01-01" }';

let hub: Hub;
let lead: string;
beforeAll(async () => {
  hub = await startHub({ databases: await copyDatabases(), environment: { gateway: { SUBGRAPH_TIMEOUT_MS: '3000' } } });
  lead = await hub.token({ role: 'DISTRICT_LEAD', area: DISTRICT });
});
afterAll(() => hub?.stop());

interface Run {
  id: string;
  profile: string;
  status: string;
  startedAt: string;
  dataAsOf: string;
  origins: number;
  total: number;
}

async function runsOfToday(): Promise<Run[]> {
  const from = new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10);
  const { data } = await hub.query<{ coverageRuns: { nodes: Run[] } }>(
    `{ coverageRuns(filter: { from: "${from}" }) { nodes { id profile status startedAt dataAsOf origins total } } }`,
    {},
    lead,
  );
  return data?.coverageRuns.nodes ?? [];
}

describe("the process's own coverage runs", () => {
  it('are made through the graph soon after it is ready, of all compounds there are', async () => {
    let runs: Run[] = [];
    for (let tries = 0; tries < 120 && runs.filter(({ status }) => status === 'DONE').length < 3; tries++) {
      await new Promise((resolve) => setTimeout(resolve, 250));
      runs = await runsOfToday();
    }
    expect(runs.map(({ profile, status }) => `${profile} ${status}`).sort()).toEqual(['ADULT DONE', 'ELDER DONE', 'WHEELCHAIR DONE']);
    const [{ compounds = 0 } = {}] = await hub.sql<{ compounds: number }>(
      'organization',
      'select count(*)::int as compounds from compound_state where valid_from <= current_date and (valid_to is null or current_date < valid_to)',
    );
    expect(new Set(runs.map(({ origins }) => origins))).toEqual(new Set([compounds]));
    expect(new Set(runs.map(({ dataAsOf }) => dataAsOf)).size).toBe(1);
  });

  it('are what a place and a compound are told of', async () => {
    const { data, errors } = await hub.query(
      `{ area(code: "${DISTRICT}") {
          coverage { covered total rate quality run { id detourFactor } distances(uncoveredOnly: true, first: 2) { nodes { metres covered compound { name } facility { name } minutes } } }
          facilities(first: 2, filter: { kinds: [PARTY_MASS_SERVICE_CENTRE] }) { nodes { name area { name } operator { name } isOpen nextChange opening { osm weeklyHours } serves { share community { name } } spaces { name conflictsWith { name } } } }
          areaStandard { households usableArea per100Households meets gapArea communitiesMeeting communitiesKnown communitiesTotal counted { facility { name } share } notCounted { reason facility { name } } }
          areaStandards(level: COMMUNITY) { area { name } meets }
          facilityGaps(first: 5) { code titleZh area { name } }
          facilitySummary(${PERIOD}) { kpis { key value numerator denominator reason quality dataAsOf excluded { reason count } } }
        }
        compounds(filter: { areaCode: "${DISTRICT}" }, first: 1) { nodes { nearestFacilities { metres facility { name } run { profile } } } } }`,
      {},
      lead,
    );
    expect(errors).toEqual([]);
    expect(data.area.coverage.total).toBeGreaterThan(0);
    expect(data.area.facilities.nodes).toHaveLength(2);
    expect(data.area.areaStandards).toHaveLength(data.area.areaStandard.communitiesTotal);
    expect(data.area.facilitySummary.kpis.filter(({ value }: { value: string | null }) => value === null)).toEqual([]);
    expect(data.compounds.nodes[0].nearestFacilities[0].facility.name).toEqual(expect.any(String));
  });
});

describe('while organization hangs', () => {
  it('facilities of an area asked before still answer, foreign references null', async () => {
    const list = `{ facilities(filter: { areaCode: "${DISTRICT}", openAt: "2025-09-30T10:00:00+08:00" }, first: 3) { nodes { id name area { name } isOpen } } }`;
    const before = await hub.query(list, {}, lead);
    expect(before.errors).toEqual([]);
    process.kill(hub.pid('organization'), 'SIGSTOP');
    try {
      const { data } = await hub.query(list, {}, lead);
      expect(data.facilities.nodes.map(({ id }: { id: string }) => id)).toEqual(
        before.data.facilities.nodes.map(({ id }: { id: string }) => id),
      );
      expect(data.facilities.nodes[0].area).toBeNull();
    } finally {
      process.kill(hub.pid('organization'), 'SIGCONT');
    }
  });
});
