/** Residents and who reports for them, on the stage of `chain.ts`. */
import type { Claims } from '../../subgraphs/shared/src/claims.ts';
import { type ChainWorld, key } from './chain.ts';

export const DOCUMENTS = {
  submitReport: `mutation ($input: SubmitReportInput!) { payload: submitReport(input: $input) {
    ok errors { code field details } receiptNo pin emergencyAdvice clientMutationId } }`,
  withdrawReport: `mutation ($input: WithdrawReportInput!) { payload: withdrawReport(input: $input) {
    ok errors { code field details } report { receiptNo state } } }`,
  answerFollowUp: `mutation ($input: AnswerFollowUpInput!) { payload: answerFollowUp(input: $input) {
    ok errors { code field details } report { receiptNo state followUp { resolved satisfaction answeredAt } } } }`,
} as const;
export type ReportCommand = keyof typeof DOCUMENTS;

export interface Told {
  ok: boolean;
  errors: { code: string; field: string[] | null; details: Record<string, unknown> | null }[];
  receiptNo?: string;
  pin?: string | null;
  emergencyAdvice?: string | null;
  report?: { receiptNo: string; state: string; followUp?: Record<string, unknown> | null } | null;
}

/** A phone number that must be found nowhere outside the vault. */
export const PHONE = '13800138000';

/** A report in the resident's own name, as the mini-program sends it. */
export const report = (changes: Record<string, unknown> = {}): Record<string, unknown> => ({
  idempotencyKey: key(),
  kind: 'HELP',
  channel: 'MINI_PROGRAM',
  anonymity: 'NAMED_TO_CHAIN',
  areaCode: '410305001001',
  title: '楼道灯不亮',
  text: `三号楼2单元501室门口的灯不亮，我叫张三丰，电话${PHONE}`,
  reporter: { name: '张三丰', phone: PHONE, address: '三号楼2单元501室' },
  ...changes,
});

/** The same without a name. */
export const anonymous = (changes: Record<string, unknown> = {}): Record<string, unknown> =>
  report({ anonymity: 'ANONYMOUS_WITH_RECEIPT', reporter: null, ...changes });

/** Sends a command of reports; throws with the codes when the answer is no payload. */
export async function send(
  chain: ChainWorld,
  claims: Partial<Claims>,
  command: ReportCommand,
  input: Record<string, unknown>,
): Promise<Told> {
  const { data, codes } = await chain.ask(claims, DOCUMENTS[command], { input });
  if (codes.length > 0) throw new Error(codes.join(' '));
  return (data as { payload: Told }).payload;
}

/** Code and field of every refusal. */
export const refusals = ({ errors }: Told): [string, string][] => errors.map(({ code, field }) => [code, (field ?? []).join('.')]);
