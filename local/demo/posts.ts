import { stableId } from '../../subgraphs/shared/src/domain/id.ts';
import type { BranchOf } from './branches.ts';
import { dayOf, dayText } from './day.ts';
import { BEGINNING } from './ground.ts';
import { deadPhone, personName, publicName } from './names.ts';
import type {
  AppointMethod,
  AppointmentRow,
  CommitteeRow,
  OfficeholderRow,
  OrganizationKind,
  OrganizationRow,
  PostCode,
  PostRow,
} from './organization.types.ts';
import { type Random, randomOf } from './random.ts';
import type { Span } from './world.types.ts';

/** Posts that an organization of a kind has, with seats, and how they are filled. */
const POSTS: Partial<Record<OrganizationKind, [PostCode, number, AppointMethod][]>> = {
  STREET_PARTY_WORKING_COMMITTEE: [
    ['PARTY_SECRETARY', 1, 'APPOINTED'],
    ['DEPUTY_SECRETARY', 2, 'APPOINTED'],
  ],
  COMMUNITY_PARTY_ORG: [
    ['PARTY_SECRETARY', 1, 'ELECTED'],
    ['DEPUTY_SECRETARY', 1, 'ELECTED'],
    ['COMMITTEE_MEMBER', 3, 'ELECTED'],
  ],
  COMPOUND_PARTY_BRANCH: [['PARTY_SECRETARY', 1, 'ELECTED']],
  BUILDING_PARTY_GROUP: [['GROUP_LEADER', 1, 'RECOMMENDED']],
  RESIDENTS_COMMITTEE: [['RC_DIRECTOR', 1, 'ELECTED']],
  PROPERTY_COMPANY: [['PROPERTY_MANAGER', 1, 'APPOINTED']],
  MEDIATION_COMMITTEE: [['MEDIATOR', 3, 'APPOINTED']],
  DEPARTMENT: [['LIAISON', 1, 'APPOINTED']],
  STATIONED_UNIT: [['LIAISON', 1, 'APPOINTED']],
};
const PARTY_POSTS: PostCode[] = ['PARTY_SECRETARY', 'OC_CHAIR', 'OC_VICE_CHAIR'];

export interface Posts {
  posts: PostRow[];
  officeholders: OfficeholderRow[];
  appointments: AppointmentRow[];
}

/**
 * Posts, their holders and terms. In about a third of the compounds the branch's secretary chairs the owners' committee too (一肩挑):
 * one holder, two appointments that overlap.
 */
export function postsOf(organizations: readonly OrganizationRow[], terms: readonly CommitteeRow[], branchOf: Map<string, BranchOf>): Posts {
  const to: Posts = { posts: [], officeholders: [], appointments: [] };
  const secretaries = new Map<string, AppointmentRow[]>();
  const steady = new Set([...branchOf.values()].filter((branch) => branch.exemplary).map((branch) => branch.branchId));
  for (const organization of organizations) {
    const random = randomOf(`posts ${organization.id}`);
    for (const [code, seats, method] of POSTS[organization.kind] ?? []) {
      const post = addPost(to, organization.id, code, seats);
      for (let seat = 0; seat < seats; seat++) {
        const held = fillSeat(
          to,
          post,
          `${organization.id} ${code} ${seat}`,
          lifeOf(organization),
          method,
          random,
          steady.has(organization.id),
        );
        if (organization.kind === 'COMPOUND_PARTY_BRANCH') secretaries.set(organization.id, held);
      }
    }
  }
  addChairs(to, terms, branchOf, secretaries);
  return to;
}

function lifeOf(organization: OrganizationRow): Span {
  const founded = organization.foundedOn;
  return { from: founded !== null && founded > BEGINNING ? founded : BEGINNING, to: organization.dissolvedOn };
}

function addPost(to: Posts, organizationId: string, code: PostCode, seats: number): PostRow {
  const post = { id: stableId('po', BEGINNING, `demo post ${organizationId} ${code}`), organizationId, code, seats };
  to.posts.push(post);
  return post;
}

/** One holder, or two one after the other; a few seats fall vacant. */
function fillSeat(
  to: Posts,
  post: PostRow,
  seed: string,
  life: Span,
  method: AppointMethod,
  random: Random,
  steady: boolean,
): AppointmentRow[] {
  const begin = dayOf(life.from);
  const change = begin + random.int(300, 1500);
  const end = life.to === null ? dayOf('2026-05-31') : dayOf(life.to);
  if (steady || change >= end || random.chance(0.5)) return [appoint(to, post, seed, life, method, random)];
  const first = appoint(to, post, `${seed} 1`, { from: life.from, to: dayText(change) }, method, random);
  if (random.chance(0.06)) return [first];
  return [first, appoint(to, post, `${seed} 2`, { from: dayText(change), to: life.to }, method, random)];
}

function appoint(
  to: Posts,
  post: PostRow,
  seed: string,
  span: Span,
  method: AppointMethod,
  random: Random,
  holderId?: string,
): AppointmentRow {
  const row: AppointmentRow = {
    id: stableId('ap', span.from, `demo appointment ${seed}`),
    postId: post.id,
    officeholderId: holderId ?? addHolder(to, post.code, span.from, seed, random),
    method,
    isPartyMember: !PARTY_POSTS.includes(post.code)
      ? null
      : post.code === 'PARTY_SECRETARY' || holderId !== undefined
        ? true
        : random.chance(0.55),
    from: span.from,
    to: span.to,
  };
  to.appointments.push(row);
  return row;
}

function addHolder(to: Posts, code: PostCode, from: string, seed: string, random: Random): string {
  const fullName = personName(random);
  const id = stableId('oh', from, `demo holder ${seed}`);
  to.officeholders.push({ id, fullName, publicName: publicName(fullName, code), workPhone: random.chance(0.7) ? deadPhone(random) : null });
  return id;
}

/** A chair for each term, a vice-chair for most; a term's posts end with it. */
function addChairs(
  to: Posts,
  terms: readonly CommitteeRow[],
  branchOf: Map<string, BranchOf>,
  secretaries: Map<string, AppointmentRow[]>,
): void {
  const posts = new Map<string, [PostRow, PostRow]>();
  for (const term of terms) {
    const random = randomOf(`chair ${term.id}`);
    const pair = posts.get(term.organizationId) ?? [
      addPost(to, term.organizationId, 'OC_CHAIR', 1),
      addPost(to, term.organizationId, 'OC_VICE_CHAIR', 2),
    ];
    posts.set(term.organizationId, pair);
    const span = { from: term.termStartsOn!, to: term.dissolvedOn ?? term.expiresOn };
    const branch = branchOf.get(term.compoundId);
    const secretary = branch === undefined ? undefined : secretaries.get(branch.branchId)?.find((row) => overlaps(row, span));
    const dual = secretary !== undefined && (branch!.exemplary || random.chance(0.4));
    appoint(to, pair[0], `${term.id} chair`, span, 'ELECTED', random, dual ? secretary.officeholderId : undefined);
    if (random.chance(0.85)) appoint(to, pair[1], `${term.id} vice`, span, random.chance(0.9) ? 'ELECTED' : 'CO_OPTED', random);
  }
}

function overlaps(a: Span, b: Span): boolean {
  return (b.to === null || a.from < b.to) && (a.to === null || b.from < a.to);
}
