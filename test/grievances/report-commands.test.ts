/** What residents do (§7.1, §7.2, §7.9) on PostgreSQL with a real vault: report, follow the report, answer, withdraw. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readReceiptNo } from '../../subgraphs/grievances/src/report/receipt.rules.ts';
import type { Claims } from '../../subgraphs/shared/src/claims.ts';
import { holdClock } from '../clock.ts';
import { type ChainWorld, COMMUNITY, DEPARTMENT, HOTLINE, key, OTHER_STREET, openChain, outside, RESIDENT, STREET } from './chain.ts';
import { anonymous, DOCUMENTS, PHONE, refusals, report, send, type Told } from './reporter.ts';

let chain: ChainWorld;
beforeAll(async () => {
  chain = await openChain();
});
afterAll(() => chain?.world.drop());
beforeEach(() => holdClock('2025-06-02T09:00:00+08:00'));

const submit = (claims: Partial<Claims>, input: Record<string, unknown>): Promise<Told> => send(chain, claims, 'submitReport', input);
/** A row of a report, as far as it is text. */
type Row = Record<string, string> & { id: string; case_id: string };
const reportOf = async (receiptNo: string | undefined) =>
  (await chain.rows<Row>('select * from report where receipt_no = $1', [receiptNo]))[0] as Row;
const NEIGHBOUR: Partial<Claims> = {
  roles: ['NEIGHBOUR_LEAD'],
  variant: 'DEPARTMENT',
  organization: 'rc1',
  communities: ['c1'],
  subject: 'n',
};

