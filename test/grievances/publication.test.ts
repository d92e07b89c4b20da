import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Claims } from '../../subgraphs/shared/src/claims.ts';
import { type District, LEAD, openDistrict, PUBLIC } from './district.ts';

let district: District;
const ask: District['ask'] = (claims, source) => district.ask(claims, source);

beforeAll(async () => {
  district = await openDistrict();
});
afterAll(() => district?.world.drop());

describe('a published case', () => {
  const all = async () =>
    (
      await ask(
        PUBLIC,
        '{ publicCases(filter: {}) { nodes { caseNo state summary reply reviewOn daysToResolve month area { id } category { code } } } }',
      )
    ).data.publicCases.nodes;

  it('shows a closed case with its reply and its working days, a shelved one at once, and nothing about people', async () => {
    expect(await all()).toEqual([
      expect.objectContaining({
        caseNo: 'JX4',
        state: 'SHELVED',
        summary: '管网挂账',
        reply: null,
        reviewOn: '2025-01-01',
        daysToResolve: null,
      }),
      {
        caseNo: 'JX3',
        state: 'RESOLVED',
        summary: '路灯已修',
        reply: '已修复',
        reviewOn: null,
        daysToResolve: 3,
        month: '2025-06',
        area: { id: 'c2' },
        category: { code: 'WY01' },
      },
    ]);
  });

  it('waits for seven days after receipt unless it is shelved, and goes when a reporter objects or a dispute hangs on it', async () => {
    const seen = async (sql: string, undo: string) => {
      await district.world.owner.query(sql);
      const caseNumbers = (await all()).map(({ caseNo }: { caseNo: string }) => caseNo);
      await district.world.owner.query(undo);
      return caseNumbers;
    };
    expect(
      await seen(
        `update grievance_case set state = 'IN_PROGRESS' where id = 'shelved'`,
        `update grievance_case set state = 'SUSPENDED' where id = 'shelved'`,
      ),
    ).toEqual(['JX3']);
    expect(
      await seen(
        `update case_publication set objected_at = now() where case_id = 'closed'`,
        `update case_publication set objected_at = null`,
      ),
    ).toEqual(['JX4']);
    expect(
      await seen(
        `update grievance_case set state = 'WITHDRAWN' where id = 'closed'`,
        `update grievance_case set state = 'CLOSED' where id = 'closed'`,
      ),
    ).toEqual(['JX4']);
    expect(
      await seen(
        `update report set kind = 'DISPUTE', case_id = 'closed' where id = 'r1'`,
        `update report set kind = 'HELP', case_id = 'open' where id = 'r1'`,
      ),
    ).toEqual(['JX4']);
    expect(await seen('select 1', 'select 1')).toEqual(['JX4', 'JX3']);
  });

  it('waits for those seven days although it was approved to be seen before', async () => {
    const { owner } = district.world;
    const seenAfter = async (age: string) => {
      await owner.query('begin');
      await owner.query(`update grievance_case set received_at = now() - interval '${age}' where id = 'closed'`);
      await owner.query(
        `update case_publication set visible_from = now() - interval '1 year' where case_id = 'closed' and audience = 'PUBLIC'`,
      );
      const { rows } = await owner.query<{ case_no: string }>(`select case_no from published_case where id = 'closed'`);
      await owner.query('rollback');
      return rows.map(({ case_no }) => case_no);
    };
    expect(await seenAfter('6 days 23 hours')).toEqual([]);
    expect(await seenAfter('7 days 1 hour')).toEqual(['JX3']);
  });

  it('is found by number, month, category and place, with one statement for many places', async () => {
    const { data, statements } = await ask(
      PUBLIC,
      `{
      publicCase(caseNo: "JX3") { summary } hidden: publicCase(caseNo: "JX1") { summary }
      june: publicCases(filter: { monthFrom: "2025-06", monthTo: "2025-06", categoryId: "k", states: [RESOLVED] }) { nodes { caseNo } }
      none: publicCases(filter: { areaCode: "410305001000" }) { nodes { caseNo } } }`,
    );
    expect(data).toEqual({ publicCase: { summary: '路灯已修' }, hidden: null, june: { nodes: [{ caseNo: 'JX3' }] }, none: { nodes: [] } });
    expect(statements).toBe(3);
    expect((await ask(PUBLIC, '{ publicCases(filter: { monthFrom: "2025-13" }) { nodes { caseNo } } }')).codes).toEqual([
      'VALIDATION_FAILED',
    ]);
    const area = (id: string, communities: string[]) =>
      `{ __typename: "Area", id: "${id}", membership: [${communities.map((c) => `{ communityId: "${c}", streetId: "s${c}", districtId: "d", current: true }`).join(', ')}] }`;
    const places = await ask(
      PUBLIC,
      `{ _entities(representations: [${area('d', ['c1', 'c2'])}, ${area('sc1', ['c1'])}]) { ... on Area { publicCases(first: 1) { nodes { caseNo } pageInfo { hasNextPage } } } } }`,
    );
    expect(places.data._entities.map(({ publicCases }: { publicCases: object }) => publicCases)).toEqual([
      { nodes: [{ caseNo: 'JX4' }], pageInfo: { hasNextPage: true } },
      { nodes: [], pageInfo: { hasNextPage: false } },
    ]);
    expect(places.statements).toBe(1);
  });
});

describe('what is late in a place', () => {
  const gaps = (claims: Partial<Claims>) =>
    ask(
      claims,
      `{ _entities(representations: [{ __typename: "Area", id: "d", membership: [
      { communityId: "c1", streetId: "s1", districtId: "d", current: true }, { communityId: "c2", streetId: "s2", districtId: "d", current: true } ] }]) {
      ... on Area { grievanceGaps { code subjectId dueOn area { id } titleZh } } } }`,
    );

  it('are breached cases, shelved ones past their review date and handled ones nobody asked about', async () => {
    const { data, statements } = await gaps(LEAD);
    expect(data._entities[0].grievanceGaps.map(({ code, subjectId, dueOn }: Record<string, string>) => [code, subjectId, dueOn])).toEqual([
      ['CASE_REVIEW_PAST', 'shelved', '2025-01-01'],
      ['CASE_BREACHED', 'open', '2025-06-10'],
      ['FOLLOW_UP_LATE', 'closed', '2025-06-11'],
    ]);
    expect(statements).toBe(1);
  });

  it('are not for the public', async () => {
    expect((await gaps({ ...PUBLIC, subject: 's' })).codes).toEqual(['FORBIDDEN']);
  });
});
