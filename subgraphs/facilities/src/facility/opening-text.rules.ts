/**
 * Opening hours as somebody gives them (§6.1): rules and exceptions, or a text of OpenStreetMap's `opening_hours`. Of that language those
 * words are read which can be kept: weekdays, times, `off`, `24/7` and `PH`.
 *
 *     Mo-Fr 08:00-12:00,14:30-18:00; Sa 09:00-12:00; PH off
 */
import { refuse } from '../errors.ts';
import { type HolidayPolicy, type Opening, type OpeningExceptionRow, type OpeningRuleRow, weeklyMinutes } from './opening.rules.ts';

const DAYS = ['Mo', 'Tu', 'We', 'Th', 'Fr', 'Sa', 'Su'];
const SUNDAY = 7;
const EVERY_DAY = [1, 2, 3, 4, 5, 6, 7];
const TIME = /^(?:[01]\d|2[0-3]):[0-5]\d$/;
const MOST_RULES = 100;
const MOST_TEXT = 1_000;

interface Hours {
  from: string;
  to: string;
}

const isSpan = ({ from, to }: Hours): boolean => TIME.test(from) && (TIME.test(to) || to === '24:00');

/** Says what can be read and kept, and does not repeat what was sent. */
const notRead = () =>
  refuse('OPENING_SYNTAX', { field: ['osm'], details: { example: 'Mo-Fr 08:00-12:00,14:30-18:00; Sa 09:00-12:00; PH off' } });

/** `Mo-We,Fr` as numbers; a range may go over the week's end. @throws HubError OPENING_SYNTAX */
function weekdaysOf(text: string): number[] {
  return text.split(',').flatMap((part) => {
    const [first = '', last = first, ...more] = part.split('-');
    const [from, to] = [DAYS.indexOf(first) + 1, DAYS.indexOf(last) + 1];
    if (from === 0 || to === 0 || more.length > 0) throw notRead();
    return Array.from({ length: ((to - from + 7) % 7) + 1 }, (_, i) => ((from - 1 + i) % 7) + 1);
  });
}

function hoursOf(text: string): Hours[] {
  if (text === 'off' || text === 'closed') return [];
  return text.split(',').map((part) => {
    const [from = '', to = '', ...more] = part.split('-');
    if (!isSpan({ from, to }) || more.length > 0) throw notRead();
    return { from, to };
  });
}

/** What a text says: hours of each weekday, and of public holidays if it speaks of them. */
interface Week {
  hours: Map<number, Hours[]>;
  holidays: Hours[] | null;
}

/** A later part of the text takes the place of an earlier one on its days, as OpenStreetMap reads it. */
function weekOf(text: string): Week {
  const week: Week = { hours: new Map(), holidays: null };
  for (const part of text.split(';').map((each) => each.trim().replaceAll(/\s*([,-])\s*/g, '$1'))) {
    if (part === '') continue;
    if (part === '24/7') {
      for (const day of EVERY_DAY) week.hours.set(day, [{ from: '00:00', to: '24:00' }]);
      continue;
    }
    const [, days, times = ''] = /^(?:([A-Z][A-Za-z,-]*) +)?([^ ]+)$/.exec(part) ?? [];
    if (times === '') throw notRead();
    const hours = hoursOf(times);
    const names = days?.split(',') ?? [];
    if (names.includes('PH')) week.holidays = hours;
    const weekdays = names.filter((name) => name !== 'PH').join(',');
    if (weekdays === '' && days !== undefined) continue;
    for (const day of days === undefined ? EVERY_DAY : weekdaysOf(weekdays)) week.hours.set(day, hours);
  }
  return week;
}

const written = (hours: readonly Hours[]): string =>
  hours
    .map(({ from, to }) => `${from}-${to}`)
    .sort()
    .join(',');

/** Days with the same hours as one rule each, by the first day. */
function rulesOf({ hours }: Week): OpeningRuleRow[] {
  const spans = [...hours].sort(([a], [b]) => a - b).flatMap(([day, each]) => each.map((span) => ({ day, ...span })));
  const groups = Map.groupBy(spans, ({ from, to }) => `${from}-${to}`);
  return [...groups.values()].map((same) => ({
    weekdays: [...new Set(same.map(({ day }) => day))],
    from: same[0]?.from ?? '',
    to: same[0]?.to ?? '',
  }));
}

