import { facilitiesOf } from './facilities.ts';
import { grievancesOf } from './grievances.ts';
import { groundOf, HORIZON } from './ground.ts';
import { organizationOf } from './organization.ts';
import { volunteersOf } from './volunteers.ts';
import type { Place, World, WorldOptions } from './world.types.ts';

const DEFAULT_FACTS = 90_000;

/**
 * The demo district over these places. Deterministic: the same places and options give the same rows.
 *
 * @throws Error when the places have no district
 */
export function buildWorld(places: readonly Place[], options: WorldOptions = {}): World {
  const ground = groundOf(places);
  const facts = options.facts ?? DEFAULT_FACTS;
  const organization = organizationOf(ground);
  const facilities = facilitiesOf(ground, organization);
  const records = Math.round((facts * 2) / 3);
  const volunteers = volunteersOf(ground, organization, facilities, records);
  const grievances = grievancesOf(ground, organization, facts - records);
  return {
    source: 'demo',
    districtId: ground.district.id,
    horizon: HORIZON,
    organization: organization.world,
    facilities,
    volunteers,
    grievances,
  };
}
