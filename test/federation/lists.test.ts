/** Lists as connections (overview §3.7): every row once, however it is paged; no page too large; no cursor but its own. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkout } from '../../local/folder.ts';
import type { Answer, Hub } from '../kit.ts';
import { codesOf, DISTRICT, HUBEI_ROAD, NANCHANG_ROAD, openHub, WANGFUZHUANG, WANGFUZHUANG_BEFORE, wholeData } from './district.ts';

type Caller = 'lead' | 'auditor' | 'public';

interface List {
  /** Root field. */
  name: string;
  caller: Caller;
  /** Filter as GraphQL text; none for a list without one. */
  filter?: string;
  /** Field that tells rows apart. */
  key: string;
  /** Its rows, counted straight: subgraph and SQL that gives the keys. */
  rows: [subgraph: string, sql: string];
  first: number;
}

const TODAY = `(now() at time zone 'Asia/Shanghai')::date`;
const HOLDS = `valid_from <= ${TODAY} and (valid_to is null or valid_to > ${TODAY})`;
/** Days of a filter, and as instants: midnight in Shanghai. */
const SPRING = { from: '2025-03-01', to: '2025-06-01' };
const [FROM, TO] = [`'${SPRING.from}T00:00:00+08:00'`, `'${SPRING.to}T00:00:00+08:00'`];

const LISTS: List[] = [
  {
    name: 'areas',
    caller: 'public',
    key: 'id',
    rows: ['organization', `select area_id from area_version where ${HOLDS}`],
    first: 200,
  },
  { name: 'divisionChanges', caller: 'public', key: 'id', rows: ['organization', 'select id from area_change'], first: 200 },
  {
    name: 'compounds',
    caller: 'public',
    filter: '{}',
    key: 'id',
    rows: ['organization', `select compound_id from compound_state where ${HOLDS}`],
    first: 70,
  },
  {
    name: 'buildings',
    caller: 'public',
    filter: '{}',
    key: 'id',
    rows: ['organization', `select b.id from building b join compound_state s on s.compound_id = b.compound_id where ${HOLDS}`],
    first: 200,
  },
  { name: 'organizations', caller: 'public', filter: '{}', key: 'id', rows: ['organization', 'select id from organization'], first: 99 },
  {
    name: 'officeholders',
    caller: 'lead',
    filter: '{}',
    key: 'id',
    rows: ['organization', `select distinct officeholder_id from appointment where ${HOLDS}`],
    first: 61,
  },
  {
    name: 'activities',
    caller: 'public',
    filter: '{}',
    key: 'id',
    rows: ['volunteers', `select id from activity where status <> 'DRAFT'`],
    first: 200,
  },
  {
    name: 'serviceRecords',
    caller: 'auditor',
    filter: '{ from: "2025-03-01", to: "2025-04-01" }',
    key: 'id',
    rows: ['volunteers', `select id from service_record where "on" >= '2025-03-01' and "on" < '2025-04-01'`],
    first: 150,
  },
  { name: 'facilities', caller: 'public', filter: '{}', key: 'id', rows: ['facilities', 'select id from facility'], first: 7 },
  {
    name: 'cases',
    caller: 'lead',
    filter: `{ receivedFrom: "${SPRING.from}", receivedTo: "${SPRING.to}" }`,
    key: 'id',
    rows: ['grievances', `select id from grievance_case where received_at >= ${FROM} and received_at < ${TO}`],
    first: 130,
  },
  {
    name: 'orders',
    caller: 'lead',
    filter: `{ dispatchedFrom: "${SPRING.from}", dispatchedTo: "${SPRING.to}" }`,
    key: 'id',
    rows: ['grievances', `select id from dispatch_order where dispatched_at >= ${FROM} and dispatched_at < ${TO}`],
    first: 200,
  },
  {
    name: 'publicCases',
    caller: 'public',
    filter: '{ monthFrom: "2025-04", monthTo: "2025-04" }',
    key: 'caseNo',
    rows: [
      'grievances',
      `select case_no from published_case where received_at >= '2025-04-01T00:00:00+08:00' and received_at < '2025-05-01T00:00:00+08:00'`,
    ],
    first: 11,
  },
  {
    name: 'caseCategories',
    caller: 'public',
    key: 'id',
    rows: ['grievances', 'select id from case_category where active'],
    first: 9,
  },
];

interface Page {
  nodes: Record<string, string>[];
  pageInfo: { endCursor: string | null; hasNextPage: boolean };
}