describe('a report', () => {
  it('opens a case of its community with clocks, and gives a receipt and a PIN', async () => {
    const told = await submit(RESIDENT, report({ categoryId: 'k1', compoundId: 'cp1' }));
    expect(told).toMatchObject({ ok: true, errors: [], emergencyAdvice: null });
    expect(readReceiptNo(told.receiptNo ?? '')).toBe(told.receiptNo);
    expect(told.pin).toMatch(/^\d{6}$/);
    const row = await reportOf(told.receiptNo);
    expect(row).toMatchObject({ state: 'RECEIVED', community_id: 'c1', compound_id: 'cp1', category_id: 'k1', redaction: 'SURE' });
    const [file] = await chain.rows('select * from grievance_case where id = $1', [row.case_id]);
    expect(file).toMatchObject({
      state: 'RECEIVED',
      urgency: 'GENERAL',
      community_id: 'c1',
      owner_id: 'so1',
      category_id: 'k1',
      title: '楼道灯不亮',
    });
    const clocks = await chain.rows<{ kind: string }>('select kind from sla_clock where case_id = $1 order by kind', [row.case_id]);
    expect(clocks.map(({ kind }) => kind)).toEqual(['RESOLVE', 'RESPOND']);
    const events = await chain.rows<{ name: string }>('select name from hub.event where object_id = any($1) order by seq', [
      [row.id, row.case_id],
    ]);
    expect(events.map(({ name }) => name)).toEqual(['case.received', 'report.received']);
  });

  it('repeated under the same key has one effect and the same answer, PIN included, although the PIN is nowhere in clear', async () => {
    const input = report();
    const [first, ...others] = await Promise.all(Array.from({ length: 4 }, () => submit(RESIDENT, input)));
    expect(first?.pin).toMatch(/^\d{6}$/);
    for (const other of others) expect(other).toEqual(first);
    expect(await chain.rows('select 1 from report where receipt_no = $1', [first?.receiptNo])).toHaveLength(1);
    const [kept] = await chain.rows<{ answer: unknown }>('select answer from hub.idempotency where key = $1', [input.idempotencyKey]);
    expect(JSON.stringify(kept?.answer)).not.toContain(first?.pin);
  });

  it('leaves name, phone, address and words in the vault alone', async () => {
    const { receiptNo } = await submit(
      RESIDENT,
      report({ place: { landmark: `找${PHONE}` }, location: { lat: 34.6, lng: 112.4, crs: 'WGS84' } }),
    );
    const row = await reportOf(receiptNo);
    expect(row.redacted_text).toContain('■');
    for (const secret of [PHONE, '张三丰', '501']) expect(JSON.stringify(row)).not.toContain(secret);
    const context = chain.world.context({ roles: ['SERVICE'], variant: 'INTERNAL' });
    expect((await context.vault.read(context, [row.id], 'IDENTITY')).get(row.id)).toEqual({
      ...{ name: '张三丰', phone: PHONE, address: '三号楼2单元501室', contactAllowed: true },
    });
    expect((await context.vault.read(context, [row.id], 'WORDS')).get(row.id)).toMatchObject({
      place: { landmark: `找${PHONE}` },
      location: { lat: 34.6 },
    });
    expect((await context.vault.read<string>(context, [row.id], 'PIN')).get(row.id)).toMatch(/^scrypt\$/);
  });

  it('waits for a person where the redactor is unsure, and shows nothing uncertain until then', async () => {
    const { receiptNo } = await submit(RESIDENT, report({ text: '请回复1380013800谢谢', reporter: { name: '李四' } }));
    expect(await reportOf(receiptNo)).toMatchObject({ redaction: 'UNSURE', redacted_text: expect.not.stringContaining('1380013800') });
  });

  it('without a name keeps no name and no login; without a way back it has no PIN', async () => {
    const { receiptNo, pin } = await submit(RESIDENT, anonymous());
    expect(pin).toMatch(/^\d{6}$/);
    const nobody = await submit(RESIDENT, anonymous({ anonymity: 'FULLY_ANONYMOUS' }));
    expect(nobody).toMatchObject({ ok: true, pin: null });
    const ids = [(await reportOf(receiptNo)).id, (await reportOf(nobody.receiptNo)).id];
    const kinds = await chain.rows<{ kind: string }>('select kind from vault.secret where object_id = any($1) order by kind', [ids]);
    expect(kinds.map(({ kind }) => kind)).toEqual(['PIN', 'WORDS', 'WORDS']);
  });

  it('that tells of danger to life is taken, and says at once whom to call', async () => {
    const told = await submit(RESIDENT, report({ title: '楼上着火了', text: '有人昏迷' }));
    expect(told.ok).toBe(true);
    expect(told.emergencyAdvice).toMatch(/119.*120/);
    const { data } = await chain.ask(RESIDENT, DOCUMENTS.submitReport, { input: report({ text: '有人触电' }) });
    expect((data as { payload: Told }).payload.emergencyAdvice).toContain('120');
  });

  it('on paper or by telephone was received when staff say, never later than now, under a number once per channel', async () => {
    const paper = { channel: 'PAPER', externalNo: 'A-1', receivedAt: '2025-05-30T10:00:00+08:00' };
    const told = await submit(COMMUNITY, report(paper));
    expect(told.ok).toBe(true);
    expect(await reportOf(told.receiptNo)).toMatchObject({ received_at: expect.stringContaining('2025-05-30'), external_no: 'A-1' });
    expect(refusals(await submit(HOTLINE, report(paper)))).toEqual([['VALIDATION_FAILED', 'externalNo']]);
    expect((await submit(HOTLINE, report({ ...paper, channel: 'HOTLINE_12345' }))).ok).toBe(true);
    const later = await submit(COMMUNITY, report({ channel: 'COUNTER', receivedAt: '2025-06-02T09:00:01+08:00' }));
    expect(refusals(later)).toEqual([['VALIDATION_FAILED', 'receivedAt']]);
    const never = await submit(COMMUNITY, report({ channel: 'COUNTER', receivedAt: '1999-12-31T23:59:59+08:00' }));
    expect(refusals(never)).toEqual([['VALIDATION_FAILED', 'receivedAt']]);
  });

  it('is taken for a resident by a neighbour of the place, who never sees it again', async () => {
    const { receiptNo } = await submit(NEIGHBOUR, report({ channel: 'NEIGHBOUR_LEAD' }));
    const row = await reportOf(receiptNo);
    expect(row.community_id).toBe('c1');
    expect(await chain.world.session(NEIGHBOUR).rows('select id from report')).toEqual([]);
    await expect(submit(NEIGHBOUR, report({ channel: 'NEIGHBOUR_LEAD', areaCode: '410305002003' }))).rejects.toThrow('OUT_OF_AREA_SCOPE');
  });

  it('is refused with everything that is wrong, and nothing of it is kept', async () => {
    const before = await chain.rows('select id from grievance_case');
    const wrong = report({
      ...{ title: ' ', text: 'x'.repeat(5_001), externalNo: 'B', receivedAt: '2025-06-01T10:00:00+08:00', channel: 'COUNTER' },
      ...{ reporter: { name: '', phone: 'none' }, location: { lat: 99, lng: 0, crs: 'WGS84' }, place: { landmark: 'x'.repeat(101) } },
    });
    expect(refusals(await submit(RESIDENT, wrong)).map(([, field]) => field)).toEqual([
      ...['title', 'text', 'place.landmark', 'reporter.name', 'reporter.phone', 'channel', 'externalNo', 'receivedAt', 'location'],
    ]);
    for (const [changes, refusal] of [
      [{ areaCode: '410305009999' }, ['NOT_FOUND', 'areaCode']],
      [{ areaCode: '410305001000' }, ['VALIDATION_FAILED', 'areaCode']],
      [{ compoundId: 'cp9' }, ['NOT_FOUND', 'compoundId']],
      [{ compoundId: 'cp2' }, ['VALIDATION_FAILED', 'compoundId']],
      [{ categoryId: 'k' }, ['VALIDATION_FAILED', 'categoryId']],
      [{ categoryId: 'k9' }, ['VALIDATION_FAILED', 'categoryId']],
      [{ anonymity: 'ANONYMOUS_WITH_RECEIPT' }, ['VALIDATION_FAILED', 'reporter']],
      [{ attachmentFileIds: ['nowhere'] }, ['ATTACHMENT_REJECTED', 'attachmentFileIds.0']],
      [{ attachmentFileIds: Array(10).fill('f') }, ['ATTACHMENT_REJECTED', 'attachmentFileIds']],
      [{ idempotencyKey: 'short' }, ['IDEMPOTENCY_KEY_REQUIRED', 'idempotencyKey']],
    ] as const)
      expect(refusals(await submit(RESIDENT, report(changes)))).toEqual([refusal]);
    expect(await chain.rows('select id from grievance_case')).toEqual(before);
  });

  it('of a street is placed by its compound', async () => {
    const { receiptNo } = await submit(RESIDENT, report({ areaCode: '410305001000', compoundId: 'cp2' }));
    expect(await reportOf(receiptNo)).toMatchObject({ community_id: 'c2', compound_id: 'cp2' });
  });

  it('is no matter of who has no such role, and waits while organization is silent', async () => {
    await expect(submit(DEPARTMENT, report())).rejects.toThrow('FORBIDDEN');
    outside.silent = true;
    try {
      await expect(submit(RESIDENT, report({ areaCode: '410305002003' }))).rejects.toThrow('SOURCE_UNAVAILABLE');
    } finally {
      outside.silent = false;
    }
  });
});

