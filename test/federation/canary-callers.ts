/** Who sends the canary's commands, and what makes a command right but for the input that is tried. */
import { expect } from 'vitest';
import type { Role } from '../../subgraphs/shared/src/claims.ts';
import type { Hub } from '../kit.ts';
import type { Input } from './canary-inputs.ts';
import { DISTRICT, HUBEI_ROAD } from './district.ts';

/** Credentials by what they are for. */
export type Callers = Readonly<Record<'registrar' | 'street' | 'handler' | 'representative' | 'resident', string>> & {
  handlerOrganization: string;
};

export interface Prepared {
  token: string;
  /** Values by names of fields. */
  known: Input;
}

const one = async (hub: Hub, subgraph: string, sql: string): Promise<Record<string, string>> => {
  const [row] = await hub.sql<Record<string, string>>(subgraph, sql);
  return row ?? expect.fail(`nothing found by ${sql}`);
};

export async function callersOf(hub: Hub): Promise<Callers> {
  const token = (role: Role, more: object = {}) => hub.token({ role, sub: `canary-${role.toLowerCase()}`, ...more });
  const { id: handlerOrganization = '' } = await one(
    hub,
    'organization',
    `select id from organization where kind not in ('PROPERTY_COMPANY', 'OWNERS_COMMITTEE') order by id limit 1`,
  );
  return {
    registrar: await token('REGISTRAR', { area: DISTRICT }),
    street: await token('STREET_STAFF', { area: HUBEI_ROAD, org: 'og_street' }),
    handler: await token('DEPARTMENT_STAFF', { area: DISTRICT, org: handlerOrganization }),
    representative: await token('ORG_REPRESENTATIVE', { area: DISTRICT, org: handlerOrganization }),
    resident: await token('RESIDENT'),
    handlerOrganization,
  };
}

let keys = 0;
const newKey = (): string => `canary-${String(++keys).padStart(6, '0')}`;
let people = 0;

