import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { claimsOf, type TestDatabase, testDatabase } from '../database.ts';
import { fixture } from './fixture/note.entity.ts';

let world: TestDatabase;
beforeAll(async () => {
  world = await testDatabase(fixture);
  await world.owner.query(
    `create table tally (id text primary key, n int not null); grant select, insert, update on tally to ${fixture.name}_app`,
  );
});
afterAll(() => world.drop());

const count = async (): Promise<number> => (await world.owner.query('select * from tally')).rows.length;
const put = (id: string) => `insert into tally values ('${id}', 1)`;

describe('a transaction that writes', () => {
  it('is kept whole when its work is done', async () => {
    const read = await world.database.write(claimsOf(), async (transaction) => {
      await transaction.rows(put('a'));
      await transaction.rows(put('b'));
      return transaction.rows('select id from tally order by id');
    });
    expect(read).toEqual([{ id: 'a' }, { id: 'b' }]);
    expect(await count()).toBe(2);
  });

  it('leaves nothing when its work throws or the database refuses, and the connection is good for the next', async () => {
    const before = await count();
    const failing = world.database.write(claimsOf(), async (transaction) => {
      await transaction.rows(put('c'));
      throw new Error('changed my mind');
    });
    await expect(failing).rejects.toThrow('changed my mind');
    const refused = world.database.write(claimsOf(), async (transaction) => {
      await transaction.rows(put('c'));
      await transaction.rows(put('a'));
    });
    await expect(refused).rejects.toMatchObject({ name: 'StatementError', sqlState: '23505' });
    expect(await count()).toBe(before);
    await world.database.write(claimsOf(), (transaction) => transaction.rows(put('d')));
    expect(await count()).toBe(before + 1);
  });

  it('runs as the caller, under his row scope, and may not do what his role may not', async () => {
    const claims = claimsOf({ communities: ['ar_1', 'ar_2'] });
    const [scope] = await world.database.write(claims, (transaction) =>
      transaction.rows<{ role: string; communities: string[] }>('select current_user as role, hub.communities() as communities'),
    );
    expect(scope).toEqual({ role: `${fixture.name}_app`, communities: ['ar_1', 'ar_2'] });
    await expect(world.database.write(claims, (transaction) => transaction.rows('delete from tally'))).rejects.toMatchObject({
      sqlState: '42501',
    });
  });

  it('ends with its deadline and holds nobody up', async () => {
    const late = world.database.write(claimsOf({ deadline: Date.now() + 300 }), async (transaction) => {
      await transaction.rows(put('e'));
      await transaction.rows('select pg_sleep(5)');
    });
    await expect(late).rejects.toMatchObject({ code: 'SOURCE_UNAVAILABLE' });
    expect((await world.owner.query(`select 1 from tally where id = 'e'`)).rows).toEqual([]);
  });
});
