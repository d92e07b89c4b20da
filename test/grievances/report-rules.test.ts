import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { emergencyAdvice } from '../../subgraphs/grievances/src/report/emergency.rules.ts';
import { reopenUntil, stepsOf } from '../../subgraphs/grievances/src/report/progress.rules.ts';
import { pinFrom, readReceiptNo, receiptNoFrom } from '../../subgraphs/grievances/src/report/receipt.rules.ts';

const bytes = fc.uint8Array({ minLength: 23, maxLength: 23 });

describe('a receipt number', () => {
  it('has 24 characters and reads as itself, in small letters and groups too', () => {
    fc.assert(
      fc.property(bytes, (random) => {
        const receiptNo = receiptNoFrom(random);
        expect(receiptNo).toMatch(/^[0-9A-HJKMNP-TV-Z]{24}$/);
        const typed = [
          receiptNo,
          receiptNo.toLowerCase(),
          receiptNo.replace(/(.{6})/g, '$1-'),
          receiptNo.replaceAll('0', 'o').replaceAll('1', 'l'),
        ];
        for (const each of typed) expect(readReceiptNo(each)).toBe(receiptNo);
      }),
    );
  });

  it('tells by its check character most mistakes of one character', () => {
    let noticed = 0;
    let made = 0;
    fc.assert(
      fc.property(bytes, fc.nat(22), fc.nat(31), (random, place, value) => {
        const right = receiptNoFrom(random);
        const wrong = right.slice(0, place) + '0123456789ABCDEFGHJKMNPQRSTVWXYZ'[value] + right.slice(place + 1);
        if (wrong === right) return;
        made += 1;
        if (readReceiptNo(wrong) === null) noticed += 1;
      }),
      { numRuns: 500 },
    );
    expect(noticed / made).toBeGreaterThan(0.9);
  });

  it('is nothing else', () => {
    for (const typed of ['', '0', 'x'.repeat(24), '0'.repeat(25), "'; drop table report; --", '０'.repeat(24)])
      expect(readReceiptNo(typed)).toBeNull();
    expect(readReceiptNo('0'.repeat(24))).toBe('0'.repeat(24));
  });
});

describe('a PIN', () => {
  it('has six digits, the same for the same receipt and key, another for any other', () => {
    const secret = Buffer.alloc(32, 7);
    const pins = new Set<string>();
    for (let n = 0; n < 200; n++) {
      const pin = pinFrom(secret, 'R', `key ${n}`);
      expect(pin).toMatch(/^\d{6}$/);
      expect(pinFrom(secret, 'R', `key ${n}`)).toBe(pin);
      pins.add(pin);
    }
    expect(pins.size).toBeGreaterThan(195);
    expect(pinFrom(secret, 'S', 'key 1')).not.toBe(pinFrom(secret, 'R', 'key 1'));
    expect(pinFrom(Buffer.alloc(32, 8), 'R', 'key 1')).not.toBe(pinFrom(secret, 'R', 'key 1'));
  });
});

describe('words that point to danger to life', () => {
  it.each([
    ['楼下着火了，浓烟很大', ['119']],
    ['有人晕倒，没有呼吸', ['120']],
    ['邻居持刀行凶', ['110']],
    ['门口发生车祸', ['122']],
    ['有人要跳楼', ['110', '119']],
    ['电梯停了，老人困在电梯里昏迷', ['119', '120']],
  ])('%s: call %j', (text, lines) => {
    const advice = emergencyAdvice(text);
    expect(advice?.lines).toEqual(lines);
    for (const line of lines) expect(advice?.text).toContain(line);
  });

  it.each(['楼道灯不亮', '物业收费不公开', '路面坑洼', '希望增加停车位', '', '垃圾桶满了'])('%s: nothing', (text) =>
    expect(emergencyAdvice(text)).toBeNull(),
  );

  it('are found in the title as well', () => expect(emergencyAdvice('煤气泄漏', '请快来')?.lines).toEqual(['119']));
});

describe('the progress of a report', () => {
  const at = (hour: number): string => `2025-06-02T${String(hour).padStart(2, '0')}:00:00+08:00`;
  const steps = (withdrawnAt: string | null, ...changes: [number, string][]) =>
    stepsOf({ receivedAt: at(8), withdrawnAt, changes: changes.map(([hour, to]) => ({ at: at(hour), to: to as 'TRIAGED' })) }).map(
      ({ at: when, state }) => `${when.slice(11, 13)} ${state}`,
    );

  it('tells each time that what it shows has changed, and nothing of how the case went round', () => {
    const life: [number, string][] = [
      [8, 'RECEIVED'],
      [9, 'TRIAGED'],
      [10, 'DISPATCHED'],
      [11, 'RETURNED'],
      [12, 'DISPATCHED'],
      [13, 'ACCEPTED'],
      [14, 'IN_PROGRESS'],
      [15, 'HANDLED'],
      [16, 'FOLLOW_UP'],
      [17, 'REOPENED'],
      [18, 'SUSPENDED'],
      [19, 'IN_PROGRESS'],
      [20, 'HANDLED'],
      [21, 'CLOSED'],
    ];
    expect(steps(null, ...life)).toEqual([
      '08 RECEIVED',
      '09 IN_HAND',
      '15 ANSWERED',
      '17 IN_HAND',
      '18 SHELVED',
      '19 IN_HAND',
      '20 ANSWERED',
      '21 CLOSED',
    ]);
  });

  it('ends where it was withdrawn, whatever the case does afterwards', () => {
    expect(steps(at(10), [9, 'TRIAGED'], [10, 'WITHDRAWN'], [11, 'DISPATCHED'])).toEqual(['08 RECEIVED', '09 IN_HAND', '10 WITHDRAWN']);
  });

  it('lets it be reopened until the thirtieth civil day after closing', () => {
    expect(reopenUntil('2025-06-02T23:59:00+08:00')).toBe('2025-07-02');
    expect(reopenUntil('2025-06-02T16:00:00Z')).toBe('2025-07-03');
  });
});
