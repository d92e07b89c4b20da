import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nameCore, sharesByHouseholds } from '../../subgraphs/facilities/src/facility/facility.rules.ts';
import { osmText, weeklyMinutes } from '../../subgraphs/facilities/src/facility/opening.rules.ts';
import { openingFrom } from '../../subgraphs/facilities/src/facility/opening-text.rules.ts';
import { joinsItself } from '../../subgraphs/facilities/src/facility/space.rules.ts';
import { Ratio } from '../../subgraphs/shared/src/domain/ratio.ts';

const read = (osm: string, rest: object = {}) => openingFrom({ osm, ...rest });
const codeOf = (work: () => unknown): string => {
  try {
    work();
    return 'taken';
  } catch (error) {
    return (error as { code: string }).code;
  }
};

describe('the text of opening hours', () => {
  it('is read into rules of weekdays', () => {
    expect(read('Mo-Fr 08:00-12:00, 14:30-18:00; Sa 09:00-12:00').rules).toEqual([
      { weekdays: [1, 2, 3, 4, 5], from: '08:00', to: '12:00' },
      { weekdays: [1, 2, 3, 4, 5], from: '14:30', to: '18:00' },
      { weekdays: [6], from: '09:00', to: '12:00' },
    ]);
    expect(read('24/7').rules).toEqual([{ weekdays: [1, 2, 3, 4, 5, 6, 7], from: '00:00', to: '24:00' }]);
    expect(read('Sa-Mo 22:00-02:00').rules).toEqual([{ weekdays: [1, 6, 7], from: '22:00', to: '02:00' }]);
  });

  it('takes a later part in place of an earlier one', () => {
    expect(read('Mo-Su 08:00-18:00; We off; Su 10:00-12:00').rules).toEqual([
      { weekdays: [1, 2, 4, 5, 6], from: '08:00', to: '18:00' },
      { weekdays: [7], from: '10:00', to: '12:00' },
    ]);
  });

  it('says what holds on public holidays, and is refused where that cannot be kept', () => {
    expect(read('Mo-Su 08:00-18:00; PH off').onStatutoryHoliday).toBe('CLOSED');
    expect(read('Mo-Sa 08:00-18:00; Su,PH 10:00-12:00').onStatutoryHoliday).toBe('AS_SUNDAY');
    expect(read('Mo-Su 08:00-18:00', { onStatutoryHoliday: 'AS_WEEKDAY' }).onStatutoryHoliday).toBe('AS_WEEKDAY');
    expect(codeOf(() => read('Mo-Su 08:00-18:00; PH 09:00-10:00'))).toBe('OPENING_SYNTAX');
    expect(codeOf(() => read('Mo-Su 08:00-18:00; PH off', { onStatutoryHoliday: 'AS_WEEKDAY' }))).toBe('OPENING_SYNTAX');
  });

  it('is refused for what it does not say in these words', () => {
    for (const osm of [
      '',
      'Mo-Fr',
      'Mo 8:00-12:00',
      'Mo 08:00-24:01',
      'Mo 25:00-26:00',
      'Mx 08:00-12:00',
      'Apr-Oct 08:00-12:00',
      'Mo 08:00+',
      'Mo-We-Fr 08:00-12:00',
      'Mo 08:00-12:00-14:00',
    ]) {
      expect([osm, codeOf(() => read(osm))]).toEqual([osm, 'OPENING_SYNTAX']);
    }
    expect(codeOf(() => read('off'))).toBe('OPENING_NEVER_OPEN');
    expect(codeOf(() => openingFrom({}))).toBe('VALIDATION_FAILED');
    expect(codeOf(() => openingFrom({ osm: '24/7', rules: [] }))).toBe('VALIDATION_FAILED');
  });

  it('and the rules say the same, whichever was given', () => {
    const time = fc
      .integer({ min: 0, max: 1439 })
      .map((n) => `${String(Math.floor(n / 60)).padStart(2, '0')}:${String(n % 60).padStart(2, '0')}`);
    const rule = fc.record({
      weekdays: fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 1 }),
      from: time,
      to: fc.oneof(time, fc.constant('24:00')),
    });
    fc.assert(
      fc.property(
        fc.array(rule, { minLength: 1, maxLength: 6 }),
        fc.constantFrom('CLOSED', 'AS_SUNDAY', 'AS_WEEKDAY'),
        (rules, onStatutoryHoliday) => {
          const given = openingFrom({ rules, onStatutoryHoliday });
          const text = osmText(given);
          if (text === null) return;
          const back = openingFrom({ osm: text });
          expect(osmText({ ...back, onStatutoryHoliday: given.onStatutoryHoliday })).toBe(text);
          expect(weeklyMinutes(back.rules)).toBe(weeklyMinutes(given.rules));
        },
      ),
    );
  });
});

