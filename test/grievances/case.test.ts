import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Claims } from '../../subgraphs/shared/src/claims.ts';
import { COMPANY, DEPARTMENT, type District, LEAD, openDistrict, PUBLIC, STREET } from './district.ts';

let district: District;
const ask: District['ask'] = (claims, source) => district.ask(claims, source);

beforeAll(async () => {
  district = await openDistrict();
});
afterAll(() => district?.world.drop());

const numbers = async (claims: Partial<Claims>, filter = '{}') => {
  const { data, codes } = await ask(claims, `{ cases(filter: ${filter}) { nodes { caseNo } } }`);
  expect(codes).toEqual([]);
  return data.cases.nodes.map(({ caseNo }: { caseNo: string }) => caseNo);
};

describe('a case', () => {
  it('is seen by staff of its place, by who has an order of it, and by the district', async () => {
    expect(await numbers(STREET)).toEqual(['JX6', 'JX5', 'JX2', 'JX1']);
    expect(await numbers(DEPARTMENT)).toEqual(['JX3', 'JX1']);
    expect(await numbers(LEAD)).toEqual(['JX4', 'JX6', 'JX5', 'JX3', 'JX2', 'JX1']);
    expect(await numbers({ ...STREET, communities: [] })).toEqual([]);
    expect(await numbers({ ...DEPARTMENT, organization: 'another' })).toEqual([]);
  });

  it('is never seen by the organization complained about, whatever its roles', async () => {
    expect(await numbers(COMPANY)).toEqual(['JX4', 'JX6', 'JX5', 'JX3', 'JX1']);
    const { data } = await ask(
      COMPANY,
      '{ case(id: "company") { id } order(id: "o2") { id } orders(filter: { areaCode: "410305000000" }) { nodes { id } } }',
    );
    expect(data.case).toBeNull();
    expect(data.order).toBeNull();
    expect(data.orders.nodes.map(({ id }: { id: string }) => id)).not.toContain('o2');
    const session = district.world.session(COMPANY);
    for (const table of [
      'case_message',
      'case_evidence',
      'sla_clock',
      'case_publication',
      'dispatch_order',
      'clock_pause',
      'deadline_extension',
    ])
      expect(await session.rows(`select * from ${table} where case_id = 'company'`)).toEqual([]);
  });

  it('is shown to that organization only as the summary approved for it', async () => {
    const query = '{ subjectCases { nodes { caseNo summary state month category { code } area { id } } } }';
    const shown = {
      caseNo: 'JX2',
      summary: '收费问题（摘要）',
      state: 'IN_HAND',
      month: '2025-06',
      category: { code: 'WY01' },
      area: { id: 'c1' },
    };
    expect((await ask(COMPANY, query)).data.subjectCases.nodes).toEqual([shown]);
    expect((await ask(STREET, query)).data.subjectCases.nodes).toEqual([]);
  });

  it('is asked for by staff alone', async () => {
    for (const roles of [['PUBLIC'], ['RESIDENT'], ['PARTNER_UNIT'], ['BI_CLIENT'], ['NEIGHBOUR_LEAD'], ['AUDITOR']] as Claims['roles'][])
      expect((await ask({ roles, subject: 's' }, '{ case(id: "open") { id } }')).codes).toEqual(['FORBIDDEN']);
    expect(await district.world.session({ ...STREET, roles: ['PUBLIC'] }).rows('select id from grievance_case')).toEqual([]);
  });

  it('tells how many reports it serves to its chain; to others only from five on', async () => {
    const count = async (claims: Partial<Claims>, id = 'open') =>
      (await ask(claims, `{ case(id: "${id}") { reportCount } }`)).data.case.reportCount;
    expect([await count(STREET), await count(DEPARTMENT), await count(LEAD)]).toEqual([3, 3, null]);
    expect(await count(LEAD, 'closed')).toBe(0);
    await district.world.owner.query(`insert into report (id, receipt_no, kind, channel, anonymity, state, category_id, community_id, received_at, respond_by, title, redacted_text, case_id, origin_case_id)
      select 'q' || n, 'q' || n, 'HELP', 'COUNTER', 'NAMED_TO_CHAIN', 'IN_HAND', 'k1', 'c1', '2019-06-02', '2019-06-03', 'x', 'x', 'open', 'open' from generate_series(1, 2) n`);
    expect(await count(LEAD)).toBe(5);
  });

  it('has the filters of its list', async () => {
    expect(await numbers(LEAD, '{ areaCode: "410305001000", states: [IN_PROGRESS] }')).toEqual(['JX2', 'JX1']);
    expect(await numbers(LEAD, '{ colours: [RED] }')).toEqual(['JX3', 'JX1']);
    expect(await numbers(LEAD, '{ colours: [GREEN, YELLOW] }')).toEqual(['JX2']);
    expect(await numbers(LEAD, '{ categoryId: "k", receivedFrom: "2025-06-03", receivedTo: "2025-06-05" }')).toEqual(['JX3', 'JX2']);
    expect(await numbers(LEAD, '{ reviewBefore: "2025-01-02" }')).toEqual(['JX4']);
    expect(await numbers(LEAD, '{ text: "电梯", urgencies: [GENERAL] }')).toEqual(['JX6', 'JX1']);
    expect(await numbers(LEAD, '{ text: "%" }')).toEqual([]);
  });

  it('with everything under it costs the same number of statements, however many cases', async () => {
    const { owner } = district.world;
    const query = `{ cases(filter: {}, first: 50) { nodes {
      category { nameZh parent { code } } colour reportCount merged { id } mergedInto { id } referral { channel }
      clocks { kind state colour usedMinutes pauses { reason approvedBy { id } } policy { resolve { amount unit } } }
      events { kind } extensions { granted } publications { audience } orders { id colour acceptClock { state usedMinutes } case { id } } } } }`;
    const few = await ask(STREET, query);
    await owner.query(`
      insert into grievance_case (id, case_no, title, category_id, community_id, state, urgency, received_at, owner_id, merged_into_id)
        select id || n, case_no || '-' || n, title, category_id, 'c9', state, urgency, received_at, owner_id, merged_into_id
        from grievance_case, generate_series(1, 8) n where id in ('open', 'merged', 'company');
      insert into sla_clock select case_id || n, kind, round, 'c9', policy_id, started_at, due_at, warn_at from sla_clock, generate_series(1, 8) n where case_id = 'open';
      insert into clock_pause select case_id || n, from_at, to_at, reason from clock_pause, generate_series(1, 8) n where case_id = 'open'`);
    const many = await ask({ ...STREET, communities: ['c1', 'c9'] }, query);
    await owner.query(`delete from sla_clock where community_id = 'c9'; delete from grievance_case where community_id = 'c9'`);
    expect([few.codes, many.codes]).toEqual([[], []]);
    expect([few.data.cases.nodes.length, many.data.cases.nodes.length]).toEqual([4, 28]);
    expect(many.statements).toBe(few.statements);
    expect(many.statements).toBeLessThanOrEqual(14);
  });

  it('shows its clocks as they stand', async () => {
    const { data } = await ask(
      LEAD,
      '{ cases(filter: { states: [SUSPENDED, IN_PROGRESS] }) { nodes { caseNo colour clocks { kind state usedMinutes } } } }',
    );
    const byNumber = Object.fromEntries(data.cases.nodes.map((row: { caseNo: string; clocks: object[] }) => [row.caseNo, row] as const));
    expect(byNumber.JX1).toMatchObject({ colour: 'RED' });
    // The day of receipt does not count, nor does the day of the pause.
    expect(byNumber.JX4?.clocks).toEqual([{ kind: 'RESOLVE', state: 'PAUSED', usedMinutes: 0 }]);
    expect(byNumber.JX1?.clocks).toEqual([
      expect.objectContaining({ kind: 'RESOLVE', state: 'BREACHED' }),
      { kind: 'RESPOND', state: 'MET', usedMinutes: 60 },
    ]);
  });
});

