import type { ActivityCalendar, HeldActivity } from './activities.ts';
import { dayOf, dayText, instantText, minuteOf } from './day.ts';
import { factId } from './fact-id.ts';
import { type Random, randomOf } from './random.ts';
import type { VolunteerPlan } from './volunteers.ts';
import type { RecordStatus, ServiceRecordRow } from './volunteers.types.ts';

/** Nothing is recorded after this day. */
const LAST = dayOf('2026-06-30');
const NOTICE_DAYS = 7;

/** The records of all activities held, by day; one volunteer has at most one service a day. */
export function* recordsOf(calendar: ActivityCalendar, plans: readonly VolunteerPlan[]): Generator<ServiceRecordRow> {
  const roster = new Roster(plans);
  const random = randomOf('records');
  for (const activity of calendar.held) {
    let serial = 0;
    while (serial < activity.records) {
      const volunteer = roster.next(activity, random);
      const first = recordOf(activity, volunteer, serial++, random);
      if (first.status === 'CORRECTED' && serial < activity.records) {
        yield first;
        yield correctionOf(activity, first, serial++, random);
      } else {
        yield first.status === 'CORRECTED' ? { ...first, status: 'CONFIRMED', lockedAt: null } : first;
      }
    }
  }
}

/** Who comes next: the community's volunteers in turn by their zeal, then anybody of the district. */
class Roster {
  private readonly byCommunity = new Map<string, VolunteerPlan[]>();
  private readonly cursors = new Map<string, number>();
  private readonly lastDay: Int32Array;

  private readonly plans: readonly VolunteerPlan[];

  constructor(plans: readonly VolunteerPlan[]) {
    this.plans = plans;
    this.lastDay = new Int32Array(plans.length + 1);
    for (const plan of plans) {
      this.list(plan.home.id).push(plan);
      if (plan.nextHome !== null) this.list(plan.nextHome.id).push(plan);
    }
  }

  next(activity: HeldActivity, random: Random): VolunteerPlan {
    const list = this.list(activity.community.id);
    if (!random.chance(0.06)) {
      let cursor = this.cursors.get(activity.community.id) ?? 0;
      for (let looked = 0; looked < 2 * list.length; looked++) {
        const plan = list[cursor % list.length]!;
        cursor++;
        const lives = (activity.day < plan.movesOn ? plan.home : plan.nextHome) === activity.community;
        if (!lives || !this.mayServe(plan, activity.day) || !random.chance(plan.zeal)) continue;
        this.cursors.set(activity.community.id, cursor);
        return this.take(plan, activity.day);
      }
    }
    for (;;) {
      const plan = random.pick(this.plans);
      if (this.mayServe(plan, activity.day)) return this.take(plan, activity.day);
    }
  }

  private take(plan: VolunteerPlan, day: number): VolunteerPlan {
    this.lastDay[plan.row.serial] = day;
    return plan;
  }

  private mayServe(plan: VolunteerPlan, day: number): boolean {
    if (plan.zeal === 0 || this.lastDay[plan.row.serial] === day) return false;
    return plan.from <= day && day < plan.to && (day < plan.pausedFrom || day >= plan.pausedTo);
  }

  private list(communityId: string): VolunteerPlan[] {
    const list = this.byCommunity.get(communityId) ?? [];
    this.byCommunity.set(communityId, list);
    return list;
  }
}

