import type { CompoundPlan } from './compounds.ts';
import { dayOf, dayText } from './day.ts';
import type { FacilityKind, FacilityState, FacilityStatus, OpeningRuleRow, Tenure } from './facilities.types.ts';
import { type Community, pointNear } from './ground.ts';
import type { Random } from './random.ts';

const LAST = dayOf('2026-05-31');
const WORKDAYS = [1, 2, 3, 4, 5];
const EVERY_DAY = [1, 2, 3, 4, 5, 6, 7];
/** Kinds whose area does not count toward the standard. */
const NOT_COUNTED: FacilityKind[] = ['CONVENIENCE_POINT', 'HEALTH_STATION', 'SPORTS'];

/** A facility that is to be invented. */
export interface FacilityPlan {
  id: string;
  community: Community;
  kind: FacilityKind;
  /** 0 is the community's service centre. */
  position: number;
  /** m². */
  usable: number;
  inCompound: CompoundPlan | null;
  compounds: CompoundPlan[];
  /** Next community of the street, that may have a share. */
  neighbour: Community | null;
}

type Mutable = { -readonly [Key in keyof FacilityState]: FacilityState[Key] };
type Change = { day: number; apply: (state: Mutable) => void };

/** Exact decimal of whole hundredths. */
export function hundredths(value: number): string {
  return `${Math.floor(value / 100)}.${String(value % 100).padStart(2, '0')}`;
}

/** Whole dated rows of one facility. Everything of a complete community is open, known and its own. */
export function facilityStatesOf(plan: FacilityPlan, random: Random): FacilityState[] {
  const state = firstState(plan, random);
  const changes = plan.community.complete ? [] : changesOf(plan, state, random);
  changes.sort((a, b) => a.day - b.day);
  const rows: FacilityState[] = [];
  for (const change of changes) {
    const on = dayText(change.day);
    if (on > state.from) {
      rows.push({ ...state, to: on });
      state.from = on;
    }
    change.apply(state);
  }
  rows.push({ ...state });
  return rows;
}

function firstState(plan: FacilityPlan, random: Random): Mutable {
  const { community, kind } = plan;
  const sure = community.complete;
  const usable = plan.usable * 100 + random.int(0, 99);
  const gross = Math.ceil(usable / (0.7 + 0.16 * random.next()));
  const known = sure
    ? 'BOTH'
    : random.weighted([['BOTH', 82] as const, ['GROSS', 9] as const, ['USABLE', 5] as const, ['NONE', 4] as const]);
  const usableKnown = known === 'BOTH' || known === 'USABLE';
  const grossKnown = known === 'BOTH' || known === 'GROSS';
  const activity = activityOf(usableKnown ? usable : null, grossKnown ? gross : null, sure, random);
  const centre = plan.inCompound?.row.location ?? community.location;
  const near = plan.position === 0 ? random.int(80, sure ? 200 : 900) : random.int(40, 320);
  const tenure = sure
    ? 'OWNED'
    : random.weighted<Tenure>([
        ['OWNED', 60],
        ['LEASED', 18],
        ['BORROWED', 10],
        ['SHARED', 12],
      ]);
  return {
    facilityId: plan.id,
    status: 'OPEN',
    kind,
    grossArea: grossKnown ? hundredths(gross) : null,
    usableArea: usableKnown ? hundredths(usable) : null,
    ...activity,
    countsTowardStandard: !NOT_COUNTED.includes(kind) && (sure || !random.chance(0.06)),
    tenure,
    leaseFrom: tenure === 'OWNED' ? null : '2021-01-01',
    leaseTo: tenure === 'OWNED' ? null : random.pick(['2024-12-31', '2025-03-31', '2026-02-28', '2028-12-31', '2030-12-31', '2031-06-30']),
    ...sharesOf(plan, random),
    location: !sure && random.chance(0.025) ? null : pointNear(centre, near, random.next() * 2 * Math.PI),
    opening:
      !sure && random.chance(0.06) ? null : { rules: openingOf(kind, random), onStatutoryHoliday: 'CLOSED', onMakeUpWorkday: 'AS_WEEKDAY' },
    stepFree: sure
      ? true
      : random.weighted<boolean | null>([
          [true, 60],
          [false, 22],
          [null, 18],
        ]),
    from: community.since,
    to: null,
  };
}

function activityOf(
  usable: number | null,
  gross: number | null,
  sure: boolean,
  random: Random,
): Pick<FacilityState, 'activityArea' | 'activityBasis'> {
  const basis = gross !== null && random.chance(0.6) ? 'GROSS' : 'USABLE';
  const whole = basis === 'GROSS' ? gross : usable;
  if (whole === null || (!sure && random.chance(0.16))) return { activityArea: null, activityBasis: null };
  return { activityArea: hundredths(Math.floor(whole * (0.36 + 0.42 * random.next()))), activityBasis: basis };
}