describe('an order', () => {
  it('stands in the worklist of its holder, the first due first', async () => {
    const { data } = await ask(
      DEPARTMENT,
      '{ orders(filter: { organizationId: "dept" }) { nodes { id dueAt colour role acceptClock { state } case { caseNo } } } }',
    );
    expect(
      data.orders.nodes.map(({ id, colour, acceptClock }: { id: string; colour: string; acceptClock: { state: string } }) => [
        id,
        colour,
        acceptClock.state,
      ]),
    ).toEqual([
      ['o4', 'GREY', 'CANCELLED'],
      ['o1', 'RED', 'MET'],
      ['o3', 'GREY', 'BREACHED'],
    ]);
  });

  it('counts in what its organization got to handle', async () => {
    const load = (start: string, end: string) =>
      ask(
        DEPARTMENT,
        `{ _entities(representations: [{ __typename: "Organization", id: "dept" }, { __typename: "Organization", id: "none" }]) { ... on Organization {
      caseload(period: { grain: CUSTOM, start: "${start}", end: "${end}" }) { orders leads acceptedInTime returned escalated handled handledInTime openAtEnd overdueAtEnd } } } }`,
      );
    const june = await load('2025-06-01', '2025-07-01');
    const none = {
      orders: 0,
      leads: 0,
      acceptedInTime: 0,
      returned: 0,
      escalated: 0,
      handled: 0,
      handledInTime: 0,
      openAtEnd: 0,
      overdueAtEnd: 0,
    };
    expect(june.data._entities).toEqual([
      {
        caseload: {
          ...none,
          orders: 3,
          leads: 2,
          acceptedInTime: 1,
          returned: 1,
          handled: 1,
          handledInTime: 1,
          openAtEnd: 1,
          overdueAtEnd: 1,
        },
      },
      { caseload: none },
    ]);
    expect(june.statements).toBe(1);
    // Before the returned one came back, and before anything was late.
    expect((await load('2025-06-03', '2025-06-05')).data._entities[0].caseload).toMatchObject({ orders: 2, openAtEnd: 2, overdueAtEnd: 0 });
  });
});

