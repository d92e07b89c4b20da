import type { EvidenceInput, RecordProgressInput } from './work.type.ts';

// What handlers write (§7.2, §7.3).

export const TEXT_LIMIT = 2_000;
/** Files of one command. */
export const MOST_EVIDENCE = 20;
/** Working days that a reporter is waited for at most. */
export const LONGEST_WAIT = 5;

export const isBlank = (text: string): boolean => text.trim() === '';

/** Fields that do not go together with the role of the order or with each other; empty if all do. */
export function progressFaults(input: RecordProgressInput, role: 'LEAD' | 'ASSIST'): string[] {
  const faults: string[] = [];
  if (input.done && role === 'LEAD') faults.push('done');
  if (input.suspensionWanted && role === 'ASSIST') faults.push('suspensionWanted');
  if (input.pauseClocks && (role === 'ASSIST' || input.resumeClocks)) faults.push('pauseClocks');
  if (input.pauseUntil && !input.pauseClocks) faults.push('pauseUntil');
  if (input.resumeClocks && role === 'ASSIST') faults.push('resumeClocks');
  return faults;
}

/** Does this prove that the work was done: a photo after it, or a document? */
export const proves = ({ kind }: Pick<EvidenceInput, 'kind'>): boolean => kind === 'AFTER' || kind === 'DOCUMENT';
