/** What makes volunteers' commands right but for the input that is tried. */
import { addDays } from '../../subgraphs/shared/src/domain/period.ts';
import type { Ground, Ways } from './canary-ground.ts';
import type { Input } from './canary-inputs.ts';

/** Days on which, so early in the morning, nobody served. */
const FIRST_DAY = '2026-03-01';

export async function volunteerWays({ hub, callers, organizationId, place, next, run, one }: Ground): Promise<Ways> {
  const { communityId } = place;
  const { representative: token } = callers;
  const { number: volunteerNumber = '' } = await one(
    'volunteers',
    `select v.number from volunteer v join volunteer_state s on s.volunteer_id = v.id and s.status = 'ACTIVE' and s.valid_to is null
     where v.age_band = 'ADULT' and s.valid_from < $1 order by v.id limit 1`,
    [FIRST_DAY],
  );
  let days = 0;
  const morning = () => {
    const day = addDays(FIRST_DAY, days++);
    return { startsAt: `${day}T05:00:00+08:00`, endsAt: `${day}T06:00:00+08:00` };
  };
  const planned = (time: object) => ({
    ...{ organizerId: organizationId, communityId, title: '早市清扫', description: '清扫早市' },
    shifts: [{ ...time, capacity: 5, checkInMethods: ['PAPER_SHEET'] }],
  });
  /** A service that can be recorded: of an activity on a day of its own. */
  const served = async () => {
    const time = morning();
    const { activity } = await run('createActivity', planned(time), token, 'activity { id }');
    const record = { volunteerNumber, ...time, place: '早市', content: '清扫', responsible: '王小明' };
    return { activityId: (activity as { id: string }).id, projectName: '清扫', recordedBy: '李老师', records: [record] };
  };
  const versionOf = async (id: string): Promise<number> =>
    Number((await one('volunteers', 'select version from service_record where id = $1', [id])).version);
  const drafted = async () => {
    const known = await served();
    const { records } = await run('draftRecords', known, token, 'records { id }');
    const [{ id } = { id: '' }] = records as { id: string }[];
    return { id, record: known.records[0] };
  };
  const noticed = async () => {
    const known = await drafted();
    await run('publishRecordNotice', { recordIds: [known.id] }, token);
    return known;
  };
  /** Its notice has run its time. */
  const confirmable = async () => {
    const known = await noticed();
    await hub.sql('volunteers', `update service_record set notice_from = '2026-11-01', notice_to = '2026-11-08' where id = $1`, [known.id]);
    return known;
  };
  const disputed = async () => {
    const known = await noticed();
    await run('disputeRecord', { recordId: known.id, reason: '时间不对' }, callers.auditor);
    return known;
  };
  const ofRecord = async (made: Promise<{ id: string; record?: Input }>): Promise<Input> => {
    const { id, record } = await made;
    return { recordId: id, record, expectedVersion: await versionOf(id) };
  };
  return {
    registerVolunteer: async () => {
      const person = next();
      const known = {
        ...{ homeCommunityId: communityId, legalName: '王小明', phone: `1381234${String(person).padStart(4, '0')}` },
        ...{ birthMonth: '1980-05', consentTextVersion: '2026-1' },
      };
      return { token: await hub.token({ role: 'RESIDENT', sub: `canary-person-${person}` }), known };
    },
    createActivity: () => ({ token, known: planned(morning()) }),
    draftRecords: async () => ({ token, known: await served() }),
    publishRecordNotice: async () => ({ token, known: { recordIds: [(await drafted()).id] } }),
    confirmRecords: async () => ({ token, known: { recordIds: [(await confirmable()).id] } }),
    disputeRecord: async () => ({ token: callers.auditor, known: await ofRecord(noticed()) }),
    settleRecordDispute: async () => ({ token, known: await ofRecord(disputed()) }),
    correctRecord: async () => ({ token, known: await ofRecord(disputed()) }),
    voidRecord: async () => ({ token, known: await ofRecord(drafted()) }),
  };
}
