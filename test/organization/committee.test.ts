import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CommitteeDays, IN_TERM, inTermSql, statusOn, statusSql } from '../../subgraphs/organization/src/committee/committee.rules.ts';
import { addDays } from '../../subgraphs/shared/src/domain/period.ts';
import { COMPOUNDS, DISTRICT, type OrganizationGraph, organizationGraph } from './graph.ts';

let graph: OrganizationGraph;

beforeAll(async () => {
  graph = await organizationGraph();
  await graph.owner.query(DISTRICT);
  await graph.owner.query(COMPOUNDS);
});
afterAll(() => graph?.drop());

const term: CommitteeDays = {
  electedOn: '2023-06-01',
  termStartsOn: '2023-07-01',
  expiresOn: '2026-07-01',
  filedOn: '2023-06-20',
  dissolvedOn: null,
};

describe('a term of an owners’ committee', () => {
  it('goes from election over filing, term and its last 90 days to its end, each from its day on', () => {
    const steps = [
      ['2023-05-31', 'PREPARING'],
      ['2023-06-01', 'ELECTED'],
      ['2023-06-19', 'ELECTED'],
      ['2023-06-20', 'FILED'],
      ['2023-06-30', 'FILED'],
      ['2023-07-01', 'ACTIVE'],
      ['2026-04-01', 'ACTIVE'],
      ['2026-04-02', 'EXPIRING'],
      ['2026-06-30', 'EXPIRING'],
      ['2026-07-01', 'EXPIRED'],
    ] as const;
    for (const [day, status] of steps) expect([day, statusOn(term, day)]).toEqual([day, status]);
  });

  it('stays ELECTED without filing, begins with the election without a day of its own, and may be dissolved', () => {
    expect(statusOn({ ...term, filedOn: null }, '2025-01-01')).toBe('ELECTED');
    expect(statusOn({ ...term, termStartsOn: null }, '2023-06-20')).toBe('ACTIVE');
    expect(statusOn({ ...term, dissolvedOn: '2025-01-01' }, '2024-12-31')).toBe('ACTIVE');
    expect(statusOn({ ...term, dissolvedOn: '2025-01-01' }, '2025-01-01')).toBe('DISSOLVED');
  });

  it('has the same status in SQL as in the rules, and is in term exactly when FILED, ACTIVE or EXPIRING', async () => {
    const day = fc.option(fc.integer({ min: 0, max: 400 }).map((n) => addDays('2024-01-01', n)));
    const days = fc.record({ electedOn: day, termStartsOn: day, expiresOn: day, filedOn: day, dissolvedOn: day });
    const cases = fc
      .sample(fc.tuple(days, fc.integer({ min: 0, max: 400 })), 500)
      .map(([each, n]) => ({ each, at: addDays('2024-01-01', n) }));
    const columns = ['electedOn', 'termStartsOn', 'expiresOn', 'filedOn', 'dissolvedOn'] as const;
    const { rows } = await graph.owner.query<{ status: string; in_term: boolean | null }>(
      `select ${statusSql('t', 't.at')} as status, ${inTermSql('t', 't.at')} as in_term
       from unnest($1::int[], $2::date[], $3::date[], $4::date[], $5::date[], $6::date[], $7::date[])
         t(n, at, elected_on, term_starts_on, expires_on, filed_on, dissolved_on) order by n`,
      [cases.map((_, n) => n), cases.map(({ at }) => at), ...columns.map((column) => cases.map(({ each }) => each[column]))],
    );
    expect(rows.map(({ status }) => status)).toEqual(cases.map(({ each, at }) => statusOn(each, at)));
    expect(rows.map((row) => row.in_term === true)).toEqual(cases.map(({ each, at }) => IN_TERM.includes(statusOn(each, at))));
  });
});

describe('committees in the graph', () => {
  it('are asked for of a day: the term in force, else the latest', async () => {
    const { data } = await graph.ask(`{ compound(id: "c1") {
      now: ownersCommittee { term status memberCount partyMemberCount } former: ownersCommittee(at: "2023-05-15") { term status(at: "2023-05-15") }
      early: ownersCommittee(at: "2018-01-01") { term } } none: compound(id: "c2") { ownersCommittee { term } } }`);
    expect(data.compound).toEqual({
      now: { term: 2, status: 'ACTIVE', memberCount: 7, partyMemberCount: 4 },
      former: { term: 1, status: 'EXPIRED' },
      early: null,
    });
    expect(data.none.ownersCommittee).toBeNull();
  });

  it('know the dual post by the holder, on the days on which both posts are held', async () => {
    const { data } = await graph.ask(`{ now: dualPosts(areaCode: "410305000000") { since }
      then: dualPosts(areaCode: "410305001000", at: "2024-05-01") { compound { name } officeholder { id } secretary { id } chair { id } since until }
      elsewhere: dualPosts(areaCode: "410305002000", at: "2024-05-01") { since }
      compound(id: "c1") { dualPost(at: "2024-12-31") { until } ended: dualPost(at: "2025-01-01") { until } } }`);
    expect(data.now).toEqual([]);
    expect(data.then).toEqual([
      {
        compound: { name: '一号院' },
        officeholder: { id: 'o1' },
        secretary: { id: 'a1' },
        chair: { id: 'a2' },
        since: '2023-06-01',
        until: '2025-01-01',
      },
    ]);
    expect(data.elsewhere).toEqual([]);
    expect(data.compound).toEqual({ dualPost: { until: '2025-01-01' }, ended: null });
  });

  it('are listed by status and place', async () => {
    const terms = async (filter: string) => {
      const { data } = await graph.ask(`{ ownersCommittees(filter: { ${filter} }) { nodes { id } } }`);
      return data.ownersCommittees.nodes.map(({ id }: { id: string }) => id);
    };
    expect(await terms('statuses: [EXPIRED]')).toEqual(['t1']);
    expect(await terms('areaCode: "410305001001", statuses: [ACTIVE, EXPIRING]')).toEqual(['t2']);
    expect(await terms('areaCode: "410305002000"')).toEqual([]);
    expect(await terms('filingOverdue: true')).toEqual([]);
  });

  it('cannot last longer than five years, nor be filed before the election', async () => {
    const insert = (id: string, expires: string, filed: string) =>
      graph.owner.query(
        `insert into owners_committee (id, organization_id, compound_id, term, elected_on, term_starts_on, expires_on, filed_on)
         values ($1, 'ocx', 'c4', 9, '2024-01-01', '2024-01-01', $2, $3)`,
        [id, expires, filed],
      );
    await expect(insert('long', '2029-01-02', '2024-01-02')).rejects.toThrow('owners_committee_term');
    await expect(insert('early', '2029-01-01', '2023-12-31')).rejects.toThrow('owners_committee_filing');
  });
});
