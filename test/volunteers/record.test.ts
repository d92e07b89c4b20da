import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readFigures } from '../../subgraphs/shared/src/figure-read.ts';
import type { Place } from '../../subgraphs/shared/src/membership.ts';
import { serviceRecords } from '../../subgraphs/volunteers/src/record/record.read.ts';
import { definition } from '../../subgraphs/volunteers/src/subgraph.ts';
import { figures } from '../../subgraphs/volunteers/src/summary/summary.figures.ts';
import { myVolunteer, volunteerByNumber } from '../../subgraphs/volunteers/src/volunteer/volunteer.read.ts';
import { type TestDatabase, testDatabase } from '../database.ts';

/** One community 'c' that moved from street 's1' to 's2' on 2022-10-31, and one, 'b', that was always in 's2'. */
const stats = [{ asOf: '2022-01-01', households: 100, population: 250, residents60Plus: 50 }];
const moved = [
  { communityId: 'c', streetId: 's1', districtId: 'd', recordedFrom: null, recordedTo: '2022-10-31', current: false, stats },
  { communityId: 'c', streetId: 's2', districtId: 'd', recordedFrom: '2022-10-31', recordedTo: null, current: true, stats },
];
const stayed = [{ communityId: 'b', streetId: 's2', districtId: 'd', recordedFrom: null, recordedTo: null, current: true, stats }];
const place = (id: string): Place => ({ id, membership: id === 'c' || id === 's1' ? moved : id === 'b' ? stayed : [...moved, ...stayed] });
const year = { grain: 'YEAR', start: '2022-01-01', end: '2023-01-01' } as const;

let world: TestDatabase;

beforeAll(async () => {
  world = await testDatabase(definition);
  await world.owner.query(`
    insert into skill_tag values ('law', '法律', 'Law');
    insert into volunteer (id, serial, number, display_name, subject, joined_on, age_band, skills) values
      ('v1', 1, '41030500000001', '张师傅', 'login-1', '2020-01-01', 'ADULT', '{law}'),
      ('v2', 2, '41030500000002', '李女士', 'login-2', '2020-01-01', 'ADULT', '{}');
    insert into volunteer_home values ('v1', '2020-01-01', null, 'c'), ('v2', '2020-01-01', null, 'b');
    insert into volunteer_state values ('v1', '2020-01-01', null, 'ACTIVE'), ('v2', '2020-01-01', '2022-06-01', 'ACTIVE'), ('v2', '2022-06-01', null, 'PAUSED');
    insert into activity (id, title, organizer_id, community_id, category, description, status, risk_level, insured, starts_at, ends_at) values
      ('a', '清扫', 'og1', 'c', 'ENVIRONMENT', '清扫楼道', 'RECORDED', 'ORDINARY', false, '2022-10-01T09:00+08:00', '2022-10-01T11:00+08:00');
    insert into service_record (id, volunteer_id, activity_id, community_id, category, recorder_id, "on", place, starts_at, ends_at, minutes, content, recorded_by, status, confirmed_at, corrects_id) values
      ('r1', 'v1', 'a', 'c', 'ENVIRONMENT', 'og1', '2022-10-30', 'x', '2022-10-30T09:00+08:00', '2022-10-30T10:30+08:00', 90, 'x', 'k', 'CONFIRMED', '2022-11-10T09:00+08:00', null),
      ('r2', 'v1', 'a', 'c', 'ENVIRONMENT', 'og1', '2022-10-31', 'x', '2022-10-31T09:00+08:00', '2022-10-31T10:00+08:00', 60, 'x', 'k', 'CONFIRMED', '2022-12-10T09:00+08:00', null),
      ('r3', 'v2', 'a', 'b', 'ENVIRONMENT', 'og2', '2022-03-01', 'x', '2022-03-01T09:00+08:00', '2022-03-01T10:00+08:00', 60, 'x', 'k', 'CORRECTED', '2022-03-11T09:00+08:00', null),
      ('r4', 'v2', 'a', 'b', 'ENVIRONMENT', 'og2', '2022-03-01', 'x', '2022-03-01T09:00+08:00', '2022-03-01T09:30+08:00', 30, 'x', 'k', 'CONFIRMED', '2022-06-11T09:00+08:00', 'r3'),
      ('r5', 'v2', 'a', 'b', 'ENVIRONMENT', 'og2', '2022-04-01', 'x', '2022-04-01T09:00+08:00', '2022-04-01T09:30+08:00', 30, 'x', 'k', 'VOIDED', null, null)`);
});
afterAll(() => world?.drop());