describe('the board', () => {
  it('counts open cases of the place by state and colour, whole or not at all', async () => {
    const board = async (claims: Partial<Claims>) =>
      (await ask(claims, '{ caseBoard(areaCode: "410305000000") { area { id } cells { state colour cases } } }')).data.caseBoard;
    expect(await board(LEAD)).toEqual({
      area: { id: 'd' },
      cells: [
        { state: 'IN_PROGRESS', colour: 'GREEN', cases: 1 },
        { state: 'IN_PROGRESS', colour: 'RED', cases: 1 },
        { state: 'SUSPENDED', colour: 'GREY', cases: 1 },
      ],
    });
    expect((await board({ ...STREET, communities: ['c1', 'c2'] })).cells).toHaveLength(3);
    for (const claims of [DEPARTMENT, STREET]) expect(await board(claims)).toBeNull();
  });
});

describe('deadlines', () => {
  it('are told by category, its own before the default, in the version of today', async () => {
    const { data, statements } = await ask(
      PUBLIC,
      `{
      caseCategory(code: "WY01") { parent { code children { code } } slaPolicies { id accept { amount unit } } }
      parent: caseCategory(id: "k") { slaPolicies { id } }
      slaPolicies(filter: { at: "2021-06-01" }) { nodes { id category { id } } } caseCategories(filter: { leafOnly: true }) { nodes { code } } }`,
    );
    expect(data).toEqual({
      caseCategory: {
        parent: { code: 'WY', children: [{ code: 'JF01' }, { code: 'WY01' }] },
        slaPolicies: [{ id: 'own', accept: { amount: 2, unit: 'WORKING_DAYS' } }],
      },
      parent: { slaPolicies: [{ id: 'sp' }] },
      slaPolicies: { nodes: [{ id: 'old', category: null }] },
      caseCategories: { nodes: [{ code: 'JF01' }, { code: 'WY01' }] },
    });
    expect(statements).toBe(4);
  });

  it('of one urgency never overlap', async () => {
    const next = `insert into sla_policy select 'x', category_id, urgency, 1, 'WORKING_DAYS', 1, 'WORKING_DAYS', 1, 'WORKING_DAYS', 1, 'WORKING_DAYS', 0, null, null, '2023-01-01', null, 2 from sla_policy`;
    for (const id of ['sp', 'own'])
      await expect(district.world.owner.query(`${next} where id = '${id}'`)).rejects.toMatchObject({ code: '23P01' });
  });
});

it('what a reporter said is read by triagers of the place alone, and by nobody the case is about', async () => {
  const reports = (claims: Partial<Claims>) => district.world.session(claims).rows('select id from report');
  expect(await reports(STREET)).not.toEqual([]);
  for (const claims of [LEAD, DEPARTMENT, PUBLIC, { ...STREET, communities: ['c2'] }]) expect(await reports(claims)).toEqual([]);
  await district.world.owner.query(`update report set case_id = 'company' where id like 'q%'`);
  expect(await district.world.session(COMPANY).rows(`select id from report where id like 'q%'`)).toEqual([]);
});
