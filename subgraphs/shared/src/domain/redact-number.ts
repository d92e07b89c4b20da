/**
 * Numbers of people (§10.2): telephone, identity card, bank card. A number is a chain of groups of digits with separators between them, as people
 * write it: `138-0013-8000`, `138 0013 8000`, `一三八零零一三八零零零`. At most nineteen digits are looked at together, so the time grows with the
 * length of the text alone.
 */
import { after, before, type Candidate, type FindingKind, type Stretch, stretchesOf } from './redact-text.ts';

interface Group extends Stretch {
  readonly digits: string;
}

/** Consecutive groups read as one number. */
interface Chain {
  readonly start: number;
  readonly end: number;
  readonly digits: string;
  readonly shape: readonly number[];
  /** Some separator is one that lists are written with. */
  readonly listed: boolean;
}

const MOST_DIGITS = 19;
/** How many digits the numbers have that are looked for. */
const LENGTHS = new Set([7, 8, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19]);
/** Between the groups of one number. */
const JOINT = /^[\s\-‐-―_.·•・\u200b-\u200f\u2060\ufeff()]{1,3}$/;
/** Between the groups of one number, and between the numbers of a list as well. */
const LIST_JOINT = /^[\s,，、/*|;+~]{1,2}$/;

const MOBILE = /^(?:(?:00)?86)?(1[3-9]\d{9})$/;
const LANDLINE = /^(?:(?:00)?86)?0?(?:10|2\d|[3-9]\d{2})[2-8]\d{6,7}$/;
const SERVICE_LINE = /^[48]00\d{7}$/;
const PROVINCES = new Set(
  '11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71 81 82 83'.split(' '),
);
const CARD_PREFIX = /^(?:62|60|4|5[1-5]|35|37)/;

const MONEY = '元|块|圆|万|亿|角';
const UNITS = `${MONEY}|平方|平米|㎡|m²|m2|公里|千米|米|km|度|吨|斤|公斤|kg|户(?![名主口])|人|次|天|年|个|件|台|辆|盏|棵|株|%|小时|分钟|岁|步|票|套|份`;
/** Numbers that say what they are. */
const HARMLESS: readonly RegExp[] = [
  /(?<!\d)(?:19|20)\d{2}[-/.年](?:0?[1-9]|1[0-2])(?:[-/.月](?:3[01]|[12]\d|0?[1-9])日?)?(?!\d)/g,
  /(?<!\d)(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:(?:[01]\d|2[0-3])[0-5]\d(?:[0-5]\d)?)?(?!\d)/g,
  /(?<!\d)\d{1,2}:\d{2}(?::\d{2})?(?!\d)/g,
  new RegExp(`(?<![\\d.,])(?:\\d{1,3}(?:,\\d{3}){1,4}|(?!1[3-9]\\d{9}(?:${UNITS}))\\d{1,13})(?:\\.\\d{1,4})?\\s?(?:${UNITS})`, 'g'),
  /[¥￥$]\s?\d{1,3}(?:,?\d{3}){0,4}(?:\.\d{1,2})?(?!\d)/g,
  // A unified social credit code (§3.1) names an organization. Without a letter it is told from an identity card by the card's own rules.
  /(?<![0-9A-Za-z])(?=[0-9X]{0,17}[A-HJ-NPQRTUWY])[159N][0-9A-HJ-NPQRTUWXY]{17}(?![0-9A-Za-z])/g,
  /[〔[(（【](?:19|20)\d{2}[〕\])）】]/g,
];

/** Before a number of a case, a document, a place, a thing. */
const CODE_CUE =
  /(?:单号|编号|案号|工单|受理号?|受理编号|回执|文号|流水|订单|运单|发票|登记号|登记证|信用代码|代码|编码|许可证?|票号|批号|批次|批复|注册号|档案号?|合同号?|序列号|表号|读数|户号|预售证?)(?:号码?|编号)?[为是:：#第\s]{0,3}(?:[A-Za-z]{1,6}[-\s]?)?$/;
const PHONE_CUE =
  /(?:电话|手机|座机|固话|号码|联系方式|联系|致电|拨打|回电|传真|打给我|打我|呼叫|(?:^|[^a-z])(?:tel|phone|mobile|mob|call|fax))(?:号码?|号)?[.为是:：(（\s]{0,3}$/i;
const ID_CUE = /(?:身份证|证件)(?:号码?|件)?[为是:：(（\s]{0,3}$/;
const CARD_CUE = /(?:银行卡|储蓄卡|信用卡|卡号|账号|帐号|账户|帐户|收款|转到|打到|打款|工行|建行|农行|中行|邮储)[^\d]{0,6}$/;
const LETTER_BEFORE = /[A-Za-z]$/;
const CALL_LETTERS = /(?:^|[^A-Za-z])(?:tel|phone|mobile|mob|vx|wx|v|qq|t|m)$/i;
const EXTENSION = /^\s?(?:转|分机|ext\.?|-)\s?\d{1,5}(?!\d)/i;

/** Telephone, identity and bank card numbers, and long numbers that nobody can place. */
export function findNumbers(text: string): Candidate[] {
  const harmless = HARMLESS.flatMap((pattern) => stretchesOf(text, pattern));
  const groups = stretchesOf(text, /\d+/g).map(({ start, end }) => ({ start, end, digits: text.slice(start, end) }));
  const isHarmless = coverOf(harmless);
  const found: Candidate[] = [];
  for (const chain of chainsOf(text, groups)) {
    const judged = judge(text, chain, isHarmless);
    if (judged) found.push(judged);
  }
  return [...found, ...unplaced(text, groups, found, isHarmless), ...findSpelled(text), ...findDisguised(text)];
}

/** Chains of one to nineteen digits, from each group on. */
function* chainsOf(text: string, groups: readonly Group[]): Generator<Chain> {
  for (const [first, group] of groups.entries()) {
    let digits = group.digits;
    let listed = false;
    const shape = [digits.length];
    for (let last = first; digits.length <= MOST_DIGITS; ) {
      const end = groups[last]?.end ?? 0;
      if (LENGTHS.has(digits.length)) yield { start: group.start, end, digits, shape: [...shape], listed };
      const next = groups[++last];
      const gap = next && text.slice(end, Math.min(next.start, end + 4));
      if (!next || gap === undefined || next.start - end > 3) break;
      if (!JOINT.test(gap)) {
        if (!LIST_JOINT.test(gap)) break;
        listed = true;
      }
      digits += next.digits;
      shape.push(next.digits.length);
    }
  }
}

function judge(text: string, chain: Chain, isHarmless: (stretch: Stretch) => boolean): Candidate | null {
  const judged = asIdCard(text, chain) ?? asMobile(text, chain) ?? asLandline(text, chain) ?? asBankCard(text, chain);
  // A card number with its check character right is one, whatever it looks like besides.
  if (!judged || judged.kind === 'ID_CARD' || !isHarmless(chain)) return judged;
  // The middle of a date is no beginning.
  const { start } = chain;
  if (isHarmless({ start: start - 1, end: start }) && isHarmless({ start, end: start + 1 })) return null;
  return judged.certain || judged.kind === 'MOBILE' ? { ...judged, certain: false } : null;
}

const candidate = (kind: FindingKind, { start, end }: Stretch, certain: boolean): Candidate => ({ kind, start, end, certain });

function asIdCard(text: string, chain: Chain): Candidate | null {
  const x = chain.digits.length === 17 ? (/^[\s-]?[Xx](?![0-9A-Za-z])/.exec(after(text, chain.end, 3))?.[0] ?? '') : '';
  const number = x ? `${chain.digits}X` : chain.digits;
  const stretch = { start: chain.start, end: chain.end + x.length };
  const cued = ID_CUE.test(before(text, chain.start));
  if (number.length === 18 && PROVINCES.has(number.slice(0, 2)) && isDay(number.slice(6, 14))) {
    return candidate('ID_CARD', stretch, !chain.listed && (cued || idCheckCharacter(number) === number[17]));
  }
  // The first generation: two digits of the year, no check character.
  if (number.length === 15 && chain.shape.length === 1 && PROVINCES.has(number.slice(0, 2)) && isDay(`19${number.slice(6, 12)}`)) {
    return CODE_CUE.test(before(text, chain.start)) ? null : candidate('ID_CARD', stretch, cued);
  }
  return cued && number.length >= 15 ? candidate('ID_CARD', stretch, number.length === 18 || number.length === 15) : null;
}

function asMobile(text: string, chain: Chain): Candidate | null {
  if (!MOBILE.test(chain.digits)) return null;
  const prior = before(text, chain.start);
  const lettered = LETTER_BEFORE.test(prior) && !CALL_LETTERS.test(prior);
  const plus = /[+(（]$/.test(prior) ? 1 : 0;
  const stretch = { start: chain.start - plus, end: chain.end };
  const shape = shapeKind(chain);
  if (shape === 'ODD') return null;
  const doubtful = lettered || CODE_CUE.test(prior) || new RegExp(`^(?:${UNITS})`).test(after(text, chain.end, 3));
  return candidate('MOBILE', stretch, shape === 'USUAL' && !doubtful);
}

/** How usual it is to write eleven digits in these groups: a list of small numbers is no telephone. */
function shapeKind({ digits, shape, listed }: Chain): 'USUAL' | 'RARE' | 'ODD' {
  const own = shape.length > 1 && /^(?:00)?86$/.test(digits.slice(0, shape[0])) ? shape.slice(1) : shape;
  const text = own.join('-');
  if (own.length === 1 || text === '3-4-4') return 'USUAL';
  if (listed) return own.every((length) => length === 1) ? 'RARE' : 'ODD';
  if (own.every((length) => length === 1) || (own[0] ?? 0) >= 3) return 'USUAL';
  return 'RARE';
}

function asLandline(text: string, chain: Chain): Candidate | null {
  const { digits, shape, listed } = chain;
  if (SERVICE_LINE.test(digits) || listed) return null;
  const prior = before(text, chain.start);
  const certainEnd = {
    start: chain.start - (/[(（+]$/.test(prior) ? 1 : 0),
    end: chain.end + (EXTENSION.exec(after(text, chain.end))?.[0].length ?? 0),
  };
  if (LANDLINE.test(digits) && /^(?:0|86|\+)/.test(digits)) {
    return candidate('LANDLINE', certainEnd, !CODE_CUE.test(prior) && !LETTER_BEFORE.test(prior));
  }
  if (!/^[2-8]\d{6,7}$/.test(digits)) return null;
  if (PHONE_CUE.test(prior)) return candidate('LANDLINE', certainEnd, true);
  return shape.join('-') === '4-4' || shape.join('-') === '3-4' ? candidate('LANDLINE', certainEnd, false) : null;
}

function asBankCard(text: string, chain: Chain): Candidate | null {
  const { digits, listed } = chain;
  if (digits.length < 16 || listed) return null;
  const prior = before(text, chain.start);
  const cued = CARD_CUE.test(prior);
  const valid = passesLuhn(digits);
  if (cued) return candidate('BANK_CARD', chain, true);
  if (!valid || LETTER_BEFORE.test(prior)) return null;
  return candidate('BANK_CARD', chain, CARD_PREFIX.test(digits) && !CODE_CUE.test(prior));
}

/** Seven digits and more that are no known kind, no date, no quantity and no code that says what it is. */
function unplaced(
  text: string,
  groups: readonly Group[],
  found: readonly Stretch[],
  isHarmless: (stretch: Stretch) => boolean,
): Candidate[] {
  const isFound = coverOf(found);
  return groups
    .filter((group) => group.digits.length >= 7 && !isFound(group) && !isHarmless(group) && !SERVICE_LINE.test(group.digits))
    .filter(({ start }) => !LETTER_BEFORE.test(before(text, start)) && !CODE_CUE.test(before(text, start)))
    .map((group) => candidate('NUMBER', group, false));
}

const SPELLED: Readonly<Record<string, string>> = Object.fromEntries(
  ['零〇○', '一壹幺', '二贰两', '三叁', '四肆', '五伍', '六陆', '七柒', '八捌', '九玖'].flatMap((all, digit) =>
    [...all].map((each) => [each, String(digit)]),
  ),
);
const SPELLED_RUN =
  /[0-9零〇○一壹幺二贰两三叁四肆五伍六陆七柒八捌九玖](?:[\s\-.·,，、\u200b]?[0-9零〇○一壹幺二贰两三叁四肆五伍六陆七柒八捌九玖])+/g;

/** Telephone and card numbers of which some digit is written as a word; what follows may begin with such a word (`一直打不通`). */
function findSpelled(text: string): Candidate[] {
  return [...text.matchAll(SPELLED_RUN)].flatMap((run) => {
    if (/^[\d\s\-.·,，、\u200b]*$/.test(run[0])) return [];
    const places = [...run[0]].flatMap((character, at) => (character in SPELLED || /\d/.test(character) ? [at] : []));
    const digits = places.map((at) => SPELLED[run[0][at] ?? ''] ?? run[0][at]).join('');
    const spelled = [...run[0]].filter((character) => character in SPELLED).length;
    const stretch = (from: number, length: number): Stretch => ({
      start: run.index + (places[from] ?? 0),
      end: run.index + (places[from + length - 1] ?? 0) + 1,
    });
    const ids = [...digits.matchAll(/\d{6}(?:19|20)\d{9}/g)].filter(([id]) => idCheckCharacter(id) === id[17]);
    const mobiles = [...digits.matchAll(/1[3-9]\d{9}/g)].map(({ index }) => candidate('MOBILE', stretch(index, 11), true));
    const landlines = [...digits.matchAll(/0(?:[12]\d|[3-9]\d{2})[2-8]\d{6,7}/g)].map(({ index, 0: all }) =>
      candidate('LANDLINE', stretch(index, all.length), true),
    );
    const found = [...ids.map(({ index }) => candidate('ID_CARD', stretch(index, 18), true)), ...mobiles, ...landlines];
    return found.length === 0 && digits.length >= 7 && spelled >= 3 ? [candidate('NUMBER', stretch(0, digits.length), false)] : found;
  });
}

/** Mobile numbers in which letters stand for digits: `l38OO138OOO`. */
function findDisguised(text: string): Candidate[] {
  return [...text.matchAll(/(?<![0-9A-Za-z])[0-9oOlI]{11}(?![0-9A-Za-z])/g)]
    .filter(
      ({ 0: all }) =>
        /[oOlI]/.test(all) && /(?:\d.*){5}/.test(all) && /^1[3-9]\d{9}$/.test(all.replace(/[oO]/g, '0').replace(/[lI]/g, '1')),
    )
    .map(({ index, 0: all }) => candidate('MOBILE', { start: index, end: index + all.length }, false));
}

/** Tells whether a stretch touches one of these. */
function coverOf(stretches: readonly Stretch[]): (stretch: Stretch) => boolean {
  const sorted = merge(stretches);
  return ({ start, end }) => {
    let low = 0;
    let high = sorted.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((sorted[middle]?.end ?? 0) <= start) low = middle + 1;
      else high = middle;
    }
    return (sorted[low]?.start ?? Number.POSITIVE_INFINITY) < end;
  };
}

/** The same characters in as few stretches as possible, in order. */
export function merge(stretches: readonly Stretch[]): Stretch[] {
  const merged: { start: number; end: number }[] = [];
  for (const { start, end } of stretches.toSorted((a, b) => a.start - b.start)) {
    const last = merged.at(-1);
    if (last && start <= last.end) last.end = Math.max(last.end, end);
    else merged.push({ start, end });
  }
  return merged;
}

function isDay(text: string): boolean {
  const [, year = '', month = '', day = ''] = /^((?:19|20)\d{2})(\d{2})(\d{2})$/.exec(text) ?? [];
  const date = new Date(`${year}-${month}-${day}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.getUTCDate() === Number(day);
}

/** Check character of the first seventeen digits of an identity card (GB 11643). */
export function idCheckCharacter(first17: string): string {
  let sum = 0;
  for (let place = 0; place < 17; place += 1) sum += Number(first17[place]) * (2 ** (17 - place) % 11);
  return '10X98765432'[sum % 11] ?? '';
}

/** The check of bank cards (ISO/IEC 7812). */
export function passesLuhn(digits: string): boolean {
  let sum = 0;
  for (let place = digits.length - 1, doubled = false; place >= 0; place -= 1, doubled = !doubled) {
    const value = Number(digits[place]) * (doubled ? 2 : 1);
    sum += value > 9 ? value - 9 : value;
  }
  return sum % 10 === 0;
}
