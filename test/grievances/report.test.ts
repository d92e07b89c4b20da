import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { definition } from '../../subgraphs/grievances/src/subgraph.ts';
import { figures } from '../../subgraphs/grievances/src/summary/summary.figures.ts';
import { readFigures } from '../../subgraphs/shared/src/figure-read.ts';
import type { Basis, Membership, Place } from '../../subgraphs/shared/src/membership.ts';
import { checkMigrations } from '../../subgraphs/shared/src/migration.ts';
import { type TestDatabase, testDatabase } from '../database.ts';

/** One community 'c' that moved from street 's1' to 's2' on 2022-10-31, and one, 'b', always in 's2', whose households nobody counted. */
const stats = [{ asOf: '2022-01-01', households: 400, population: 1000, residents60Plus: 200 }];
const from = { communityId: 'c', districtId: 'd', stats };
const moved: Membership[] = [
  { ...from, streetId: 's1', recordedFrom: null, recordedTo: '2022-10-31', current: false },
  { ...from, streetId: 's2', recordedFrom: '2022-10-31', recordedTo: null, current: true },
];
const stayed: Membership = {
  communityId: 'b',
  streetId: 's2',
  districtId: 'd',
  recordedFrom: null,
  recordedTo: null,
  current: true,
  stats: [],
};
const place = (id: string): Place => ({ id, membership: id === 'c' || id === 's1' ? moved : id === 'b' ? [stayed] : [...moved, stayed] });
const year = { grain: 'YEAR', start: '2022-01-01', end: '2023-01-01' } as const;

let world: TestDatabase;

beforeAll(async () => {
  world = await testDatabase(definition);
  await world.owner.query(`insert into case_category (id, code, name_zh, name_en, parent_id, default_urgency) values
    ('k', 'WY', '物业管理', 'Property management', null, 'GENERAL'), ('k1', 'WY01', '物业收费', 'Property fees', 'k', 'GENERAL'),
    ('k2', 'WY02', '电梯故障', 'Lift out of order', 'k', 'URGENT')`);
});
beforeEach(() => world.owner.query('truncate report, follow_up, grievance_case, sla_clock'));
afterAll(() => world?.drop());

interface ReportFixture {
  id: string;
  community?: string;
  kind?: string;
  state?: string;
  receivedAt?: string;
  respondBy?: string;
  respondedAt?: string | null;
  category?: string;
}
const report = ({ id, ...r }: ReportFixture) =>
  world.owner.query(
    `insert into report (id, receipt_no, kind, channel, anonymity, state, category_id, community_id, received_at, respond_by, responded_at, title,
       redacted_text, case_id, origin_case_id)
     values ($1, $1, $2, 'HOTLINE_12345', 'NAMED_TO_CHAIN', $3, $4, $5, $6, $7, $8, 'x', 'x', 'case', 'case')`,
    [
      id,
      r.kind ?? 'HELP',
      r.state ?? 'CLOSED',
      r.category ?? 'k1',
      r.community ?? 'c',
      r.receivedAt ?? '2022-05-01T09:00+08:00',
      r.respondBy ?? '2022-05-02T09:00+08:00',
      r.respondedAt ?? null,
    ],
  );

const answer = (reportId: string, round: number, at: string, resolved: string, satisfaction: number | null, community = 'c') =>
  world.owner.query(`insert into follow_up values ($1, $2, $3, '2022-05-01', 'HOTLINE', 1, 'REACHED', $4, $5, $6, $6)`, [
    reportId,
    round,
    community,
    resolved,
    satisfaction,
    at,
  ]);
const silence = (reportId: string, round: number, at: string | null, contacted: string | null) =>
  world.owner.query(`insert into follow_up values ($1, $2, 'c', '2022-05-01', 'HOTLINE', 3, $3, null, null, null, $4)`, [
    reportId,
    round,
    contacted,
    at,
  ]);

const read = async (id: string, basis: Basis = 'RESTATED', by: ('CATEGORY' | 'CATEGORY_PARENT' | 'CHANNEL')[] = [], keys?: string[]) =>
  (await readFigures(world.context(), figures.figures(keys), [{ place: place(id), period: year, basis }], by))[0] ?? [];
const shown = async (id: string, basis?: Basis) =>
  Object.fromEntries((await read(id, basis)).map(({ figure, value }) => [figure.key, value.value?.toDecimal(2) ?? null]));
const one = async (key: string, id = 'd') => (await read(id)).find(({ figure }) => figure.key === key)?.value;

it('entities, snapshot and migrations agree', async () => {
  expect(await checkMigrations(definition, world.url('owner'))).toBe('');
});