describe('rules and single days of opening hours', () => {
  const rules = (
    weekdays: number[],
    from: string,
    to: string,
    exceptions: { date: string; open: boolean; from?: string; to?: string }[] = [],
  ) => codeOf(() => openingFrom({ rules: weekdays.length > 0 ? [{ weekdays, from, to }] : [], exceptions }));
  it('are whole, and of days and times that exist', () => {
    expect(rules([1, 7], '08:00', '24:00')).toBe('taken');
    expect([rules([8], '08:00', '12:00'), rules([1], '24:00', '12:00'), rules([1], '08:00', '24:30')]).toEqual(
      Array(3).fill('OPENING_SYNTAX'),
    );
    expect(rules([], '', '')).toBe('OPENING_NEVER_OPEN');
    expect(rules([], '', '', [{ date: '2026-10-01', open: true, from: '09:00', to: '11:00' }])).toBe('taken');
    expect(rules([], '', '', [{ date: '2026-10-01', open: true }])).toBe('OPENING_NEVER_OPEN');
    expect(rules([1], '08:00', '12:00', [{ date: '2026-10-01', open: true, from: '09:00' }])).toBe('OPENING_SYNTAX');
    expect(rules([1], '08:00', '12:00', [{ date: '2026-10-01', open: false, from: '09:00', to: '11:00' }])).toBe('OPENING_SYNTAX');
    const both = [true, false].map((open) => ({ date: '2026-10-01', open }));
    expect(rules([1], '08:00', '12:00', both)).toBe('OPENING_SYNTAX');
  });
});

describe('a name core', () => {
  it('is letters and digits without the words of the kind', () => {
    expect(nameCore('西苑（２号） 党群服务中心', 'PARTY_MASS_SERVICE_CENTRE')).toBe('西苑2号');
    expect(nameCore('西苑(2号)邻里中心', 'NEIGHBOURHOOD_CENTRE')).toBe('西苑2号');
    expect(nameCore('西苑党群服务中心', 'OTHER')).toBe('西苑党群服务中心');
  });
});

describe('shares that nobody gave', () => {
  it('add up to exactly one, the larger community first', () => {
    fc.assert(
      fc.property(fc.array(fc.option(fc.integer({ min: 0, max: 20_000 })), { maxLength: 12 }), (households) => {
        const shares = sharesByHouseholds('own', new Map(households.map((count, i) => [`c${i}`, count])));
        expect(Ratio.sum(shares.map(({ share }) => Ratio.of(share))).equals(Ratio.ONE)).toBe(true);
        if (households.filter(Boolean).length < 2) expect(shares).toEqual([{ communityId: 'own', share: '1.000000' }]);
      }),
    );
  });
});

describe('a space', () => {
  it('joins itself by whatever way leads back', () => {
    const spaces = (joined: Record<string, string[]>) => Object.entries(joined).map(([id, combineIds]) => ({ id, combineIds }));
    expect(joinsItself('a', spaces({ a: ['b', 'c'], b: [], c: [] }))).toBe(false);
    expect(joinsItself('a', spaces({ a: ['a'] }))).toBe(true);
    expect(joinsItself('a', spaces({ a: ['b'], b: ['c'], c: ['a'] }))).toBe(true);
    expect(joinsItself('d', spaces({ a: ['b'], b: ['a'], d: ['a'] }))).toBe(false);
  });
});
