/** How the volunteers' commands are called in a generated test, right and wrong, and what holds whatever was sent. */
import { dateIn } from '../../subgraphs/shared/src/domain/period.ts';
import { holdClock } from '../clock.ts';
import type { CommandSpec, Dice, Invariant, Play, Way } from '../commands/spec.ts';
import { NOW, numberOf, UPLOADED } from './world.ts';

const DAY_MS = 86_400_000;
/** The generated activities `all1` of og1 and `all2` of og2 run around the clock from this day on for so many days. */
export const FIRST_DAY = '2026-01-01';
export const DAYS = 59;
const VOLUNTEERS = 40;

let now = Date.parse(NOW);
/** The clock of the play: it only goes on, a day in now and then. */
function passTime(dice: Dice): void {
  if (!dice.chance(8)) return;
  now += DAY_MS;
  holdClock(new Date(now).toISOString());
}
const today = (): string => dateIn(new Date(now));

const dayOf = (n: number): string => new Date(Date.parse(`${FIRST_DAY}T00:00Z`) + n * DAY_MS).toISOString().slice(0, 10);
const instant = (day: string, minute: number): string => new Date(Date.parse(`${day}T00:00:00+08:00`) + minute * 60_000).toISOString();

interface Service {
  volunteer?: number;
  day?: string;
  from?: number;
  minutes?: number;
}

/** A service of a random volunteer, day and hour, in steps of five minutes. */
function serviceOf(dice: Dice, given: Service = {}): Record<string, unknown> {
  const { volunteer = dice.int(1, VOLUNTEERS), day = dayOf(dice.int(0, DAYS - 1)), minutes = 5 * dice.int(3, 60) } = given;
  const from = given.from ?? 5 * dice.int(0, (1_440 - minutes) / 5);
  return {
    volunteerNumber: numberOf(volunteer),
    startsAt: instant(day, from),
    endsAt: instant(day, from + minutes),
    place: '社区广场',
    content: '清扫',
    responsible: dice.chance(90) ? '负责人' : null,
    ...(dice.chance(20) && { evaluation: 'AIM_MET' }),
  };
}

const activityOf = ({ caller }: Play): string => (caller.organization === 'og2' ? 'all2' : 'all1');
const drafting = (play: Play, records: object[], activityId = activityOf(play)) => ({
  activityId,
  projectName: '随机',
  recordedBy: '记录人',
  records,
  overrideDayLimit: play.dice.chance(10),
});

interface Found {
  id: string;
  version: number;
  volunteer: string;
  day: string;
  minute: number;
}

/** A record that fits; of the caller's organization if he has one. */
async function found({ dice, rows, caller }: Play, where: string, params: unknown[] = []): Promise<Found | null> {
  const [one] = await rows<Found>(
    `select r.id, r.version, v.number as volunteer, r."on"::text as day,
       (extract(epoch from r.starts_at - (r."on"::timestamp at time zone 'Asia/Shanghai')) / 60)::int as minute
     from service_record r join volunteer v on v.id = r.volunteer_id
     where ($1::text is null or r.recorder_id = $1) and ${where.replaceAll('?', '$3')} order by md5(r.id || $2) limit 1`,
    [caller.organization ?? null, String(dice.int(0, 1_000_000)), ...params],
  );
  return one ?? null;
}

const LOCKED = `r.status in ('CORRECTED', 'VOIDED')`;

/** Ways of a command over one list of records: all that fit, one that is locked, one that is not there. */
const listWays = (fits: string, ...params: (() => unknown)[]): Record<string, Way> => ({
  valid: async (play) => {
    passTime(play.dice);
    const one = await found(
      play,
      fits,
      params.map((each) => each()),
    );
    return one && { recordIds: [one.id] };
  },
  RECORD_LOCKED: async (play) => {
    const one = await found(play, LOCKED);
    return one && { recordIds: [one.id] };
  },
  NOT_FOUND: async () => ({ recordIds: ['sr_none'] }),
  VALIDATION_FAILED: async () => ({ recordIds: [] }),
});

const reason = (dice: Dice): string => dice.pick(['记错了时间', '重复登记', '电话 13800001111 可核实']);

/** Ways of a command over one record of which the caller saw a version. */
const stepWays = (fits: string, more: (play: Play) => Record<string, unknown>): Record<string, Way> => {
  const over = (where: string, change: (one: Found) => object = () => ({})): Way => {
    return async (play) => {
      passTime(play.dice);
      const one = await found(play, where);
      return one && { recordId: one.id, expectedVersion: one.version, reason: reason(play.dice), ...more(play), ...change(one) };
    };
  };
  return {
    valid: over(fits),
    VERSION_CONFLICT: over(fits, ({ version }) => ({ expectedVersion: version + 1 })),
    RECORD_LOCKED: over(LOCKED),
    VALIDATION_FAILED: over(fits, () => ({ reason: ' ' })),
    NOT_FOUND: async (play) => ({ recordId: 'sr_none', expectedVersion: 1, reason: reason(play.dice), ...more(play) }),
  };
};