const STATUS = `query ($receiptNo: String!, $pin: String!) { reportStatus(receiptNo: $receiptNo, pin: $pin) {
  receiptNo state respondBy resolveBy reply reopenUntil progress { at state text textEn } referral { channel } followUp { askedAt until answeredAt resolved satisfaction } } }`;
const status = async (receiptNo: string | undefined, pin: string | null | undefined, claims = RESIDENT) => {
  const { data, codes } = await chain.ask(claims, STATUS, { receiptNo, pin });
  return codes.length > 0 ? codes.join(' ') : (data as { reportStatus: Record<string, never> }).reportStatus;
};
const wrongOf = (pin: string | null | undefined): string => String((Number(pin) + 1) % 1_000_000).padStart(6, '0');

describe('a receipt with its PIN', () => {
  it('shows how the report stands, however it is typed', async () => {
    const { receiptNo, pin } = await submit(RESIDENT, report());
    expect(await status(receiptNo, pin)).toEqual({
      ...{ receiptNo, state: 'RECEIVED', reply: null, reopenUntil: null, referral: null, followUp: null },
      respondBy: '2025-06-03T09:00:00+08:00',
      resolveBy: '2025-06-10T00:00:00+08:00',
      progress: [{ at: '2025-06-02T09:00:00+08:00', state: 'RECEIVED', text: '已受理登记', textEn: 'Received and registered.' }],
    });
    const typed = receiptNo?.toLowerCase().replace(/(.{4})/g, '$1 ');
    expect(await status(typed, pin, STREET)).toMatchObject({ receiptNo });
  });

  it('answers alike for a wrong PIN, an unknown receipt and a report without a way back', async () => {
    const { receiptNo, pin } = await submit(RESIDENT, report());
    const nobody = await submit(RESIDENT, anonymous({ anonymity: 'FULLY_ANONYMOUS' }));
    for (const asked of [
      [receiptNo, wrongOf(pin)],
      ['0'.repeat(24), pin],
      ['rubbish', pin],
      [nobody.receiptNo, '000000'],
    ])
      expect(await status(asked[0] ?? undefined, asked[1])).toBe('RECEIPT_INVALID');
  });

  it('is locked for an hour after five wrong PINs, also if they come at once, and whether it exists or not', async () => {
    const { receiptNo, pin } = await submit(RESIDENT, report());
    for (const receipt of [receiptNo, '0'.repeat(24)]) {
      const answers = await Promise.all(Array.from({ length: 12 }, () => status(receipt, wrongOf(pin))));
      expect(answers.filter((each) => each === 'RECEIPT_INVALID').length).toBeLessThanOrEqual(5);
      expect(await status(receipt, receipt === receiptNo ? pin : '123456')).toBe('RECEIPT_LOCKED');
    }
    const refused = await send(chain, RESIDENT, 'withdrawReport', { idempotencyKey: key(), receiptNo, pin });
    expect(refusals(refused)).toEqual([['RECEIPT_LOCKED', 'receiptNo']]);
    holdClock('2025-06-02T10:00:01+08:00');
    expect(await status(receiptNo, pin)).toMatchObject({ receiptNo });
  });

  it('stays open for four wrong ones in an hour, and right ones do not count', async () => {
    const { receiptNo, pin } = await submit(RESIDENT, report());
    for (let n = 0; n < 4; n++) expect(await status(receiptNo, wrongOf(pin))).toBe('RECEIPT_INVALID');
    for (let n = 0; n < 6; n++) expect(await status(receiptNo, pin)).toMatchObject({ receiptNo });
    holdClock('2025-06-02T10:00:01+08:00');
    for (let n = 0; n < 4; n++) expect(await status(receiptNo, wrongOf(pin))).toBe('RECEIPT_INVALID');
    expect(await status(receiptNo, pin)).toMatchObject({ receiptNo });
  });
});

