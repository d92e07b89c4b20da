import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connection, connectionByParent, type List, type OrderTerm, type PageArgs } from '../../subgraphs/shared/src/page.ts';
import { type TestDatabase, testDatabase } from '../database.ts';
import { fixture } from './fixture/note.entity.ts';

interface NoteRow {
  id: string;
}

const CALLER = { roles: ['STREET_STAFF' as const], communities: ['ar_a', 'ar_b', 'ar_c'] };

let world: TestDatabase;

/** 600 notes in three communities: many share an instant, many differ by one microsecond, ranks have ties and more digits than a float. */
beforeAll(async () => {
  world = await testDatabase(fixture);
  await world.owner.query(`
    insert into note (id, community_id, written_at, rank, text)
    select 'n' || lpad(i::text, 4, '0'), 'ar_' || chr(97 + i % 3), '2025-01-01T08:00:00+08'::timestamptz + (i % 40) * interval '1 microsecond',
           case when i % 5 = 0 then null else 12345678.1234 + (i % 7) * 0.0001 end, 'text ' || i % 10
    from generate_series(1, 600) i`);
});
afterAll(() => world.drop());

const WRITTEN: OrderTerm = { sql: 'n.written_at', type: 'timestamptz' };
const RANK: OrderTerm = { sql: 'coalesce(n.rank, -1)', type: 'numeric' };
const TEXT: OrderTerm = { sql: 'n.text', type: 'text' };
const ID: OrderTerm = { sql: 'n.id', type: 'text' };
const down = (term: OrderTerm): OrderTerm => ({ ...term, descending: true });

const notes = (order: OrderTerm[], more: Partial<List> = {}): List => ({ name: 'notes', select: 'n.id', from: 'note n', order, ...more });

async function walk(list: List, first: number): Promise<string[]> {
  const ctx = world.context(CALLER);
  const ids: string[] = [];
  for (let after: string | null = null; ; ) {
    const page: Awaited<ReturnType<typeof connection<NoteRow>>> = await connection<NoteRow>(ctx, { ...list, first, after });
    ids.push(...page.nodes.map(({ id }) => id));
    if (!page.pageInfo.hasNextPage) return ids;
    if (ids.length > 600) throw new Error('the walk goes in circles');
    expect(page.nodes).toHaveLength(first);
    after = page.pageInfo.endCursor;
  }
}

test('walking pages of any size gives every row once and in order, ties and microseconds included', async () => {
  const term = fc.constantFrom(WRITTEN, RANK, TEXT, down(WRITTEN), down(RANK), down(TEXT));
  const order = fc.tuple(fc.uniqueArray(term, { maxLength: 2, selector: ({ sql }) => sql }), fc.constantFrom(ID, down(ID)));
  await fc.assert(
    fc.asyncProperty(order, fc.integer({ min: 13, max: 200 }), async ([terms, last], first) => {
      const all = [...terms, last];
      const sql = all.map(({ sql, descending }) => `${sql} ${descending ? 'desc' : 'asc'}`).join(', ');
      const whole = await world.owner.query<NoteRow>(`select n.id from note n order by ${sql}`);
      expect(await walk(notes(all), first)).toEqual(whole.rows.map(({ id }) => id));
    }),
    { numRuns: 25 },
  );
});

test('a page of one walks through rows of the same instant', async () => {
  const list = notes([WRITTEN, ID], { where: 'n.written_at = $1', params: ['2025-01-01T08:00:00.000007+08:00'] });
  expect(await walk(list, 1)).toHaveLength(15);
});

