import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { copyDatabases, type Hub, startHub } from '../kit.ts';
import { documentOf, type Outcome } from './act.ts';
import { newKey } from './world.ts';

const DISTRICT = '410305000000';
const HOURS = `{ area(code: "${DISTRICT}") { volunteerSummary(period: { grain: YEAR, start: "2027-01-01", end: "2028-01-01" }) { kpis(keys: [VOL_1, VOL_2]) { key value } } } }`;

/** What staff are told: the card alone. */
const REGISTER = 'mutation ($input: RegisterVolunteerInput!) { registerVolunteer(input: $input) { ok errors { code } card { number } } }';

let hub: Hub;
beforeAll(async () => {
  hub = await startHub({ databases: await copyDatabases(), clock: '2027-03-08T10:00:00+08:00' });
});
afterAll(() => hub?.stop());

describe('a service through the gateway', () => {
  it('is registered, recorded, noticed and confirmed, and the figures have it the moment after', async () => {
    const [activity] = await hub.sql<{ community: string; organizer: string }>(
      'volunteers',
      `select community_id as community, organizer_id as organizer from activity where status = 'RECORDED' order by id limit 1`,
    );
    const { community = '', organizer = '' } = activity ?? {};
    const lead = await hub.token({ role: 'DISTRICT_LEAD', area: DISTRICT });
    const rep = await hub.token({ role: 'ORG_REPRESENTATIVE', area: DISTRICT, org: organizer, sub: 'representative' });
    const act = async (name: string, input: Record<string, unknown>, document = documentOf(name)): Promise<Outcome> => {
      const { data, errors } = await hub.query<Record<string, Outcome>>(document, { input }, rep);
      expect(errors).toEqual([]);
      const outcome = data?.[name] as Outcome;
      expect(outcome.errors).toEqual([]);
      return outcome;
    };
    expect((await hub.query<never>(HOURS, {}, lead)).data).toMatchObject({
      area: {
        volunteerSummary: {
          kpis: [
            { key: 'VOL_1', value: '0.00' },
            { key: 'VOL_2', value: '0' },
          ],
        },
      },
    });

    const person = {
      ...{ homeCommunityId: community, legalName: '张伟', phone: '13712340000', birthMonth: '1980-05', consentTextVersion: '2026-1' },
      idempotencyKey: newKey(),
    };
    const { card } = (await act('registerVolunteer', person, REGISTER)) as unknown as { card: { number: string } };
    const times = { startsAt: '2027-03-08T07:00:00+08:00', endsAt: '2027-03-08T09:30:00+08:00' };
    const made = await act('createActivity', {
      ...{ title: '清扫', organizerId: organizer, communityId: community, category: 'ENVIRONMENT', description: '清扫', withCoins: false },
      ...{ riskLevel: 'ORDINARY', shifts: [{ ...times, capacity: 5, checkInMethods: ['ORGANIZER_LIST'] }], idempotencyKey: newKey() },
    });
    const record = { ...times, volunteerNumber: card.number, place: '广场', content: '清扫', responsible: '负责人' };
    const drafted = await act('draftRecords', {
      ...{
        activityId: (made.activity as { id: string }).id,
        projectName: '清扫',
        recordedBy: '记录人',
        records: [record],
        idempotencyKey: newKey(),
      },
    });
    const recordIds = (drafted.records as { id: string }[]).map(({ id }) => id);
    await act('publishRecordNotice', { recordIds });
    hub.setClock('2027-03-16T10:00:00+08:00');
    await act('confirmRecords', { recordIds });
    expect((await hub.query<never>(HOURS, {}, lead)).data).toMatchObject({
      area: {
        volunteerSummary: {
          kpis: [
            { key: 'VOL_1', value: '2.50' },
            { key: 'VOL_2', value: '1' },
          ],
        },
      },
    });
  });
});
