/** What makes grievances' commands right but for the input that is tried. */
import { vi } from 'vitest';
import { JPEG } from '../pictures.ts';
import type { Found, Ground, Ways } from './canary-ground.ts';

const FOLLOW_UP_MS = 20_000;

export async function grievanceWays({ callers, organizationId, place, run, one, upload }: Ground): Promise<Ways> {
  const { categoryId } = await one(
    'grievances',
    `select id as "categoryId" from case_category c where not exists (select 1 from case_category k where k.parent_id = c.id) order by id limit 1`,
  );
  const { compoundId, areaCode } = place;
  const report = (channel = 'MINI_PROGRAM') => ({
    ...{ kind: 'COMPLAINT', channel, anonymity: 'NAMED_TO_CHAIN', areaCode, compoundId, title: '路灯不亮', text: '楼下的路灯不亮' },
    reporter: { name: '王小明', phone: '13812345678', contactAllowed: false, publicationObjected: false },
  });
  const submitted = async (): Promise<Found> => {
    const receipt = (await run('submitReport', report(), callers.resident, 'receiptNo pin')) as Found;
    const ids = await one('grievances', 'select case_id as "caseId", id as "reportId" from report where receipt_no = $1', [
      receipt.receiptNo,
    ]);
    return { receiptNo: receipt.receiptNo ?? '', pin: receipt.pin ?? '', ...ids };
  };
  const ofCase = async ({ caseId, ...more }: Found) => {
    const { version } = await one('grievances', 'select version from grievance_case where id = $1', [caseId]);
    return { ...more, caseId, expectedVersion: Number(version) };
  };
  const ofOrder = async ({ caseId, ...more }: Found) => {
    const order = await one('grievances', 'select id as "orderId", version from dispatch_order where case_id = $1', [caseId]);
    return { ...more, caseId, orderId: order.orderId, expectedVersion: Number(order.version) };
  };
  const opened = async (made: Found) => ({
    ...(await ofCase(made)),
    ...{ title: '路灯', summary: '路灯不亮', urgency: 'GENERAL', areaCode, compoundId, categoryId, ofPublicInterest: false },
  });
  const triaged = async (): Promise<Found> => {
    const made = await submitted();
    await run('triageCase', await opened(made), callers.street);
    return made;
  };
  const order = { organizationId, role: 'LEAD', contactNeeded: true };
  const ordered = async (made: Found) => ({ ...(await ofCase(made)), ...order, orders: [order] });
  const dispatched = async (): Promise<Found> => {
    const made = await triaged();
    await run('dispatchCase', await ordered(made), callers.street);
    return made;
  };
  const accepted = async (): Promise<Found> => {
    const made = await dispatched();
    await run('acceptOrder', await ofOrder(made), callers.handler);
    return made;
  };
  const working = async (): Promise<Found> => {
    const made = await accepted();
    await run('startWork', await ofOrder(made), callers.handler);
    return made;
  };
  const done = async (made: Found) => {
    const fileId = await upload('grievances', JPEG, callers.handler);
    return { ...(await ofCase(made)), evidence: [{ kind: 'AFTER', fileId }], result: '已换灯', messageToReporters: '灯已换好' };
  };
  /** Handled, and its reporter asked whether it was. */
  const asked = async (): Promise<Found> => {
    const made = await working();
    await run('handleCase', await done(made), callers.handler);
    const question = () => one('grievances', 'select report_id from follow_up where report_id = $1', [made.reportId]);
    await vi.waitFor(question, { timeout: FOLLOW_UP_MS, interval: 100 });
    return { ...made, contacted: 'REACHED', resolved: 'RESOLVED' };
  };
  return {
    submitReport: () => ({ token: callers.resident, known: { ...report(), name: '王小明' } }),
    'submitReport.externalNo': () => ({ token: callers.hotline, known: report('HOTLINE_12345') }),
    withdrawReport: async () => ({ token: callers.resident, known: await submitted() }),
    answerFollowUp: async () => ({ token: callers.resident, known: await asked() }),
    triageCase: async () => ({ token: callers.street, known: await opened(await submitted()) }),
    dispatchCase: async () => ({ token: callers.street, known: await ordered(await triaged()) }),
    acceptOrder: async () => ({ token: callers.handler, known: await ofOrder(await dispatched()) }),
    startWork: async () => ({ token: callers.handler, known: await ofOrder(await accepted()) }),
    recordProgress: async () => ({ token: callers.handler, known: await ofOrder(await working()) }),
    handleCase: async () => ({ token: callers.handler, known: await done(await working()) }),
  };
}
