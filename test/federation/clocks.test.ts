/**
 * Golden vectors of qualities §13.1 that clocks and follow-ups decide (G4–G7, G24), as people live them: reports submitted, handled and answered
 * through the gateway while the domain's clock stands where the vector says.
 */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Hub } from '../kit.ts';
import { DISTRICT, openHub, wholeData } from './district.ts';

/** 重庆路街道 and one of its communities. */
const STREET_CODE = '410305006000';
const COMMUNITY = '410305006004';
const PATIENT = { timeout: 60_000, interval: 300 };

let hub: Hub;
let tokens: Record<'resident' | 'street' | 'hotline' | 'handler' | 'registrar' | 'lead', string>;
let handlerId = '';
let fileId = '';
let keys = 0;
const key = (): string => `clocks-${++keys}-${process.pid}`;

type Input = Record<string, unknown>;
interface Payload {
  ok: boolean;
  errors: { code: string; field: string[] | null }[];
}

/** Sends a command that must be accepted; its payload. */
async function act<T>(token: string, name: string, input: Input, fields: string): Promise<Payload & T> {
  const type = `${name[0]?.toUpperCase()}${name.slice(1)}Input`;
  const document = `mutation ($input: ${type}!) { payload: ${name}(input: $input) { ok errors { code field } ${fields} } }`;
  const { payload } = wholeData(await hub.query<{ payload: Payload & T }>(document, { input }, token));
  expect(payload.errors).toEqual([]);
  return payload;
}

beforeAll(async () => {
  hub = await openHub({ clock: '2025-09-26T10:00:00+08:00' });
  const lead = await hub.token({ role: 'DISTRICT_LEAD', area: DISTRICT, sub: 'lead' });
  const asked = `{ street: organizations(filter: { areaCode: "${STREET_CODE}", kinds: [STREET_OFFICE] }) { nodes { id } }
    bureaus: organizations(filter: { areaCode: "${DISTRICT}", kinds: [DEPARTMENT] }) { nodes { id } } }`;
  const { street, bureaus } = await vi.waitFor(async () => wholeData(await hub.query(asked, {}, lead)), PATIENT);
  handlerId = bureaus.nodes[0].id;
  const staff = { sub: 'somebody', area: STREET_CODE };
  tokens = {
    lead,
    resident: await hub.token({ role: 'RESIDENT', sub: 'resident' }),
    street: await hub.token({ ...staff, role: 'STREET_STAFF', org: street.nodes[0].id }),
    hotline: await hub.token({ ...staff, role: 'HOTLINE_STAFF', org: bureaus.nodes[1].id }),
    handler: await hub.token({ ...staff, role: 'DEPARTMENT_STAFF', org: handlerId }),
    registrar: await hub.token({ role: 'REGISTRAR', area: DISTRICT, sub: 'registrar' }),
  };
  const reply = await fetch(`http://127.0.0.1:${hub.gatewayPort}/files/grievances`, {
    method: 'POST',
    headers: { 'content-type': 'application/octet-stream', 'x-file-name': 'proof.pdf', authorization: `Bearer ${tokens.handler}` },
    body: new Uint8Array(Buffer.from('%PDF-1.7\nwork done\n%%EOF\n')),
  });
  expect(reply.status).toBe(201);
  fileId = ((await reply.json()) as { id: string }).id;
});
afterAll(() => hub?.stop());

interface Receipt {
  receiptNo: string;
  pin: string;
}
const submit = (): Promise<Receipt> =>
  act<Receipt>(
    tokens.resident,
    'submitReport',
    {
      ...{ idempotencyKey: key(), kind: 'HELP', channel: 'MINI_PROGRAM', anonymity: 'ANONYMOUS_WITH_RECEIPT', areaCode: COMMUNITY },
      ...{ title: '楼道灯不亮', text: '一楼的灯坏了，请修理' },
    },
    'receiptNo pin',
  );
