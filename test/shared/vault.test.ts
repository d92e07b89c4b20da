import { randomBytes } from 'node:crypto';
import { chmodSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import type { Claims } from '../../subgraphs/shared/src/claims.ts';
import { ConfigError } from '../../subgraphs/shared/src/config.ts';
import { migrate } from '../../subgraphs/shared/src/migrate.ts';
import { openVault, type Vault } from '../../subgraphs/shared/src/vault.ts';
import { VaultError } from '../../subgraphs/shared/src/vault-cipher.ts';
import { checkPin, hashPin } from '../../subgraphs/shared/src/vault-pin.ts';
import { claimsOf, type TestDatabase, testDatabase } from '../database.ts';
import { fixture } from './fixture/note.entity.ts';

const definition = { ...fixture, vault: true };
const ZHANG = { name: '张三', phone: '13800138000' };
const staff = (...communities: string[]) => ({
  claims: claimsOf({ roles: ['COMMUNITY_STAFF'], variant: 'DEPARTMENT', communities }),
});

let world: TestDatabase;
beforeAll(async () => {
  world = await testDatabase(definition);
});
afterAll(() => world.drop());

let made = 0;
/** Puts secrets of a new object in, as a command does. */
async function put(secrets: Record<string, unknown>, options: Parameters<Vault['put']>[3] = { communityId: 'ar_1' }): Promise<string> {
  const id = `re_${++made}`;
  await world.database.write(claimsOf(), ({ rows }) => world.vault.put({ rows }, id, secrets, options));
  return id;
}

const refusalOf = (work: Promise<unknown>): Promise<Error> =>
  work.then(
    () => expect.fail('it was not refused'),
    (error: Error) => error,
  );

/** What a role gets for a statement over a connection of its own. */
async function as(role: 'app' | 'figures' | 'vault', sql: string): Promise<string> {
  const client = new pg.Client({ connectionString: world.url(role) });
  await client.connect();
  try {
    return JSON.stringify((await client.query(sql)).rows);
  } catch (error) {
    return (error as pg.DatabaseError).code ?? 'broken';
  } finally {
    await client.end();
  }
}

describe('who is shown a secret', () => {
  test('staff of its community, and nobody else', async () => {
    const id = await put({ IDENTITY: ZHANG });
    const asked = async (claims: Partial<Claims>) => (await world.vault.read({ claims: claimsOf(claims) }, [id], 'IDENTITY')).get(id);
    const communities = ['ar_1'];
    expect(await asked({ roles: ['COMMUNITY_STAFF'], communities })).toEqual(ZHANG);
    expect(await asked({ roles: ['STREET_STAFF'], communities: ['ar_2', 'ar_1'] })).toEqual(ZHANG);
    expect(await asked({ roles: ['SERVICE'] })).toEqual(ZHANG);
    expect(await asked({ roles: ['COMMUNITY_STAFF'], communities: ['ar_2'] })).toBeUndefined();
    for (const role of ['DISTRICT_LEAD', 'PARTNER_UNIT', 'BI_CLIENT', 'PUBLIC', 'RESIDENT', 'AUDITOR', 'ORG_REPRESENTATIVE'] as const) {
      expect(await asked({ roles: [role], communities }), role).toBeUndefined();
    }
  });

  test('one without a community is for the department itself, after it has seen a PIN or a login', async () => {
    const id = await put({ PIN: 'x' }, {});
    expect((await world.vault.read(staff('ar_1'), [id], 'PIN')).size).toBe(0);
    expect((await world.vault.readAsService(staff(), [id], 'PIN')).get(id)).toBe('x');
  });

  test('kinds are apart: who reads one has not read the others', async () => {
    const id = await put({ IDENTITY: ZHANG, TEXT: '楼上漏水' });
    expect(await world.vault.read(staff('ar_1'), [id, 're_none'], 'TEXT')).toEqual(new Map([[id, '楼上漏水']]));
    expect(await world.vault.read(staff('ar_1'), [], 'TEXT')).toEqual(new Map());
  });
});

describe('the roles of the database', () => {
  test('commands put in and never read; figures cannot name the table; the vault’s role reads and deletes alone', async () => {
    await put({ IDENTITY: ZHANG });
    const statements = {
      select: 'select * from vault.secret',
      insert: `insert into vault.secret values ('x', 'x', null, 'k1', '', null, now())`,
      update: `update vault.secret set object_id = 'x'`,
      delete: 'delete from vault.secret',
      truncate: 'truncate vault.secret',
      put: `select vault.put('x', 'x', null, 'k1', '', null)`,
    };
    const DENIED = '42501';
    for (const role of ['app', 'figures'] as const) {
      for (const [name, sql] of Object.entries(statements)) expect(await as(role, sql), `${role}: ${name}`).toBe(DENIED);
    }
    for (const name of ['insert', 'update', 'truncate', 'put'] as const) expect(await as('vault', statements[name]), name).toBe(DENIED);
    // Without a signed scope its own role sees nothing either.
    expect(await as('vault', statements.select)).toBe('[]');
    expect(await as('vault', statements.delete)).toBe('[]');
    expect(await as('vault', 'select * from note')).toBe(DENIED);
    expect(await as('vault', 'select * from hub.scope_key')).toBe(DENIED);
  });

  test('no role but these may do anything to it, and what they may is said here', async () => {
    const { rows } = await world.owner.query<{ may: string }>(
      `select r.rolname || ' ' || p as may from pg_roles r, unnest(array['select', 'insert', 'update', 'delete', 'truncate', 'references', 'trigger']) p
       where has_table_privilege(r.oid, 'vault.secret', p) and not r.rolsuper and r.rolname not like 'pg\\_%' and r.rolname <> 'fixture_owner' order by 1`,
    );
    expect(rows.map(({ may }) => may)).toEqual(['fixture_vault delete', 'fixture_vault select']);
    const { rows: callers } = await world.owner.query<{ rolname: string }>(
      `select r.rolname from pg_roles r where has_function_privilege(r.oid, 'vault.put(text,text,text,text,bytea,bytea)', 'execute')
       and has_schema_privilege(r.oid, 'vault', 'usage') and not r.rolsuper and r.rolname not like 'pg\\_%' order by 1`,
    );
    expect(callers.map(({ rolname }) => rolname)).toEqual(['fixture_app', 'fixture_owner']);
  });

  test('a grant that somebody made by hand is taken back when the schema is made again', async () => {
    await world.owner.query('grant usage on schema vault to fixture_figures; grant select on vault.secret to fixture_figures, fixture_app');
    await world.owner.query(`delete from hub.migration where name = '0000-vault'`);
    await migrate(definition, world.url('owner'), { scopeKeys: world.keys });
    for (const role of ['app', 'figures'] as const) expect(await as(role, 'select * from vault.secret')).toBe('42501');
  });
});

describe('what is stored', () => {
  test('shows nothing of the value, not even its length, nor that two are equal', async () => {
    const [one, two] = [await put({ IDENTITY: ZHANG }), await put({ IDENTITY: ZHANG })];
    const long = await put({ IDENTITY: { name: '欧阳娜娜', phone: '13800138001' } });
    const { rows } = await world.owner.query<{ whole: string; size: number; ciphertext: Buffer }>(
      'select s::text || encode(ciphertext, $2) as whole, length(ciphertext) as size, ciphertext from vault.secret s where object_id = any($1) order by object_id',
      [[one, two, long], 'escape'],
    );
    for (const { whole } of rows) expect(whole).not.toMatch(/13800138|张三|欧阳/);
    expect(new Set(rows.map(({ size }) => size)).size).toBe(1);
    expect(rows[0]?.ciphertext).not.toEqual(rows[1]?.ciphertext);
  });

  test('goes with its command: rolled back together', async () => {
    const fails = world.database.write(claimsOf(), async ({ rows }) => {
      await world.vault.put({ rows }, 're_lost', { IDENTITY: ZHANG }, { communityId: 'ar_1' });
      throw new Error('the command fails');
    });
    await expect(fails).rejects.toThrow('the command fails');
    expect((await world.vault.read(staff('ar_1'), ['re_lost'], 'IDENTITY')).size).toBe(0);
  });

  test('never takes the place of another', async () => {
    const id = await put({ PIN: 'mine' });
    const again = world.database.write(claimsOf(), ({ rows }) => world.vault.put({ rows }, id, { PIN: 'yours' }));
    expect(await refusalOf(again)).toMatchObject({ sqlState: '23505' });
    expect((await world.vault.readAsService(staff(), [id], 'PIN')).get(id)).toBe('mine');
  });
});

describe('a secret does not open', () => {
  const otherVault = (keys: string): Vault => {
    const file = join(inject('runFolder'), `vault-${randomBytes(4).toString('hex')}.key`);
    writeFileSync(file, keys, { mode: 0o600 });
    try {
      return openVault('fixture', { ...world.config, VAULT_KEY_FILE: file });
    } finally {
      rmSync(file);
    }
  };
  const keyText = (): string => randomBytes(32).toString('base64');

  test('with another key of the same name, or without its key; and the error says nothing of it', async () => {
    const id = await put({ IDENTITY: ZHANG });
    for (const keys of [`k1:${keyText()}`, `k9:${keyText()}`]) {
      const vault = otherVault(keys);
      const error = await refusalOf(vault.read(staff('ar_1'), [id], 'IDENTITY'));
      expect(error).toBeInstanceOf(VaultError);
      expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toMatch(/13800138000|张三|re_/);
      await vault.close();
    }
  });

  test.each([
    [
      'moved to another object',
      `update vault.secret set object_id = object_id || '-moved' where object_id = $1 and kind = 'IDENTITY'`,
      '-moved',
    ],
    ['called another kind', `update vault.secret set kind = 'IDENTITY' where object_id = $1 and kind = 'OTHER'`, ''],
    ['given to another community', `update vault.secret set community_id = 'ar_2' where object_id = $1`, ''],
    [
      'changed by one bit',
      `update vault.secret set ciphertext = set_bit(ciphertext, 400, 1 - get_bit(ciphertext, 400)) where object_id = $1`,
      '',
    ],
    ['cut short', `update vault.secret set ciphertext = substr(ciphertext, 1, 40) where object_id = $1`, ''],
    ['emptied', `update vault.secret set ciphertext = '' where object_id = $1`, ''],
  ])('%s', async (how, sql, suffix) => {
    const id = await put(how === 'called another kind' ? { OTHER: ZHANG } : { IDENTITY: ZHANG });
    await world.owner.query(sql, [id]);
    expect(await refusalOf(world.vault.read(staff('ar_1', 'ar_2'), [id + suffix], 'IDENTITY'))).toBeInstanceOf(VaultError);
  });

  test('but during a rotation with either key, and new ones are sealed by the newer', async () => {
    const [older, newer] = [`old:${keyText()}`, `new:${keyText()}`];
    const before = otherVault(older);
    const during = otherVault(`${newer},${older}`);
    const after = otherVault(newer);
    const write = (vault: Vault, id: string) =>
      world.database.write(claimsOf(), ({ rows }) => vault.put({ rows }, id, { LOGIN: 'zhang' }, { findable: ['LOGIN'] }));
    await write(before, 're_before');
    await write(during, 're_during');
    const read = async (vault: Vault, id: string) => (await vault.readAsService(staff(), [id], 'LOGIN')).get(id);
    expect([await read(during, 're_before'), await read(during, 're_during'), await read(after, 're_during')]).toEqual([
      'zhang',
      'zhang',
      'zhang',
    ]);
    expect(await refusalOf(read(after, 're_before'))).toBeInstanceOf(VaultError);
    expect(await during.find(staff(), 'LOGIN', 'zhang')).toEqual(['re_before', 're_during']);
    await Promise.all([before, during, after].map((vault) => vault.close()));
  });
});

test('an object is found by a secret that somebody knows, if its kind is findable', async () => {
  const options = { communityId: 'ar_1', findable: ['LOGIN'] };
  const ids = [
    await put({ LOGIN: 'li', IDENTITY: ZHANG }, options),
    await put({ LOGIN: 'li' }, options),
    await put({ LOGIN: 'wang' }, options),
  ];
  expect(await world.vault.find(staff(), 'LOGIN', 'li')).toEqual([ids[0], ids[1]].sort());
  expect(await world.vault.find(staff(), 'IDENTITY', 'li')).toEqual([]);
  expect(await world.vault.find(staff(), 'LOGIN', '')).toEqual([]);
});

test('what is forgotten is gone', async () => {
  const id = await put({ IDENTITY: ZHANG, TEXT: '楼上漏水' });
  expect(await world.vault.forget(staff(), [id], ['IDENTITY'])).toBe(1);
  expect((await world.vault.read(staff('ar_1'), [id], 'IDENTITY')).size).toBe(0);
  expect((await world.vault.read(staff('ar_1'), [id], 'TEXT')).size).toBe(1);
  expect(await world.vault.forget(staff(), [id])).toBe(1);
  expect(await world.vault.forget(staff(), [id])).toBe(0);
});

test('a purpose has a secret of its own, the same each time', () => {
  expect(world.vault.secretFor('receipts')).toEqual(world.vault.secretFor('receipts'));
  expect(world.vault.secretFor('receipts')).not.toEqual(world.vault.secretFor('others'));
  expect(world.vault.secretFor('receipts')).toHaveLength(32);
});

test('the vault is ready when its role reaches it and the database takes our row scope', async () => {
  expect(await world.vault.ready()).toBe(true);
  const stranger = openVault('fixture', { ...world.config, ROW_SCOPE_KEY: Buffer.alloc(32, 7).toString('base64') });
  expect(await stranger.ready()).toBe(false);
  await stranger.close();
});

describe('a key file', () => {
  const opening = (file: string) => () => openVault('fixture', { ...world.config, VAULT_KEY_FILE: file });
  const fileOf = (text: string, mode = 0o600): string => {
    const file = join(inject('runFolder'), `vault-${randomBytes(4).toString('hex')}.key`);
    writeFileSync(file, text);
    chmodSync(file, mode);
    return file;
  };
  const good = `k1:${randomBytes(32).toString('base64')}\n`;

  test.each([
    ['that is missing', () => join(inject('runFolder'), 'no-such.key'), 'is not a file'],
    ['that others may read', () => fileOf(good, 0o640), 'chmod 600'],
    ['that everybody may read', () => fileOf(good, 0o604), 'chmod 600'],
    ['that is empty', () => fileOf(''), 'holds no keys'],
    ['with a short key', () => fileOf('k1:c2hvcnQ='), 'shorter than 32 bytes'],
  ])('%s stops the start with one sentence, which shows no key', (_, make, sentence) => {
    expect(opening(make())).toThrow(ConfigError);
    expect(opening(make())).toThrow(sentence);
    expect(opening(make())).not.toThrow(/c2hvcnQ|k1:/);
  });
});

describe('a PIN', () => {
  test('is right alone, and its hash is another each time', async () => {
    const hash = await hashPin('012345');
    expect(hash).not.toContain('012345');
    expect(await hashPin('012345')).not.toBe(hash);
    expect([await checkPin('012345', hash), await checkPin('012346', hash), await checkPin('', hash)]).toEqual([true, false, false]);
  });

  test('of a receipt that is not there is wrong and costs as much', async () => {
    const hash = await hashPin('012345');
    const cost = async (work: () => Promise<unknown>): Promise<number> => {
      const since = process.cpuUsage();
      for (let n = 0; n < 5; n++) await work();
      const { user, system } = process.cpuUsage(since);
      return user + system;
    };
    expect(await checkPin('012345', null)).toBe(false);
    const [known, unknown] = [await cost(() => checkPin('999999', hash)), await cost(() => checkPin('999999', null))];
    expect(unknown / known).toBeGreaterThan(0.5);
  });

  test('in a form that we do not know is a fault and not a wrong PIN', async () => {
    await expect(checkPin('012345', 'md5$abc')).rejects.toThrow('unknown form');
  });
});