describe('the own login', () => {
  const mine = async (claims: Partial<Claims>) => {
    const { data } = await chain.ask(claims, '{ myReports { nodes { receiptNo state } pageInfo { hasNextPage } } }');
    return (data as { myReports: { nodes: { receiptNo: string }[] } }).myReports.nodes.map(({ receiptNo }) => receiptNo);
  };

  it('lists what was reported in its name, and withdraws it without a PIN', async () => {
    const own: Partial<Claims> = { ...RESIDENT, subject: 'wang' };
    const first = await submit(own, report());
    holdClock('2025-06-02T09:01:00+08:00');
    const second = await submit(own, report());
    await submit(own, anonymous());
    expect(await mine(own)).toEqual([second.receiptNo, first.receiptNo]);
    expect(await mine({ ...RESIDENT, subject: 'li' })).toEqual([]);
    const input = { receiptNo: first.receiptNo };
    const other = await send(chain, { ...RESIDENT, subject: 'li' }, 'withdrawReport', { ...input, idempotencyKey: key() });
    expect(refusals(other)).toEqual([['RECEIPT_INVALID', 'receiptNo']]);
    expect(await send(chain, own, 'withdrawReport', { ...input, idempotencyKey: key() })).toMatchObject({
      ok: true,
      report: { state: 'WITHDRAWN' },
    });
  });

  it('of an app that speaks for everybody is nobody’s', async () => {
    const app: Partial<Claims> = { ...RESIDENT, client: 'app', subject: 'app' };
    const { receiptNo } = await submit(app, report());
    expect(await mine(app)).toEqual([]);
    const told = await send(chain, app, 'withdrawReport', { idempotencyKey: key(), receiptNo });
    expect(refusals(told)).toEqual([['RECEIPT_INVALID', 'receiptNo']]);
  });
});

