/** Lists of what is about persons, as far as the caller's scope reaches: the database decides, not the question (overview §3.6, design §5). */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Hub } from '../kit.ts';
import {
  codesOf,
  DISTRICT,
  expectNoMachinery,
  HUBEI_ROAD,
  NANCHANG_ROAD,
  openHub,
  WANGFUZHUANG,
  WANGFUZHUANG_BEFORE,
  wholeData,
} from './district.ts';

let hub: Hub;
let lead: string;
beforeAll(async () => {
  hub = await openHub();
  lead = await hub.token({ role: 'DISTRICT_LEAD', area: DISTRICT });
});
afterAll(() => hub?.stop());

interface Page<T = unknown> {
  nodes: ({ id: string } & T)[];
  pageInfo: { endCursor: string | null; hasNextPage: boolean };
}

describe('cases', () => {
  const CASES = `query ($after: String) { cases(filter: { receivedFrom: "2025-01-01", receivedTo: "2025-07-01" }, first: 200, after: $after) {
    nodes { id caseNo } pageInfo { endCursor hasNextPage } } }`;

  async function seen(token: string): Promise<string[]> {
    const ids: string[] = [];
    for (let after: string | null = null; ; ) {
      const { nodes, pageInfo }: Page = wholeData(await hub.query(CASES, { after }, token)).cases;
      ids.push(...nodes.map(({ id }) => id));
      if (!pageInfo.hasNextPage) return ids.sort();
      after = pageInfo.endCursor;
    }
  }
  const straight = async (where: string, params: unknown[]): Promise<string[]> => {
    const rows = await hub.sql<{ id: string }>(
      'grievances',
      `select id from grievance_case c where received_at >= '2025-01-01T00:00:00+08:00' and received_at < '2025-07-01T00:00:00+08:00' and ${where}`,
      params,
    );
    return rows.map(({ id }) => id).sort();
  };
  const communitiesOf = async (streetCode: string): Promise<string[]> => {
    const rows = await hub.sql<{ id: string }>(
      'organization',
      'select m.community_id as id from membership m join area s on s.id = m.street_id where m.current and s.code = $1',
      [streetCode],
    );
    return rows.map(({ id }) => id);
  };

  it('are out of reach for the public, residents, partners and BI', async () => {
    for (const role of [null, 'RESIDENT', 'PARTNER_UNIT', 'BI_CLIENT'] as const) {
      const token = role === null ? undefined : await hub.token({ role, area: HUBEI_ROAD });
      const answer = await hub.query('{ cases(filter: {}) { nodes { id } } }', {}, token);
      expect(answer.data, String(role)).toBeUndefined();
      expect(codesOf(answer)).toEqual(['GRAPHQL_VALIDATION_FAILED']);
      expectNoMachinery(answer.text);
    }
  });

  it('are listed to a street: those of its communities of today, all of them and no other', async () => {
    for (const street of [HUBEI_ROAD, NANCHANG_ROAD]) {
      const communities = await communitiesOf(street);
      expect(communities.length).toBeGreaterThan(4);
      const expected = await straight('community_id = any($1)', [communities]);
      expect(expected.length).toBeGreaterThan(50);
      expect(await seen(await hub.token({ role: 'STREET_STAFF', area: street }))).toEqual(expected);
    }
  });

  it('are listed to a community under the code it has now and under the one it had', async () => {
    const [place] = await hub.sql<{ id: string }>('organization', 'select id from area where code = $1', [WANGFUZHUANG]);
    const expected = await straight('community_id = $1', [place?.id]);
    expect(expected.length).toBeGreaterThan(5);
    for (const area of [WANGFUZHUANG, WANGFUZHUANG_BEFORE])
      expect(await seen(await hub.token({ role: 'COMMUNITY_STAFF', area })), area).toEqual(expected);
  });

  it('are not there for a filter that names another street', async () => {
    const token = await hub.token({ role: 'STREET_STAFF', area: HUBEI_ROAD });
    const answer = await hub.query(`{ cases(filter: { areaCode: "${NANCHANG_ROAD}" }) { nodes { id } } }`, {}, token);
    expect(wholeData(answer)).toEqual({ cases: { nodes: [] } });
    const [foreign] = await straight('community_id = any($1)', [await communitiesOf(NANCHANG_ROAD)]);
    expect(wholeData(await hub.query('query ($id: ID!) { case(id: $id) { id } }', { id: foreign }, token))).toEqual({ case: null });
    expect(wholeData(await hub.query('query ($id: ID!) { case(id: $id) { id } }', { id: 'cs_none' }, token))).toEqual({ case: null });
  });

  it('are listed to a department by its own orders, wherever they are', async () => {
    const [busiest] = await hub.sql<{ id: string }>(
      'grievances',
      'select to_id as id from dispatch_order group by to_id order by count(*) desc, to_id limit 1',
    );
    const org = busiest?.id as string;
    const expected = await straight(
      'id in (select case_id from dispatch_order where to_id = $1) and subject_organization_id is distinct from $1',
      [org],
    );
    expect(expected.length).toBeGreaterThan(20);
    expect(await seen(await hub.token({ role: 'DEPARTMENT_STAFF', org }))).toEqual(expected);
    expect(await seen(await hub.token({ role: 'DEPARTMENT_STAFF', org: 'og_none', area: DISTRICT }))).toEqual([]);
    const orders = await hub.query(
      'query ($id: ID) { orders(filter: {}, first: 50) { nodes { to { id } case { id } } } other: orders(filter: { organizationId: $id }) { nodes { id } } }',
      { id: org },
      await hub.token({ role: 'DEPARTMENT_STAFF', org: 'og_none', area: DISTRICT }),
    );
    expect(wholeData(orders)).toEqual({ orders: { nodes: [] }, other: { nodes: [] } });
  });

  it('about an organization are not shown to it, whatever its people’s roles', async () => {
    const [about] = await hub.sql<{ id: string; org: string }>(
      'grievances',
      `select id, subject_organization_id as org from grievance_case
       where subject_organization_id is not null and received_at >= '2025-01-01T00:00:00+08:00' and received_at < '2025-07-01T00:00:00+08:00' order by id limit 1`,
    );
    const token = await hub.token({ role: 'STREET_STAFF', area: DISTRICT, org: about?.org });
    const ids = await seen(token);
    expect(ids.length).toBeGreaterThan(100);
    expect(ids).not.toContain(about?.id);
    expect(await seen(lead)).toContain(about?.id);
  });
});