/** What each mutation needs, made anew when it was used up: by a command that was taken. */
export async function preparing(hub: Hub, callers: Callers): Promise<(mutation: string, isUsedUp: boolean) => Promise<Prepared>> {
  const { data } = await hub.query(
    `{ compounds(filter: { areaCode: "${HUBEI_ROAD}" }, first: 1) { nodes { id community { id code } } } }`,
    {},
    callers.street,
  );
  const [compound] = data.compounds.nodes;
  const categoryId = (
    await one(
      hub,
      'grievances',
      'select id from case_category c where not exists (select 1 from case_category k where k.parent_id = c.id) order by id limit 1',
    )
  ).id;
  const places = {
    areaCode: compound.community.code,
    areaId: compound.community.id,
    communityId: compound.community.id,
    homeCommunityId: compound.community.id,
    compoundId: compound.id,
    categoryId,
  };
  const run = async (mutation: string, type: string, input: Input, token: string) => {
    const answer = await hub.query(
      `mutation ($input: ${type}!) { ${mutation}(input: $input) { ok errors { code field } ${mutation === 'submitReport' ? 'receiptNo pin' : ''} } }`,
      { input },
      token,
    );
    const payload = answer.data?.[mutation];
    expect(payload, `${mutation}: ${answer.text.slice(0, 400)}`).toMatchObject({ ok: true });
    return payload;
  };
  const report = () => ({
    ...{ idempotencyKey: newKey(), kind: 'COMPLAINT', channel: 'MINI_PROGRAM', anonymity: 'NAMED_TO_CHAIN', areaCode: places.areaCode },
    ...{
      compoundId: compound.id,
      title: '路灯不亮',
      text: '楼下的路灯不亮',
      reporter: { name: '王小明', phone: '13812345678' },
    },
  });
  const submitted = async () => {
    const { receiptNo, pin } = await run('submitReport', 'SubmitReportInput', report(), callers.resident);
    const { caseId, reportId } = await one(
      hub,
      'grievances',
      `select case_id as "caseId", id as "reportId" from report where receipt_no = '${receiptNo}'`,
    );
    return { receiptNo, pin, caseId, reportId };
  };
  const versionOf = async (id: string) =>
    Number((await one(hub, 'grievances', `select version from grievance_case where id = '${id}'`)).version);
  const opened = async () => {
    const { caseId = '', reportId } = await submitted();
    return {
      caseId,
      reportId,
      expectedVersion: await versionOf(caseId),
      title: '路灯',
      summary: '路灯不亮',
      urgency: 'GENERAL',
      ...places,
    };
  };
  const triaged = async () => {
    const { reportId: _, communityId: _c, areaId: _a, homeCommunityId: _h, ...input } = await opened();
    await run('triageCase', 'TriageCaseInput', input, callers.street);
    return { caseId: input.caseId, expectedVersion: await versionOf(input.caseId) };
  };
  const dispatched = async () => {
    const known = await triaged();
    const orders = [{ organizationId: callers.handlerOrganization, role: 'LEAD', contactNeeded: true }];
    await run('dispatchCase', 'DispatchCaseInput', { idempotencyKey: newKey(), ...known, orders }, callers.street);
    const order = await one(hub, 'grievances', `select id as "orderId", version from dispatch_order where case_id = '${known.caseId}'`);
    return { caseId: known.caseId, orderId: order.orderId, expectedVersion: Number(order.version) };
  };
  const again = async (known: Input) => ({
    ...known,
    expectedVersion: Number((await one(hub, 'grievances', `select version from dispatch_order where id = '${known.orderId}'`)).version),
  });
  const accepted = async () => {
    const { caseId: _, ...known } = await dispatched();
    await run('acceptOrder', 'AcceptOrderInput', known, callers.handler);
    return again(known);
  };
  const working = async () => {
    const known = await accepted();
    await run('startWork', 'StartWorkInput', known, callers.handler);
    return again(known);
  };

  const ways: Readonly<Record<string, () => Promise<Prepared>>> = {
    submitReport: async () => ({ token: callers.resident, known: { ...report(), name: '王小明' } }),
    withdrawReport: async () => ({ token: callers.resident, known: await submitted() }),
    answerFollowUp: async () => ({ token: callers.resident, known: await submitted() }),
    triageCase: async () => ({ token: callers.street, known: await opened() }),
    dispatchCase: async () => ({
      token: callers.street,
      known: { ...(await triaged()), organizationId: callers.handlerOrganization, role: 'LEAD' },
    }),
    acceptOrder: async () => ({ token: callers.handler, known: await dispatched() }),
    startWork: async () => ({ token: callers.handler, known: await accepted() }),
    recordProgress: async () => ({ token: callers.handler, known: await working() }),
    handleCase: async () => ({ token: callers.handler, known: await working() }),
    registerVolunteer: async () => ({
      token: await hub.token({ role: 'RESIDENT', sub: `canary-person-${++people}` }),
      known: {
        ...places,
        legalName: '王小明',
        phone: `1381234${String(people).padStart(4, '0')}`,
        birthMonth: '1980-05',
        consentTextVersion: '2026-1',
      },
    }),
  };
  const defaults = (mutation: string): Prepared => ({
    token: /Record|Activity/.test(mutation)
      ? callers.representative
      : /Facility|Space|Opening|Coverage/.test(mutation)
        ? callers.street
        : callers.registrar,
    known: { ...places, organizerId: callers.handlerOrganization },
  });
  const kept = new Map<string, Prepared>();
  return async (mutation, isUsedUp) => {
    if (isUsedUp) kept.delete(mutation);
    const { token, known } = kept.get(mutation) ?? (await (ways[mutation]?.() ?? defaults(mutation)));
    kept.set(mutation, { token, known });
    return { token, known: { ...known, idempotencyKey: newKey() } };
  };
}
