import fc from 'fast-check';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readFigures } from '../../subgraphs/shared/src/figure-read.ts';
import { startFolding } from '../../subgraphs/shared/src/rollup.ts';
import { differencesOf, rebuildRollups } from '../../subgraphs/shared/src/rollup-check.ts';
import { recordFigures } from '../../subgraphs/volunteers/src/record/record.figures.ts';
import { definition } from '../../subgraphs/volunteers/src/subgraph.ts';
import { type TestDatabase, testDatabase } from '../database.ts';
import { volunteerRows } from '../straight/volunteers.ts';
import { communities, days, play } from './rollup-play.ts';

/** Serial numbers at the edges of the bit strings' chunks. */
const SERIALS = [1, 2, 8191, 8192, 20_000];
const figures = recordFigures.filter(({ key }) => ['VOL_1', 'VOL_2', 'VOL_14'].includes(key));

let world: TestDatabase;

beforeAll(async () => {
  world = await testDatabase(definition);
  await world.owner.query(`
    insert into volunteer (id, serial, number, display_name, joined_on, age_band, skills)
    select 'v' || n, n, 'n' || n, 'x', '2020-01-01', 'ADULT', '{}' from unnest('{${SERIALS.join(',')}}'::int[]) n`);
});
afterAll(() => world?.drop());

const COLUMNS = `id, volunteer_id, activity_id, community_id, category, recorder_id, "on", place, starts_at, ends_at, minutes, content, recorded_by,
  status, confirmed_at, corrects_id`;
interface Fact {
  n: number;
  serial: number;
  community: string;
  category: string;
  on: string;
  minutes: number;
  status: string;
  after: number;
  corrects: boolean;
}
const fact: fc.Arbitrary<Fact> = fc.record({
  n: fc.integer({ min: 1, max: 12 }),
  serial: fc.constantFrom(...SERIALS),
  community: communities,
  category: fc.constantFrom('LEGAL', 'REPAIR'),
  on: days,
  minutes: fc.integer({ min: 1, max: 30 }).map((n) => 5 * n),
  status: fc.constantFrom('CONFIRMED', 'CONFIRMED', 'CONFIRMED', 'NOTICED', 'CORRECTED', 'VOIDED'),
  after: fc.integer({ min: 18, max: 22 }),
  corrects: fc.boolean(),
});
const valuesOf = (f: Fact, id = f.n): string =>
  `('r${id}', 'v${f.serial}', 'a', '${f.community}', '${f.category}', 'og', '${f.on}', 'x', '${f.on}', '${f.on}', ${f.minutes}, 'x', 'k', '${f.status}',
    '${f.on}'::date + ${f.after} + time '23:59', ${f.corrects ? `'x${id}'` : 'null'})`;
/** A row, three of one volunteer's, or the same row once more with other values. */
const insert = fact.map(
  (f) => `insert into service_record (${COLUMNS}) values ${valuesOf(f)} on conflict (id) do update set
  (volunteer_id, community_id, category, "on", minutes, status, confirmed_at) = (excluded.volunteer_id, excluded.community_id, excluded.category,
  excluded."on", excluded.minutes, excluded.status, excluded.confirmed_at)`,
);
const insertMore = fc
  .tuple(fact, fact)
  .map(
    ([a, b]) => `insert into service_record (${COLUMNS}) values ${valuesOf(a, a.n + 20)}, ${valuesOf(b, a.n + 40)} on conflict do nothing`,
  );
const change = fc
  .tuple(
    fact,
    fc.constantFrom<(f: Fact) => string>(
      (f) => `status = '${f.status}'`,
      (f) => `minutes = ${f.minutes}`,
      (f) => `community_id = '${f.community}'`,
      (f) => `"on" = '${f.on}', category = '${f.category}'`,
      (f) => `volunteer_id = 'v${f.serial}'`,
      (f) => `content = 'y${f.minutes}'`,
      (f) => `confirmed_at = '${f.on}'`,
    ),
  )
  .map(([f, to]) => `update service_record set ${to(f)} where id = 'r${f.n}'`);
const remove = fact.map(({ n }) => `delete from service_record where id = 'r${n}'`);
const changeMany = fact.map(
  ({ status, community }) => `update service_record set status = '${status}' where community_id = '${community}'`,
);
const step = fc.oneof(insert, insert, insertMore, change, change, remove, changeMany);

