import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Finding, type FindingKind, redact } from '../../subgraphs/shared/src/domain/redact.ts';
import { CASES } from './redact.cases.ts';

const KINDS: Readonly<Record<string, FindingKind>> = {
  N: 'NAME',
  M: 'MOBILE',
  L: 'LANDLINE',
  I: 'ID_CARD',
  B: 'BANK_CARD',
  P: 'PLATE',
  E: 'EMAIL',
  A: 'ACCOUNT',
  R: 'ROOM',
};

interface Case {
  text: string;
  wanted: Finding[];
  doubtful: Finding[];
}

/** A text without its brackets, and where they stood. */
function parseCase(marked: string): Case {
  const wanted: Finding[] = [];
  const doubtful: Finding[] = [];
  let text = '';
  let from = 0;
  for (const { index, 0: all, 1: letter = '', 2: value = '' } of marked.matchAll(/\[([NMLIBPEAR?]) ([^\]]*)\]/g)) {
    text += marked.slice(from, index);
    const span = { start: text.length, end: text.length + value.length };
    if (letter === '?') doubtful.push({ kind: 'NUMBER', ...span });
    else wanted.push({ kind: KINDS[letter] ?? 'NUMBER', ...span });
    text += value;
    from = index + all.length;
  }
  return { text: text + marked.slice(from), wanted, doubtful };
}

const overlaps = (a: Finding, b: Finding): boolean => a.start < b.end && b.start < a.end;
const covers = (found: readonly Finding[], { start, end }: Finding): boolean => {
  for (let place = start; place < end; place += 1) if (!found.some((each) => each.start <= place && place < each.end)) return false;
  return true;
};

interface Score {
  wanted: number;
  taken: number;
  unsaid: number;
  right: number;
  wrong: number;
}

function measure(): { scores: Map<FindingKind, Score>; complaints: string[] } {
  const scores = new Map<FindingKind, Score>(
    Object.values(KINDS).map((kind) => [kind, { wanted: 0, taken: 0, unsaid: 0, right: 0, wrong: 0 }]),
  );
  const complaints: string[] = [];
  const scoreOf = (kind: FindingKind): Score => scores.get(kind) ?? expect.fail(`certain about ${kind}`);
  for (const { text, wanted, doubtful } of CASES.map(parseCase)) {
    const { certain, uncertain } = redact(text);
    for (const each of wanted) {
      const score = scoreOf(each.kind);
      score.wanted += 1;
      if (covers(certain, each)) score.taken += 1;
      else if (!covers([...certain, ...uncertain], each)) score.unsaid += 1;
      if (!covers(certain, each)) complaints.push(`left ${each.kind}: ${text}`);
    }
    for (const each of certain) {
      const meant = wanted.find((one) => overlaps(one, each));
      // Two characters more, a bracket or a comma, do no harm.
      const isRight = meant !== undefined && each.end - each.start <= meant.end - meant.start + 2;
      scoreOf(meant?.kind ?? each.kind)[isRight ? 'right' : 'wrong'] += 1;
      if (!isRight) complaints.push(`took ${each.kind} «${text.slice(each.start, each.end)}»: ${text}`);
    }
    for (const each of doubtful) if (!uncertain.some((one) => overlaps(one, each))) complaints.push(`did not say it is unsure: ${text}`);
    for (const each of uncertain) {
      if (![...wanted, ...doubtful].some((one) => overlaps(one, each)))
        complaints.push(`unsure of «${text.slice(each.start, each.end)}»: ${text}`);
    }
  }
  return { scores, complaints };
}

/** In hundredths, rounded down. */
const percent = (part: number, whole: number): number => Math.floor((100 * part) / whole);

describe('on the fixed set of texts', () => {
  const { scores, complaints } = measure();

  test('each class is found and nothing else is taken: precision and recall', () => {
    const table = [...scores].map(([kind, { wanted, taken, unsaid, right, wrong }]) => ({
      kind,
      wanted,
      'precision %': percent(right, right + wrong),
      'recall %': percent(taken, wanted),
      'missed unsaid': unsaid,
    }));
    console.table(table);
    console.log(`${CASES.length} texts; what is not as marked:\n${complaints.join('\n')}`);
    expect(CASES.length).toBeGreaterThanOrEqual(200);
    expect(new Set(CASES).size).toBe(CASES.length);
    for (const { kind, wanted, ...rates } of table) {
      expect(wanted, `texts with ${kind}`).toBeGreaterThanOrEqual(6);
      expect(rates['precision %'], `precision of ${kind}`).toBeGreaterThanOrEqual(98);
      expect(rates['recall %'], `recall of ${kind}`).toBeGreaterThanOrEqual(95);
    }
  });

  test('what is left without a word is what the texts say the rules cannot know', () => {
    const unsaid = [...scores.values()].reduce((sum, score) => sum + score.unsaid, 0);
    expect(unsaid, complaints.join('\n')).toBeLessThanOrEqual(2);
    expect(complaints.filter((line) => line.startsWith('did not say'))).toEqual([]);
  });

  test('a person is asked about few of the texts in which nothing is hidden', () => {
    const harmless = CASES.map(parseCase).filter(({ wanted, doubtful }) => wanted.length + doubtful.length === 0);
    const asked = harmless.filter(({ text }) => redact(text).uncertain.length > 0);
    expect(harmless.length).toBeGreaterThanOrEqual(100);
    expect(percent(asked.length, harmless.length), asked.map(({ text }) => text).join('\n')).toBeLessThanOrEqual(3);
  });
});

