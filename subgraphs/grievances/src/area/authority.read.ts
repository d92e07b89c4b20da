import type { Context } from '../../../shared/src/context.ts';
import type { Graph } from '../../../shared/src/graph.ts';

// What organization knows of a case's surroundings, asked through the graph before a transaction (§7.4). The last good answer serves while it is silent.

type Asker = Pick<Context, 'graph'>;

/** A community with all above it, and who is responsible where no rule says otherwise (属地兜底). */
export interface Surroundings {
  /** Stable ids, the community first. */
  areas: string[];
  /** Null where the street has none. */
  streetOfficeId: string | null;
}

const answers = new WeakMap<Graph, Map<string, unknown>>();

/** The answer to a question, or the last one that was had. @throws what the asking throws when there is none */
async function kept<T>({ graph }: Asker, question: string, ask: () => Promise<T>): Promise<T> {
  const known = answers.get(graph) ?? new Map<string, unknown>();
  answers.set(graph, known);
  try {
    const answer = await ask();
    // What organization does not know is no answer to go on with, and nobody fills our memory with it.
    if (answer) known.set(question, answer);
    return answer;
  } catch (error) {
    if (known.has(question)) return known.get(question) as T;
    throw error;
  }
}

const SURROUNDINGS = `query Surroundings($id: ID!) {
  area(id: $id) { id ancestors { id } parent { organizations(filter: { kinds: [STREET_OFFICE], statuses: [ACTIVE] }, first: 1) { nodes { id } } } }
}`;
interface SurroundingsAnswer {
  area: { id: string; ancestors: { id: string }[]; parent: { organizations: { nodes: { id: string }[] } } | null } | null;
}

/** @throws HubError SOURCE_UNAVAILABLE when organization is silent and was never asked */
export const surroundingsOf = (ctx: Asker, communityId: string): Promise<Surroundings> =>
  kept(ctx, `surroundings ${communityId}`, async () => {
    const { area } = await ctx.graph.ask<SurroundingsAnswer>(SURROUNDINGS, { id: communityId });
    const areas = area ? [area.id, ...area.ancestors.map(({ id }) => id).reverse()] : [communityId];
    return { areas, streetOfficeId: area?.parent?.organizations.nodes[0]?.id ?? null };
  });

/** Management mode of a compound today; null if there is no such compound. @throws as `surroundingsOf` */
export const managementOf = (ctx: Asker, compoundId: string): Promise<string | null> =>
  kept(ctx, `management ${compoundId}`, async () => {
    const query = 'query ManagementOfCompound($id: ID!) { compound(id: $id) { management } }';
    const { compound } = await ctx.graph.ask<{ compound: { management: string } | null }>(query, { id: compoundId });
    return compound?.management ?? null;
  });

interface Chain {
  id: string;
  parent?: Chain | null;
}
const CHAIN = `query OrganizationsAbove($id: ID!) {
  organization(id: $id) { id parent { id parent { id parent { id parent { id parent { id parent { id } } } } } } }
}`;

const chainOf = (ctx: Asker, organizationId: string): Promise<string[] | null> =>
  kept(ctx, `above ${organizationId}`, async () => {
    const { organization } = await ctx.graph.ask<{ organization: Chain | null }>(CHAIN, { id: organizationId });
    if (!organization) return null;
    const chain: string[] = [];
    for (let each: Chain | null | undefined = organization; each; each = each.parent) chain.push(each.id);
    return chain;
  });

/** Organizations, each with those above it, nearest first; unknown ones are missing. @throws as `surroundingsOf` */
export async function organizationsAbove(ctx: Asker, ids: readonly string[]): Promise<Map<string, string[]>> {
  const chains = await Promise.all([...new Set(ids)].map(async (id) => [id, await chainOf(ctx, id)] as const));
  return new Map(chains.filter((entry): entry is readonly [string, string[]] => entry[1] !== null));
}

/** The street or community an organization belongs to; null for the district's own. @throws as `surroundingsOf` */
export async function placeOfOrganization(ctx: Asker, id: string): Promise<string | null> {
  type Found = { organization: { area: { id: string; parent: { id: string } | null } | null } | null };
  const query = 'query PlaceOfOrganization($id: ID!) { organization(id: $id) { area { id parent { id } } } }';
  const { organization } = await kept(ctx, `place ${id}`, () => ctx.graph.ask<Found>(query, { id }));
  return organization?.area?.parent ? organization.area.id : null;
}

/** Is there such an office-holder? @throws as `surroundingsOf` */
export const isOfficeholder = (ctx: Asker, id: string): Promise<boolean> =>
  kept(ctx, `officeholder ${id}`, async () => {
    const query = 'query HandlerOfOrder($id: ID!) { officeholder(id: $id) { id } }';
    return (await ctx.graph.ask<{ officeholder: { id: string } | null }>(query, { id })).officeholder !== null;
  });
