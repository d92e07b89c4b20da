import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { COMPOUNDS, DISTRICT, type OrganizationGraph, organizationGraph } from './graph.ts';

let graph: OrganizationGraph;

beforeAll(async () => {
  graph = await organizationGraph();
  await graph.owner.query(DISTRICT);
  await graph.owner.query(COMPOUNDS);
});
afterAll(() => graph?.drop());

const codes = async (filter: string) => {
  const reply = await graph.ask(`{ compounds(filter: { ${filter} }, first: 200) { nodes { id } } }`);
  expect(reply.codes).toEqual([]);
  return reply.data.compounds.nodes.map(({ id }: { id: string }) => id).join(' ');
};

describe('a compound', () => {
  it('says what held on a day, and nothing of the time before it was recorded', async () => {
    const { data } = await graph.ask(`{ compound(code: "410305001002002") {
      name now: management former: management(at: "2024-06-30") community { code } households early: households(at: "2021-12-31") } }`);
    expect(data.compound).toEqual({
      name: '四号院',
      now: 'NONE',
      former: 'SELF_MANAGED',
      community: { code: '410305001002' },
      households: 80,
      early: null,
    });
    expect((await graph.ask('{ compound(id: "c4") { management(at: "2021-12-31") } }')).codes).toEqual(['NOT_FOUND']);
  });

  it('is covered in full only when each dwelling is in an active group', async () => {
    const { data } =
      await graph.ask(`{ c1: compound(id: "c1") { now: coverage y2024: coverage(at: "2024-12-31") y2023: coverage(at: "2023-12-31") }
      c2: compound(id: "c2") { coverage before: coverage(at: "2024-02-29") partyBranch { name } } c4: compound(id: "c4") { coverage partyBranch { id } } }`);
    expect(data).toEqual({
      c1: { now: 'BRANCH_ONLY', y2024: 'FULL', y2023: 'BRANCH_ONLY' },
      c2: { coverage: 'BRANCH_ONLY', before: 'NONE', partyBranch: { name: '联合党支部' } },
      c4: { coverage: 'NONE', partyBranch: null },
    });
  });

  it('has its points in the system asked for', async () => {
    const { data } = await graph.ask(
      '{ compound(id: "c1") { location { lat lng crs precision } gcj: location(crs: GCJ02) { lat crs } entrances { lat lng precision } } }',
    );
    expect(data.compound.location).toEqual({ lat: 34.66, lng: 112.4, crs: 'WGS84', precision: 'COMPOUND' });
    expect(data.compound.gcj.crs).toBe('GCJ02');
    expect(Math.abs(data.compound.gcj.lat - 34.66)).toBeGreaterThan(0.0005);
    expect(data.compound.entrances).toEqual([{ lat: 34.6601, lng: 112.4001, precision: 'ENTRANCE' }]);
  });

  it('names its company or host only in that mode', async () => {
    const { data } = await graph.ask(
      '{ c1: compound(id: "c1") { propertyCompany { id } host { id } } c4: compound(id: "c4") { propertyCompany { id } host { id } } }',
    );
    expect(data).toEqual({ c1: { propertyCompany: { id: 'pc' }, host: null }, c4: { propertyCompany: null, host: null } });
    await expect(graph.owner.query(`update compound_state set company_id = null where compound_id = 'c1'`)).rejects.toThrow(
      'compound_state_company',
    );
  });

  it('cannot be in two states on one day', async () => {
    const twice = `insert into compound_state (compound_id, valid_from, community_id, types, management) values ('c1', '2025-01-01', 'k1', '{OLD}', 'NONE')`;
    await expect(graph.owner.query(twice)).rejects.toThrow('compound_state_one_at_a_time');
  });
});