const shown = async (id: string, basis: 'RESTATED' | 'AS_RECORDED') => {
  const [answers] = await readFigures(world.context(), figures.figures(), [{ place: place(id), period: year, basis }]);
  return Object.fromEntries((answers ?? []).map(({ figure, value }) => [figure.key, value.value?.toString() ?? null]));
};

describe('figures of service records', () => {
  it('belong to the old street before the move and to the new one from that day on, as recorded', async () => {
    expect(await shown('s1', 'AS_RECORDED')).toMatchObject({ VOL_1: '3/2', VOL_2: '1', VOL_14: '100' });
    expect(await shown('s2', 'AS_RECORDED')).toMatchObject({ VOL_1: '3/2', VOL_2: '2', VOL_14: '50' });
  });

  it('belong to the street of today for all history, restated', async () => {
    expect(await shown('s1', 'RESTATED')).toMatchObject({ VOL_1: '0', VOL_1B: null, VOL_2: '0', VOL_3: null, VOL_14: null });
    expect(await shown('s2', 'RESTATED')).toMatchObject({ VOL_1: '3', VOL_1B: '6', VOL_2: '2', VOL_3: '1/5' });
  });

  it('count a volunteer of two communities once in the place that holds both, and never a voided record', async () => {
    await world.owner.query(`update service_record set volunteer_id = 'v1' where id = 'r4'`);
    expect(await shown('d', 'RESTATED')).toMatchObject({ VOL_1: '3', VOL_2: '1' });
    await world.owner.query(`update service_record set volunteer_id = 'v2' where id = 'r4'`);
    await world.owner.query(`update service_record set status = 'VOIDED' where id = 'r2'`);
    expect(await shown('d', 'RESTATED')).toMatchObject({ VOL_1: '2', VOL_2: '2' });
    await world.owner.query(`update service_record set status = 'CONFIRMED' where id = 'r2'`);
  });

  it('cost one statement per source, however many places are asked', async () => {
    const ctx = world.context();
    await readFigures(
      ctx,
      figures.figures(),
      ['d', 's1', 's2', 'c', 'b'].map((id) => ({ place: place(id), period: year, basis: 'AS_RECORDED' as const })),
    );
    expect(ctx.statements()).toBe(4);
  });
});

describe('who sees a volunteer and his records', () => {
  const idsSeen = async (claims: Parameters<TestDatabase['context']>[0]) =>
    (await serviceRecords(world.context(claims), {}, { first: 200 })).nodes.map((node) => node.id).sort();

  it('a recorder sees those of his own organization', async () => {
    expect(await idsSeen({ roles: ['ORG_REPRESENTATIVE'], variant: 'DEPARTMENT', organization: 'og1' })).toEqual(['r1', 'r2']);
  });

  it('a bank operator sees confirmed ones of his communities', async () => {
    expect(await idsSeen({ roles: ['BANK_OPERATOR'], variant: 'DEPARTMENT', communities: ['b'] })).toEqual(['r4']);
  });

  it('street staff, partners and the district lead see none', async () => {
    expect(await idsSeen({ roles: ['STREET_STAFF'], variant: 'DEPARTMENT', communities: ['b', 'c'] })).toEqual([]);
    expect(await idsSeen({ roles: ['PARTNER_UNIT'], variant: 'PARTNER', organization: 'og1', communities: ['b', 'c'] })).toEqual([]);
    expect(await idsSeen({})).toEqual([]);
  });

  it('the volunteer sees himself, hours and star included, and nobody else', async () => {
    const ctx = world.context({ roles: ['VOLUNTEER'], variant: 'RESIDENT', subject: 'login-1' });
    expect(await myVolunteer(ctx)).toMatchObject({
      id: 'v1',
      totalMinutes: 150,
      starLevel: 0,
      homeCommunity: { id: 'c' },
      skills: [{ code: 'law' }],
    });
    expect(await idsSeen({ roles: ['VOLUNTEER'], variant: 'RESIDENT', subject: 'login-1' })).toEqual(['r1', 'r2']);
    expect(await ctx.rows('select id from volunteer')).toEqual([{ id: 'v1' }]);
  });

  it('a volunteer is found by number by who recorded his service alone', async () => {
    const asked = (organization: string) =>
      volunteerByNumber(world.context({ roles: ['ORG_REPRESENTATIVE'], variant: 'DEPARTMENT', organization }), '41030500000002');
    expect(await asked('og2')).toMatchObject({ displayName: '李女士' });
    expect(await asked('og1')).toBeNull();
  });
});
