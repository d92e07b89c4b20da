import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { copyRows } from '../../subgraphs/shared/src/copy.ts';
import { type TestDatabase, testDatabase } from '../database.ts';
import { fixture } from './fixture/note.entity.ts';

let world: TestDatabase;
beforeAll(async () => {
  world = await testDatabase(fixture);
  await world.owner.query(
    'create table load (n int, words text[], body jsonb, raw bytea, flag boolean, exact numeric, at timestamptz, label text)',
  );
});
afterAll(() => world.drop());

const COLUMNS = ['n', 'words', 'body', 'raw', 'flag', 'exact', 'at', 'label'];

/** PostgreSQL text holds every character but NUL, and so no half of a surrogate pair either. */
const text = fc.string({ unit: 'binary' }).map((s) => s.replaceAll('\0', ''));
const awkward = fc.oneof(text, fc.constantFrom('\\N', 'NULL', '\\.', '{}', '"', "'", 'a\tb\nc\\d\r', '', ' ', '，“洛阳”'));

test('what is copied in comes out as it was: tabs, quotes, backslashes, nulls, arrays and JSON', async () => {
  const row = fc.tuple(
    fc.array(fc.option(awkward)),
    fc.option(
      fc
        .jsonValue({ maxDepth: 2 })
        .filter((value) => typeof value === 'object' && !Array.isArray(value) && !JSON.stringify(value).includes('\\u0000')),
    ),
    fc.option(fc.uint8Array().map((bytes) => Buffer.from(bytes))),
    fc.option(fc.boolean()),
    fc.option(fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }).map(String)),
    fc.option(awkward),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(row), async (rows) => {
      await world.owner.query('truncate load');
      const at = '2025-01-01T08:00:00.123456+08:00';
      const values = rows.map(([words, body, raw, flag, exact, label], n) => [n, words, body, raw, flag, exact, at, label]);
      expect(await copyRows(world.owner, 'load', COLUMNS, values)).toBe(rows.length);
      const read = await world.owner.query({ text: 'select * from load order by n', rowMode: 'array' });
      expect(read.rows).toEqual(JSON.parse(JSON.stringify(values), reviveBuffer));
    }),
    { numRuns: 60 },
  );
});

/** -0 is no JSON; a Buffer survives it by its own form. */
const reviveBuffer = (_: string, value: unknown): unknown =>
  value !== null && typeof value === 'object' && (value as { type?: string }).type === 'Buffer' ? Buffer.from(value as never) : value;

test('a row that does not fit leaves nothing behind and the connection usable', async () => {
  await world.owner.query('truncate load');
  const rows = [...Array.from({ length: 100 }, (_, n) => [n]), ['no number']];
  await expect(copyRows(world.owner, 'load', ['n'], rows)).rejects.toMatchObject({ code: '22P02' });
  await expect(copyRows(world.owner, 'load', ['n'], [[1], [1, 2]])).rejects.toThrow('2 values for 1 columns');
  expect((await world.owner.query('select count(*) from load')).rows).toEqual([{ count: '0' }]);
});

test('numbers, instants and table names of a schema are written as they are', async () => {
  await world.owner.query('truncate load');
  await copyRows(world.owner, 'public.load', ['n', 'at', 'exact'], [[7, new Date('2025-06-01T00:00:00Z'), 12345678901234567890n]]);
  const { rows } = await world.owner.query('select n, at, exact from load');
  expect(rows).toEqual([{ n: 7, at: '2025-06-01T08:00:00+08:00', exact: '12345678901234567890' }]);
});
