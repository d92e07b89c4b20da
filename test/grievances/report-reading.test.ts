/** Who reads what a resident said (§10.4), how, and how it is written down. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { mayReadAttachment } from '../../subgraphs/grievances/src/report/report.read.ts';
import type { Claims } from '../../subgraphs/shared/src/claims.ts';
import { holdClock } from '../clock.ts';
import {
  ASSISTANT,
  type ChainWorld,
  COMMUNITY,
  DEPARTMENT,
  graph,
  HOTLINE,
  key,
  LEADER,
  OTHER_STREET,
  openChain,
  RESIDENT,
  SERVICE,
  STREET,
} from './chain.ts';
import { PHONE, report, send } from './reporter.ts';

const CASE_REPORTS = `query ($caseId: ID!, $first: Int) { caseReports(caseId: $caseId, first: $first) { pageInfo { hasNextPage } nodes {
  id receiptNo kind channel anonymity receivedAt title text redactedText building { id } place { landmark } location(crs: GCJ02) { lat crs precision }
  area { id } category { id } respondBy respondedAt case { id } attachments { file { id name } exifStripped redacted }
  followUps { round by attempts contacted resolved comment } } } }`;
interface Shown {
  text: string | null;
  redactedText: string;
  building: { id: string } | null;
  place: { landmark: string } | null;
  location: { crs: string } | null;
  attachments: unknown[];
  followUps: unknown[];
}

let chain: ChainWorld;
let caseId: string;
let reportId: string;
beforeAll(async () => {
  chain = await openChain();
  holdClock('2025-06-02T09:00:00+08:00');
  await chain.rows(
    `insert into hub.file (id, name, media_type, bytes, sha256, stripped, client, subject, made_at)
     values ('fl_lamp', '灯.jpg', 'image/jpeg', 10, repeat('0', 64), true, 'test', 'resident', now()),
            ('fl_other', '灯.jpg', 'image/jpeg', 10, repeat('0', 64), true, 'test', 'somebody else', now())`,
  );
  const input = { place: { landmark: '老槐树旁' }, location: { lat: 34.6, lng: 112.4, crs: 'WGS84' }, attachmentFileIds: ['fl_lamp'] };
  const told = await send(chain, RESIDENT, 'submitReport', report({ ...input, categoryId: 'k1' }));
  const [row] = await chain.rows<{ id: string; caseId: string }>('select id, case_id as "caseId" from report where receipt_no = $1', [
    told.receiptNo,
  ]);
  ({ id: reportId, caseId } = row as { id: string; caseId: string });
  await chain.rows(`update report set building_id = 'bd1' where id = $1`, [reportId]);
});
afterAll(() => chain?.world.drop());
beforeEach(async () => {
  holdClock('2025-06-02T09:30:00+08:00');
  await chain.rows(`update grievance_case set state = 'RECEIVED', subject_organization_id = null where id = $1`, [caseId]);
  await chain.rows('delete from dispatch_order');
});

async function read(claims: Partial<Claims>, purpose: string | null = caseId, first = 20): Promise<Shown[] | string | null> {
  const { data, codes } = await chain.ask({ ...claims, purpose }, CASE_REPORTS, { caseId, first });
  if (codes.length > 0) return codes.join(' ');
  return (data as { caseReports: { nodes: Shown[] } | null }).caseReports?.nodes ?? null;
}
const one = async (claims: Partial<Claims>): Promise<Shown> => ((await read(claims)) as Shown[])[0] as Shown;

const order = (to: string, role: string, status: string, contactNeeded: boolean) =>
  chain.rows(
    `insert into dispatch_order (id, case_id, community_id, urgency, to_id, dispatcher_id, role, status, contact_needed, policy_id, dispatched_at, accept_by,
       accept_warn_at, due_at, ended_at)
     values ($1, $2, 'c1', 'GENERAL', $1, 'so1', $3, $4, $5, 'g', '2025-06-02', '2025-06-03', '2025-06-03', '2025-06-03',
       case when $4 = 'DONE' then '2025-06-02'::timestamptz end)`,
    [to, caseId, role, status, contactNeeded],
  );
const REDACTED = { text: null, building: null, place: null, location: null, attachments: [] };

describe('the reports behind a case', () => {
  it('are read in full by who takes in and triages the cases of the place', async () => {
    for (const claims of [COMMUNITY, STREET, HOTLINE]) {
      const shown = await one(claims);
      expect(shown).toMatchObject({
        ...{ text: expect.stringContaining(PHONE), redactedText: expect.not.stringContaining(PHONE), building: { id: 'bd1' } },
        ...{ place: { landmark: '老槐树旁' }, location: { crs: 'GCJ02', precision: 'BUILDING' }, title: '楼道灯不亮' },
        ...{ area: { id: 'c1' }, category: { id: 'k1' }, case: { id: caseId }, followUps: [] },
        attachments: [{ file: { id: 'fl_lamp', name: '灯.jpg' }, exifStripped: true, redacted: false }],
      });
    }
  });

  it('lose their words as they were written when the case has ended', async () => {
    await chain.rows(`update grievance_case set state = 'CLOSED' where id = $1`, [caseId]);
    expect(await one(STREET)).toMatchObject({ text: null, building: { id: 'bd1' } });
  });

  it('are read redacted by who handles the case, and without place', async () => {
    await order('dept', 'LEAD', 'ACCEPTED', false);
    await order('dept2', 'ASSIST', 'ACCEPTED', true);
    for (const claims of [DEPARTMENT, ASSISTANT]) {
      const shown = await one(claims);
      expect(shown).toMatchObject(REDACTED);
      expect(shown.redactedText).toContain('灯不亮');
    }
  });

  it('are read in full by a LEAD that must reach the reporter, while its order is open', async () => {
    await order('dept', 'LEAD', 'ACCEPTED', true);
    expect(await one(DEPARTMENT)).toMatchObject({ text: expect.stringContaining(PHONE), building: { id: 'bd1' } });
    await chain.rows(`update dispatch_order set status = 'DONE', ended_at = dispatched_at`);
    expect(await read(DEPARTMENT)).toBeNull();
    await chain.rows(`update dispatch_order set status = 'SENT', ended_at = null`);
    expect(await one(DEPARTMENT)).toMatchObject(REDACTED);
  });

  it('are shown to nobody of the organization that they are about, whatever its roles and orders', async () => {
    await order('pc', 'LEAD', 'ACCEPTED', true);
    await chain.rows(`update grievance_case set subject_organization_id = 'pc' where id = $1`, [caseId]);
    const company: Partial<Claims> = { ...STREET, roles: ['STREET_STAFF', 'ORG_REPRESENTATIVE'], organization: 'pc' };
    expect(await read(company)).toBeNull();
  });

  it('are none of another street, of the district, of a resident', async () => {
    expect(await read(OTHER_STREET)).toBeNull();
    expect(await read(LEADER)).toBe('FORBIDDEN');
    expect(await read(RESIDENT)).toBe('FORBIDDEN');
  });

  it('need the case as purpose, and each read is written down before', async () => {
    expect(await read(STREET, null)).toBe('PURPOSE_REQUIRED');
    expect(await read(STREET, 'another case')).toBe('PURPOSE_REQUIRED');
    await chain.rows('truncate report_access');
    await read(STREET);
    await order('dept', 'LEAD', 'ACCEPTED', false);
    await read(DEPARTMENT);
    expect(await chain.rows('select organization_id, role, purpose, in_full from report_access order by in_full desc')).toEqual([
      { organization_id: 'so1', role: 'STREET_STAFF', purpose: caseId, in_full: true },
      { organization_id: 'dept', role: 'DEPARTMENT_STAFF', purpose: caseId, in_full: false },
    ]);
    expect(await chain.world.session({ roles: ['AUDITOR'], variant: 'AUDIT' }).rows('select id from report_access')).toHaveLength(2);
    expect(await chain.world.session(STREET).rows('select id from report_access')).toEqual([]);
  });

  it('come page by page', async () => {
    expect(await read(STREET, caseId, 201)).toBe('PAGE_TOO_LARGE');
  });
});

describe('a file that came with a report', () => {
  const mayRead = (claims: Partial<Claims>, purpose: string | null = caseId) =>
    mayReadAttachment(chain.world.context({ ...claims, purpose }, { graph }), { objectType: 'Report', objectId: reportId });

  it('is the sender’s own upload', async () => {
    const told = await send(chain, RESIDENT, 'submitReport', report({ attachmentFileIds: ['fl_lamp', 'fl_other'] }));
    expect(told.errors).toMatchObject([{ code: 'ATTACHMENT_REJECTED', field: ['attachmentFileIds', '1'] }]);
  });

  it('is read by who reads the report in full, for the purpose of its case, and written down', async () => {
    await chain.rows('truncate report_access');
    expect([await mayRead(STREET), await mayRead(STREET, null), await mayRead(OTHER_STREET), await mayRead(RESIDENT)]).toEqual([
      true,
      false,
      false,
      false,
    ]);
    await order('dept', 'LEAD', 'ACCEPTED', false);
    expect(await mayRead(DEPARTMENT)).toBe(false);
    expect(await chain.rows('select role from report_access')).toEqual([{ role: 'STREET_STAFF' }]);
    const context = chain.world.context({ ...STREET, purpose: caseId });
    expect(await mayReadAttachment(context, { objectType: 'Case', objectId: caseId })).toBe(false);
    expect(await mayReadAttachment(context, { objectType: 'Report', objectId: 'rp_none' })).toBe(false);
  });
});

describe('a reporter who objects', () => {
  it('keeps his case from being published, whatever was approved', async () => {
    const told = await send(
      chain,
      RESIDENT,
      'submitReport',
      report({ reporter: { name: '张三丰', publicationObjected: true }, categoryId: 'k1' }),
    );
    const [row] = await chain.rows<{ caseId: string }>('select case_id as "caseId" from report where receipt_no = $1', [told.receiptNo]);
    for (const id of [caseId, row?.caseId])
      await chain.rows(
        `insert into case_publication (case_id, audience, summary, approved_at, approved_by_id, visible_from)
         values ($1, 'PUBLIC', '楼道灯不亮', '2025-06-02', 'so1', '2025-06-02')`,
        [id],
      );
    holdClock('2025-06-20T09:00:00+08:00');
    const { data } = await chain.ask({ roles: ['PUBLIC'], variant: 'PUBLIC' }, '{ publicCases(filter: {}) { nodes { caseNo } } }');
    const [shown] = await chain.rows('select case_no as "caseNo" from grievance_case where id = $1', [caseId]);
    expect((data as { publicCases: { nodes: unknown[] } }).publicCases.nodes).toEqual([shown]);
  });
});

describe('other departments', () => {
  it('hear of reports by names, ids and dates alone, people do not', async () => {
    const document = '{ grievanceEvents { nodes { name objectType objectId at otherId on } } }';
    // Transactions of other databases on the tests' server hold events back as well, so a reader waits for them.
    const told = async (): Promise<object[]> => {
      const { data } = await chain.ask(SERVICE, document);
      return (data as { grievanceEvents: { nodes: object[] } }).grievanceEvents.nodes;
    };
    await expect
      .poll(told, { timeout: 30_000 })
      .toContainEqual(expect.objectContaining({ name: 'report.received', objectType: 'Report', objectId: reportId }));
    expect((await chain.ask(STREET, document)).codes).toEqual(['FORBIDDEN']);
  });
});

describe('the vault', () => {
  it('keeps its tables from every role but its own, and a receipt’s guard from all', async () => {
    for (const claims of [STREET, SERVICE, LEADER]) {
      const session = chain.world.session(claims);
      await expect(session.rows('select * from vault.secret')).rejects.toThrow('42501');
      expect(await session.rows('select * from receipt_guard')).toEqual([]);
      await expect(session.figureRows('select * from vault.secret')).rejects.toThrow('42501');
    }
    await send(chain, RESIDENT, 'withdrawReport', { idempotencyKey: key(), receiptNo: '0'.repeat(24), pin: '000000' });
    expect(await chain.rows('select receipt_no from receipt_guard')).toHaveLength(1);
  });
});