test('a list is answered by its index from the cursor on, however deep', async () => {
  const list = notes([{ sql: 'n.community_id', type: 'text' }, WRITTEN, ID]);
  const after = (await connection(world.context(CALLER), { ...list, first: 5 })).pageInfo.endCursor;
  const plan: string[] = [];
  const explain = async <T extends object>(sql: string, params?: readonly unknown[]): Promise<T[]> => {
    await world.owner.query('set enable_seqscan = off');
    const { rows } = await world.owner.query({ text: `explain ${sql}`, values: [...(params ?? [])], rowMode: 'array' });
    plan.push(...rows.flat());
    return [];
  };
  await connection(world.context(CALLER, { rows: explain }), { ...list, first: 5, after });
  expect(plan.join('\n')).toMatch(/Index Cond: \(ROW\(community_id, written_at, id\) > ROW\(/);
  expect(plan.join('\n')).not.toContain('Sort');
});

test('a page has 1 to 200 rows, 20 if nobody says', async () => {
  const ctx = world.context(CALLER);
  for (const first of [0, -1, 201, 1.5]) {
    await expect(connection(ctx, { ...notes([ID]), first })).rejects.toMatchObject({ code: 'PAGE_TOO_LARGE', details: { limit: 200 } });
  }
  expect((await connection(ctx, notes([ID]))).nodes).toHaveLength(20);
  expect((await connection(ctx, { ...notes([ID]), first: 200 })).nodes).toHaveLength(200);
});

test('an empty list has no cursor and no next page', async () => {
  const page = await connection(world.context(CALLER), { ...notes([ID], { where: 'false' }) });
  expect(page).toEqual({ nodes: [], pageInfo: { endCursor: null, hasNextPage: false } });
});

test('a cursor is refused when it was changed, or belongs to another list, filter, order or key', async () => {
  const ctx = world.context(CALLER);
  const list = notes([WRITTEN, ID], { where: 'n.community_id = $1', params: ['ar_a'] });
  const after = (await connection(ctx, { ...list, first: 3 })).pageInfo.endCursor as string;
  expect((await connection(ctx, { ...list, after })).nodes).toHaveLength(20);

  const [payload = '', mark = ''] = after.split('.');
  const values = JSON.parse(Buffer.from(payload, 'base64url').toString()) as string[];
  const changed = Buffer.from(JSON.stringify([values[0], 'n0000'])).toString('base64url');
  const forged = [
    '',
    'x',
    payload,
    `${payload}.`,
    `${changed}.${mark}`,
    `${payload}.${'A'.repeat(16)}`,
    `${after}.x`,
    `${after}x`,
    'a'.repeat(10_000),
  ];
  for (const cursor of forged)
    await expect(connection(ctx, { ...list, after: cursor })).rejects.toMatchObject({ code: 'VALIDATION_FAILED' });

  const others = [
    { ...list, name: 'others' },
    { ...list, params: ['ar_b'] },
    { ...list, where: 'n.community_id <> $1' },
    { ...list, order: [down(WRITTEN), down(ID)] },
  ];
  for (const other of others) await expect(connection(ctx, { ...other, after })).rejects.toMatchObject({ code: 'VALIDATION_FAILED' });
});

test('a cursor holds although a parameter changes by itself, when the list says what its filter is', async () => {
  const ctx = world.context(CALLER);
  const onDay = (day: string): List => notes([ID], { where: 'n.written_at < $1::date', params: [day], filter: { until: 'today' } });
  const after = (await connection(ctx, { ...onDay('2026-01-01'), first: 3 })).pageInfo.endCursor;
  expect((await connection(ctx, { ...onDay('2026-01-02'), after })).nodes).toHaveLength(20);
});

test('an order with a null is a bug that is told, not rows that are lost', async () => {
  const list = notes([{ sql: 'n.rank', type: 'numeric' }, ID], { where: 'n.rank is null' });
  await expect(connection(world.context(CALLER), list)).rejects.toThrow('coalesce');
});

test('rows outside the scope are in no page', async () => {
  const page = await connection<NoteRow>(world.context({ ...CALLER, communities: ['ar_b'] }), { ...notes([ID]), first: 200 });
  const { rows } = await world.owner.query<NoteRow>(`select id from note where community_id = 'ar_b' order by id`);
  expect(page.nodes.map(({ id }) => id)).toEqual(rows.map(({ id }) => id));
});

test('lists of many parents are read in one statement, each with its own pages', async () => {
  const notesOf = connectionByParent<NoteRow, PageArgs>(() =>
    notes([down(WRITTEN), down(ID)], { name: 'Place.notes', where: 'n.community_id = parent.id' }),
  );
  const ctx = world.context(CALLER);
  const parents = ['ar_a', 'ar_b', 'ar_c', 'ar_nowhere'];
  const pages = await Promise.all(parents.map((id) => notesOf(ctx, id, { first: 7 })));
  expect(ctx.statements()).toBe(1);
  expect(pages.map(({ nodes }) => nodes.length)).toEqual([7, 7, 7, 0]);

  for (const parent of parents) {
    const ids: string[] = [];
    for (let after: string | null = null; ; ) {
      const page: Awaited<ReturnType<typeof notesOf>> = await notesOf(ctx, parent, { first: 90, after });
      ids.push(...page.nodes.map(({ id }) => id));
      after = page.pageInfo.endCursor;
      if (!page.pageInfo.hasNextPage) break;
    }
    const whole = await world.owner.query<NoteRow>('select id from note where community_id = $1 order by written_at desc, id desc', [
      parent,
    ]);
    expect(ids).toEqual(whole.rows.map(({ id }) => id));
  }
  const cursor = pages[0]?.pageInfo.endCursor;
  await expect(notesOf(ctx, 'ar_b', { first: 7, after: cursor })).rejects.toMatchObject({ code: 'VALIDATION_FAILED' });
  await expect(notesOf(ctx, 'ar_b', { first: 201 })).rejects.toMatchObject({ code: 'PAGE_TOO_LARGE' });
});
