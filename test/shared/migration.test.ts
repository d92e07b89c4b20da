import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { defineEntity, p } from '@mikro-orm/core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { EntityDefinition } from '../../subgraphs/shared/src/database.ts';
import { type DatabaseDefinition, migrate } from '../../subgraphs/shared/src/migrate.ts';
import { checkMigrations, writeMigration } from '../../subgraphs/shared/src/migration.ts';
import { rowSecurity } from '../../subgraphs/shared/src/row-policy.ts';
import { type TestDatabase, testDatabase } from '../database.ts';
import { fixture } from './fixture/note.entity.ts';

const folder = mkdtempSync(join(tmpdir(), 'migrations-'));
const database = (...entities: EntityDefinition[]): DatabaseDefinition => ({
  name: 'fixture',
  entities,
  migrations: pathToFileURL(`${folder}/`),
});
const read = (file: string | null): string => readFileSync(join(folder, file ?? 'none'), 'utf8');

const id = p.text().primary();
const hall = defineEntity({ name: 'Hall', properties: { id, areaM2: p.decimal().precision(10).scale(2) } });
const hallWithName = defineEntity({
  name: 'Hall',
  properties: { id, areaM2: p.decimal().precision(10).scale(2), name: p.text().nullable() },
});
const guest = (visible: string) => defineEntity({ name: 'Guest', properties: { id, phone: p.text() }, ...rowSecurity('fixture', visible) });

let world: TestDatabase;
beforeAll(async () => {
  world = await testDatabase({ ...database(), migrations: pathToFileURL(`${folder}/`) });
  writeFileSync(join(folder, '0001-by-hand.sql'), 'create function kept() returns int language sql return 1;\n');
});
afterAll(async () => {
  await world.drop();
  rmSync(folder, { recursive: true });
});

const apply = (definition: DatabaseDefinition): Promise<string[]> => migrate(definition, world.url('owner'), { scopeKeys: world.keys });

test('each change of the entities is one SQL file, and the database follows', async () => {
  const first = await writeMigration(database(hall), 'initial');
  expect(first).toBe('0002-initial.sql');
  expect(read(first)).toContain('create table "hall" ("id" text not null, "area_m2" numeric(10,2) not null');
  expect(await apply(database(hall))).toEqual(['0001-by-hand.sql', '0002-initial.sql']);
  expect(await checkMigrations(database(hall), world.url('owner'))).toBe('');
  expect(await writeMigration(database(hall), 'nothing')).toBeNull();

  const second = await writeMigration(database(hallWithName), 'add-name');
  expect(read(second)).toBe('alter table "hall" add "name" text null;\n');
  expect(await checkMigrations(database(hallWithName), world.url('owner'))).toContain('add "name"');
  expect(await apply(database(hallWithName))).toEqual(['0003-add-name.sql']);
  expect(await checkMigrations(database(hallWithName), world.url('owner'))).toBe('');
});

test('row level security and a changed policy are migrated too', async () => {
  await writeMigration(database(hallWithName, guest('false')), 'add-guest');
  const changed = await writeMigration(database(hallWithName, guest(`id = (select hub.subject())`)), 'guests-see-themselves');
  expect(read(changed)).toMatch(/^drop policy "app_read".*create policy "app_read" on "guest" for select to "fixture_app" using/s);
  await apply(database());
  await world.owner.query(`insert into guest values ('g1', '1'), ('g2', '2')`);
  expect(await world.session({ subject: 'g1' }).rows('select id from guest')).toEqual([{ id: 'g1' }]);
  expect(await world.session({ subject: 'g1' }).figureRows('select id from guest')).toHaveLength(2);
});

test('a database that lost a policy is noticed', async () => {
  const definition = database(hallWithName, guest(`id = (select hub.subject())`));
  expect(await checkMigrations(definition, world.url('owner'))).toBe('');
  await world.owner.query('alter policy app_read on guest rename to lost');
  expect(await checkMigrations(definition, world.url('owner'))).toContain('create policy "app_read"');
  await world.owner.query('alter policy lost on guest rename to app_read');
});

test('what was written by hand stays and is no difference', async () => {
  writeFileSync(
    join(folder, '0009-by-hand.sql'),
    `create view hall_name as select name from hall;
     create index hall_low on hall (lower(name));
     alter table hall add constraint one_name exclude using gist (name with =);\n`,
  );
  const definition = database(hallWithName, guest(`id = (select hub.subject())`));
  await apply(definition);
  expect(await checkMigrations(definition, world.url('owner'))).toBe('');
  expect((await world.owner.query('select kept()')).rows).toEqual([{ kept: 1 }]);
  expect(await writeMigration(definition, 'nothing')).toBeNull();
});

test('an entity that the migrations do not know is noticed', async () => {
  const forgotten = defineEntity({ name: 'Forgotten', properties: { id } });
  expect(await checkMigrations(database(forgotten), world.url('owner'))).toContain('npm run migration -- fixture');
  expect(await checkMigrations({ ...fixture, entities: [...fixture.entities, forgotten] }, world.url('owner'))).not.toBe('');
});

test('a migration that fails leaves nothing of it behind', async () => {
  writeFileSync(join(folder, '0099-broken.sql'), 'create table half (id int);\nselect 1/0;\n');
  await expect(apply(database())).rejects.toThrow('migration 0099-broken.sql was not applied: division by zero');
  rmSync(join(folder, '0099-broken.sql'));
  expect((await world.owner.query(`select to_regclass('half') as half`)).rows).toEqual([{ half: null }]);
  expect(await apply(database())).toEqual([]);
});

test('a title that is no file name is refused and writes nothing', async () => {
  const before = readdirSync(folder);
  for (const title of ['Add Name', '../evil', '']) await expect(writeMigration(database(hall), title)).rejects.toThrow('is no title');
  expect(readdirSync(folder)).toEqual(before);
});