describe('the three rates of the golden vector G24', () => {
  beforeEach(() =>
    world.owner.query(`
      insert into report (id, receipt_no, kind, channel, anonymity, state, category_id, community_id, received_at, respond_by, responded_at, title,
        redacted_text, case_id, origin_case_id)
      select 'r' || n, 'r' || n, 'COMPLAINT', 'MINI_PROGRAM', 'NAMED_TO_CHAIN', 'CLOSED', 'k1', 'c', '2022-03-01', '2022-03-02',
        case when n <= 183 then '2022-03-02'::timestamptz else '2022-03-02 00:00:01' end, 'x', 'x', 'case', 'case' from generate_series(1, 190) n;
      insert into follow_up
      select 'r' || n, 1, 'c', '2022-03-05', 'HOTLINE', 1, case when n <= 176 then 'REACHED' else 'UNREACHABLE' end,
        case when n <= 151 then 'RESOLVED' when n <= 160 then 'PARTLY' when n <= 176 then 'NOT_RESOLVED' end,
        case when n <= 60 then 5 when n <= 120 then 4 when n <= 160 then 3 when n <= 176 then 2 end,
        case when n <= 176 then '2022-03-06'::timestamptz end, '2022-03-06' from generate_series(1, 190) n`),
  );

  it('are 96.32 %, 85.80 % and 90.91 %, with an exclusion share of 7.37 %', async () => {
    expect(await shown('c')).toMatchObject({ GRV_1: '96.32', GRV_2: '85.80', GRV_3: '90.91', GRV_16: '7.37', GRV_14: '475.00' });
  });

  it('tell whom they leave out', async () => {
    const excluded = [{ reason: 'UNREACHABLE', count: 14 }];
    for (const key of ['GRV_2', 'GRV_3', 'GRV_16']) expect((await one(key))?.excluded).toEqual(excluded);
    expect((await one('GRV_2'))?.quality).toBeUndefined();
  });

  it('are PARTIAL above 15 % left out, and not at exactly 15 %', async () => {
    // 30 of 200.
    for (let n = 0; n < 10; n++) {
      await report({ id: `more${n}` });
      await silence(`more${n}`, 1, '2022-03-07', 'REFUSED');
    }
    await world.owner.query(`update follow_up set contacted = 'ANONYMOUS', resolved = null, satisfaction = null, answered_at = null
      where report_id in ('r1', 'r2', 'r3', 'r4', 'r5', 'r6')`);
    expect((await one('GRV_16'))?.value?.toDecimal(2)).toBe('15.00');
    expect((await one('GRV_2'))?.quality).toBeUndefined();
    await report({ id: 'another' });
    await silence('another', 1, '2022-03-07', 'REFUSED');
    expect([(await one('GRV_2'))?.quality, (await one('GRV_3'))?.quality]).toEqual(['PARTIAL', 'PARTIAL']);
    expect((await one('GRV_16'))?.excluded).toEqual([
      { reason: 'UNREACHABLE', count: 14 },
      { reason: 'REFUSED', count: 11 },
      { reason: 'ANONYMOUS', count: 6 },
    ]);
  });
});

describe('a report', () => {
  it('counts where it was received: in the old street before the move, in the new one from that day on, as recorded', async () => {
    await report({
      id: 'a',
      receivedAt: '2022-10-30T23:59:59+08:00',
      respondBy: '2022-10-31T00:00+08:00',
      respondedAt: '2022-10-30T12:00+08:00',
    });
    await report({ id: 'b', receivedAt: '2022-10-31T00:00:00+08:00', respondBy: '2022-11-01T00:00+08:00' });
    const reports = async (id: string, basis: Basis) => {
      const answers = await read(id, basis, [], ['GRV_14', 'GRV_1']);
      return Object.fromEntries(answers.map(({ figure, value }) => [figure.key, `${value.numerator}/${value.denominator}`]));
    };
    // The response to the first is due when the day of the move begins.
    expect(await reports('s1', 'AS_RECORDED')).toEqual({ GRV_14: '1/0', GRV_1: '0/0' });
    expect(await reports('s2', 'AS_RECORDED')).toEqual({ GRV_14: '1/400', GRV_1: '1/2' });
    expect(await reports('s2', 'RESTATED')).toEqual({ GRV_14: '2/400', GRV_1: '1/2' });
    expect(await reports('d', 'AS_RECORDED')).toEqual({ GRV_14: '2/400', GRV_1: '1/2' });
  });

  it('that only asks or praises, or was referred or withdrawn, is not counted as one', async () => {
    await report({ id: 'consult', kind: 'CONSULT' });
    await report({ id: 'commend', kind: 'COMMEND' });
    await report({ id: 'referred', state: 'REFERRED' });
    await report({ id: 'withdrawn', state: 'WITHDRAWN' });
    await report({ id: 'dispute', kind: 'DISPUTE', respondedAt: '2022-05-02T09:00+08:00' });
    expect(await shown('c')).toMatchObject({ GRV_1: '100.00', GRV_14: '2.50' });
  });

  it('of a community with unknown households is counted and the community named', async () => {
    await report({ id: 'b', community: 'b' });
    expect(await one('GRV_14', 'd')).toMatchObject({ excluded: [{ reason: 'HOUSEHOLDS_UNKNOWN', count: 1 }] });
    expect(await one('GRV_14', 'b')).toMatchObject({ value: null, reason: 'NO_DENOMINATOR' });
  });

  it('can be broken down by parent, category and channel', async () => {
    await report({ id: 'a' });
    await report({ id: 'b', category: 'k2' });
    await report({ id: 'c', category: 'k2' });
    await answer('b', 1, '2022-06-01', 'RESOLVED', 5);
    const rows = await read('d', 'RESTATED', ['CATEGORY_PARENT', 'CATEGORY'], ['GRV_14', 'GRV_2']);
    expect(rows.map(({ figure, dimension1, dimension2, value }) => [figure.key, dimension1, dimension2, String(value.numerator)])).toEqual([
      ['GRV_14', 'WY', 'WY01', '1'],
      ['GRV_14', 'WY', 'WY02', '2'],
      ['GRV_2', 'WY', 'WY02', '1'],
    ]);
    const channels = await read('d', 'RESTATED', ['CHANNEL'], ['GRV_14']);
    expect(channels.map(({ dimension1, value }) => [dimension1, String(value.numerator)])).toEqual([['HOTLINE_12345', '3']]);
  });
});

