import { addDays } from './period.ts';
import { ValueError } from './value-error.ts';

/** A day off with the name of its holiday. */
export interface CalendarDay {
  readonly date: string;
  readonly name: string;
}

/**
 * Lunar New Year, Dragon Boat and Mid-Autumn of each year, month and day, by the rules of GB/T 33661-2017 (农历的编算和颁行): a lunar month begins
 * on the civil day of the new moon in UTC+8. The table is kept because the Chinese calendar of JavaScript runtimes is a day off where
 * the new moon falls within minutes of midnight (2027-02-06 23:56, 2030-02-03 00:08).
 */
const LUNAR_DAYS: Readonly<Record<number, string>> = {
  2000: '0205 0606 0912',
  2001: '0124 0625 1001',
  2002: '0212 0615 0921',
  2003: '0201 0604 0911',
  2004: '0122 0622 0928',
  2005: '0209 0611 0918',
  2006: '0129 0531 1006',
  2007: '0218 0619 0925',
  2008: '0207 0608 0914',
  2009: '0126 0528 1003',
  2010: '0214 0616 0922',
  2011: '0203 0606 0912',
  2012: '0123 0623 0930',
  2013: '0210 0612 0919',
  2014: '0131 0602 0908',
  2015: '0219 0620 0927',
  2016: '0208 0609 0915',
  2017: '0128 0530 1004',
  2018: '0216 0618 0924',
  2019: '0205 0607 0913',
  2020: '0125 0625 1001',
  2021: '0212 0614 0921',
  2022: '0201 0603 0910',
  2023: '0122 0622 0929',
  2024: '0210 0610 0917',
  2025: '0129 0531 1006',
  2026: '0217 0619 0925',
  2027: '0206 0609 0915',
  2028: '0126 0528 1003',
  2029: '0213 0616 0922',
  2030: '0203 0605 0912',
  2031: '0123 0624 1001',
  2032: '0211 0612 0919',
  2033: '0131 0601 0908',
  2034: '0219 0620 0927',
  2035: '0208 0610 0916',
  2036: '0128 0530 1004',
  2037: '0215 0618 0924',
  2038: '0204 0607 0913',
  2039: '0124 0527 1002',
  2040: '0212 0614 0920',
  2041: '0201 0603 0910',
  2042: '0122 0622 0928',
  2043: '0210 0611 0917',
  2044: '0130 0531 1005',
  2045: '0217 0619 0925',
  2046: '0206 0608 0915',
  2047: '0126 0529 1004',
  2048: '0214 0615 0922',
  2049: '0202 0604 0911',
  2050: '0123 0623 0930',
};
const FIRST_YEAR = 2000;
const LAST_YEAR = 2050;

const datesOf = new Map<number, ReadonlySet<string>>();

/**
 * The thirteen days of the Regulation on Public Holidays (全国年节及纪念日放假办法, as amended 2024), by date: New Year 1, Spring Festival 4 (its
 * eve to the third day), Qingming 1, Labour Day 2, Dragon Boat 1, Mid-Autumn 1, National Day 3. Two of them may fall on one day.
 *
 * They stand in for a calendar that the State Council has not published yet (§3.3); weekends worked and days in lieu are nobody's to guess.
 *
 * @throws ValueError `VALIDATION_FAILED` outside 2000–2050
 */
export function statutoryDays(year: number): readonly CalendarDay[] {
  const [newYear, dragonBoat, midAutumn] = lunarDays(year);
  const days = [
    ...span('元旦', `${year}-01-01`, 1),
    ...span('春节', addDays(newYear, -1), 4),
    ...span('清明节', qingming(year), 1),
    ...span('劳动节', `${year}-05-01`, 2),
    ...span('端午节', dragonBoat, 1),
    ...span('中秋节', midAutumn, 1),
    ...span('国庆节', `${year}-10-01`, 3),
  ];
  return days.sort((a, b) => a.date.localeCompare(b.date));
}

/** Whether a civil day is one of them. @throws ValueError `VALIDATION_FAILED` outside 2000–2050 */
export function isStatutoryDay(date: string): boolean {
  const year = Number(date.slice(0, 4));
  let dates = datesOf.get(year);
  if (!dates) {
    dates = new Set(statutoryDays(year).map((day) => day.date));
    datesOf.set(year, dates);
  }
  return dates.has(date);
}

function lunarDays(year: number): [string, string, string] {
  const [newYear, dragonBoat, midAutumn] = (LUNAR_DAYS[year] ?? '').split(' ');
  if (newYear && dragonBoat && midAutumn) return [dateOf(year, newYear), dateOf(year, dragonBoat), dateOf(year, midAutumn)];
  throw new ValueError(
    'VALIDATION_FAILED',
    `法定节假日仅可推算 ${FIRST_YEAR}–${LAST_YEAR} 年`,
    `Statutory holidays are known for ${FIRST_YEAR}–${LAST_YEAR} only`,
    { year },
  );
}

function dateOf(year: number, monthDay: string): string {
  return `${year}-${monthDay.slice(0, 2)}-${monthDay.slice(2)}`;
}

function span(name: string, first: string, length: number): CalendarDay[] {
  return Array.from({ length }, (_, i) => ({ date: addDays(first, i), name }));
}

/** The civil day of the solar term Qingming: ⌊0.2422·y + 4.81⌋ − ⌊y/4⌋ of April, y the year within the century; holds for 2000–2099. */
function qingming(year: number): string {
  const y = year % 100;
  const day = Math.floor((y * 2422 + 48_100) / 10_000) - Math.floor(y / 4);
  return `${year}-04-0${day}`;
}