/** A neighbourhood centre serves compounds, some of the next community, which then has a share. */
function sharesOf(plan: FacilityPlan, random: Random): Pick<FacilityState, 'shares' | 'servesCompounds'> {
  const own = plan.community.id;
  if (plan.kind !== 'NEIGHBOURHOOD_CENTRE') {
    const partly = !plan.community.complete && random.chance(0.04);
    return { shares: [{ communityId: own, share: partly ? '0.5' : '1' }], servesCompounds: [] };
  }
  const served = new Set<string>([plan.inCompound!.row.id]);
  for (let i = random.int(1, 5); i > 0; i--) served.add(random.pick(plan.compounds).row.id);
  const shared = !plan.community.complete && plan.neighbour !== null && !plan.neighbour.complete && random.chance(0.3);
  if (!shared) return { shares: [{ communityId: own, share: '1' }], servesCompounds: [...served] };
  const [mine, other] = random.pick([
    ['0.6', '0.4'],
    ['0.75', '0.25'],
    ['0.6667', '0.3333'],
    ['0.5', '0.3'],
  ] as const);
  const shares = [
    { communityId: own, share: mine },
    { communityId: plan.neighbour!.id, share: other },
  ];
  return { shares, servesCompounds: [...served] };
}

function openingOf(kind: FacilityKind, random: Random): OpeningRuleRow[] {
  if (kind === 'CANTEEN') return [{ weekdays: EVERY_DAY, from: '06:30', to: '19:30' }];
  if (kind === 'OUTDOOR_SPACE') return [{ weekdays: EVERY_DAY, from: '00:00', to: '24:00' }];
  if (random.chance(0.07)) return [{ weekdays: [2, 4], from: '14:30', to: '18:00' }];
  const rules: OpeningRuleRow[] = random.chance(0.5)
    ? [{ weekdays: WORKDAYS, from: '08:30', to: '18:00' }]
    : [
        { weekdays: WORKDAYS, from: '08:30', to: '12:00' },
        { weekdays: WORKDAYS, from: '14:30', to: '18:00' },
      ];
  if (random.chance(0.4)) rules.push({ weekdays: random.chance(0.5) ? [6] : [6, 7], from: '09:00', to: '17:00' });
  if (random.chance(0.15)) rules.push({ weekdays: [3], from: '18:30', to: '20:30' });
  return rules;
}

/** What happens to it: it comes late, closes for a while or for good, is measured anew, its lease is renewed. */
function changesOf(plan: FacilityPlan, state: Mutable, random: Random): Change[] {
  const begin = dayOf(state.from);
  const sometime = (): number => random.int(Math.max(begin + 30, dayOf('2023-01-01')), LAST);
  const to =
    (status: FacilityStatus): Change['apply'] =>
    (row) => {
      row.status = status;
    };
  const changes: Change[] = [];
  const life = random.next();
  if (life < (plan.position === 0 ? 0.1 : 0.3)) {
    const planned = state.status;
    state.status = 'PLANNED';
    const works = random.int(Math.max(begin + 30, dayOf('2022-10-01')), dayOf('2025-03-01'));
    changes.push({ day: works, apply: to('UNDER_CONSTRUCTION') }, { day: works + random.int(120, 420), apply: to(planned) });
  } else if (life < 0.38) {
    const day = sometime();
    changes.push({ day, apply: to('TEMPORARILY_CLOSED') }, { day: day + random.int(20, 200), apply: to('OPEN') });
  } else if (life < 0.42 && plan.position > 0) {
    changes.push({ day: sometime(), apply: to('CLOSED') });
    return changes;
  }
  if (random.chance(0.16)) changes.push({ day: sometime(), apply: (row) => measureAnew(row, plan.usable, random.int(2, 14)) });
  if (state.leaseTo !== null && state.leaseTo < '2026-06-30' && random.chance(0.6)) {
    const day = dayOf(state.leaseTo) - 20;
    changes.push({ day, apply: (row) => Object.assign(row, { leaseFrom: dayText(day), leaseTo: dayText(day + 1095) }) });
  }
  if (state.stepFree === null && random.chance(0.5)) {
    changes.push({
      day: sometime(),
      apply: (row) => {
        row.stepFree = true;
      },
    });
  }
  return changes;
}

/** Both areas become known, a few per cent larger than before; what is used for activities is left as it was. */
function measureAnew(row: Mutable, usable: number, percent: number): void {
  const before = row.usableArea === null ? usable * 100 : Math.round(Number(row.usableArea) * 100);
  const measured = before + Math.floor((before * percent) / 100);
  const gross = row.grossArea === null ? 0 : Math.round(Number(row.grossArea) * 100);
  row.usableArea = hundredths(measured);
  row.grossArea = hundredths(Math.max(gross, Math.ceil(measured / 0.82)));
}
