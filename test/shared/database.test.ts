import { createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { withClient } from '../../local/databases.ts';
import { openDatabase } from '../../subgraphs/shared/src/database.ts';
import { batched } from '../../subgraphs/shared/src/loader.ts';
import { migrate } from '../../subgraphs/shared/src/migrate.ts';
import { claimsOf, type TestDatabase, testDatabase } from '../database.ts';
import { fixture } from './fixture/note.entity.ts';

let world: TestDatabase;
beforeAll(async () => {
  world = await testDatabase(fixture);
});
afterAll(() => world.drop());

const rejection = async (work: Promise<unknown>): Promise<Error> =>
  work.then(
    () => expect.fail('it did not fail'),
    (error: Error) => error,
  );

test('values arrive exact: days and numbers as text, instants with microseconds in the offset of Asia/Shanghai', async () => {
  const [row] = await world.session().rows(`select
    date '2025-01-31' as day, timestamptz '2025-01-01 00:00:00.123456Z' as at, timestamptz '2025-01-01T00:00Z' as whole, null::date as none,
    1234567890123456789.10::numeric as exact, 9007199254740993::int8 as big, 7::int4 as small, 0.5::float8 as metres, true as flag,
    '{"a":[1,"二"]}'::jsonb as body, array['a,b', null, '"'] as words, array[9007199254740993, null]::int8[] as bigs,
    array[date '2025-01-31'] as days, array[timestamptz '2025-06-01 00:00:00.000001Z'] as instants, array[]::numeric[] as nothing`);
  expect(row).toEqual({
    day: '2025-01-31',
    at: '2025-01-01T08:00:00.123456+08:00',
    whole: '2025-01-01T08:00:00+08:00',
    none: null,
    exact: '1234567890123456789.10',
    big: '9007199254740993',
    small: 7,
    metres: 0.5,
    flag: true,
    body: { a: [1, '二'] },
    words: ['a,b', null, '"'],
    bigs: ['9007199254740993', null],
    days: ['2025-01-31'],
    instants: ['2025-06-01T08:00:00.000001+08:00'],
    nothing: [],
  });
});

test('an instant that came out goes in again as it was', async () => {
  const [row] = await world
    .session()
    .rows<{ same: boolean }>(`select $1::timestamptz = timestamptz '2025-01-01 00:00:00.123456Z' as same`, [
      '2025-01-01T08:00:00.123456+08:00',
    ]);
  expect(row?.same).toBe(true);
});

test('a request counts its statements', async () => {
  const session = world.session();
  await Promise.all([session.rows('select 1'), session.rows('select 2'), session.figureRows('select 3')]);
  expect(session.statements()).toBe(3);
  expect(world.session().statements()).toBe(0);
});

test('both ways only read', async () => {
  const session = world.session();
  for (const read of [session.rows, session.figureRows]) {
    expect(await rejection(read(`insert into place (id, name) values ('p', 'p')`))).toMatchObject({
      sqlState: expect.stringMatching(/^(25006|42501)$/),
    });
  }
});

describe('when the database does not answer', () => {
  const UNAVAILABLE = { code: 'SOURCE_UNAVAILABLE' };

  test('a statement ends with the deadline of its request', async () => {
    const since = Date.now();
    const session = world.session({ deadline: since + 200 });
    expect(await rejection(session.figureRows('select pg_sleep(5)'))).toMatchObject(UNAVAILABLE);
    expect(Date.now() - since).toBeLessThan(1_000);
    expect(await rejection(session.rows('select 1'))).toMatchObject(UNAVAILABLE);
    expect(await world.session().figureRows('select 1 as n')).toEqual([{ n: 1 }]);
  });

  test('a server that takes the connection and says nothing is given up at the deadline', async () => {
    const silent = createServer(() => undefined).listen(0, '127.0.0.1');
    await new Promise((resolve) => silent.once('listening', resolve));
    const { port } = silent.address() as { port: number };
    const away = `postgresql://fixture_app:x@127.0.0.1:${port}/x`;
    const database = openDatabase('fixture', { ...world.config, DATABASE_URL: away, FIGURES_DATABASE_URL: away });
    const since = Date.now();
    expect(await rejection(database.session(claimsOf({ deadline: since + 300 })).rows('select 1'))).toMatchObject(UNAVAILABLE);
    expect(Date.now() - since).toBeLessThan(1_000);
    expect(await database.ready()).toBe(false);
    silent.close();
    await database.close();
  });

  test('a server that is not there, and one that ends the connection, are the same to the caller', async () => {
    const away = 'postgresql://fixture_app:x@127.0.0.1:1/x';
    const database = openDatabase('fixture', { ...world.config, DATABASE_URL: away, FIGURES_DATABASE_URL: away });
    expect(await rejection(database.session(claimsOf()).rows('select 1'))).toMatchObject(UNAVAILABLE);
    expect(await database.ready()).toBe(false);
    await database.close();

    const killed = rejection(world.session().figureRows('select pg_sleep(5)'));
    await new Promise((resolve) => setTimeout(resolve, 200));
    await endBackends('pg_sleep(5)');
    expect(await killed).toMatchObject(UNAVAILABLE);
    expect(await world.session().figureRows('select 1 as n')).toEqual([{ n: 1 }]);
  });

  /** A role may end its own backends. */
  const endBackends = (query: string): Promise<object[]> =>
    world
      .session()
      .figureRows('select pg_terminate_backend(pid) from pg_stat_activity where strpos(query, $1) > 0 and pid <> pg_backend_pid()', [
        query,
      ]);
});

describe('a read that nobody waits for any more', () => {
  const UNAVAILABLE = { code: 'SOURCE_UNAVAILABLE' };
  /** How many backends do what the text says, as the server's own user sees them. */
  const backends = (text: string): Promise<number> =>
    withClient(inject('postgresUrl'), async (client) => {
      const found = await client.query(
        `select 1 from pg_stat_activity where strpos(query, $1) > 0 and state = 'active' and pid <> pg_backend_pid()`,
        [text],
      );
      return found.rows.length;
    });

  test('is cancelled in the database, and the connection with it', async () => {
    const gone = new AbortController();
    const session = world.database.session(claimsOf({ deadline: Date.now() + 300_000 }), gone.signal);
    const sleep = 'select pg_sleep(40) /* unwanted */';
    const ends = Promise.all([session.figureRows(sleep), session.rows(sleep)].map(rejection));
    let areOver = false;
    void ends.then(() => {
      areOver = true;
    });
    await expect.poll(() => backends('unwanted'), { timeout: 10_000 }).toBe(2);
    gone.abort();
    await expect.poll(() => areOver, { timeout: 20_000 }).toBe(true);
    for (const error of await ends) expect(error).toMatchObject(UNAVAILABLE);
    await expect.poll(() => backends('unwanted'), { timeout: 10_000 }).toBe(0);
    expect(await rejection(session.rows('select 1'))).toMatchObject(UNAVAILABLE);
    expect(await Promise.all([1, 2, 3, 4].map((n) => world.session().figureRows(`select ${n} as n`)))).toHaveLength(4);
  });

  test('does not wait for a connection either', async () => {
    const others = [1, 2, 3, 4].map(() => world.session().figureRows('select pg_sleep(2) /* others */'));
    await expect.poll(() => backends('others'), { timeout: 10_000 }).toBe(4);
    const gone = new AbortController();
    const waiting = rejection(world.database.session(claimsOf(), gone.signal).figureRows('select 1'));
    gone.abort();
    expect(await waiting).toMatchObject(UNAVAILABLE);
    expect(await backends('others')).toBe(4);
    await Promise.all(others);
  });

  test('leaves what is written alone', async () => {
    const gone = new AbortController();
    const session = world.database.session(claimsOf(), gone.signal);
    const writing = session.write(async ({ rows }) => {
      await rows('select pg_sleep(0.5) /* written */');
      return 'done';
    });
    await expect.poll(() => backends('written'), { timeout: 10_000, interval: 10 }).toBe(1);
    gone.abort();
    expect(await writing).toBe('done');
  });
});

test('a refused statement names what is missing and shows neither the statement nor a value', async () => {
  const session = world.session();
  const secret = '13800138000';
  const errors = [
    await rejection(session.rows('select nothing from note where text = $1', [secret])),
    await rejection(session.rows(`select '${secret}'::int`)),
    await rejection(session.rows('select $1::int', [secret.repeat(3)])),
    await rejection(session.rows(`selec '${secret}'`)),
  ];
  expect(errors[0]?.message).toContain('nothing');
  for (const error of errors) {
    expect(error.name).toBe('StatementError');
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toMatch(/13800138000|from note|selec /);
  }
});

test('a process whose row scope key is not the database’s is not ready', async () => {
  expect(await world.database.ready()).toBe(true);
  const other = openDatabase('fixture', { ...world.config, ROW_SCOPE_KEY: Buffer.alloc(32, 7).toString('base64') });
  expect(await other.ready()).toBe(false);
  await other.close();
});

describe('migrating', () => {
  test('again changes nothing', async () => {
    expect(await migrate(fixture, world.url('owner'), { scopeKeys: world.keys })).toEqual([]);
  });

  test('takes a new row scope key in and puts an old one out', async () => {
    const next = [{ id: 'next', secret: Buffer.alloc(32, 7) }];
    const other = openDatabase('fixture', { ...world.config, ROW_SCOPE_KEY: `next:${Buffer.alloc(32, 7).toString('base64')}` });
    await migrate(fixture, world.url('owner'), { scopeKeys: [...next, ...world.keys] });
    expect([await world.database.ready(), await other.ready()]).toEqual([true, true]);
    await migrate(fixture, world.url('owner'), { scopeKeys: next });
    expect([await world.database.ready(), await other.ready()]).toEqual([false, true]);
    await migrate(fixture, world.url('owner'), { scopeKeys: world.keys });
    await other.close();
  });

  test('refuses a migration that was changed after it was applied', async () => {
    await world.owner.query(`update hub.migration set checksum = 'another' where name = '0001-initial.sql'`);
    await expect(migrate(fixture, world.url('owner'), { scopeKeys: world.keys })).rejects.toThrow('0001-initial.sql was changed');
  });
});

test('keys asked in one turn are fetched together, each once per request, and a missing one is null', async () => {
  const asked: (readonly string[])[] = [];
  const one = batched<string, number>(async (_, keys) => {
    asked.push(keys);
    return new Map(keys.filter((key) => key !== 'none').map((key) => [key, key.length]));
  });
  const ctx = world.context();
  expect(await Promise.all([one(ctx, 'a'), one(ctx, 'bb'), one(ctx, 'a'), one(ctx, 'none')])).toEqual([1, 2, 1, null]);
  expect(asked).toEqual([['a', 'bb', 'none']]);
  await one(world.context(), 'a');
  expect(asked).toHaveLength(2);
});