test.each([
  ['我叫张三，住5号楼2单元301室，电话138-0013-8000', '我叫■，住5号楼■，电话■'],
  ['5号楼2单元的电梯坏了', '5号楼2单元的电梯坏了'],
  ['身份证11010519491231002X，豫C12345，微信zhang_san66', '身份证■，■，微信■'],
  ['电话13800138000、13900139000', '电话■、■'],
  ['', ''],
])('%s is read as %s', (text, shown) => {
  expect(redact(text).text).toBe(shown);
});

test('places are those of the text as it was given, and no finding carries what it found', () => {
  const text = '𠮷先生：我叫张三，电话138-0013-8000，工单号13900139000';
  const { certain, uncertain } = redact(text);
  expect(certain.map(({ kind, start, end }) => [kind, text.slice(start, end)])).toEqual([
    ['NAME', '张三'],
    ['MOBILE', '138-0013-8000'],
  ]);
  expect(uncertain.map(({ kind, start, end }) => [kind, text.slice(start, end)])).toEqual([['MOBILE', '13900139000']]);
  expect(JSON.stringify([certain, uncertain])).not.toMatch(/张三|8000|1390/);
});

test('strict text has lost what is uncertain as well', () => {
  const { text, strict } = redact('工单号13900139000，电话13800138000');
  expect([text, strict]).toEqual(['工单号13900139000，电话■', '工单号■，电话■']);
});

/** Pieces that the rules look at, in any order. */
const piece = fc.constantFrom(
  ...'138 0013 8000 13800138000 11010519491231002X 6222021234567890128 0379 64912345 - 、 ， ： 元 年 月 5号楼 2单元 301 室 我叫 姓名： 本人 投诉人 张三 李建国 曾 微信 QQ abc_12345 @ example.com . 豫C 12345 工单号 一三八 零零 ■ 住 家 电话 的 ２ ③ \u200b 𠮷 '.split(
    ' ',
  ),
  ' ',
);
const messy = fc.oneof(
  fc.array(piece, { maxLength: 25 }).map((pieces) => pieces.join('')),
  fc.string({ unit: 'binary', maxLength: 200 }),
);

test('never throws, and what it has redacted it leaves as it is', () => {
  fc.assert(
    fc.property(messy, (text) => {
      const { text: once, strict, certain, uncertain } = redact(text);
      const again = redact(once);
      expect(again.text).toBe(once);
      expect(again.certain).toEqual([]);
      expect(redact(strict).certain).toEqual([]);
      for (const { start, end } of [...certain, ...uncertain]) expect(0 <= start && start < end && end <= text.length).toBe(true);
    }),
    { numRuns: 2_000 },
  );
});

test('whatever stands around a telephone number, it is taken out or said', () => {
  const phone = fc
    .tuple(fc.constantFrom('3', '5', '7', '8', '9'), fc.array(fc.nat(9), { minLength: 9, maxLength: 9 }))
    .map(([second, rest]) => `1${second}${rest.join('')}`);
  const han = fc
    .array(
      fc
        .integer({ min: 0x4e00, max: 0x9fa5 })
        .map((code) => String.fromCharCode(code))
        .filter((each) => !/[0-9零〇一二两三四五六七八九幺编单案号工受回文流订运发登信代许票批注档合序表读户预]/.test(each)),
      { maxLength: 8 },
    )
    .map((all) => all.join(''));
  const separator = fc.constantFrom('', '-', ' ', '.', '—');
  fc.assert(
    fc.property(han, phone, separator, han, (head, number, between, tail) => {
      const written = [number.slice(0, 3), number.slice(3, 7), number.slice(7)].join(between);
      const { text, uncertain } = redact(`${head}${written}${tail}`);
      expect(text.includes(written) && uncertain.length === 0).toBe(false);
    }),
    { numRuns: 1_000 },
  );
});

test('time grows with the length of the text and no faster, whatever is repeated', () => {
  const repeated = [
    '1',
    '1 ',
    '138-',
    '一',
    '一-',
    'a',
    'a@',
    'a.',
    '@a.',
    '5号楼',
    '5号楼2单元',
    '1-',
    '我叫',
    '本人王',
    '姓名：',
    '微信',
    '微信：',
    'QQ',
    '豫C1',
    '联系',
    '12,345',
    '1.',
    '(',
    '电话',
    '■1',
    '王三 ',
    '62220212345678901',
  ];
  const work = (unit: string, length: number): number => {
    const text = unit.repeat(Math.ceil(length / unit.length));
    const runs = Array.from({ length: 4 }, () => {
      const since = process.cpuUsage();
      redact(text);
      const { user, system } = process.cpuUsage(since);
      return user + system;
    });
    return Math.min(...runs);
  };
  redact('1'.repeat(1_000));
  const grown = repeated.map((unit) => ({ unit, times: work(unit, 40_000) / Math.max(2_000, work(unit, 5_000)) }));
  // Eight times the text: eight times the work, with room for what a machine does besides; quadratic would be sixty-four.
  expect(grown.filter(({ times }) => times > 24)).toEqual([]);
});
