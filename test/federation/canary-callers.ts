/** Who sends the canary's commands, and what makes a command right but for the input that is tried. */
import { facilityWays } from './canary-facilities.ts';
import { grievanceWays } from './canary-grievances.ts';
import type { Ground, Prepared, Ways } from './canary-ground.ts';
import { type Leaf, nameOf } from './canary-inputs.ts';
import { organizationWays } from './canary-organization.ts';
import { volunteerWays } from './canary-volunteers.ts';

const isOf = (way: string, mutation: string): boolean => way === mutation || way.startsWith(`${mutation}.`);

/** What the command of an input needs, made anew when it was used up: by a command that was taken. */
export async function preparing(ground: Ground): Promise<(leaf: Leaf, isUsedUp: boolean) => Promise<Prepared>> {
  const ways: Ways = {
    ...organizationWays(ground),
    ...(await volunteerWays(ground)),
    ...facilityWays(ground),
    ...(await grievanceWays(ground)),
  };
  const kept = new Map<string, Prepared>();
  return async (leaf, isUsedUp) => {
    const name = nameOf(leaf) in ways ? nameOf(leaf) : leaf.mutation;
    const way = ways[name];
    if (!way) throw new Error(`nobody says how ${name} is made right: add it to canary-<department>.ts`);
    if (isUsedUp) for (const each of kept.keys()) if (isOf(each, leaf.mutation)) kept.delete(each);
    const { token, known } = kept.get(name) ?? (await way());
    kept.set(name, { token, known });
    return { token, known: { ...known, idempotencyKey: ground.newKey() } };
  };
}
