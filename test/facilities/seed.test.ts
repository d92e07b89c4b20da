import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildWorld } from '../../local/demo/world.ts';
import type { World } from '../../local/demo/world.types.ts';
import { seed } from '../../subgraphs/facilities/seed.ts';
import { definition } from '../../subgraphs/facilities/src/subgraph.ts';
import { figures } from '../../subgraphs/facilities/src/summary/summary.figures.ts';
import { readFigures } from '../../subgraphs/shared/src/figure-read.ts';
import type { Membership, Place } from '../../subgraphs/shared/src/membership.ts';
import { checkMigrations } from '../../subgraphs/shared/src/migration.ts';
import { type TestDatabase, testDatabase } from '../database.ts';
import { standInPlaces } from '../local/places.ts';

let database: TestDatabase;
let world: World;

beforeAll(async () => {
  database = await testDatabase(definition);
  world = buildWorld(standInPlaces(), { facts: 300 });
  await database.owner.query('begin');
  await seed(database.owner, world);
  await database.owner.query('commit; analyze');
});
afterAll(() => database?.drop());

/** The demo district with its statistics, as organization would tell it. */
function district(): Place {
  const stats = Map.groupBy(world.organization.areaStats, (row) => row.areaId);
  const membership = world.organization.communities.map(
    ({ id, streetId }): Membership => ({
      communityId: id,
      streetId,
      districtId: world.districtId,
      recordedFrom: null,
      recordedTo: null,
      current: true,
      stats: stats.get(id) ?? [],
    }),
  );
  return { id: world.districtId, membership };
}

describe('the demo district of facilities', () => {
  it('has three runs for each month of its history', async () => {
    const { rows } = await database.owner.query('select count(*)::int as runs, count(distinct started_at)::int as days from coverage_run');
    expect(rows).toEqual([{ runs: 108, days: 36 }]);
  });

  it('has migrations that say what the entities say', async () => {
    expect(await checkMigrations(definition, database.url('owner'))).toBe('');
  });

  it('gives every figure of 2025 a value, from one statement per source', async () => {
    const ctx = database.context();
    const period = { grain: 'YEAR', start: '2025-01-01', end: '2026-01-01' } as const;
    const [answers = []] = await readFigures(ctx, figures.figures(), [{ place: district(), period, basis: 'RESTATED' }]);
    expect(answers.filter(({ value }) => value.value === null).map(({ figure }) => figure.key)).toEqual([]);
    expect(ctx.statements()).toBe(4);
  });
});