let hub: Hub;
const tokens: Record<Caller, string | undefined> = { lead: undefined, auditor: undefined, public: undefined };
beforeAll(async () => {
  hub = await openHub();
  tokens.lead = await hub.token({ role: 'DISTRICT_LEAD', area: DISTRICT });
  tokens.auditor = await hub.token({ role: 'AUDITOR' });
});
afterAll(() => hub?.stop());

type Asked = Pick<List, 'name' | 'filter' | 'caller' | 'key'>;

async function page(
  { name, filter, caller, key }: Asked,
  first: number,
  after: string | null = null,
): Promise<Answer<Record<string, Page>>> {
  const args = [`first: ${first}`, filter && `filter: ${filter}`, after && `after: ${JSON.stringify(after)}`].filter(Boolean).join(', ');
  return hub.query(`{ ${name}(${args}) { nodes { ${key} } pageInfo { endCursor hasNextPage } } }`, {}, tokens[caller]);
}

/** Keys of all rows, page by page as a client would read them. */
async function walk(list: Asked, first: number): Promise<string[]> {
  const keys: string[] = [];
  for (let after: string | null = null; ; ) {
    const { nodes, pageInfo } = wholeData(await page(list, first, after))[list.name] as Page;
    keys.push(...nodes.map((node) => node[list.key] as string));
    if (!pageInfo.hasNextPage) return keys;
    expect(nodes, 'a page with a next one is full').toHaveLength(first);
    expect(pageInfo.endCursor).not.toBe(after);
    after = pageInfo.endCursor;
  }
}

describe.each(LISTS)('$name', (list) => {
  it('gives each row once, page by page', async () => {
    const [subgraph, sql] = list.rows;
    const expected = (await hub.sql<Record<string, string>>(subgraph, sql)).map((row) => Object.values(row)[0] as string);
    expect(expected.length, 'the demo has more than two pages').toBeGreaterThan(2 * list.first);
    const seen = await walk(list, list.first);
    expect(seen).toHaveLength(expected.length);
    expect(seen.toSorted()).toEqual(expected.toSorted());
  });

  it('is the same list in small pages as in large ones', async () => {
    const { nodes } = wholeData(await page(list, 12))[list.name] as Page;
    const small: string[] = [];
    for (let after: string | null = null; small.length < 12; ) {
      const next: Page = wholeData(await page(list, 4, after))[list.name] as Page;
      small.push(...next.nodes.map((node) => node[list.key] as string));
      after = next.pageInfo.endCursor;
    }
    expect(small).toEqual(nodes.map((node) => node[list.key]));
  });

  it('has pages of 1 to 200 rows', async () => {
    for (const first of [0, 201, -1, 2_000_000_000]) {
      const answer = await page(list, first);
      expect(codesOf(answer), String(first)).toEqual(['PAGE_TOO_LARGE']);
      expect(answer.errors[0]?.extensions.details).toMatchObject({ max: 200, value: first, argument: 'first' });
    }
  });

  it('takes no cursor that was forged, or that is another list’s or another filter’s', async () => {
    const own = (wholeData(await page(list, 1))[list.name] as Page).pageInfo.endCursor as string;
    const other = LISTS.find(({ name, caller }) => name !== list.name && caller === 'public') as List;
    const foreign = (wholeData(await page(other, 1))[other.name] as Page).pageInfo.endCursor as string;
    const [payload = '', mark = ''] = own.split('.');
    const values = JSON.parse(Buffer.from(payload, 'base64url').toString()) as string[];
    const moved = Buffer.from(
      JSON.stringify(values.map((value) => (value.endsWith('0') ? `${value.slice(0, -1)}1` : `${value}0`))),
    ).toString('base64url');
    for (const cursor of [
      foreign,
      `${moved}.${mark}`,
      `${payload}.${mark.slice(0, -2)}`,
      payload,
      'x',
      '',
      '.',
      `${own}.`,
      'a'.repeat(9_000),
    ]) {
      const answer = await page(list, 2, cursor || ' ');
      expect(codesOf(answer), cursor.slice(0, 60)).toEqual(['VALIDATION_FAILED']);
      expect(answer.errors[0]?.extensions.details).toEqual({ argument: 'after' });
    }
  });
});