const statusOf = async ({ receiptNo, pin }: Receipt) => {
  const document = `query ($receiptNo: String!, $pin: String!) { reportStatus(receiptNo: $receiptNo, pin: $pin) {
    state respondBy resolveBy reply followUp { askedAt } reopenUntil } }`;
  return wholeData(await hub.query(document, { receiptNo, pin }, tokens.resident)).reportStatus;
};
const caseOf = async ({ receiptNo }: Receipt): Promise<string> => {
  const [row] = await hub.sql<{ case_id: string }>('grievances', 'select case_id from report where receipt_no = $1', [receiptNo]);
  return row?.case_id ?? '';
};

interface Clocked {
  case: {
    state: string;
    version: number;
    clocks: { kind: string; dueAt: string; provisional: boolean; state: string }[];
    orders: { id: string; acceptBy: string }[];
  };
}
const CASE = 'case { state version clocks { kind dueAt provisional state } orders { id acceptBy } }';

/** Triages and dispatches a case. */
async function dispatch(caseId: string, urgency = 'GENERAL'): Promise<Clocked['case']> {
  const triage = {
    caseId,
    expectedVersion: 1,
    title: '楼道灯不亮',
    summary: '一楼照明损坏',
    areaCode: COMMUNITY,
    urgency,
    categoryId: await leaf(),
  };
  const triaged = await act<Clocked>(tokens.street, 'triageCase', triage, CASE);
  const orders = [{ organizationId: handlerId, role: 'LEAD' }];
  const input = { idempotencyKey: key(), caseId, expectedVersion: triaged.case.version, orders };
  return (await act<Clocked>(tokens.street, 'dispatchCase', input, CASE)).case;
}
let category = '';
async function leaf(): Promise<string> {
  if (category === '') {
    const { caseCategories } = wholeData(
      await hub.query('{ caseCategories(filter: { leafOnly: true }, first: 1) { nodes { id } } }', {}, tokens.street),
    );
    category = caseCategories.nodes[0].id;
  }
  return category;
}

async function begin(orderId: string): Promise<void> {
  await act(tokens.handler, 'acceptOrder', { orderId, expectedVersion: 1 }, 'order { id }');
  await act(tokens.handler, 'startWork', { orderId, expectedVersion: 2 }, 'order { id }');
}
const handle = (caseId: string, expectedVersion: number): Promise<Clocked> =>
  act<Clocked>(
    tokens.handler,
    'handleCase',
    {
      ...{ idempotencyKey: key(), caseId, expectedVersion, result: '已更换', messageToReporters: '灯已修好' },
      evidence: [{ kind: 'DOCUMENT', fileId }],
    },
    CASE,
  );
const clock = ({ clocks }: Clocked['case'], kind: string) => clocks.find((each) => each.kind === kind);
/** An instant as text without the fraction of its second. */
const second = (instant: string | undefined): string | undefined => instant?.replace(/\.0+(?=\+)/, '');

/** Answers as the hotline that asks, by the receipt alone. */
const answer = (receiptNo: string, input: Input): Promise<unknown> =>
  act(tokens.hotline, 'answerFollowUp', { idempotencyKey: key(), receiptNo, ...input }, 'report { state }');

