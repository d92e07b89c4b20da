/** Rules of a service record (§5.2): its states, its time, its terms. */
import { addDays, dateIn } from '../../../shared/src/domain/period.ts';
import type { HubError } from '../../../shared/src/errors.ts';
import { refuse } from '../errors.ts';
import type { RecordStatus } from './record.type.ts';
import type { ServiceRecordInput } from './record-command.type.ts';

/** What can be done to a record; `SETTLE` ends a dispute. */
export type RecordStep = 'NOTICE' | 'CONFIRM' | 'DISPUTE' | 'SETTLE' | 'CORRECT' | 'VOID';

/** The states from which each step leads on (state table of §5.2). */
const FROM: Readonly<Record<RecordStep, readonly RecordStatus[]>> = {
  NOTICE: ['DRAFT'],
  CONFIRM: ['NOTICED'],
  DISPUTE: ['NOTICED', 'CONFIRMED'],
  SETTLE: ['DISPUTED'],
  CORRECT: ['DISPUTED', 'CONFIRMED'],
  VOID: ['DRAFT', 'NOTICED', 'DISPUTED', 'CONFIRMED'],
};

/** The step is none for this state: RECORD_LOCKED for good, INVALID_TRANSITION otherwise; null if it may be taken. */
export function stepRefusal(state: RecordStatus, step: RecordStep, field: string[]): HubError | null {
  if (state === 'CORRECTED' || state === 'VOIDED') return refuse('RECORD_LOCKED', { field, details: { state } });
  return FROM[step].includes(state) ? null : refuse('INVALID_TRANSITION', { field, details: { state } });
}

/** Most service minutes of a volunteer in a day. */
export const DAY_LIMIT_MINUTES = 720;
/** Days of public notice inside the organization (公示). */
const NOTICE_DAYS = 7;
/** Days after the confirmation in which the volunteer may dispute. */
const DISPUTE_DAYS = 30;
/** Records of one call. */
export const MOST_RECORDS = 200;

const SHORT_TEXT = 100;
const LONG_TEXT = 1_000;
const REASON = 500;
const MINUTE_MS = 60_000;
const STEP_MINUTES = 5;

/** The notice that begins on this day: seven days after it, the last of them included. */
export const noticeOf = (today: string): { noticeFrom: string; noticeTo: string } => ({
  noticeFrom: today,
  noticeTo: addDays(today, NOTICE_DAYS),
});

/** Has the notice run its time? Its last day is over. */
export const hasPassed = (noticeTo: string | null, today: string): boolean => noticeTo !== null && today > noticeTo;

/** Until which day the volunteer himself may dispute a record that was confirmed at this instant. */
export const disputableUntil = (confirmedAt: string): string => addDays(dateIn(new Date(confirmedAt)), DISPUTE_DAYS);

/** As what somebody disputes a record; a member is of the organization that recorded it. */
export type Disputer = 'VOLUNTEER' | 'MEMBER' | 'AUDITOR';

/** A member disputes while the notice stands, the volunteer up to 30 days after the confirmation, the auditor always. */
export function disputeRefusal(
  record: { confirmedAt: string | null; noticeTo: string | null },
  disputer: Disputer,
  today: string,
): HubError | null {
  const { confirmedAt, noticeTo } = record;
  if (confirmedAt === null || disputer === 'AUDITOR') return null;
  const until = disputer === 'MEMBER' ? noticeTo : disputableUntil(confirmedAt);
  if (disputer === 'VOLUNTEER' && until !== null && today <= until) return null;
  return refuse('DISPUTE_WINDOW', { field: ['recordId'], details: { until } });
}

/** One service as it is to be recorded. */
export interface Service {
  volunteerNumber: string;
  /** Civil day on which it began. */
  on: string;
  startsAt: string;
  endsAt: string;
  minutes: number;
}

/** Service time between two instants in minutes, without travel, rounded down to 5 (§5.2.2). */
export function serviceMinutes(startsAt: string, endsAt: string, told: number | null | undefined): number {
  const span = Math.floor((Date.parse(endsAt) - Date.parse(startsAt)) / MINUTE_MS);
  return Math.floor((told ?? span) / STEP_MINUTES) * STEP_MINUTES;
}