describe('a withdrawal', () => {
  it('ends the case with its last report, once', async () => {
    const { receiptNo, pin } = await submit(RESIDENT, anonymous());
    const input = { idempotencyKey: key(), receiptNo, pin, reason: `不用了，${PHONE}` };
    expect(await send(chain, STREET, 'withdrawReport', input)).toMatchObject({ ok: true, report: { receiptNo, state: 'WITHDRAWN' } });
    const row = await reportOf(receiptNo);
    expect(await chain.rows('select state from grievance_case where id = $1', [row.case_id])).toEqual([{ state: 'WITHDRAWN' }]);
    const [event] = await chain.rows<{ reason: string }>(
      `select reason from hub.event where object_id = $1 and name = 'report.withdrawn'`,
      [row.id],
    );
    expect(event?.reason).toMatch(/^不用了，■/);
    const again = await send(chain, STREET, 'withdrawReport', { ...input, idempotencyKey: key() });
    expect(again.errors).toMatchObject([{ code: 'INVALID_TRANSITION', details: { state: 'WITHDRAWN' } }]);
    expect(await status(receiptNo, pin)).toMatchObject({ state: 'WITHDRAWN', progress: [{ state: 'RECEIVED' }, { state: 'WITHDRAWN' }] });
  });

  it('leaves a case of public interest to go on', async () => {
    const { receiptNo, pin } = await submit(RESIDENT, anonymous());
    const row = await reportOf(receiptNo);
    await chain.rows('update grievance_case set of_public_interest = true where id = $1', [row.case_id]);
    expect((await send(chain, RESIDENT, 'withdrawReport', { idempotencyKey: key(), receiptNo, pin })).ok).toBe(true);
    expect(await chain.rows('select state from grievance_case where id = $1', [row.case_id])).toEqual([{ state: 'RECEIVED' }]);
  });
});

/** A report whose case was handled by `dept` and asks whether it was resolved. */
async function asked(changes: Record<string, unknown> = {}) {
  const told = await submit(RESIDENT, report(changes));
  const { id, case_id: caseId } = await reportOf(told.receiptNo);
  await chain.rows(`update grievance_case set state = 'FOLLOW_UP', last_handled_at = '2025-06-02T08:00+08:00' where id = $1`, [caseId]);
  await chain.rows(
    `insert into dispatch_order (id, case_id, community_id, urgency, to_id, dispatcher_id, role, status, policy_id, dispatched_at, accept_by,
       accept_warn_at, due_at, ended_at)
     values ('o' || $1, $1, 'c1', 'GENERAL', 'dept', 'so1', 'LEAD', 'DONE', 'g', '2025-06-01', '2025-06-02', '2025-06-02', '2025-06-02', '2025-06-02')`,
    [caseId],
  );
  await chain.rows(
    `insert into follow_up (report_id, round, community_id, asked_at, asked_by, attempts) values ($1, 1, 'c1', $2, 'SELF_SERVICE', 0)`,
    [id, '2025-06-02T08:30:00+08:00'],
  );
  return { ...told, id, caseId };
}
const answer = (claims: Partial<Claims>, input: Record<string, unknown>) =>
  send(chain, claims, 'answerFollowUp', { idempotencyKey: key(), ...input });
const stateOf = async (caseId: string) =>
  (await chain.rows<{ state: string }>('select state from grievance_case where id = $1', [caseId]))[0]?.state;
const followUpOf = async (id: string) =>
  (await chain.rows<Record<string, unknown>>('select * from follow_up where report_id = $1', [id]))[0];