describe('service records', () => {
  const RECORDS = `query ($after: String) { serviceRecords(first: 200, after: $after) {
    nodes { id recorder { id } } pageInfo { endCursor hasNextPage } } }`;

  it('are seen by the organization that made them, and by no other', async () => {
    const [recorder] = await hub.sql<{ org: string; n: string }>(
      'volunteers',
      'select recorder_id as org, count(*) as n from service_record group by 1 having count(*) between 100 and 800 order by 1 limit 1',
    );
    const org = recorder?.org as string;
    const token = await hub.token({ role: 'ORG_REPRESENTATIVE', org });
    const ids: string[] = [];
    for (let after: string | null = null; ; ) {
      const { nodes, pageInfo }: Page<{ recorder: { id: string } }> = wholeData(await hub.query(RECORDS, { after }, token)).serviceRecords;
      expect(nodes.every(({ recorder }) => recorder.id === org)).toBe(true);
      ids.push(...nodes.map(({ id }) => id));
      if (!pageInfo.hasNextPage) break;
      after = pageInfo.endCursor;
    }
    const rows = await hub.sql<{ id: string }>('volunteers', 'select id from service_record where recorder_id = $1', [org]);
    expect(ids.sort()).toEqual(rows.map(({ id }) => id).sort());
    const stranger = await hub.token({ role: 'ORG_REPRESENTATIVE', org: 'og_none' });
    expect(wholeData(await hub.query(RECORDS, {}, stranger)).serviceRecords.nodes).toEqual([]);
    const [foreign] = ids;
    expect(wholeData(await hub.query('query ($id: ID!) { serviceRecord(id: $id) { id } }', { id: foreign }, stranger))).toEqual({
      serviceRecord: null,
    });
  });

  it('of a volunteer are his, and so is he', async () => {
    const MINE = '{ myVolunteer { number serviceRecords(first: 200) { nodes { id } } } }';
    const [who] = await hub.sql<{ id: string; number: string; subject: string }>(
      'volunteers',
      `select v.id, v.number, v.subject from volunteer v join service_record r on r.volunteer_id = v.id
       group by v.id having count(*) between 5 and 150 order by v.serial limit 1`,
    );
    const own = wholeData(await hub.query(MINE, {}, await hub.token({ role: 'VOLUNTEER', sub: who?.subject }))).myVolunteer;
    const rows = await hub.sql<{ id: string }>('volunteers', 'select id from service_record where volunteer_id = $1', [who?.id]);
    expect(own.number).toBe(who?.number);
    expect(own.serviceRecords.nodes.map(({ id }: { id: string }) => id).sort()).toEqual(rows.map(({ id }) => id).sort());

    const resident = await hub.token({ role: 'RESIDENT', sub: 'somebody-else' });
    expect(wholeData(await hub.query(MINE, {}, resident))).toEqual({ myVolunteer: null });
    const [record] = rows;
    const answer = await hub.query('query ($id: ID!) { serviceRecord(id: $id) { id } }', { id: record?.id }, resident);
    expect(wholeData(answer)).toEqual({ serviceRecord: null });
    for (const token of [undefined, await hub.token({ role: 'STREET_STAFF', area: DISTRICT })])
      expect(codesOf(await hub.query(MINE, {}, token))).toEqual(['GRAPHQL_VALIDATION_FAILED']);
    expect(codesOf(await hub.query(MINE, {}, lead))).toEqual(['FORBIDDEN']);
  });
});
