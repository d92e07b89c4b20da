import { readFileSync } from 'node:fs';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { places, seedDivisions } from '../../subgraphs/organization/seed.ts';
import { definition } from '../../subgraphs/organization/src/subgraph.ts';
import { checkMigrations } from '../../subgraphs/shared/src/migration.ts';
import { type OrganizationGraph, organizationGraph } from './graph.ts';

let graph: OrganizationGraph;

beforeAll(async () => {
  graph = await organizationGraph();
  await seedDivisions(graph.owner);
});
afterAll(() => graph?.drop());

const area = async (args: string, fields: string) => {
  const { data, codes, warnings } = await graph.ask(`{ area(${args}) { ${fields} } }`);
  expect(codes).toEqual([]);
  return { ...data.area, warned: warnings.map(({ code }) => code) };
};
const csv = (year: number) => readFileSync(new URL(`../../data/divisions/${year}.csv`, import.meta.url), 'utf8');

it('has entities, snapshot and migrations that agree', async () => {
  expect(await checkMigrations(definition, graph.url('owner'))).toBe('');
});

describe('the division registry, loaded from the real editions', () => {
  it('holds the reference district: 11 streets, 76 communities', async () => {
    const { children } = await area('code: "410305000000"', 'children { code kind children(kinds: [COMMUNITY]) { code } }');
    expect(children).toHaveLength(11);
    expect(children.flatMap((street: { children: unknown[] }) => street.children)).toHaveLength(76);
    expect((await places(graph.owner)).length).toBe(1 + 11 + 76);
  });

  it('G17: 王府庄 kept its id when it moved from 南昌路 to 湖北路 on 2022-10-31', async () => {
    const fields = 'id code resolvedFromRetiredCode parent { name } membership { streetId recordedFrom recordedTo current }';
    const old = await area('code: "410305004005"', fields);
    const now = await area('code: "410305001005"', fields);
    expect(old).toMatchObject({
      id: now.id,
      code: '410305001005',
      resolvedFromRetiredCode: '410305004005',
      parent: { name: '湖北路街道' },
    });
    expect(now.resolvedFromRetiredCode).toBeNull();
    const [south, north] = await Promise.all(['410305004000', '410305001000'].map((code) => area(`code: "${code}"`, 'id')));
    expect(now.membership).toEqual([
      { streetId: south.id, recordedFrom: null, recordedTo: '2022-10-31', current: false },
      { streetId: north.id, recordedFrom: '2022-10-31', recordedTo: null, current: true },
    ]);
    expect(south.id).not.toBe(north.id);
  });

  it('G18: 燕家沟 was a village, then a community, then moved in', async () => {
    const village = await area('code: "410371001210"', 'id lineage { kind effectiveOn }');
    expect(village.id).toBe((await area('code: "410305012020"', 'id')).id);
    const kinds = village.lineage.map(
      ({ kind, effectiveOn }: { kind: string; effectiveOn: string }) => `${kind} ${effectiveOn.slice(0, 4)}`,
    );
    expect(kinds.slice(-2)).toEqual(['RECLASSIFIED 2021', 'TRANSFERRED 2023']);
  });

  it('gives back each edition exactly as published', async () => {
    for (const year of [2016, 2023]) {
      const rows: string[] = [];
      for (let after: string | null = null; ; ) {
        const { data } = await graph.ask(
          `query ($after: String) { divisionSnapshot(edition: ${year}, after: $after) { nodes { code name } pageInfo { endCursor hasNextPage } } }`,
          {},
          { after },
        );
        rows.push(...data.divisionSnapshot.nodes.map(({ code, name }: { code: string; name: string }) => `${code},${name}`));
        if (!data.divisionSnapshot.pageInfo.hasNextPage) break;
        after = data.divisionSnapshot.pageInfo.endCursor;
      }
      expect(rows).toEqual(csv(year).trim().split(/\r?\n/).slice(1).sort());
    }
    expect((await graph.ask('{ divisionSnapshot(edition: 1999) { nodes { code } } }')).codes).toEqual(['EDITION_UNKNOWN']);
  });

  it('keeps what a registrar must choose undecided, with a warning', async () => {
    const gone = await area('code: "410306002007"', 'name versions { code validTo }');
    expect(gone.warned).toEqual(['LINEAGE_AMBIGUOUS']);
    expect(gone.name).toBe('送庄社区居民委员会');
    expect(gone.versions.at(-1)).toEqual({ code: '410306002007', validTo: null });
    const { data } = await graph.ask(`{ divisionChanges(filter: { editionTo: 2021, statuses: [PROPOSED], areaCode: "410306002007" })
      { nodes { kind bulkAllowed candidates { name edition } confirmedBy { id } decidedAt } } }`);
    const changes = data.divisionChanges.nodes as {
      kind: string;
      bulkAllowed: boolean;
      candidates: { edition: number }[];
      decidedAt: null;
    }[];
    expect(changes.map(({ kind }) => kind).sort()).toEqual(['ABOLISHED', 'CREATED', 'CREATED']);
    expect(changes.find(({ kind }) => kind === 'ABOLISHED')).toMatchObject({
      bulkAllowed: false,
      decidedAt: null,
      candidates: [{ edition: 2021 }, { edition: 2021 }],
    });
  });

  it('leaves nothing of the reference district undecided', async () => {
    const { data } = await graph.ask('{ area(code: "410305000000") { organizationGaps(first: 1000) { code } } }');
    expect(data.area.organizationGaps.filter(({ code }: { code: string }) => code === 'CHANGE_UNDECIDED')).toEqual([]);
  });

  it('decides between holders of a reused code by the day, and warns without one', async () => {
    const [reused] = (
      await graph.owner.query<{ code: string; day: string; first: string; last: string }>(
        `select code, min(valid_from)::text as day, (array_agg(area_id order by valid_from))[1] as first, (array_agg(area_id order by valid_from desc))[1] as last
         from area_version group by code having count(distinct area_id) > 1 order by code limit 1`,
      )
    ).rows;
    const { code, day, first, last } = reused!;
    const today = await area(`code: "${code}"`, 'id');
    expect(today.id).toBe(last);
    expect(today.warned).toContain('AREA_CODE_REUSED');
    const then = await area(`code: "${code}", at: "${day}"`, 'id');
    expect(then.id).toBe(first);
    expect(then.warned).not.toContain('AREA_CODE_REUSED');
  });

  it('answers a code that no edition knows with null, and one key more or less with an error', async () => {
    expect((await graph.ask('{ area(code: "990000000000") { id } }')).data.area).toBeNull();
    expect((await graph.ask('{ area { id } }')).codes).toEqual(['VALIDATION_FAILED']);
    expect((await graph.ask('{ area(id: "a", code: "410305000000") { id } }')).codes).toEqual(['VALIDATION_FAILED']);
    expect((await graph.ask('{ area(code: "4103") { id } }')).codes).toEqual(['VALIDATION_FAILED']);
  });

  it('lists a day’s places below a place, by code', async () => {
    const codes = async (at: string) => {
      const { data } = await graph.ask(`{ areas(filter: { parentCode: "410305004000", at: "${at}" }, first: 200) { nodes { code } } }`);
      return data.areas.nodes.map(({ code }: { code: string }) => code);
    };
    expect(await codes('2022-10-30')).toContain('410305001005');
    expect(await codes('2022-10-31')).not.toContain('410305001005');
    const { data } = await graph.ask('{ areas(filter: { text: "王府庄", kinds: [COMMUNITY] }) { nodes { shortName } } }');
    expect(data.areas.nodes).toEqual([{ shortName: '王府庄社区' }]);
  });

  it('gives a fixed number of statements for membership, however many places', async () => {
    const fields = 'membership { communityId stats { asOf } } ancestors { id } versions { code } lineage { id } households';
    const one = await graph.ask(`{ areas(filter: { parentCode: "410305000000" }, first: 1) { nodes { ${fields} } } }`);
    const all = await graph.ask(`{ areas(filter: { parentCode: "410305000000" }, first: 200) { nodes { ${fields} } } }`);
    expect(all.data.areas.nodes).toHaveLength(11);
    expect(all.statements).toBe(one.statements);
  });

  /** Everything that service readers see, page by page. */
  async function eventsSeen(): Promise<{ id: string; name: string }[]> {
    const seen: { id: string; name: string }[] = [];
    for (let after: string | null = null; ; ) {
      const { data } = await graph.ask(
        'query ($after: String) { organizationEvents(after: $after) { nodes { id name } pageInfo { endCursor hasNextPage } } }',
        { roles: ['SERVICE'] },
        { after },
      );
      seen.push(...data.organizationEvents.nodes);
      if (!data.organizationEvents.pageInfo.hasNextPage) return seen;
      after = data.organizationEvents.pageInfo.endCursor;
    }
  }
  /** Transactions of other databases on the tests' server hold events back as well, so a reader waits for them. */
  const patience = { timeout: 30_000, interval: 200 };

  it('tells other departments of every edition and decision, once each', async () => {
    const { rows } = await graph.owner.query<{ n: number }>(`select count(*)::int as n from area_change where status = 'CONFIRMED'`);
    const seen = await vi.waitFor(async () => {
      const all = await eventsSeen();
      expect(all).toHaveLength(8 + rows[0]!.n);
      return all;
    }, patience);
    expect(new Set(seen.map(({ id }) => id)).size).toBe(seen.length);
    expect(seen.filter(({ name }) => name === 'edition.loaded')).toHaveLength(8);
    expect((await graph.ask('{ organizationEvents { nodes { id } } }', { subject: 'somebody' })).codes).toEqual(['FORBIDDEN']);
  });

  it('shows no event of a transaction that is still open, nor any behind it', async () => {
    const insert = (id: string) =>
      `insert into hub.event (id, name, at, object_type, object_id, actor_role)
       values ('${id}', 'edition.loaded', now(), 'DivisionEdition', '${id}', 'REGISTRAR')`;
    const second = new pg.Client({ connectionString: graph.url('owner') });
    await second.connect();
    try {
      await graph.owner.query('delete from hub.event');
      await graph.owner.query('begin');
      await graph.owner.query(insert('first'));
      await second.query(insert('second'));
      expect(await eventsSeen()).toEqual([]);
      await graph.owner.query('commit');
      await vi.waitFor(async () => expect((await eventsSeen()).map(({ id }) => id)).toEqual(['first', 'second']), patience);
    } finally {
      await second.end();
    }
  });
});