let people = 0;
const person = ({ dice }: Play, more: Record<string, unknown> = {}) => {
  people += 1;
  return {
    homeCommunityId: dice.pick(['b', 'c']),
    legalName: dice.pick(['张伟', '欧阳明', '李娜']),
    phone: `13${String(dice.int(0, 9))}${String(people).padStart(8, '0')}`,
    birthMonth: `${dice.int(1950, 2007)}-0${dice.int(1, 9)}`,
    consentTextVersion: '2026-1',
    ...more,
  };
};
/** A guardian with the paper, which the caller has uploaded. */
async function guardianOf({ rows, caller, dice }: Play): Promise<Record<string, unknown>> {
  const consentFileId = `fl_${dice.int(1, 2 ** 30)}`;
  await rows(UPLOADED, [consentFileId, caller.client ?? 'test', caller.subject ?? null]);
  return { legalName: '王玉兰', phone: '13711112222', consentFileId };
}

const activity = ({ dice, caller }: Play, more: Record<string, unknown> = {}) => {
  const day = dayOf(dice.int(0, 2 * DAYS));
  return {
    title: '随机活动',
    organizerId: caller.organization ?? 'og1',
    communityId: 'c',
    category: dice.pick(['ORDER', 'LEGAL', 'REPAIR']),
    description: '随机活动的说明',
    withCoins: dice.chance(50),
    riskLevel: dice.pick(['ORDINARY', 'HAZARDOUS']),
    shifts: [{ startsAt: instant(day, 480), endsAt: instant(day, 600), capacity: dice.int(1, 20), checkInMethods: ['ORGANIZER_LIST'] }],
    ...more,
  };
};

const calls: CommandSpec[] = [
  {
    name: 'registerVolunteer',
    ways: {
      valid: async (play) => person(play),
      another: async (play) => person(play),
      third: async (play) => person(play),
      minor: async (play) => person(play, { birthMonth: '2014-01', guardian: await guardianOf(play) }),
      paper: async (play) => person(play, { birthMonth: '2014-01', guardian: { ...(await guardianOf(play)), consentFileId: 'fl_none' } }),
      CONSENT_REQUIRED: async (play) => person(play, { consentTextVersion: '' }),
      GUARDIAN_REQUIRED: async (play) => person(play, { birthMonth: '2014-01' }),
      ALREADY_REGISTERED: async (play) => person(play, { number: numberOf(play.dice.int(1, VOLUNTEERS)) }),
      telephone: async (play) => person(play, { phone: `1390000000${play.dice.int(0, 3)}` }),
      VALIDATION_FAILED: async (play) => person(play, { phone: '123' }),
      NOT_FOUND: async (play) => person(play, { homeCommunityId: 'nowhere' }),
    },
  },
  {
    name: 'createActivity',
    ways: {
      valid: async (play) => activity(play),
      another: async (play) => activity(play),
      third: async (play) => activity(play),
      NO_SHIFT: async (play) => activity(play, { shifts: [] }),
      INSURANCE_REQUIRED: async (play) => activity(play, { riskLevel: 'HAZARDOUS', insured: true }),
      VALIDATION_FAILED: async (play) => activity(play, { title: '' }),
      NOT_FOUND: async (play) => activity(play, { facilityId: 'none' }),
    },
  },
  {
    name: 'draftRecords',
    ways: {
      valid: async (play) => drafting(play, [serviceOf(play.dice)]),
      one: async (play) => drafting(play, [serviceOf(play.dice)]),
      two: async (play) => drafting(play, [serviceOf(play.dice)]),
      several: async (play) =>
        drafting(
          play,
          [0, 1, 2].map((n) => serviceOf(play.dice, { volunteer: n * 10 + play.dice.int(1, 10) })),
        ),
      RECORD_OVERLAP: async (play) => {
        const one = await found(play, `r.status in ('DRAFT', 'NOTICED', 'CONFIRMED')`);
        return (
          one &&
          drafting(play, [{ ...serviceOf(play.dice, { day: one.day, from: one.minute, minutes: 15 }), volunteerNumber: one.volunteer }])
        );
      },
      DAY_LIMIT: async (play) => {
        const [volunteer, day] = [play.dice.int(1, VOLUNTEERS), dayOf(play.dice.int(0, DAYS - 1))];
        return drafting(play, [
          serviceOf(play.dice, { volunteer, day, from: 0, minutes: 600 }),
          serviceOf(play.dice, { volunteer, day, from: 600, minutes: 125 }),
        ]);
      },
      ofOthers: async (play) => drafting(play, [serviceOf(play.dice)], play.caller.organization === 'og1' ? 'other' : 'a'),
      NOT_RECORDER: async (play) => drafting(play, [serviceOf(play.dice)], play.caller.organization === 'og1' ? 'all2' : 'all1'),
      GUARDIAN_REQUIRED: async (play) => drafting(play, [serviceOf(play.dice, { volunteer: 41 })]),
      NOT_FOUND: async (play) => drafting(play, [serviceOf(play.dice, { volunteer: 9_999 })]),
      VALIDATION_FAILED: async (play) => drafting(play, [{ ...serviceOf(play.dice), minutes: 1_000 }]),
    },
  },
  {
    name: 'publishRecordNotice',
    ways: { ...listWays(`r.status = 'DRAFT'`), INVALID_TRANSITION: listWays(`r.status = 'CONFIRMED'`).valid as Way },
  },
  {
    name: 'confirmRecords',
    ways: {
      ...listWays(`r.status = 'NOTICED' and r.notice_to < ?::date`, today),
      NOTICE_PERIOD: listWays(`r.status = 'NOTICED' and r.notice_to >= ?::date`, today).valid as Way,
    },
  },
  {
    name: 'disputeRecord',
    ways: {
      ...stepWays(`r.status in ('NOTICED', 'CONFIRMED')`, () => ({})),
      own: async (play) => {
        const one = await found(play, `r.status in ('NOTICED', 'CONFIRMED') and v.subject = ?`, [play.caller.subject ?? '']);
        return one && { recordId: one.id, reason: reason(play.dice) };
      },
      DISPUTE_WINDOW: stepWays(`r.status = 'CONFIRMED'`, () => ({})).valid as Way,
    },
  },
  {
    name: 'settleRecordDispute',
    ways: {
      ...stepWays(`r.status = 'DISPUTED'`, ({ dice }) => ({ uphold: dice.chance(70) })),
      SELF_CONFIRMATION: async (play) => {
        const one = await found(play, `r.status = 'DISPUTED' and r.disputed_by = ?`, [play.caller.subject ?? '']);
        return one && { recordId: one.id, uphold: true, reason: reason(play.dice) };
      },
    },
  },
  { name: 'correctRecord', ways: stepWays(`r.status in ('CONFIRMED', 'DISPUTED')`, ({ dice }) => ({ record: serviceOf(dice) })) },
  { name: 'voidRecord', ways: stepWays(`r.status in ('DRAFT', 'NOTICED', 'DISPUTED', 'CONFIRMED') and md5(r.id) < '3'`, () => ({})) },
];