describe('roll-ups of service', () => {
  it('equal the raw sums at every instant, whoever writes and folds at the same time', async () => {
    await play({
      world,
      figures,
      straight: volunteerRows,
      step,
      empty: 'truncate service_record',
      async also(database, context) {
        const place = {
          id: 'c1',
          membership: [
            { communityId: 'c1', streetId: 's', districtId: 'd', recordedFrom: null, recordedTo: null, current: true, stats: [] },
          ],
        };
        const period = { grain: 'CUSTOM' as const, start: '2025-02-10', end: '2025-04-20' };
        const [answers = []] = await readFigures(context, figures.slice(0, 2), [{ place, period, basis: 'RESTATED' }], ['CATEGORY']);
        const { rows } = await database.query<{ category: string; minutes: string; people: string }>(
          `select category, sum(minutes) as minutes, count(distinct volunteer_id) as people from service_record
            where status = 'CONFIRMED' and community_id = 'c1' and "on" >= $1 and "on" < $2 group by 1 order by 1`,
          [period.start, period.end],
        );
        const of = (key: string) =>
          answers.filter(({ figure }) => figure.key === key).map(({ dimension1, value }) => [dimension1, value.value?.toDecimal(6)]);
        expect(of('VOL_1')).toEqual(rows.map(({ category, minutes }) => [category, (Number(minutes) / 60).toFixed(6)]));
        expect(of('VOL_2')).toEqual(rows.map(({ category, people }) => [category, `${people}.000000`]));
      },
    });
  }, 600_000);
});

const confirmed = (id: string, serial = 1): string =>
  `insert into service_record (${COLUMNS}) values ('${id}', 'v${serial}', 'a', 'c1', 'LEGAL', 'og', '2025-03-05', 'x', '2025-03-05', '2025-03-05', 60, 'x', 'k',
    'CONFIRMED', '2025-03-06', null)`;
const waiting = async (): Promise<number> => {
  const { rows } = await world.owner.query<{ n: string }>('select count(*) as n from rollup.service_delta');
  return Number(rows[0]?.n);
};

describe('a fold', () => {
  it('is left to the one who is at it: a second one neither waits nor does anything', async () => {
    await world.owner.query(`truncate service_record; ${confirmed('one')}`);
    const other = new pg.Client({ connectionString: world.url('app') });
    await other.connect();
    try {
      await world.owner.query('begin');
      expect((await world.owner.query('select rollup.fold() as folded')).rows).toEqual([{ folded: '1' }]);
      await other.query(`set statement_timeout = '2s'`);
      expect((await other.query('select rollup.fold() as folded')).rows).toEqual([{ folded: null }]);
      await world.owner.query('commit');
      expect((await other.query('select rollup.fold() as folded')).rows).toEqual([{ folded: '0' }]);
    } finally {
      await other.end();
    }
  });

  it('is made by the process of the department as long as it runs', async () => {
    const warn = () => undefined;
    const stop = startFolding({ database: world.database, log: { warn } as never }, 20);
    await world.owner.query(confirmed('two'));
    await expect.poll(waiting, { timeout: 5_000 }).toBe(0);
    stop();
  });

  it('cannot be asked for by figures, and no list reads the sums of everybody', async () => {
    await expect(world.session().figureRows('select rollup.fold()')).rejects.toThrow('permission denied');
    await expect(world.session().rows('select * from rollup.service')).rejects.toThrow('permission denied');
    await expect(world.session().rows('select * from rollup.service_delta')).rejects.toThrow('permission denied');
  });
});

describe('a check of the roll-ups', () => {
  it('tells each row that is not as the records say, and a rebuild mends it', async () => {
    await world.owner.query(`truncate service_record; ${confirmed('one')}; ${confirmed('two', 8192)}`);
    await world.owner.query('select rollup.fold()');
    expect(await differencesOf(world.url('owner'))).toEqual([]);
    await world.owner.query(`update rollup.service set minutes = minutes + 5 where grain = 'MONTH'`);
    await world.owner.query(`update rollup.presence set bits = rollup.no_bits() where category = '' and chunk = 1`);
    expect(await differencesOf(world.url('owner'))).toEqual([
      { roll_up: 'presence', place: 'c1 2025-03-01 1', kept: '0 volunteers', counted: '1 volunteers' },
      { roll_up: 'service', place: 'c1 MONTH 2025-03-01', kept: '125 2 2', counted: '120 2 2' },
    ]);
    await rebuildRollups(world.url('owner'));
    expect(await differencesOf(world.url('owner'))).toEqual([]);
  });
});

it('a record of a volunteer who is not registered is refused, and a serial number stays as it is', async () => {
  await expect(world.owner.query(confirmed('unknown', 77))).rejects.toThrow('service_delta_volunteer_known');
  await expect(world.owner.query(`update volunteer set serial = 3 where id = 'v1'`)).rejects.toThrow('does not change');
});
