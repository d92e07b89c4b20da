/** Inputs and steps of the chain that its tests share; `use(chain)` says whose. */
import { expect } from 'vitest';
import type { Claims } from '../../subgraphs/shared/src/claims.ts';
import { type ChainWorld, DEPARTMENT, key, type Payload, STREET } from './chain.ts';

export const MORNING = '2025-06-02T09:00:00+08:00';

let chain: ChainWorld;
export const use = (world: ChainWorld): void => {
  chain = world;
};

export type Input = Record<string, unknown>;
export const triage = (caseId: string, changes: Input = {}): Input => ({
  ...{ caseId, expectedVersion: 1, title: '楼道灯不亮', summary: '一号楼楼道灯损坏', categoryId: 'k1', areaCode: '410305001001' },
  ...{ urgency: 'GENERAL', ...changes },
});
export const lead = (organizationId: string, more: Input = {}): Input => ({ organizationId, role: 'LEAD', ...more });
export const assist = (organizationId: string): Input => ({ organizationId, role: 'ASSIST' });
export const dispatch = (caseId: string, orders: Input[] | null, changes: Input = {}): Input => ({
  ...{ idempotencyKey: key(), caseId, expectedVersion: 2, orders, ...changes },
});
export const handling = (caseId: string, changes: Input = {}): Input => ({
  ...{ idempotencyKey: key(), caseId, expectedVersion: 5, result: '已更换灯具', messageToReporters: '灯已修好' },
  ...{ evidence: [{ kind: 'AFTER', fileId: 'fl_1 of dept', takenOn: '2025-06-02' }], ...changes },
});
export const progress = (orderId: string, changes: Input = {}): Input => ({ idempotencyKey: key(), orderId, text: '已派电工', ...changes });

/** Codes with the first two steps of their field: `LEAD_REQUIRED orders`. */
export const refusals = ({ ok, errors }: Payload): string[] => {
  expect(ok).toBe(errors.length === 0);
  return errors.map(({ code, field }) => [code, ...(field ?? [])].join(' '));
};
export const send = async (claims: Partial<Claims>, name: string, input: Input): Promise<string[]> =>
  refusals(await chain.act(claims, name, input));
export const done = async (claims: Partial<Claims>, name: string, input: Input): Promise<Payload> => {
  const payload = await chain.act(claims, name, input);
  expect(payload.errors).toEqual([]);
  return payload;
};

/** A case that was taken so far; ids of its orders in the order of sending. */
export async function upTo(state: 'TRIAGED' | 'DISPATCHED' | 'ACCEPTED' | 'IN_PROGRESS', orders = [lead('dept')], changes: Input = {}) {
  const { caseId, reportIds } = await chain.receive();
  await done(STREET, 'triageCase', triage(caseId, changes));
  if (state === 'TRIAGED') return { caseId, reportIds, orderIds: [] as string[] };
  await done(STREET, 'dispatchCase', dispatch(caseId, orders));
  const sent = await chain.rows<{ id: string }>(`select id from dispatch_order where case_id = $1 order by role desc, id`, [caseId]);
  const orderIds = sent.map(({ id }) => id);
  if (state !== 'DISPATCHED') await done(DEPARTMENT, 'acceptOrder', { orderId: orderIds[0], expectedVersion: 1 });
  if (state === 'IN_PROGRESS') await done(DEPARTMENT, 'startWork', { orderId: orderIds[0], expectedVersion: 2 });
  return { caseId, reportIds, orderIds };
}