/** Who may call each at all; the others are refused at the door, which needs no trying over and over. */
const ROLES: Readonly<Record<string, readonly string[]>> = {
  registerVolunteer: ['RESIDENT', 'VOLUNTEER', 'ORG_REPRESENTATIVE', 'COMMUNITY_STAFF'],
  createActivity: ['ORG_REPRESENTATIVE', 'COMMUNITY_STAFF'],
  disputeRecord: ['RESIDENT', 'VOLUNTEER', 'ORG_REPRESENTATIVE', 'AUDITOR'],
};
const mostlyAllowed =
  (name: string, way: Way): Way =>
  async (play) => {
    const roles = ROLES[name] ?? ['ORG_REPRESENTATIVE'];
    const isAllowed = play.caller.roles?.some((role) => roles.includes(role)) ?? false;
    return isAllowed || play.dice.chance(20) ? way(play) : null;
  };

export const commands: CommandSpec[] = calls.map(({ name, ways }) => ({
  name,
  ways: Object.fromEntries(Object.entries(ways).map(([code, way]) => [code, mostlyAllowed(name, way)])),
}));

const LIVE = `('DRAFT', 'NOTICED', 'DISPUTED', 'CONFIRMED')`;
/** Records that commands made: those with a history. */
const MADE = `service_record r where exists (select 1 from hub.event e where e.object_id = r.id)`;