function recordOf(activity: HeldActivity, volunteer: VolunteerPlan, serial: number, random: Random): ServiceRecordRow {
  const { row, day } = activity;
  const shift = activity.shifts[serial % activity.shifts.length]!;
  const startsAt = shift.from + random.int(0, 9);
  const room = shift.to - startsAt;
  const minutes = Math.max(5, Math.floor((room - (random.chance(0.3) ? random.int(0, 40) : 0)) / 5) * 5);
  const fate = fateOf(activity, random);
  return {
    id: factId('sr', dayText(day), `${row.id} ${serial}`),
    volunteerId: volunteer.row.id,
    volunteerSerial: volunteer.row.serial,
    activityId: row.id,
    shiftId: shift.id,
    communityId: row.communityId,
    category: row.category,
    recorderId: row.organizerId,
    on: dayText(day),
    place: activity.place,
    startsAt: instantText(startsAt),
    endsAt: instantText(startsAt + minutes),
    minutes,
    content: activity.content,
    responsible: random.chance(0.1) ? null : '活动负责人（演示）',
    recordedBy: '记录人（演示）',
    ...fate,
    correctsId: null,
  };
}

type Fate = Pick<ServiceRecordRow, 'status' | 'noticeFrom' | 'noticeTo' | 'confirmedAt' | 'lockedAt'>;

/** Notice of seven days, then confirmation: most in time, of slow recorders late or never. What would lie after the last day has not happened. */
function fateOf(activity: HeldActivity, random: Random): Fate {
  const noticeFrom = activity.day + random.int(1, 4);
  const noticeTo = noticeFrom + NOTICE_DAYS;
  const late = activity.slow && random.chance(0.7);
  const confirmed = noticeTo + (late ? random.int(14, 60) : random.int(0, 6));
  const turn = random.next();
  const never = activity.slow && turn < 0.05;
  if (noticeFrom > LAST || (never && turn < 0.015)) return fate('DRAFT', null, null, null, null);
  if (confirmed > LAST || never) {
    return fate(never && turn < 0.025 ? 'DISPUTED' : 'NOTICED', noticeFrom, noticeTo, null, null);
  }
  const at = minuteOf(confirmed, random.int(9, 17), random.int(0, 59));
  if (turn > 0.988) return fate('VOIDED', noticeFrom, noticeTo, random.chance(0.5) ? at : null, lockOf(at, random));
  if (turn > 0.976 && confirmed + 40 < LAST) return fate('CORRECTED', noticeFrom, noticeTo, at, lockOf(at, random));
  return fate('CONFIRMED', noticeFrom, noticeTo, at, null);
}

function lockOf(confirmedAt: number, random: Random): number {
  return Math.min(minuteOf(LAST, 18), confirmedAt + random.int(60, 14_400));
}

function fate(
  status: RecordStatus,
  noticeFrom: number | null,
  noticeTo: number | null,
  confirmedAt: number | null,
  lockedAt: number | null,
): Fate {
  return {
    status,
    noticeFrom: noticeFrom === null ? null : dayText(noticeFrom),
    noticeTo: noticeTo === null ? null : dayText(noticeTo),
    confirmedAt: confirmedAt === null ? null : instantText(confirmedAt),
    lockedAt: lockedAt === null ? null : instantText(lockedAt),
  };
}

/** A new record with fewer minutes; it runs through notice again. */
function correctionOf(activity: HeldActivity, original: ServiceRecordRow, serial: number, random: Random): ServiceRecordRow {
  const minutes = Math.max(5, original.minutes - 5 * random.int(1, 6));
  const noticeFrom = dayOf(original.lockedAt!.slice(0, 10)) + 1;
  const noticeTo = noticeFrom + NOTICE_DAYS;
  const confirmed = noticeTo + random.int(0, 5);
  const done = confirmed <= LAST;
  return {
    ...original,
    id: factId('sr', original.on, `${activity.row.id} ${serial}`),
    minutes,
    endsAt: instantText(minuteOf(activity.day, 0) + minutesInDay(original.startsAt) + minutes),
    correctsId: original.id,
    ...fate(done ? 'CONFIRMED' : 'NOTICED', noticeFrom, noticeTo, done ? minuteOf(confirmed, 10, random.int(0, 59)) : null, null),
  };
}

function minutesInDay(instant: string): number {
  return Number(instant.slice(11, 13)) * 60 + Number(instant.slice(14, 16));
}