describe('a report', () => {
  it('G4: of 2025-09-26 is due at the end of 2025-10-10, is handled on that day in time, asked about and closed', async () => {
    hub.setClock('2025-09-26T10:00:00+08:00');
    const receipt = await submit();
    expect(second((await statusOf(receipt)).resolveBy)).toBe('2025-10-11T00:00:00+08:00');
    const caseId = await caseOf(receipt);
    const { orders, version } = await dispatch(caseId);
    await begin(orders[0]?.id ?? '');
    hub.setClock('2025-10-10T23:59:00+08:00');
    const handled = (await handle(caseId, version + 2)).case;
    expect(clock(handled, 'RESOLVE')).toEqual({
      kind: 'RESOLVE',
      dueAt: expect.stringContaining('2025-10-11T00:00'),
      provisional: false,
      state: 'MET',
    });
    expect(await statusOf(receipt)).toMatchObject({ state: 'ANSWERED', reply: '灯已修好' });
    await vi.waitFor(async () => expect((await statusOf(receipt)).followUp).toMatchObject({ askedAt: expect.any(String) }), PATIENT);
    hub.setClock('2025-10-11T09:00:00+08:00');
    await answer(receipt.receiptNo, { resolved: 'RESOLVED', satisfaction: 5 });
    expect(await statusOf(receipt)).toMatchObject({ state: 'CLOSED', reopenUntil: '2025-11-10' });
  });

  it('G4: handled a second after the end of 2025-10-10 is late', async () => {
    hub.setClock('2025-09-26T10:00:00+08:00');
    const receipt = await submit();
    const caseId = await caseOf(receipt);
    const { orders, version } = await dispatch(caseId);
    await begin(orders[0]?.id ?? '');
    hub.setClock('2025-10-11T00:00:01+08:00');
    expect(clock((await handle(caseId, version + 2)).case, 'RESOLVE')?.state).toBe('BREACHED');
  });

  it('G5: of 2025-09-30 is to be accepted by the end of 2025-10-09 and resolved by the end of 2025-10-14', async () => {
    hub.setClock('2025-09-30T15:00:00+08:00');
    const dispatched = await dispatch(await caseOf(await submit()));
    expect(second(dispatched.orders[0]?.acceptBy)).toBe('2025-10-10T00:00:00+08:00');
    expect(second(clock(dispatched, 'RESOLVE')?.dueAt)).toBe('2025-10-15T00:00:00+08:00');
  });

  it.each([
    ['2025-01-24', 'GENERAL', '2025-02-08'],
    ['2024-02-08', 'GENERAL', '2024-02-22'],
    ['2026-02-13', 'GENERAL', '2026-02-28'],
    ['2025-04-30', 'URGENT', '2025-05-09'],
  ])('G6: of %s, %s, is due at the midnight with which %s begins', async (day, urgency, midnight) => {
    hub.setClock(`${day}T09:30:00+08:00`);
    const dispatched = await dispatch(await caseOf(await submit()), urgency);
    expect(second(clock(dispatched, 'RESOLVE')?.dueAt)).toBe(`${midnight}T00:00:00+08:00`);
  });

  it('G7: of 2026-12-30 is due provisionally at the end of 2027-01-07, and by the calendar once it is published, told once, although the department was away', async () => {
    hub.setClock('2026-12-30T09:00:00+08:00');
    const receipt = await submit();
    const caseId = await caseOf(receipt);
    const read = async () =>
      clock(
        wholeData(await hub.query(`query ($id: ID!) { case(id: $id) { ${CASE.slice(7, -2)} } }`, { id: caseId }, tokens.street)).case,
        'RESOLVE',
      );
    expect(await read()).toMatchObject({ dueAt: expect.stringContaining('2027-01-08T00:00'), provisional: true });
    const away = hub.pid('grievances');
    process.kill(away, 'SIGSTOP');
    try {
      const holidays = ['2027-01-01', '2027-01-02', '2027-01-03', '2027-01-04'].map((date) => ({ date, name: '元旦' }));
      const input = { year: 2027, status: 'PUBLISHED', holidays, makeUpWorkdays: [], noticeRef: '国办发明电〔2026〕1号' };
      await act(tokens.registrar, 'setWorkCalendar', input, 'calendar { year }');
    } finally {
      process.kill(away, 'SIGCONT');
    }
    await vi.waitFor(
      async () => expect(await read()).toMatchObject({ dueAt: expect.stringContaining('2027-01-09T00:00'), provisional: false }),
      PATIENT,
    );
    expect(second((await statusOf(receipt)).resolveBy)).toBe('2027-01-09T00:00:00+08:00');
    // It looks again and again, and says it once.
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    const told = await hub.sql('grievances', `select 1 from hub.event where name = 'clock.recomputed' and object_id = $1`, [caseId]);
    expect(told).toHaveLength(1);
  });
});

