/** A small world for the volunteers' commands: two organizations, a few volunteers, an activity that is over. */
import { definition } from '../../subgraphs/volunteers/src/subgraph.ts';
import { type TestDatabase, testDatabase } from '../database.ts';

/** Instant at which the clock of these tests stands: a Monday morning. */
export const NOW = '2026-03-02T10:00:00+08:00';

export const numberOf = (volunteer: number): string => `4103059${String(volunteer).padStart(7, '0')}`;

/**
 * Volunteers v1 … v40 of community c, v41 waiting for consent, v42 who left in 2025, v43 under 14. Activities by og1 in c: `a` of 1 March with shifts 06–14
 * and 13–22, `night` of the whole 28 February, `gone` cancelled, `secret` still a draft of og2; `other` by og2 in b.
 */
export async function volunteersWorld(): Promise<TestDatabase> {
  const world = await testDatabase(definition);
  await world.owner.query(`
    insert into volunteer (id, serial, number, display_name, subject, joined_on, age_band, skills)
      select 'v' || n, n, '4103059' || lpad(n::text, 7, '0'), '志愿者' || n, 'login-' || n, '2020-01-01', case n when 43 then 'UNDER_14' else 'ADULT' end, '{}'
      from generate_series(1, 43) n;
    select setval('volunteer_serial', 44, false);
    insert into volunteer_home select id, '2020-01-01', null, 'c' from volunteer;
    insert into volunteer_state select id, '2020-01-01', case id when 'v42' then date '2025-06-01' end, case id when 'v41' then 'PENDING_CONSENT' else 'ACTIVE' end
      from volunteer;
    insert into volunteer_state values ('v42', '2025-06-01', null, 'LEFT');
    insert into activity (id, title, organizer_id, community_id, category, description, status, risk_level, insured, starts_at, ends_at) values
      ('a', '清扫楼道', 'og1', 'c', 'ENVIRONMENT', '清扫楼道', 'FINISHED', 'ORDINARY', false, '2026-03-01T06:00+08:00', '2026-03-01T22:00+08:00'),
      ('night', '夜间巡逻', 'og1', 'c', 'ORDER', '夜间巡逻', 'FINISHED', 'ORDINARY', false, '2026-02-28T00:00+08:00', '2026-03-01T00:00+08:00'),
      ('gone', '取消的活动', 'og1', 'c', 'ORDER', '取消', 'CANCELLED', 'ORDINARY', false, '2026-02-28T00:00+08:00', '2026-03-01T00:00+08:00'),
      ('secret', '未公布', 'og2', 'b', 'ORDER', '未公布', 'DRAFT', 'ORDINARY', false, '2026-03-01T06:00+08:00', '2026-03-01T22:00+08:00'),
      ('other', '修家电', 'og2', 'b', 'REPAIR', '修家电', 'FINISHED', 'ORDINARY', false, '2026-03-01T06:00+08:00', '2026-03-01T22:00+08:00');
    insert into shift (id, activity_id, starts_at, ends_at, capacity, check_in_methods) values
      ('s1', 'a', '2026-03-01T06:00+08:00', '2026-03-01T14:00+08:00', 50, '{ORGANIZER_LIST}'),
      ('s2', 'a', '2026-03-01T13:00+08:00', '2026-03-01T22:00+08:00', 50, '{ORGANIZER_LIST}'),
      ('s3', 'night', '2026-02-28T00:00+08:00', '2026-03-01T00:00+08:00', 50, '{ORGANIZER_LIST}'),
      ('s4', 'other', '2026-03-01T06:00+08:00', '2026-03-01T22:00+08:00', 50, '{ORGANIZER_LIST}')`);
  return world;
}

let keys = 0;
export const newKey = (): string => `key-${String(++keys).padStart(6, '0')}`;

/** A service of a volunteer on 1 March 2026, from and to `HH:MM`. */
export const service = (volunteer: number, from: string, to: string, more: Record<string, unknown> = {}) => ({
  volunteerNumber: numberOf(volunteer),
  startsAt: `2026-03-01T${from}:00+08:00`,
  endsAt: `2026-03-01T${to}:00+08:00`,
  place: '3 号楼',
  content: '清扫楼道',
  responsible: '负责人',
  ...more,
});

/** Input of `draftRecords` for activity `a`. */
export const draft = (...records: object[]) => ({
  activityId: 'a',
  projectName: '春季清扫',
  recordedBy: '记录人',
  records,
  idempotencyKey: newKey(),
});

/** Row of an uploaded file, as SQL with the client and the login of who uploaded it as parameters $2 and $3 and its id as $1. */
export const UPLOADED = `insert into hub.file (id, name, media_type, bytes, sha256, stripped, client, subject, made_at)
  values ($1, '扫描件.pdf', 'application/pdf', 3, repeat('a', 64), false, $2, $3, now()) on conflict do nothing`;