describe('the answer to a follow-up', () => {
  it('of the reporter closes the case, its comment without what tells who he is', async () => {
    const { receiptNo, pin, id, caseId } = await asked();
    const told = await answer(RESIDENT, { receiptNo, pin, resolved: 'RESOLVED', satisfaction: 5, comment: `修好了，号码${PHONE}` });
    expect(told).toMatchObject({ ok: true, report: { state: 'CLOSED', followUp: { resolved: 'RESOLVED', satisfaction: 5 } } });
    expect(await stateOf(caseId)).toBe('CLOSED');
    expect(await followUpOf(id)).toMatchObject({
      asked_by: 'SELF_SERVICE',
      contacted: 'REACHED',
      attempts: 1,
      comment: expect.stringMatching(/^修好了，号码■/),
    });
    expect(await status(receiptNo, pin)).toMatchObject({ state: 'CLOSED', reopenUntil: '2025-07-02' });
    expect(refusals(await answer(RESIDENT, { receiptNo, pin, resolved: 'RESOLVED' }))).toEqual([['FOLLOW_UP_CLOSED', 'receiptNo']]);
  });

  it('NOT_RESOLVED reopens the case', async () => {
    const { receiptNo, pin, caseId } = await asked();
    expect((await answer(RESIDENT, { receiptNo, pin, resolved: 'NOT_RESOLVED', satisfaction: 1 })).report?.state).toBe('IN_HAND');
    expect(await stateOf(caseId)).toBe('REOPENED');
  });

  it('is asked for by the hotline, which tries on three days and then no more', async () => {
    const { receiptNo, id, caseId } = await asked();
    const tried = { receiptNo, contacted: 'UNREACHABLE' };
    for (const [at, attempts] of [
      ['2025-06-02T10:00:00+08:00', 1],
      ['2025-06-02T15:00:00+08:00', 1],
      ['2025-06-03T10:00:00+08:00', 2],
    ] as const) {
      holdClock(at);
      expect((await answer(HOTLINE, tried)).ok).toBe(true);
      expect(await followUpOf(id)).toMatchObject({ attempts, ended_at: null, asked_by: 'HOTLINE' });
    }
    holdClock('2025-06-04T10:00:00+08:00');
    await answer(HOTLINE, tried);
    expect(await followUpOf(id)).toMatchObject({ attempts: 3, contacted: 'UNREACHABLE', resolved: null });
    expect(await stateOf(caseId)).toBe('CLOSED');
  });

  it('may be refused, which ends it without one', async () => {
    const { receiptNo, id, caseId } = await asked();
    expect((await answer(HOTLINE, { receiptNo, contacted: 'REFUSED' })).ok).toBe(true);
    expect(await followUpOf(id)).toMatchObject({ contacted: 'REFUSED', answered_at: null });
    expect(await stateOf(caseId)).toBe('CLOSED');
  });

  it('is never asked for by who handled it, nor by who does not say for whom he asks', async () => {
    const { receiptNo } = await asked();
    const handler: Partial<Claims> = { ...STREET, organization: 'dept' };
    for (const claims of [handler, { ...handler, roles: ['HOTLINE_STAFF'] as const }, { ...STREET, organization: null }])
      expect(refusals(await answer(claims as Partial<Claims>, { receiptNo, resolved: 'RESOLVED' }))).toEqual([['SELF_CONFIRMATION', '']]);
    expect((await answer(STREET, { receiptNo, resolved: 'PARTLY', satisfaction: 3 })).ok).toBe(true);
  });

  it('is asked for in the own places, by who has the role', async () => {
    const { receiptNo } = await asked();
    expect(refusals(await answer(OTHER_STREET, { receiptNo, resolved: 'RESOLVED' }))).toEqual([['RECEIPT_INVALID', 'receiptNo']]);
    await expect(answer(COMMUNITY, { receiptNo, resolved: 'RESOLVED' })).rejects.toThrow('FORBIDDEN');
    expect(refusals(await answer(RESIDENT, { receiptNo, pin: 'wrong', resolved: 'RESOLVED' }))).toEqual([['RECEIPT_INVALID', 'receiptNo']]);
  });

  it('says what it must and nothing that contradicts itself', async () => {
    const { receiptNo, pin } = await asked();
    for (const [input, field] of [
      [{}, 'resolved'],
      [{ contacted: 'REFUSED', resolved: 'RESOLVED' }, 'resolved'],
      [{ contacted: 'UNREACHABLE' }, 'contacted'],
      [{ contacted: 'ANONYMOUS' }, 'contacted'],
      [{ resolved: 'RESOLVED', satisfaction: 6 }, 'satisfaction'],
      [{ contacted: 'REFUSED', satisfaction: 5 }, 'satisfaction'],
      [{ resolved: 'RESOLVED', comment: 'x'.repeat(1_001) }, 'comment'],
    ] as const)
      expect(refusals(await answer(RESIDENT, { receiptNo, pin, ...input }))).toEqual([['VALIDATION_FAILED', field]]);
  });

  it('comes too late after 15 days', async () => {
    const { receiptNo, pin } = await asked();
    holdClock('2025-06-17T08:30:00+08:00');
    expect(refusals(await answer(RESIDENT, { receiptNo, pin, resolved: 'RESOLVED' }))).toEqual([['FOLLOW_UP_CLOSED', 'receiptNo']]);
  });
});