describe('lists of compounds', () => {
  it('take a place of any level, by any code it ever had', async () => {
    expect(await codes('areaCode: "410305001000"')).toBe('c1 c2 c3 c4');
    expect(await codes('areaCode: "410305002009"')).toBe('c3 c4');
    expect(await codes('areaCode: "410305000000"')).toBe('c1 c2 c3 c4 c5 c6');
    expect((await graph.ask('{ compounds(filter: { areaCode: "990000000000" }) { nodes { id } } }')).codes).toEqual(['NOT_FOUND']);
  });

  it('take each filter, and all of them together', async () => {
    expect(await codes('types: [RENTAL, COMMERCIAL]')).toBe('c2 c5 c6');
    expect(await codes('management: [NONE]')).toBe('c4 c5 c6');
    expect(await codes('coverage: [BRANCH_ONLY]')).toBe('c1 c2 c3');
    expect(await codes('coverage: [FULL]')).toBe('');
    expect(await codes('hasOwnersCommittee: true')).toBe('c1');
    expect(await codes('hasOwnersCommittee: false, types: [OLD]')).toBe('c3 c4');
    expect(await codes('ocExpiringWithinDays: 10')).toBe('');
    expect(await codes('ocExpiringWithinDays: 2000')).toBe('c1');
    expect(await codes('populationMin: 300')).toBe('c1');
    expect(await codes('text: "南院"')).toBe('c1');
    expect(await codes('text: "%"')).toBe('');
  });

  it('find what is near a point and inside a box', async () => {
    expect(await codes('near: { lat: 34.66, lng: 112.40, crs: WGS84, metres: 500 }')).toBe('c1');
    expect(await codes('near: { lat: 34.66, lng: 112.40, crs: WGS84, metres: 1200 }')).toBe('c1 c2');
    expect(await codes('bbox: { south: 34.665, west: 112.3, north: 34.68, east: 112.5, crs: WGS84 }')).toBe('c2');
  });

  it('are the same under a place, one statement for all places', async () => {
    const list = '{ compounds(first: 1) { nodes { id } pageInfo { hasNextPage } } }';
    const { data, statements } = await graph.ask(
      `{ areas(filter: { kinds: [STREET, COMMUNITY] }) { nodes { code ${list.slice(1, -1)} } } }`,
    );
    const firsts = data.areas.nodes.map((area: { compounds: { nodes: { id: string }[] } }) => area.compounds.nodes[0]?.id);
    expect(firsts).toEqual(['c1', 'c1', 'c3', 'c5', 'c5']);
    expect(statements).toBe(2);
  });

  it('refuse a cursor of another filter', async () => {
    const page = (filter: string, after: string | null) =>
      graph.ask(
        `query ($after: String) { compounds(filter: { ${filter} }, first: 1, after: $after) { nodes { id } pageInfo { endCursor } } }`,
        {},
        { after },
      );
    const { endCursor } = (await page('management: [NONE]', null)).data.compounds.pageInfo;
    expect((await page('management: [NONE]', endCursor)).data.compounds.nodes).toEqual([{ id: 'c5' }]);
    expect((await page('management: [SELF_MANAGED]', endCursor)).codes).toEqual(['VALIDATION_FAILED']);
    expect((await graph.ask('{ compounds(filter: {}, first: 201) { nodes { id } } }')).codes).toEqual(['PAGE_TOO_LARGE']);
  });

  it('of buildings know who is in a group', async () => {
    const list = async (filter: string) => {
      const { data } = await graph.ask(
        `{ buildings(filter: { ${filter} }) { nodes { id partyGroup(at: "2024-06-01") { id } households } } }`,
      );
      return data.buildings.nodes;
    };
    expect(await list('compoundId: "c1", grouped: false, kinds: [RESIDENTIAL]')).toEqual([
      { id: 'h1', partyGroup: { id: 'g1' }, households: 120 },
    ]);
    expect(await list('areaCode: "410305001002", grouped: true')).toEqual([]);
    await expect(
      graph.owner.query(
        `insert into building (id, code, compound_id, label, kind) values ('hx', '410305001001001902', 'c1', 'x', 'RESIDENTIAL')`,
      ),
    ).rejects.toThrow('building_serial');
  });
});

describe('walking origins', () => {
  it('are the entrances, else the location, else nothing, and for departments’ services alone', async () => {
    const query = '{ walkOrigins(areaCode: "410305001000") { nodes { compoundId communityId households points { lat lng } estimated } } }';
    const { data } = await graph.ask(query, { roles: ['SERVICE'] });
    expect(data.walkOrigins.nodes).toEqual([
      { compoundId: 'c1', communityId: 'k1', households: 200, points: [{ lat: 34.6601, lng: 112.4001 }], estimated: false },
      { compoundId: 'c2', communityId: 'k1', households: 100, points: [{ lat: 34.67, lng: 112.4 }], estimated: true },
      { compoundId: 'c3', communityId: 'k2', households: 50, points: [], estimated: false },
      { compoundId: 'c4', communityId: 'k2', households: 80, points: [], estimated: false },
    ]);
    expect((await graph.ask(query, { subject: 'somebody' })).codes).toEqual(['FORBIDDEN']);
  });
});