export const invariants: Invariant[] = [
  {
    name: 'a volunteer in two places at once',
    sql: `select a.id, b.id from service_record a join service_record b on a.volunteer_id = b.volunteer_id and a.id < b.id
      and tstzrange(a.starts_at, a.ends_at) && tstzrange(b.starts_at, b.ends_at) where a.status in ${LIVE} and b.status in ${LIVE}`,
  },
  {
    name: 'more than twelve hours a day',
    sql: `select volunteer_id, "on", sum(minutes) from service_record where status in ${LIVE} group by 1, 2 having sum(minutes) > 720`,
  },
  {
    name: 'minutes beyond the time served',
    sql: `select id from service_record where minutes % 5 <> 0 or minutes <= 0 or minutes * interval '1 minute' > ends_at - starts_at`,
  },
  {
    name: 'a record by another than the organizer, or of another place',
    sql: `select r.id from service_record r left join activity a on a.id = r.activity_id
      where a.organizer_id is distinct from r.recorder_id or a.community_id is distinct from r.community_id or a.category is distinct from r.category`,
  },
  {
    name: 'service outside the shifts',
    sql: `select r.id from ${MADE} and not exists (
      select 1 from shift s where s.activity_id = r.activity_id and s.starts_at <= r.starts_at and r.ends_at <= s.ends_at)`,
  },
  {
    name: 'confirmed before the notice was over',
    sql: `select r.id from ${MADE} and r.confirmed_at is not null
      and (r.notice_to is null or r.notice_to < r.notice_from + 7 or (r.confirmed_at at time zone 'Asia/Shanghai')::date <= r.notice_to)`,
  },
  {
    name: 'a record that does not say what its state says',
    sql: `select r.id from ${MADE} and ((r.status in ('NOTICED', 'CONFIRMED', 'CORRECTED') and r.notice_to is null)
      or (r.status = 'CONFIRMED' and r.confirmed_at is null) or (r.status in ('DRAFT', 'NOTICED') and r.confirmed_at is not null)
      or (r.status = 'NOTICED' and r.responsible is null) or (r.status = 'DISPUTED') <> (r.dispute_reason is not null)
      or (r.confirmed_at is null) <> (r.national_sync is null))`,
  },
  {
    name: 'a correction without its old record, or the other way round',
    sql: `select r.id from service_record r left join service_record o on o.id = r.corrects_id where r.corrects_id is not null and o.status is distinct from 'CORRECTED'
      union all select r.id from ${MADE} and r.status = 'CORRECTED' and not exists (select 1 from service_record n where n.corrects_id = r.id)`,
  },
  {
    name: 'a change without an event, or an event without a change',
    sql: `select r.id from service_record r left join lateral (
        select count(*) as steps, (array_agg(e.to_state order by e.seq desc))[1] as last from hub.event e where e.object_id = r.id) e on true
      where exists (select 1 from hub.event e where e.object_id = r.id) and (e.steps <> r.version or e.last is distinct from r.status)
      union all select object_id from (
        select object_id, from_state, lag(to_state) over (partition by object_id order by seq) as before from hub.event where object_type = 'ServiceRecord') e
      where e.from_state is distinct from e.before
      union all select object_id from hub.event e where object_type = 'ServiceRecord' and not exists (select 1 from service_record r where r.id = e.object_id)`,
  },
  {
    name: 'a telephone in a text that everybody reads',
    sql: `select id from hub.event where reason like '%13800001111%' union all select id from service_record where dispute_reason like '%13800001111%'`,
  },
  { name: 'roll-ups that differ from the records', sql: 'select * from rollup.difference' },
  {
    name: 'an activity without its shifts',
    sql: `select a.id from activity a left join lateral (select min(s.starts_at) as starts_at, max(s.ends_at) as ends_at from shift s where s.activity_id = a.id) s on true
      where exists (select 1 from hub.event e where e.object_id = a.id) and (a.starts_at, a.ends_at) is distinct from (s.starts_at, s.ends_at)`,
  },
  {
    name: 'half a volunteer',
    sql: `select e.object_id from hub.event e left join volunteer v on v.id = e.object_id where e.name = 'volunteer.registered' and (v.id is null
      or not exists (select 1 from volunteer_home h where h.volunteer_id = v.id)
      or not exists (select 1 from volunteer_state s where s.volunteer_id = v.id and (s.status = 'PENDING_CONSENT') = (v.age_band <> 'ADULT'))
      or (select count(*) from vault.secret s where s.object_id = v.id and s.kind in ('IDENTITY', 'PHONE')) <> 2
      or (v.age_band <> 'ADULT' and not exists (select 1 from vault.secret s where s.object_id = v.id and s.kind = 'GUARDIAN')))
      union all select s.object_id from vault.secret s where not exists (select 1 from volunteer v where v.id = s.object_id)`,
  },
  {
    name: 'a child without the paper',
    sql: `select v.id from volunteer v join hub.event e on e.object_id = v.id where v.age_band = 'UNDER_14'
      and not exists (select 1 from hub.file_link l where l.object_id = v.id and l.object_type = 'Volunteer')
      union all select object_id from hub.file_link l where l.object_type = 'Volunteer' and not exists (select 1 from volunteer v where v.id = l.object_id)`,
  },
  { name: 'one telephone, two volunteers', sql: `select mark from vault.secret where kind = 'PHONE' group by 1 having count(*) > 1` },
];
