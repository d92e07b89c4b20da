/** Who may write a facility is kept by the database as well (§6.5, `facility.entity.ts`), whatever a command forgets to ask. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { definition } from '../../subgraphs/facilities/src/subgraph.ts';
import { type TestDatabase, testDatabase } from '../database.ts';
import { putFacility, putShare, putState } from './world.ts';

let world: TestDatabase;
beforeAll(async () => {
  world = await testDatabase(definition);
});
afterAll(() => world?.drop());

let facilities = 0;
/** A facility of community a. */
async function facility(): Promise<string> {
  const id = `F${++facilities}`;
  await putFacility(world.owner, id, 'a', 'og1');
  await putState(world.owner, { id });
  await putShare(world.owner, id, 'a', '0.5');
  return id;
}

describe('a writer', () => {
  const as = (claims: object, sql: string, id: string) => world.session(claims).write(({ rows: run }) => run(sql, [id]));
  const put = (table: string, columns: Record<string, string>) =>
    `insert into ${table} (${Object.keys(columns)}) values (${Object.values(columns)}) returning 1`;
  const space = {
    id: `'sp_' || $1`,
    facility_id: '$1',
    name: `'x'`,
    resident_activity: 'true',
    bookable: 'true',
    equipment: `'{}'`,
    combines: `'{}'`,
  };
  const state = {
    valid_from: `'2019-01-01'`,
    valid_to: `'2019-02-01'`,
    status: `'OPEN'`,
    kind: `'CANTEEN'`,
    counts_toward_standard: 'true',
    tenure: `'OWNED'`,
  };
  /** What somebody from elsewhere may not write of facility $1, and an update that finds nothing to change. */
  const OF_A_FACILITY: [string, string, string | null][] = [
    [
      'facility',
      put('facility', {
        id: `'fc_' || $1`,
        name: `'x'`,
        community_id: `'a'`,
        functions: `'{}'`,
        provision_mode: `'OTHER'`,
        address: `'x'`,
      }),
      `name = 'x' where id = $1`,
    ],
    [
      'facility_state',
      put('facility_state', { facility_id: '$1', serves_compounds: `'{}'`, ...state }),
      `status = 'CLOSED' where facility_id = $1`,
    ],
    [
      'facility_share',
      put('facility_share', { facility_id: '$1', community_id: `'b'`, valid_from: `'2019-01-01'`, share: '0.1' }),
      `share = 0.5 where facility_id = $1`,
    ],
    ['facility_assurance', put('facility_assurance', { facility_id: '$1', '"on"': `'2019-01-01'`, organization_id: `'og9'` }), null],
    ['space', put('space', space), `name = 'x' where facility_id = $1`],
    [
      'space_past',
      put('space_past', { space_id: `'sp0_' || $1`, until: `'2019-01-01'`, is_room: 'true', resident_activity: 'true' }),
      null,
    ],
  ];
  it.each(OF_A_FACILITY)('of %s is who keeps the facility', async (table, insert, update) => {
    const id = await facility();
    await world.owner.query(put('space', { ...space, id: `'sp0_' || $1` }), [id]);
    const elsewhere = { roles: ['COMMUNITY_STAFF'], communities: ['b'] };
    await expect(as(elsewhere, insert, id)).rejects.toMatchObject({ sqlState: '42501' });
    if (update) expect(await as(elsewhere, `update ${table} set ${update} returning 1`, id)).toEqual([]);
    const here = { roles: ['COMMUNITY_STAFF'], communities: ['a'] };
    expect(await as(here, insert, id)).toHaveLength(1);
    if (update) expect((await as(here, `update ${table} set ${update} returning 1`, id)).length).toBeGreaterThan(0);
  });

  it('that takes a facility away, or gives it another id, is nobody', async () => {
    const id = await facility();
    await expect(as({ roles: ['SERVICE'] }, 'delete from facility where id = $1', id)).rejects.toMatchObject({ sqlState: '42501' });
    await expect(as({ roles: ['SERVICE'] }, `update facility set id = 'x' where id = $1`, id)).rejects.toMatchObject({ sqlState: '42501' });
  });
});
