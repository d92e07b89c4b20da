/** Nobody widens what he may see by writing SQL (design §5): each test is one way to try. */
import { createHmac } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Claims } from '../../subgraphs/shared/src/claims.ts';
import { checkMigrations } from '../../subgraphs/shared/src/migration.ts';
import { signScope } from '../../subgraphs/shared/src/row-scope.ts';
import { claimsOf, type TestDatabase, testDatabase } from '../database.ts';
import { fixture } from './fixture/note.entity.ts';

const STAFF: Partial<Claims> = { roles: ['COMMUNITY_STAFF'], variant: 'DEPARTMENT', communities: ['ar_a'] };
const ALL = claimsOf({ roles: ['COMMUNITY_STAFF'], communities: ['ar_a', 'ar_b'] });

let world: TestDatabase;

beforeAll(async () => {
  world = await testDatabase(fixture);
  await world.owner.query(`
    insert into note (id, community_id, written_at, text) values
      ('n1', 'ar_a', '2025-01-01T08:00:00.123456+08', 'seen'), ('n2', 'ar_b', '2025-01-02T08:00:00+08', 'hidden'), ('n3', 'ar_b', now(), 'hidden')`);
});
afterAll(() => world.drop());

const ids = async (rows: Promise<{ id: string }[]>): Promise<string[]> => (await rows).map(({ id }) => id).sort();
const NOTES = 'select id from note';

test('entities, snapshot and migrations agree', async () => {
  expect(await checkMigrations(fixture, world.url('owner'))).toBe('');
});

describe('row scope', () => {
  test('staff read the notes of their own communities', async () => {
    expect(await ids(world.session(STAFF).rows(NOTES))).toEqual(['n1']);
    expect(await ids(world.session({ ...STAFF, communities: ['ar_b'] }).rows(NOTES))).toEqual(['n2', 'n3']);
  });

  test('a role that the policy does not name reads nothing', async () => {
    expect(await ids(world.session({ ...STAFF, roles: ['RESIDENT'] }).rows(NOTES))).toEqual([]);
  });

  test('figures read every row', async () => {
    expect(await ids(world.session(STAFF).figureRows(NOTES))).toEqual(['n1', 'n2', 'n3']);
  });

  test('the scope of one request does not stay for the next one on the same connection', async () => {
    await Promise.all(Array.from({ length: 20 }, () => world.session(STAFF).rows(NOTES)));
    const none = await Promise.all(Array.from({ length: 20 }, () => ids(world.session({ ...STAFF, communities: [] }).rows(NOTES))));
    expect(none.flat()).toEqual([]);
  });
});