/**
 * What a text says of public holidays, as a policy: `PH off` is CLOSED, hours are those of Sunday.
 * @throws HubError OPENING_SYNTAX for other hours, which cannot be kept, and for a policy that says something else.
 */
function policyOf({ hours, holidays }: Week, given: HolidayPolicy): HolidayPolicy {
  if (holidays === null) return given;
  const said: HolidayPolicy | null =
    holidays.length === 0 ? 'CLOSED' : written(holidays) === written(hours.get(SUNDAY) ?? []) ? 'AS_SUNDAY' : null;
  if (said === null) throw notRead();
  // CLOSED is what the input says when nobody said anything; SPECIAL is closed but for exceptions.
  if (said === 'CLOSED' && given === 'SPECIAL') return given;
  if (given !== 'CLOSED' && given !== said) throw refuse('OPENING_SYNTAX', { field: ['onStatutoryHoliday'], details: { osm: said } });
  return said;
}

export interface GivenOpening {
  osm?: string | null;
  rules?: readonly OpeningRuleRow[] | null;
  onStatutoryHoliday?: HolidayPolicy | null;
  onMakeUpWorkday?: HolidayPolicy | null;
  exceptions?: readonly { date: string; open: boolean; from?: string | null; to?: string | null; reason?: string | null }[] | null;
}

/**
 * Opening hours as they are kept, from a text or from rules.
 * @throws HubError VALIDATION_FAILED unless exactly one of `osm` and `rules` is given; OPENING_SYNTAX; OPENING_NEVER_OPEN
 */
export function openingFrom({ osm, rules, ...given }: GivenOpening): Opening {
  if (((osm ?? null) === null) === ((rules ?? null) === null))
    throw refuse('VALIDATION_FAILED', { field: ['osm'], details: { exactlyOneOf: ['osm', 'rules'] } });
  const week = typeof osm === 'string' ? weekOf(checkedText(osm)) : null;
  const policy = given.onStatutoryHoliday ?? 'CLOSED';
  const opening: Opening = {
    rules: week ? rulesOf(week) : checkedRules(rules ?? []),
    onStatutoryHoliday: week ? policyOf(week, policy) : policy,
    onMakeUpWorkday: given.onMakeUpWorkday ?? 'AS_WEEKDAY',
    exceptions: checkedExceptions(given.exceptions ?? []),
  };
  const isEverOpen = weeklyMinutes(opening.rules) > 0 || opening.exceptions.some(({ open, from }) => open && from !== null);
  if (!isEverOpen) throw refuse('OPENING_NEVER_OPEN', { field: [week ? 'osm' : 'rules'] });
  return opening;
}

function checkedText(osm: string): string {
  if (osm.trim() === '' || osm.length > MOST_TEXT) throw notRead();
  return osm;
}

function checkedRules(rules: readonly OpeningRuleRow[]): OpeningRuleRow[] {
  if (rules.length > MOST_RULES) throw refuse('OPENING_SYNTAX', { field: ['rules'], details: { most: MOST_RULES } });
  return rules.map(({ weekdays, from, to }, index) => {
    const wrong = (field: string) => refuse('OPENING_SYNTAX', { field: ['rules', String(index), field] });
    if (weekdays.length === 0 || weekdays.some((day) => !EVERY_DAY.includes(day))) throw wrong('weekdays');
    if (!TIME.test(from)) throw wrong('from');
    if (!isSpan({ from, to })) throw wrong('to');
    return { weekdays: [...new Set(weekdays)].sort(), from, to };
  });
}

/** Single days: hours whole or not at all, none on a closed day, and no day both open and closed. */
function checkedExceptions(given: NonNullable<GivenOpening['exceptions']>): OpeningExceptionRow[] {
  if (given.length > MOST_RULES) throw refuse('OPENING_SYNTAX', { field: ['exceptions'], details: { most: MOST_RULES } });
  return given.map(({ date, open, from = null, to = null, reason = null }, index) => {
    const isWhole = from === null ? to === null : open && to !== null && isSpan({ from, to });
    const contradicts = given.some((other) => other.date === date && other.open !== open);
    if (!isWhole || contradicts) throw refuse('OPENING_SYNTAX', { field: ['exceptions', String(index)] });
    return { date, open, from, to, reason };
  });
}
