/**
 * What a command must know of organization's places, compounds and organizations, asked through the graph before the transaction (§6.1): whether
 * they are there, which community a compound lies in, and how many households live there.
 */

import { now } from '../../../shared/src/clock.ts';
import type { Context } from '../../../shared/src/context.ts';
import { dateIn } from '../../../shared/src/domain/period.ts';
import { type HubError, Refusals } from '../../../shared/src/errors.ts';
import type { Graph } from '../../../shared/src/graph.ts';
import { type Membership, statOn } from '../../../shared/src/membership.ts';
import { refuse } from '../errors.ts';
import type { UpsertFacilityInput } from './facility-command.type.ts';

export interface Foreign {
  /** Community in which each compound that was named lies. */
  communityOf: ReadonlyMap<string, string>;
  /** Households of each community that was named or lies below a named compound; null where nobody counted. */
  households: ReadonlyMap<string, number | null>;
}

interface CommunityAnswer {
  id: string;
  membership: Pick<Membership, 'communityId' | 'current' | 'recordedTo' | 'stats'>[] | null;
}
interface CompoundAnswer {
  id: string;
  community: CommunityAnswer;
}

const COMMUNITY = 'id membership { communityId current recordedTo stats { asOf households } }';
const ASKED = { area: COMMUNITY, compound: `id community { ${COMMUNITY} }`, organization: 'id' } as const;
/** The gateway takes fifteen aliases of a field. */
const AT_ONCE = 12;
/** Nobody serves more compounds, and nobody makes us ask for more. */
const MOST_SERVED = 200;

/** Objects by id, asked a few at a time; those that are not there are missing. @throws HubError SOURCE_UNAVAILABLE */
async function ask<T extends { id: string }>(graph: Graph, field: keyof typeof ASKED, ids: readonly string[]): Promise<Map<string, T>> {
  const all = [...new Set(ids)];
  const groups = Array.from({ length: Math.ceil(all.length / AT_ONCE) }, (_, i) => all.slice(i * AT_ONCE, (i + 1) * AT_ONCE));
  const answers = await Promise.all(
    groups.map((group) => {
      const names = group.map((_, i) => `$i${i}: ID!`).join(', ');
      const fields = group.map((_, i) => `a${i}: ${field}(id: $i${i}) { ${ASKED[field]} }`).join(' ');
      const variables = Object.fromEntries(group.map((id, i) => [`i${i}`, id]));
      return graph.ask<Record<string, T | null>>(`query Named(${names}) { ${fields} }`, variables);
    }),
  );
  const found = answers.flatMap((answer) => Object.values(answer)).filter((each) => each !== null);
  return new Map(found.map((each) => [each.id, each]));
}

/** Households of a place, undefined if it is no community of today. */
function householdsOf({ id, membership }: CommunityAnswer): number | null | undefined {
  const own = membership?.find((row) => row.communityId === id && row.current && row.recordedTo === null);
  return own && (statOn(own as Membership, dateIn(now()))?.households ?? null);
}

/**
 * Looks up whatever of others `upsertFacility` names.
 * @throws Refusals NOT_FOUND with the field of each that is not there; HubError SOURCE_UNAVAILABLE
 */
export async function namedByFacility({ graph }: Pick<Context, 'graph'>, input: UpsertFacilityInput): Promise<Foreign> {
  const served = input.servesCompoundIds ?? [];
  if (served.length > MOST_SERVED) throw refuse('VALIDATION_FAILED', { field: ['servesCompoundIds'], details: { most: MOST_SERVED } });
  const places = [input.communityId ?? [], (input.shares ?? []).map(({ communityId }) => communityId)].flat();
  const [areas, compounds, organizations] = await Promise.all([
    ask<CommunityAnswer>(graph, 'area', places),
    ask<CompoundAnswer>(graph, 'compound', [input.compoundId ?? [], served].flat()),
    ask<{ id: string }>(graph, 'organization', [input.operatorId ?? [], input.ownerId ?? []].flat()),
  ]);
  const communities = [...areas.values(), ...[...compounds.values()].map(({ community }) => community)];
  const households = new Map(communities.flatMap((each) => [[each.id, householdsOf(each)] as const]));
  const missing: HubError[] = [];
  const need = (isThere: boolean, ...field: string[]): void => {
    if (!isThere) missing.push(refuse('NOT_FOUND', { field }));
  };
  const isCommunity = (id: string): boolean => areas.has(id) && households.get(id) !== undefined;
  if (input.communityId) need(isCommunity(input.communityId), 'communityId');
  for (const [i, { communityId }] of (input.shares ?? []).entries()) {
    need(isCommunity(communityId), 'shares', String(i), 'communityId');
  }
  if (input.compoundId) need(compounds.has(input.compoundId), 'compoundId');
  for (const [i, id] of served.entries()) need(compounds.has(id), 'servesCompoundIds', String(i));
  if (input.operatorId) need(organizations.has(input.operatorId), 'operatorId');
  if (input.ownerId) need(organizations.has(input.ownerId), 'ownerId');
  if (missing.length > 0) throw new Refusals(missing);
  return {
    communityOf: new Map([...compounds.values()].map(({ id, community }) => [id, community.id])),
    households: new Map([...households].map(([id, count]) => [id, count ?? null])),
  };
}