describe('the three rates', () => {
  const REPORTS = 190;
  /** Does something for numbers 1 to `count`, a few at a time. */
  async function each(count: number, work: (n: number) => Promise<void>): Promise<void> {
    let next = 1;
    const worker = async () => {
      while (next <= count) await work(next++);
    };
    await Promise.all([worker(), worker(), worker(), worker(), worker(), worker()]);
  }
  const satisfaction = (n: number): number => (n <= 100 ? 5 : n <= 130 ? 4 : n <= 160 ? 3 : 2);

  it('G24: 183 of 190 answered in time, 151 of 176 resolved, 160 of 176 satisfied, 14 of 190 not reached', {
    timeout: 600_000,
  }, async () => {
    hub.setClock('2023-07-10T09:00:00+08:00');
    const files: { receipt: Receipt; caseId: string; version: number }[] = [];
    await each(REPORTS, async (n) => {
      const receipt = await submit();
      const caseId = await caseOf(receipt);
      const { orders, version } = await dispatch(caseId);
      await begin(orders[0]?.id ?? '');
      files[n - 1] = { receipt, caseId, version: version + 2 };
    });
    // The first 183 are answered with the last instant of their 24 hours, the others a second later.
    hub.setClock('2023-07-11T09:00:00+08:00');
    await each(183, async (n) => void (await handle(files[n - 1]!.caseId, files[n - 1]!.version)));
    hub.setClock('2023-07-11T09:00:01+08:00');
    await each(7, async (n) => void (await handle(files[182 + n]!.caseId, files[182 + n]!.version)));
    const waiting = `select count(*)::int as n from grievance_case where id = any($1) and state = 'FOLLOW_UP'`;
    const ids = files.map(({ caseId }) => caseId);
    await vi.waitFor(async () => expect(await hub.sql('grievances', waiting, [ids])).toEqual([{ n: REPORTS }]), {
      timeout: 120_000,
      interval: 500,
    });

    hub.setClock('2023-07-12T10:00:00+08:00');
    await each(176, async (n) => {
      const said = { resolved: n <= 151 ? 'RESOLVED' : 'NOT_RESOLVED', satisfaction: satisfaction(n) };
      await answer(files[n - 1]!.receipt.receiptNo, said);
    });
    for (const day of ['12', '13', '14']) {
      hub.setClock(`2023-07-${day}T11:00:00+08:00`);
      await each(14, (n) => answer(files[175 + n]!.receipt.receiptNo, { contacted: 'UNREACHABLE' }) as Promise<void>);
    }
    hub.setClock('2023-10-08T09:00:00+08:00');
    const document = `{ area(code: "${COMMUNITY}") { grievanceSummary(period: { grain: QUARTER, start: "2023-07-01", end: "2023-10-01" }) {
      kpis(keys: [GRV_1, GRV_2, GRV_3, GRV_16]) { key value numerator denominator excluded { reason count } } } } }`;
    const { kpis } = wholeData(await hub.query(document, {}, tokens.lead)).area.grievanceSummary;
    expect(kpis).toMatchObject([
      { key: 'GRV_1', value: '96.32', numerator: '183', denominator: '190' },
      { key: 'GRV_2', value: '85.80', numerator: '151', denominator: '176' },
      { key: 'GRV_3', value: '90.91', numerator: '160', denominator: '176' },
      { key: 'GRV_16', value: '7.37', excluded: [{ reason: 'UNREACHABLE', count: 14 }] },
    ]);
    const states = await hub.sql<{ state: string; n: number }>(
      'grievances',
      'select state, count(*)::int as n from grievance_case where id = any($1) group by 1 order by 1',
      [ids],
    );
    expect(states).toEqual([
      { state: 'CLOSED', n: 165 },
      { state: 'REOPENED', n: 25 },
    ]);
  });
});