describe('a follow-up', () => {
  it('of a report asked twice counts once, by the last answer', async () => {
    await report({ id: 'a' });
    await answer('a', 1, '2022-05-10', 'NOT_RESOLVED', 1);
    expect(await shown('c')).toMatchObject({ GRV_2: '0.00', GRV_3: '0.00' });
    await answer('a', 2, '2022-06-10', 'RESOLVED', 4);
    expect(await one('GRV_2')).toMatchObject({ excluded: [] });
    expect(String((await one('GRV_2'))?.denominator)).toBe('1');
    expect(await shown('c')).toMatchObject({ GRV_2: '100.00', GRV_3: '100.00' });
  });

  it('that nobody answered does not take an earlier answer back', async () => {
    await report({ id: 'a' });
    await answer('a', 1, '2022-05-10', 'NOT_RESOLVED', 1);
    await silence('a', 2, '2022-06-10', 'UNREACHABLE');
    expect(await shown('c')).toMatchObject({ GRV_2: '0.00', GRV_16: '50.00' });
  });

  it('without answer is left out only if it was the last one and has ended', async () => {
    await report({ id: 'a' });
    await report({ id: 'b' });
    await silence('a', 1, '2022-05-10', 'REFUSED');
    await answer('a', 2, '2022-06-10', 'RESOLVED', null);
    await silence('b', 1, null, null);
    expect(await shown('c')).toMatchObject({ GRV_2: '100.00', GRV_3: null, GRV_16: '0.00' });
  });

  it('partly resolved is not resolved', async () => {
    await report({ id: 'a' });
    await answer('a', 1, '2022-05-10', 'PARTLY', 3);
    expect(await shown('c')).toMatchObject({ GRV_2: '0.00', GRV_3: '100.00' });
  });
});

describe('the first RESOLVE clock of a case', () => {
  const clock = async (
    id: string,
    state: string,
    round: number,
    dueAt: string,
    stoppedAt: string | null,
    pausedSince: string | null = null,
  ) => {
    await world.owner.query(
      `insert into grievance_case (id, case_no, title, category_id, community_id, state, urgency, received_at, owner_id, merged_into_id)
       values ($1, $1, 'x', 'k1', 'c', $2, 'GENERAL', '2022-05-01', 'og', case when $2 = 'MERGED' then 'other' end) on conflict do nothing`,
      [id, state],
    );
    await world.owner.query(
      `insert into sla_clock (case_id, kind, round, community_id, policy_id, started_at, due_at, warn_at, stopped_at, paused_since)
       values ($1, 'RESOLVE', $2, 'c', 'p', '2022-05-01', $3, $3, $4, $5)`,
      [id, round, dueAt, stoppedAt, pausedSince],
    );
  };

  it('decides whether it was resolved in time; later rounds, paused clocks and cases that went elsewhere do not count', async () => {
    await clock('met', 'CLOSED', 1, '2022-05-09', '2022-05-09');
    await clock('late', 'CLOSED', 1, '2022-05-09', '2022-05-09T00:00:01+08:00');
    await clock('open', 'IN_PROGRESS', 1, '2022-05-09', null);
    await clock('late', 'CLOSED', 2, '2022-06-09', '2022-06-01');
    await clock('shelved', 'SUSPENDED', 1, '2022-05-09', null, '2022-05-05');
    for (const state of ['MERGED', 'REFERRED', 'DECLINED', 'WITHDRAWN']) await clock(state, state, 1, '2022-05-09', '2022-05-08');
    expect(await shown('c')).toMatchObject({ GRV_4: '33.33' });
    const [row] = await read('c', 'RESTATED', ['CATEGORY'], ['GRV_4']);
    expect(row).toMatchObject({ dimension1: 'WY01' });
  });
});

it('six figures of many places cost four statements', async () => {
  const session = world.context();
  await readFigures(
    session,
    figures.figures(),
    ['c', 'b', 's1', 's2', 'd'].map((id) => ({ place: place(id), period: year, basis: 'AS_RECORDED' as const })),
  );
  expect(session.statements()).toBe(4);
});
