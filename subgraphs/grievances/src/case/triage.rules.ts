import { redact } from '../../../shared/src/domain/redact.ts';

// What triage needs (§7.2): a title, a de-identified summary, and every report's text decided where the redactor is unsure.

export const LIMITS = { title: 100, summary: 2_000, text: 5_000 } as const;

/** A report as triage sees it: the redactor has been over it, a person perhaps too. */
export interface TriagedReport {
  readonly id: string;
  readonly redaction: 'SURE' | 'UNSURE' | 'DECIDED';
}

/** Reports in which the redactor is unsure of something that no person has decided, now or before. */
export const undecided = (reports: readonly TriagedReport[], decidedNow: ReadonlySet<string>): string[] =>
  reports.filter(({ id, redaction }) => redaction === 'UNSURE' && !decidedNow.has(id)).map(({ id }) => id);

/** A text that a person wrote, without what certainly tells who somebody is. */
export const deidentified = (text: string): string => redact(text.trim()).text;
