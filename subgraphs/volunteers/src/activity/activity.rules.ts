/** Rules of an activity in the making (§5.2). */
import type { HubError } from '../../../shared/src/errors.ts';
import { refuse } from '../errors.ts';
import type { CreateActivityInput, ShiftInput } from './activity-command.type.ts';

const TITLE_LENGTH = 80;
const DESCRIPTION_LENGTH = 2_000;
export const MOST_SHIFTS = 100;
const LARGEST_CAPACITY = 10_000;
const OLDEST_AGE = 99;

/** Everything that is wrong with an activity as it is made. */
export function refusalsOf(input: CreateActivityInput): HubError[] {
  const found: HubError[] = [];
  if (!isText(input.title, TITLE_LENGTH)) found.push(invalid(['title'], `1–${TITLE_LENGTH} characters`));
  if (!isText(input.description, DESCRIPTION_LENGTH)) found.push(invalid(['description'], `1–${DESCRIPTION_LENGTH} characters`));
  if (input.riskLevel === 'HAZARDOUS' && input.insured && !input.insuranceFileId) {
    found.push(refuse('INSURANCE_REQUIRED', { field: ['insuranceFileId'] }));
  }
  if (input.shifts.length === 0) found.push(refuse('NO_SHIFT', { field: ['shifts'] }));
  return [...found, ...input.shifts.flatMap(shiftRefusals)];
}

function shiftRefusals(shift: ShiftInput, index: number): HubError[] {
  const at = (name: string): string[] => ['shifts', String(index), name];
  const found: HubError[] = [];
  if (shift.id) found.push(invalid(at('id'), 'nothing: a new shift gets its id from the hub'));
  if (Date.parse(shift.endsAt) <= Date.parse(shift.startsAt)) found.push(invalid(at('endsAt'), 'later than startsAt'));
  if (shift.capacity < 1 || shift.capacity > LARGEST_CAPACITY) found.push(invalid(at('capacity'), `1–${LARGEST_CAPACITY}`));
  if (shift.checkInMethods.length === 0) found.push(invalid(at('checkInMethods'), 'at least one method'));
  const minAge = shift.minAge ?? 0;
  if (minAge < 0 || minAge > OLDEST_AGE) found.push(invalid(at('minAge'), `0–${OLDEST_AGE}`));
  return found;
}

/** First shift's start and last shift's end. @param shifts at least one */
export function spanOf(shifts: readonly Pick<ShiftInput, 'startsAt' | 'endsAt'>[]): { startsAt: string; endsAt: string } {
  const starts = shifts.map((shift) => Date.parse(shift.startsAt));
  const ends = shifts.map((shift) => Date.parse(shift.endsAt));
  return { startsAt: new Date(Math.min(...starts)).toISOString(), endsAt: new Date(Math.max(...ends)).toISOString() };
}

const isText = (text: string, most: number): boolean => text.trim().length > 0 && text.length <= most;
const invalid = (field: string[], expected: string): HubError => refuse('VALIDATION_FAILED', { field, details: { expected } });
