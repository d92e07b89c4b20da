import { addDays, dateIn } from '../../../shared/src/domain/period.ts';
import { type CaseState, REOPEN_DAYS, type ReportState, reportStateOf } from '../case/state.rules.ts';

// What a reporter sees of the own report (诉求进度), §7.1, §7.2.

export interface Step {
  readonly at: string;
  readonly state: ReportState;
  readonly text: string;
  readonly textEn: string;
}

const TEXTS: Record<ReportState, readonly [zh: string, en: string]> = {
  RECEIVED: ['已受理登记', 'Received and registered.'],
  IN_HAND: ['正在办理', 'In hand.'],
  SHELVED: ['暂时挂账，到期复核', 'Shelved for now; it will be reviewed.'],
  ANSWERED: ['已办理并答复', 'Handled and answered.'],
  CLOSED: ['已办结', 'Closed.'],
  REFERRED: ['已转法定渠道', 'Referred to the channel provided by law.'],
  DECLINED: ['不予受理', 'Declined.'],
  WITHDRAWN: ['已撤回', 'Withdrawn.'],
};

const stepOf = (at: string, state: ReportState): Step => ({ at, state, text: TEXTS[state][0], textEn: TEXTS[state][1] });

export interface Progress {
  readonly receivedAt: string;
  readonly withdrawnAt: string | null;
  /** Changes of state of the cases that the report followed, in their order. */
  readonly changes: readonly { readonly at: string; readonly to: CaseState }[];
}

/** The steps of a report, oldest first: one for each time that what it shows has changed, until it was withdrawn. */
export function stepsOf({ receivedAt, withdrawnAt, changes }: Progress): Step[] {
  const steps = [stepOf(receivedAt, 'RECEIVED')];
  const end = withdrawnAt === null ? null : new Date(withdrawnAt);
  for (const { at, to } of changes) {
    if (end !== null && new Date(at) >= end) break;
    const state = reportStateOf(to);
    if (state !== steps.at(-1)?.state) steps.push(stepOf(at, state));
  }
  if (withdrawnAt !== null) steps.push(stepOf(withdrawnAt, 'WITHDRAWN'));
  return steps;
}

/** Last civil day on which the reporter can reopen a case closed then. */
export const reopenUntil = (closedAt: string): string => addDays(dateIn(new Date(closedAt)), REOPEN_DAYS);