export const serviceOf = (input: ServiceRecordInput): Service => ({
  volunteerNumber: input.volunteerNumber,
  on: dateIn(new Date(input.startsAt)),
  startsAt: input.startsAt,
  endsAt: input.endsAt,
  minutes: serviceMinutes(input.startsAt, input.endsAt, input.minutes),
});

/** A time slot of the activity. */
export interface Slot {
  startsAt: string;
  endsAt: string;
}

/**
 * Everything that is wrong with one record by itself.
 * @param at path of the record in the input
 * @param slots shifts of the activity; service lies inside one of them
 * @param now instant of the command; nobody records what is not over
 */
export function recordRefusals(input: ServiceRecordInput, at: string[], slots: readonly Slot[], now: Date): HubError[] {
  const found: HubError[] = [];
  const wrong = (field: string, expected: string): void => {
    found.push(refuse('VALIDATION_FAILED', { field: [...at, field], details: { expected } }));
  };
  const [from, to] = [Date.parse(input.startsAt), Date.parse(input.endsAt)];
  if (to <= from) wrong('endsAt', 'later than startsAt');
  else if (to > now.getTime()) wrong('endsAt', 'not in the future');
  else if (!slots.some((slot) => Date.parse(slot.startsAt) <= from && to <= Date.parse(slot.endsAt))) {
    wrong('startsAt', 'inside a shift of the activity');
  } else if ((input.minutes ?? 0) > (to - from) / MINUTE_MS || serviceMinutes(input.startsAt, input.endsAt, input.minutes) <= 0) {
    wrong('minutes', 'at least 5, at most the time between startsAt and endsAt');
  }
  if (!isText(input.place, SHORT_TEXT)) wrong('place', `1–${SHORT_TEXT} characters`);
  if (!isText(input.content, LONG_TEXT)) wrong('content', `1–${LONG_TEXT} characters`);
  if (input.responsible && !isText(input.responsible, SHORT_TEXT)) wrong('responsible', `1–${SHORT_TEXT} characters`);
  return found;
}

/** Recording by hand names the person in charge before anybody sees the record (§5.2.12). */
export const responsibleMissing = (field: string[]): HubError =>
  refuse('VALIDATION_FAILED', { field, details: { expected: 'a record that names the person in charge (responsible)' } });

export const nameRefusals = (names: Readonly<Record<string, string>>): HubError[] =>
  Object.entries(names)
    .filter(([, text]) => !isText(text, SHORT_TEXT))
    .map(([field]) => refuse('VALIDATION_FAILED', { field: [field], details: { expected: `1–${SHORT_TEXT} characters` } }));

export const reasonRefusals = (reason: string): HubError[] =>
  isText(reason, REASON) ? [] : [refuse('VALIDATION_FAILED', { field: ['reason'], details: { expected: `1–${REASON} characters` } })];

const isText = (text: string, most: number): boolean => text.trim().length > 0 && text.length <= most;

/**
 * What the database found when it judged services together (`judge_service`), as errors.
 * @param override the limit of the day was to be overridden, which takes two signatures: nobody gives them yet
 */
export function judgedRefusal(problem: string, at: string[], override: boolean): HubError {
  const part = (name: string): string[] => [...at, name];
  switch (problem) {
    case 'RECORD_OVERLAP':
      return refuse('RECORD_OVERLAP', { field: part('startsAt') });
    case 'DAY_LIMIT':
      return refuse('DAY_LIMIT', {
        field: part('minutes'),
        details: { limitMinutes: DAY_LIMIT_MINUTES, ...(override && { override: 'UNAVAILABLE' }) },
      });
    case 'GUARDIAN_REQUIRED':
      return refuse('GUARDIAN_REQUIRED', { field: part('volunteerNumber') });
    default:
      return refuse('VALIDATION_FAILED', { field: part('startsAt'), details: { expected: 'a day on which he was a volunteer' } });
  }
}
