/** Rules of registering a volunteer (§5.2): consent, age and guardian, number, the name that others see. */
import { maskName } from '../../../shared/src/domain/mask.ts';
import { addMonths } from '../../../shared/src/domain/period.ts';
import type { HubError } from '../../../shared/src/errors.ts';
import { refuse } from '../errors.ts';
import type { RegisterVolunteerInput } from './volunteer-command.type.ts';

/** Version of the consent text in force (个人信息处理告知). */
export const CONSENT_TEXT = '2026-1';
/** Below it data are collected with the guardian's consent alone, below `ADULT` a guardian stands beside. */
const CHILD = 14;
const ADULT = 18;
/** The oldest anybody is. */
const OLDEST = 120;

const MONTH = /^\d{4}-(0[1-9]|1[0-2])$/;
const PHONE = /^(1\d{10}|0\d{9,11})$/;
const NUMBER = /^[0-9A-Z]{8,20}$/;
/** So many digits may be somebody's telephone. */
const DIGITS = /\d(?:[\s-]?\d){4,}/;
const NAME_LENGTH = 40;
const DISPLAY_NAME_LENGTH = 20;

export type AgeBand = 'UNDER_14' | 'FROM_14_TO_17' | 'ADULT';

/** Has somebody born in this month (`YYYY-MM`) turned `age` by this day, whichever day of the month he was born? */
const hasTurned = (age: number, birthMonth: string, day: string): boolean => addMonths(`${birthMonth}-01`, age * 12 + 1) <= day;

/** All that leaves the vault of a birth month. */
export function ageBandOf(birthMonth: string, day: string): AgeBand {
  if (hasTurned(ADULT, birthMonth, day)) return 'ADULT';
  return hasTurned(CHILD, birthMonth, day) ? 'FROM_14_TO_17' : 'UNDER_14';
}

/** Chosen by the volunteer; surname and 师傅 unless he chose. */
export const displayNameOf = (legalName: string, chosen: string | null | undefined): string =>
  chosen?.trim() || `${maskName(legalName).slice(0, -1)}师傅`;

/** A telephone number without spaces, hyphens and country code, as it is compared. */
export const plainPhone = (phone: string): string => phone.replace(/[\s\-()（）]/g, '').replace(/^(?:\+86|0086)/, '');

/** The number that the hub gives to who has none of the national system: no region begins with 9. */
export const hubNumber = (serial: number): string => `9${String(serial).padStart(13, '0')}`;

/** Everything that is wrong with a registration of this day; details never say what was sent. */
export function refusalsOf(input: RegisterVolunteerInput, today: string): HubError[] {
  return [...identityRefusals(input, today), ...publicRefusals(input), ...consentRefusals(input, today)];
}

function identityRefusals({ legalName, phone, birthMonth, guardian }: RegisterVolunteerInput, today: string): HubError[] {
  const found: HubError[] = [];
  if (!isName(legalName)) found.push(invalid(['legalName'], `1–${NAME_LENGTH} characters`));
  if (!isPhone(phone)) found.push(invalid(['phone'], 'a telephone number of the mainland'));
  if (!isBirthMonth(birthMonth, today)) found.push(invalid(['birthMonth'], 'YYYY-MM, not in the future'));
  if (guardian && !isName(guardian.legalName)) found.push(invalid(['guardian', 'legalName'], `1–${NAME_LENGTH} characters`));
  if (guardian && !isPhone(guardian.phone)) found.push(invalid(['guardian', 'phone'], 'a telephone number of the mainland'));
  return found;
}

function publicRefusals({ displayName, number }: RegisterVolunteerInput): HubError[] {
  const found: HubError[] = [];
  if (displayName && (displayName.trim().length > DISPLAY_NAME_LENGTH || DIGITS.test(displayName))) {
    found.push(invalid(['displayName'], `at most ${DISPLAY_NAME_LENGTH} characters, no telephone number`));
  }
  if (number && (!NUMBER.test(number) || isIdCard(number))) found.push(invalid(['number'], "the volunteer's number, never the ID card's"));
  return found;
}

function consentRefusals({ consentTextVersion, birthMonth, guardian }: RegisterVolunteerInput, today: string): HubError[] {
  const found: HubError[] = [];
  if (consentTextVersion !== CONSENT_TEXT) {
    found.push(refuse('CONSENT_REQUIRED', { field: ['consentTextVersion'], details: { version: CONSENT_TEXT } }));
  }
  if (!isBirthMonth(birthMonth, today)) return found;
  const band = ageBandOf(birthMonth, today);
  if (band !== 'ADULT' && !guardian) found.push(refuse('GUARDIAN_REQUIRED', { field: ['guardian'] }));
  if (band === 'UNDER_14' && guardian && !guardian.consentFileId) {
    found.push(refuse('GUARDIAN_REQUIRED', { field: ['guardian', 'consentFileId'] }));
  }
  return found;
}

const invalid = (field: string[], expected: string): HubError => refuse('VALIDATION_FAILED', { field, details: { expected } });

const isName = (name: string): boolean => name.trim().length > 0 && name.trim().length <= NAME_LENGTH;
const isPhone = (phone: string): boolean => PHONE.test(plainPhone(phone));
const isBirthMonth = (month: string, today: string): boolean =>
  MONTH.test(month) && `${month}-01` <= today && !hasTurned(OLDEST, month, today);

const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const CHECKS = '10X98765432';

/** A citizen's ID number by its check character (GB 11643). */
function isIdCard(text: string): boolean {
  if (!/^\d{17}[\dX]$/.test(text)) return false;
  return text[17] === CHECKS[WEIGHTS.reduce((sum, weight, i) => sum + weight * Number(text[i]), 0) % 11];
}