describe('whoever can write SQL as app', () => {
  let client: pg.Client & { processID?: number };
  beforeAll(async () => {
    client = new pg.Client({ connectionString: world.url('app') });
    await client.connect();
  });
  afterAll(() => client.end());

  const seen = async (): Promise<string[]> => (await client.query<{ id: string }>(NOTES)).rows.map(({ id }) => id);
  const seenWith = async (context: string): Promise<string[]> => {
    await client.query('select set_config($1, $2, false)', ['hub.context', context]);
    return seen();
  };
  const pid = (): number => client.processID as number;

  test('reads notes with an honest context, or else these tests prove nothing', async () => {
    expect(await seenWith(signScope(world.keys, ALL, pid()))).toEqual(['n1', 'n2', 'n3']);
    expect(await seenWith('')).toEqual([]);
  });

  test('gets nothing for claims of his own making', async () => {
    const claims = { ...ALL, pid: pid(), exp: Math.floor(Date.now() / 1000) + 30 };
    const payload = Buffer.from(JSON.stringify(claims)).toString('base64');
    const id = world.keys[0]?.id;
    const guessed = createHmac('sha256', 'guess').update(`${id}.${payload}`).digest('hex');
    for (const forged of [
      JSON.stringify(claims),
      payload,
      `${id}.${payload}`,
      `${id}.${payload}.${guessed}`,
      `${id}.${payload}.`,
      'a.b.c',
    ]) {
      expect(await seenWith(forged)).toEqual([]);
    }
    await client.query(`set hub.context = '${id}.${payload}.${guessed}'`);
    expect(await seen()).toEqual([]);
  });

  test('gets nothing for a context whose claims were changed', async () => {
    const [id, payload = '', mac] = signScope(world.keys, claimsOf(STAFF), pid()).split('.');
    const wider = Buffer.from(payload, 'base64').toString().replace('"ar_a"', '"ar_a","ar_b"');
    expect(await seenWith(`${id}.${Buffer.from(wider).toString('base64')}.${mac}`)).toEqual([]);
  });

  test('gets nothing for a context under a key that is not known', async () => {
    const other = [{ id: 'other', secret: Buffer.alloc(32, 1) }];
    expect(await seenWith(signScope(other, ALL, pid()))).toEqual([]);
    const sameId = [{ id: world.keys[0]?.id ?? '', secret: Buffer.alloc(32, 1) }];
    expect(await seenWith(signScope(sameId, ALL, pid()))).toEqual([]);
  });

  test('gets nothing for the context of another connection', async () => {
    const other: pg.Client & { processID?: number } = new pg.Client({ connectionString: world.url('app') });
    await other.connect();
    expect(await seenWith(signScope(world.keys, ALL, other.processID as number))).toEqual([]);
    await other.end();
  });

  test('gets nothing for a context that has expired, or that would hold longer than a minute', async () => {
    expect(await seenWith(signScope(world.keys, ALL, pid(), new Date(Date.now() - 31_000)))).toEqual([]);
    expect(await seenWith(signScope(world.keys, ALL, pid(), new Date(Date.now() + 40_000)))).toEqual([]);
    expect(await seenWith(signScope(world.keys, ALL, pid(), new Date(Date.now() - 20_000)))).toHaveLength(3);
    await seenWith('');
  });

  const refused: [string, string][] = [
    ['become figures', 'set role fixture_figures'],
    ['become the owner', 'set session authorization fixture_owner'],
    ['read the keys', 'select * from hub.scope_key'],
    ['add a key', `insert into hub.scope_key values ('mine', '', '')`],
    ['replace the check', `create or replace function hub.context() returns jsonb language sql as $$ select '{}'::jsonb $$`],
    ['replace a question', `create or replace function hub.communities() returns text[] language sql as $$ select '{ar_b}'::text[] $$`],
    ['lay another schema under the name', 'alter schema hub rename to gone'],
    ['make a function in public', `create function public.sha256(bytea) returns bytea language sql as $$ select ''::bytea $$`],
    ['make a function for himself', 'create function pg_temp.leak(text) returns boolean language sql as $$ select true $$'],
    ['turn the policies off', 'alter table note disable row level security'],
    ['drop a policy', 'drop policy app_read on note'],
    ['add a policy', 'create policy mine on note using (true)'],
    ['write', `update note set community_id = 'ar_a'`],
    ['copy', `copy note to program 'cat'`],
    ['read around it', 'set row_security = off; select * from note'],
  ];
  test.each(refused)('may not %s', async (_, sql) => {
    await expect(client.query(sql)).rejects.toMatchObject({ code: '42501' });
    await client.query('reset row_security');
    expect(await seen()).toEqual([]);
  });
});

test('neither role owns a table or passes row level security by', async () => {
  const { rows } = await world.owner.query<{ rolname: string; rolbypassrls: boolean; rolsuper: boolean; owned: string }>(`
    select rolname, rolbypassrls, rolsuper, (select count(*) from pg_class where relowner = r.oid) as owned
    from pg_roles r where rolname in ('fixture_app', 'fixture_figures')`);
  expect(rows).toHaveLength(2);
  for (const row of rows) expect(row).toMatchObject({ rolbypassrls: false, rolsuper: false, owned: '0' });
});
