import { type Bodies, bodiesOf } from './bodies.ts';
import { type Branches, branchesOf } from './branches.ts';
import { committeesOf } from './committees.ts';
import { type CompoundPlan, compoundsOf } from './compounds.ts';
import type { Ground } from './ground.ts';
import type { CompoundState, OrganizationCompound, OrganizationWorld } from './organization.types.ts';
import { postsOf } from './posts.ts';
import { statisticsOf } from './statistics.ts';

/** The organization department's rows, with the plans that the other departments' parts build upon. */
export interface OrganizationPart {
  world: OrganizationWorld;
  bodies: Bodies;
  branches: Branches;
  plans: CompoundPlan[];
}

export function organizationOf(ground: Ground): OrganizationPart {
  const bodies = bodiesOf(ground);
  const compounds = compoundsOf(ground, bodies);
  const branches = branchesOf(ground, bodies, compounds.plans);
  const committees = committeesOf(compounds.plans);
  const organizations = [...bodies.organizations, ...branches.organizations, ...committees.organizations];
  const posts = postsOf(organizations, committees.rows, branches.branchOf);
  const world: OrganizationWorld = {
    communities: ground.communities.map(({ id, code, name, streetId, location, since }) => ({ id, code, name, streetId, location, since })),
    areaStats: statisticsOf(ground, compounds.plans),
    compounds: compounds.plans.map((plan) => plan.row),
    compoundStates: compounds.states,
    buildings: compounds.buildings,
    buildingStates: compounds.buildingStates,
    buildingGroups: branches.groups,
    organizations,
    organizationStates: [...bodies.states, ...branches.states, ...committees.states],
    organizationCompounds: [...branches.compounds, ...committees.compounds, ...companyCompounds(compounds.states)],
    ...posts,
    committees: committees.rows,
    committeeStates: committees.termStates,
    committeeSeats: committees.seats,
  };
  return { world, bodies, branches, plans: compounds.plans };
}

/** Compounds of the property companies, read from the compounds' states; adjoining spans are one. */
function companyCompounds(states: readonly CompoundState[]): OrganizationCompound[] {
  const rows: OrganizationCompound[] = [];
  for (const state of states) {
    if (state.companyId === null) continue;
    const last = rows[rows.length - 1];
    if (last?.compoundId === state.compoundId && last.organizationId === state.companyId && last.to === state.from) {
      rows[rows.length - 1] = { ...last, to: state.to };
    } else {
      rows.push({ organizationId: state.companyId, compoundId: state.compoundId, from: state.from, to: state.to });
    }
  }
  return rows;
}
