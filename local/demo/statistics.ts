import type { CompoundPlan } from './compounds.ts';
import type { Ground } from './ground.ts';
import type { AreaStatRow, StatSource } from './organization.types.ts';
import { randomOf } from './random.ts';

const STORY_BEGINNING = '2022-06-30';
const BEGINNING = '2023-12-31';
/** Half-yearly days of counting. */
const DAYS = [2022, 2023, 2024, 2025, 2026].flatMap((year) => [`${year}-06-30`, `${year}-12-31`]).filter((day) => day < '2026-07-01');

/** Households and residents of communities: a little more than their compounds hold, since not every house stands in one. */
export function statisticsOf(ground: Ground, plans: readonly CompoundPlan[]): AreaStatRow[] {
  const rows: AreaStatRow[] = [];
  const byCommunity = Map.groupBy(plans, (plan) => plan.community.id);
  for (const community of ground.communities) {
    const random = randomOf(`statistics ${community.code}`);
    const never = !community.story && community.index % 37 === 19;
    if (never) continue;
    const stopsOn = !community.story && community.index % 23 === 5 ? '2024-06-30' : '9999-12-31';
    const knowsAges = community.story || community.index % 25 !== 13;
    const known = byCommunity.get(community.id)!.reduce((sum, plan) => sum + plan.households, 0);
    const now = known * (1.01 + 0.06 * random.next());
    const size = 2.55 + 0.45 * random.next();
    const elderly = 0.13 + 0.19 * random.next();
    const growth = 0.001 + 0.012 * random.next();
    const source = random.weighted<StatSource>([
      ['COMMUNITY_COUNT', 6],
      ['POLICE_REGISTER', 3],
      ['ESTIMATE', 1],
    ]);
    for (const [i, asOf] of DAYS.entries()) {
      const households = Math.round(now * (1 - growth) ** (DAYS.length - 1 - i));
      const population = Math.round(households * size * (1 - 0.003 * i));
      const residents60Plus = Math.round(population * (elderly + 0.005 * i));
      if (asOf < (community.story ? STORY_BEGINNING : BEGINNING) || asOf > stopsOn) continue;
      rows.push({
        areaId: community.id,
        asOf,
        source,
        households,
        population,
        residents60Plus: knowsAges ? residents60Plus : null,
        residents65Plus: knowsAges ? Math.round(residents60Plus * 0.69) : null,
        children0to14: Math.round(population * (0.17 - 0.002 * i)),
      });
    }
  }
  return rows;
}