describe('divisionSnapshot', () => {
  it('is the published edition, row for row', async () => {
    const published = readFileSync(`${checkout}/data/divisions/2023.csv`, 'utf8').split('\n').slice(1).filter(Boolean);
    const rows: string[] = [];
    for (let after: string | null = null; ; ) {
      const answer: Answer<{ divisionSnapshot: Page }> = await hub.query(
        'query ($after: String) { divisionSnapshot(edition: 2023, first: 200, after: $after) { nodes { code name } pageInfo { endCursor hasNextPage } } }',
        { after },
      );
      const { nodes, pageInfo } = wholeData(answer).divisionSnapshot;
      rows.push(...nodes.map(({ code, name }) => `${code},${name}`));
      if (!pageInfo.hasNextPage) break;
      after = pageInfo.endCursor;
    }
    expect(rows).toEqual(published.map((line) => line.trim()));
  });

  it('of a year that was never published is EDITION_UNKNOWN', async () => {
    expect(codesOf(await hub.query('{ divisionSnapshot(edition: 1999) { nodes { code } } }'))).toEqual(['EDITION_UNKNOWN']);
  });

  it('does not take the cursor of another edition', async () => {
    const cursor = wholeData(await hub.query('{ divisionSnapshot(edition: 2022, first: 1) { pageInfo { endCursor } } }'));
    const answer = await hub.query('query ($after: String) { divisionSnapshot(edition: 2023, after: $after) { nodes { code } } }', {
      after: cursor.divisionSnapshot.pageInfo.endCursor,
    });
    expect(codesOf(answer)).toEqual(['VALIDATION_FAILED']);
  });
});

describe('a list of a place', () => {
  const PLACED: Asked[] = [
    { name: 'compounds', caller: 'public', key: 'id' },
    { name: 'buildings', caller: 'public', key: 'id' },
    { name: 'organizations', caller: 'public', key: 'id' },
    { name: 'officeholders', caller: 'lead', key: 'id' },
    { name: 'activities', caller: 'public', key: 'id' },
    { name: 'serviceRecords', caller: 'auditor', key: 'id' },
    { name: 'facilities', caller: 'public', key: 'id' },
    { name: 'cases', caller: 'lead', key: 'id' },
    { name: 'orders', caller: 'lead', key: 'id' },
    { name: 'publicCases', caller: 'public', key: 'caseNo' },
  ];
  const of = (list: Asked, code: string): Asked => ({ ...list, filter: `{ areaCode: "${code}" }` });

  it.each(PLACED)('$name: a retired code finds what today’s code finds', async (list) => {
    const [now, before] = [await page(of(list, WANGFUZHUANG), 200), await page(of(list, WANGFUZHUANG_BEFORE), 200)];
    const nodes = (wholeData(now)[list.name] as Page).nodes;
    expect(nodes.length, 'the demo has some there').toBeGreaterThan(0);
    expect((wholeData(before)[list.name] as Page).nodes).toEqual(nodes);
  });

  it.each(PLACED)('$name: is a part of the list of the place above', async (list) => {
    const inCommunity = await walk(of(list, WANGFUZHUANG), 200);
    const [row] = inCommunity;
    const street = wholeData(await hub.query(`{ area(code: "${WANGFUZHUANG}") { parent { code } } }`)).area.parent.code as string;
    const inStreet = new Set(await walk(of(list, street), 200));
    expect(inCommunity.filter((key) => !inStreet.has(key))).toEqual([]);
    expect(inStreet.size).toBeGreaterThan(inCommunity.length);
    expect(inStreet.has(row as string)).toBe(true);
  });

  it.each(PLACED)('$name: a code that no place ever had is NOT_FOUND', async (list) => {
    const answer = await page(of(list, '999999999999'), 20);
    expect(codesOf(answer)).toEqual(['NOT_FOUND']);
    expect(answer.data).toEqual({ [list.name]: null });
  });

  it.each(['compounds', 'organizations', 'facilities', 'publicCases'])('Area.%s is the list of that place', async (name) => {
    const key = name === 'publicCases' ? 'caseNo' : 'id';
    const codes = [WANGFUZHUANG, WANGFUZHUANG_BEFORE, HUBEI_ROAD, NANCHANG_ROAD];
    for (const code of codes) {
      const answer = await hub.query(`{ area(code: "${code}") { ${name}(first: 200) { nodes { ${key} } } } }`);
      const own = wholeData(answer).area[name].nodes.map((node: Record<string, string>) => node[key]);
      expect(own.length, code).toBeGreaterThan(0);
      const listed = wholeData(await page(of({ name, caller: 'public', key }, code), 200))[name] as Page;
      expect(own, code).toEqual(listed.nodes.map((node) => node[key]));
    }
  });
});
