import { stableId } from '../../subgraphs/shared/src/domain/id.ts';
import type { CompoundPlan } from './compounds.ts';
import { dayOf, dayText } from './day.ts';
import { BEGINNING } from './ground.ts';
import type {
  CommitteeRow,
  CommitteeSeats,
  CommitteeState,
  CommitteeStatus,
  OrganizationCompound,
  OrganizationRow,
  OrganizationState,
} from './organization.types.ts';
import { type Random, randomOf } from './random.ts';

const EXPIRY_NOTICE_DAYS = 90;
/** Nothing is decided after this day; what follows is the clock's. */
const LAST = dayOf('2026-05-31');

export interface Committees {
  organizations: OrganizationRow[];
  states: OrganizationState[];
  compounds: OrganizationCompound[];
  rows: CommitteeRow[];
  termStates: CommitteeState[];
  seats: CommitteeSeats[];
}

/** Owners' committees of near half the compounds, term after term (§4.4 Committee). */
export function committeesOf(plans: readonly CompoundPlan[]): Committees {
  const committees: Committees = { organizations: [], states: [], compounds: [], rows: [], termStates: [], seats: [] };
  for (const plan of plans) {
    const random = randomOf(`committee ${plan.row.code}`);
    if (plan.exemplary || random.chance(plan.managed ? 0.46 : 0.22)) addCommittee(committees, plan, random);
  }
  return committees;
}

function addCommittee(to: Committees, plan: CompoundPlan, random: Random): void {
  const earliest = plan.since === BEGINNING ? dayOf('2016-01-01') : dayOf(plan.since) + 60;
  const firstElection = plan.exemplary ? dayOf('2019-10-10') : random.int(earliest, Math.max(earliest, LAST - 30));
  const foundedOn = dayText(firstElection);
  const organizationId = stableId('og', foundedOn, `demo owners committee ${plan.row.code}`);
  const terms = addTerms(to, plan, organizationId, firstElection, random);
  const dissolvedOn = terms[terms.length - 1]!.dissolvedOn;
  to.organizations.push({
    id: organizationId,
    kind: 'OWNERS_COMMITTEE',
    name: `${plan.row.name}业主委员会`,
    uscc: null,
    partyLevel: null,
    parentId: null,
    areaId: plan.community.id,
    foundedOn,
    dissolvedOn,
    partyMemberCount: null,
    fullMemberCount: null,
    contact: null,
  });
  to.states.push({ organizationId, status: 'ACTIVE', from: foundedOn, to: dissolvedOn });
  if (dissolvedOn !== null) to.states.push({ organizationId, status: 'DISSOLVED', from: dissolvedOn, to: null });
  to.compounds.push({ organizationId, compoundId: plan.row.id, from: foundedOn, to: null });
}

function addTerms(to: Committees, plan: CompoundPlan, organizationId: string, firstElection: number, random: Random): CommitteeRow[] {
  const terms: CommitteeRow[] = [];
  let elected = firstElection;
  let freeFrom = 0;
  for (let term = 1; elected <= LAST; term++) {
    const starts = Math.max(elected, freeFrom);
    const years = plan.exemplary ? 3 : random.pick([3, 3, 4, 5, 5]);
    const expires = dayOf(`${Number(dayText(starts).slice(0, 4)) + years}${dayText(starts).slice(4).replace('02-29', '02-28')}`);
    const filed = filingDay(elected, plan.exemplary, random);
    const dissolved = !plan.exemplary && random.chance(0.03) ? starts + random.int(200, 800) : null;
    const ended = dissolved !== null && dissolved <= LAST && dissolved < expires;
    const row: CommitteeRow = {
      id: stableId('oc', dayText(elected), `demo committee ${plan.row.code} ${term}`),
      organizationId,
      compoundId: plan.row.id,
      term,
      electedOn: dayText(elected),
      termStartsOn: dayText(starts),
      expiresOn: dayText(expires),
      filedOn: filed === null || filed > LAST || (ended && filed >= dissolved) ? null : dayText(filed),
      dissolvedOn: ended ? dayText(dissolved) : null,
    };
    terms.push(row);
    addTerm(to, row, plan, random);
    if (ended || !(plan.exemplary || random.chance(0.72))) break;
    freeFrom = expires;
    elected = plan.exemplary ? expires - 20 : expires + random.int(-28, 420);
  }
  return terms;
}

/** Most file within 30 days, some late, some never. */
function filingDay(elected: number, exemplary: boolean, random: Random): number | null {
  if (exemplary) return elected + 12;
  const kind = random.next();
  if (kind < 0.08) return null;
  return elected + (kind < 0.18 ? random.int(31, 150) : random.int(4, 28));
}

function addTerm(to: Committees, row: CommitteeRow, plan: CompoundPlan, random: Random): void {
  to.rows.push(row);
  to.termStates.push(...statesOf(row, random.int(30, 110)));
  const memberCount = random.pick([5, 7, 7, 9, 11]);
  const partyMembers = random.int(plan.exemplary ? Math.ceil(memberCount / 2) : 0, memberCount);
  const knows = plan.exemplary || !random.chance(0.07);
  const from = row.termStartsOn!;
  const seat = { committeeId: row.id, memberCount, partyMemberCount: knows ? partyMembers : null };
  const grown = memberCount > 5 && random.chance(0.12) ? dayText(dayOf(from) + random.int(150, 500)) : null;
  to.seats.push({ ...seat, from, to: grown });
  if (grown !== null)
    to.seats.push({
      ...seat,
      memberCount: memberCount - 1,
      partyMemberCount: knows ? Math.min(partyMembers, memberCount - 1) : null,
      from: grown,
      to: null,
    });
}

/** The steps of §4.4 from the term's own days, those still to come included. */
function statesOf(row: CommitteeRow, preparationDays: number): CommitteeState[] {
  const elected = dayOf(row.electedOn!);
  const starts = dayOf(row.termStartsOn!);
  const expires = dayOf(row.expiresOn!);
  const steps: [number, CommitteeStatus][] = [
    [elected - preparationDays, 'PREPARING'],
    [elected, 'ELECTED'],
  ];
  if (row.filedOn !== null) {
    const filed = dayOf(row.filedOn);
    const active = Math.max(filed, starts);
    steps.push([filed, 'FILED'], [active, 'ACTIVE'], [Math.max(active, expires - EXPIRY_NOTICE_DAYS), 'EXPIRING']);
  }
  steps.push([expires, 'EXPIRED']);
  const end = row.dissolvedOn === null ? null : dayOf(row.dissolvedOn);
  const kept = end === null ? steps : [...steps.filter(([day]) => day < end), [end, 'DISSOLVED'] as [number, CommitteeStatus]];
  return kept
    .map(([day, status], i) => ({
      committeeId: row.id,
      status,
      from: dayText(day),
      to: i + 1 < kept.length ? dayText(kept[i + 1]![0]) : null,
    }))
    .filter((state) => state.to === null || state.from < state.to);
}
