import type pg from 'pg';
import type { World } from '../../local/demo/world.types.ts';
import { copyRows } from '../shared/src/copy.ts';
import { loadingFacts } from '../shared/src/rollup-check.ts';

/** Code, Chinese and English name of the skills that the demo's volunteers have. */
const SKILLS = [
  ['first-aid', '急救', 'First aid'],
  ['repair', '维修', 'Repairs'],
  ['calligraphy', '书法', 'Calligraphy'],
  ['smartphone', '智能手机', 'Smartphones'],
  ['law', '法律', 'Law'],
  ['haircut', '理发', 'Haircutting'],
  ['music', '音乐', 'Music'],
  ['tutoring', '辅导', 'Tutoring'],
  ['driving', '驾驶', 'Driving'],
  ['cooking', '烹饪', 'Cooking'],
] as const;

/** Fills this department's tables with its part of the demo district. Names and birth months stay out: they belong to the vault. */
export async function seed(client: pg.Client, { volunteers: part }: World): Promise<void> {
  await copyRows(client, 'skill_tag', ['code', 'name_zh', 'name_en'], SKILLS);
  await copyRows(
    client,
    'volunteer',
    ['id', 'serial', 'number', 'display_name', 'subject', 'joined_on', 'age_band', 'guardian_consent_on', 'skills'],
    part.volunteers.map((v) => [
      v.id,
      v.serial,
      v.number,
      v.displayName,
      `demo-volunteer-${v.serial}`,
      v.joinedOn,
      v.ageBand,
      v.guardianConsentOn,
      v.skills,
    ]),
  );
  await client.query(`select setval('volunteer_serial', coalesce(max(serial), 0) + 1, false) from volunteer`);
  await copyRows(
    client,
    'volunteer_home',
    ['volunteer_id', 'valid_from', 'valid_to', 'community_id'],
    part.volunteerHomes.map((home) => [home.volunteerId, home.from, home.to, home.communityId]),
  );
  await copyRows(
    client,
    'volunteer_state',
    ['volunteer_id', 'valid_from', 'valid_to', 'status'],
    part.volunteerStates.map((state) => [state.volunteerId, state.from, state.to, state.status]),
  );
  await seedActivities(client, part);
  await loadingFacts(client, ['service_record'], async () => {
    await copyRows(client, 'service_record', RECORD_COLUMNS, records(part));
  });
}

async function seedActivities(client: pg.Client, { activities, shifts }: World['volunteers']): Promise<void> {
  const shiftsOf = Map.groupBy(shifts, (shift) => shift.activityId);
  await copyRows(
    client,
    'activity',
    [
      'id',
      'title',
      'organizer_id',
      'community_id',
      'compound_id',
      'venue_id',
      'lat',
      'lng',
      'category',
      'description',
      'beneficiaries',
      'status',
      'risk_level',
      'insured',
      'starts_at',
      'ends_at',
    ],
    activities.map((a) => {
      const own = shiftsOf.get(a.id) ?? [];
      const startsAt = own.map((shift) => shift.startsAt).sort()[0];
      const endsAt = own
        .map((shift) => shift.endsAt)
        .sort()
        .at(-1);
      const place = [a.communityId, a.compoundId, a.venueId, a.location?.lat, a.location?.lng];
      return [
        a.id,
        a.title,
        a.organizerId,
        ...place,
        a.category,
        a.description,
        a.beneficiaries,
        a.status,
        a.riskLevel,
        a.insured,
        startsAt,
        endsAt,
      ];
    }),
  );
  await copyRows(
    client,
    'shift',
    ['id', 'activity_id', 'starts_at', 'ends_at', 'capacity', 'min_age', 'check_in_methods'],
    shifts.map((s) => [s.id, s.activityId, s.startsAt, s.endsAt, s.capacity, s.minAge, s.checkInMethods]),
  );
}

const RECORD_COLUMNS = [
  'id',
  'volunteer_id',
  'activity_id',
  'community_id',
  'category',
  'recorder_id',
  'on',
  'place',
  'starts_at',
  'ends_at',
  'minutes',
  'content',
  'responsible',
  'recorded_by',
  'status',
  'notice_from',
  'notice_to',
  'confirmed_at',
  'corrects_id',
  'national_sync',
];

function* records(part: World['volunteers']) {
  for (const r of part.records()) {
    const sync = r.status === 'CONFIRMED' ? 'PENDING' : null;
    const service = [r.on, r.place, r.startsAt, r.endsAt, r.minutes, r.content, r.responsible, r.recordedBy];
    const notice = [r.status, r.noticeFrom, r.noticeTo, r.confirmedAt, r.correctsId, sync];
    yield [r.id, r.volunteerId, r.activityId, r.communityId, r.category, r.recorderId, ...service, ...notice];
  }
}
