import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { divisionLevel, nameCore, parseEdition, shortName } from '../../subgraphs/organization/src/area/area.rules.ts';
import { type Proposal, proposeChanges } from '../../subgraphs/organization/src/area/division.rules.ts';
import { edition, lineageRows, realEditions } from './divisions.ts';

const editions = realEditions();
const pairs = editions.slice(1).map((after, index) => ({ before: editions[index]!, after }));
const proposals = new Map(
  pairs.map(({ before, after }) => [`${before.year}-${after.year}`, proposeChanges(before, after)] as [string, Proposal[]]),
);
const of = (years: string): Proposal[] => proposals.get(years)!;
const subject = ({ from, to }: Proposal): { code: string; name: string } => (to[0] ?? from[0])!;
const kinds = ({ kind, alsoKinds }: Proposal): string => [kind, ...alsoKinds].join('+');

describe('the core of a name', () => {
  it.each([
    ['燕家沟村村民委员会', '燕家沟'],
    ['燕家沟社区居民委员会', '燕家沟'],
    ['湖北路街道办事处', '湖北路'],
    ['湖北路街道', '湖北路'],
    ['丰润路社区居委会', '丰润路'],
    ['董村社区居民委员会', '董'],
    ['城关镇', '城关镇'],
    ['涧西区', '涧西区'],
    ['社区', '社区'],
  ])('of %s is %s', (name, core) => expect(nameCore(name)).toBe(core));

  it('is its own core', () => {
    const name = fc.string({
      unit: fc.constantFrom('社', '区', '村', '居', '民', '委', '员', '会', '街', '道', '天', '九'),
      maxLength: 14,
    });
    fc.assert(fc.property(name, (text) => nameCore(nameCore(text)) === nameCore(text) && (text === '' || nameCore(text) !== '')));
  });

  it.each([
    ['武汉路社区居民委员会', '武汉路社区'],
    ['燕家沟村村民委员会', '燕家沟村'],
    ['刘坡村民委员会', '刘坡村'],
    ['湖北路街道办事处', '湖北路街道'],
    ['城关镇', '城关镇'],
  ])('differs from the short name: %s is called %s', (name, short) => expect(shortName(name)).toBe(short));
});

describe('an edition', () => {
  const head = { year: 2024, cutoffDate: '2024-06-30', publishedOn: null, source: '', license: '', checksum: '' };

  it('of the repository lists the divisions of its file in order of code', () => {
    expect(editions.map(({ year, rows }) => [year, rows.length])).toEqual([
      [2016, 3392],
      [2017, 3441],
      [2018, 3437],
      [2019, 3443],
      [2020, 3448],
      [2021, 3437],
      [2022, 3453],
      [2023, 3453],
    ]);
    for (const { rows } of editions) expect(rows.map((row) => row.code)).toEqual(rows.map((row) => row.code).sort());
  });

  it.each([
    ['a line that is no code and name', 'code,name\n4103050000,涧西区'],
    ['a code twice', 'code,name\n410305000000,涧西区\n410305000000,涧西区'],
    ['a parent that is absent', 'code,name\n410305000000,涧西区\n410305001001,唐村社区居民委员会'],
    ['another header', '代码,名称\n410305000000,涧西区'],
  ])('is refused for %s', (_, csv) => {
    expect(() => parseEdition(head, csv)).toThrow(expect.objectContaining({ code: 'EDITION_INVALID' }));
  });
});

describe('changes between the real editions', () => {
  it.each([
    ['2016-2017', { CREATED: 53, ABOLISHED: 4, TRANSFERRED: 55, RECODED: 3, RECLASSIFIED: 11 }],
    ['2017-2018', { CREATED: 11, ABOLISHED: 15, TRANSFERRED: 161, RECLASSIFIED: 12, RENAMED: 3 }],
    ['2018-2019', { CREATED: 36, ABOLISHED: 30, TRANSFERRED: 20, RECODED: 33, RECLASSIFIED: 6, RENAMED: 423 }],
    ['2019-2020', { CREATED: 6, ABOLISHED: 1, TRANSFERRED: 54, RECODED: 1, RECLASSIFIED: 21 }],
    ['2020-2021', { CREATED: 91, ABOLISHED: 102, TRANSFERRED: 465, RECLASSIFIED: 186, RENAMED: 207 }],
    ['2021-2022', { CREATED: 34, ABOLISHED: 18, TRANSFERRED: 128, RECLASSIFIED: 89, RENAMED: 64 }],
    ['2022-2023', { CREATED: 3, ABOLISHED: 3, TRANSFERRED: 23, RECLASSIFIED: 11, RENAMED: 11 }],
  ])('of %s are counted by kind', (years, counts) => {
    const counted: Record<string, number> = {};
    for (const { kind } of of(years)) counted[kind] = (counted[kind] ?? 0) + 1;
    expect(counted).toEqual(counts);
  });

  it('account for every row of both editions once', () => {
    for (const { before, after } of pairs) {
      const changes = of(`${before.year}-${after.year}`);
      const from = changes.flatMap((change) => change.from.map((row) => row.code));
      const to = changes.flatMap((change) => change.to.map((row) => row.code));
      expect(new Set(from).size).toBe(from.length);
      expect(new Set(to).size).toBe(to.length);
      const changedTo = new Set(to);
      const changedFrom = new Set(from);
      const untouched = (edition: typeof before, changed: Set<string>): string[] =>
        edition.rows.filter(({ code }) => !changed.has(code)).map(({ code, name }) => `${code} ${name}`);
      expect(untouched(after, changedTo)).toEqual(untouched(before, changedFrom));
    }
  });

  it('take effect on the cut-off date of the later edition, parents before children', () => {
    for (const { before, after } of pairs) {
      const changes = of(`${before.year}-${after.year}`);
      expect(changes.every(({ effectiveOn }) => effectiveOn === after.cutoffDate)).toBe(true);
      const levels = changes.map((change) => ['COUNTY', 'STREET', 'COMMUNITY'].indexOf(divisionLevel(subject(change).code)));
      expect(levels).toEqual([...levels].sort());
    }
  });

  it('are ambiguous for 34 cores of communities in 2020–2021, for 3 in 2021–2022, and for none in the other pairs', () => {
    const ambiguous = [...proposals].map(([years, changes]) => {
      const communities = changes.filter((one) => one.candidates.length > 0 && divisionLevel(subject(one).code) === 'COMMUNITY');
      return [years, new Set(communities.map((one) => nameCore(subject(one).name))).size];
    });
    expect(Object.fromEntries(ambiguous)).toEqual({
      '2016-2017': 0,
      '2017-2018': 0,
      '2018-2019': 0,
      '2019-2020': 0,
      '2020-2021': 34,
      '2021-2022': 3,
      '2022-2023': 0,
    });
  });

  it('are ambiguous for one town as well, 城关镇, of which two counties had one', () => {
    const streets = [...proposals.values()]
      .flat()
      .filter((one) => one.candidates.length > 0 && divisionLevel(subject(one).code) === 'STREET');
    expect(streets.map((one) => [one.kind, subject(one).code, one.candidates.map((row) => row.code)])).toEqual([
      ['CREATED', '410308100000', ['410322100000', '410324100000']],
      ['ABOLISHED', '410322100000', ['410308100000']],
      ['ABOLISHED', '410324100000', ['410308100000']],
    ]);
  });

  it('leave 送庄 to the registrar: two are gone, two are new, any may be any', () => {
    const named = of('2020-2021').filter((one) => nameCore(subject(one).name) === '送庄');
    expect(named.map((one) => [one.kind, subject(one).code, one.candidates.map((row) => row.code), one.bulkAllowed])).toEqual([
      ['ABOLISHED', '410306002007', ['410308002007', '410308103001'], false],
      ['CREATED', '410308002007', ['410306002007', '410322103001'], false],
      ['CREATED', '410308103001', ['410306002007', '410322103001'], false],
      ['ABOLISHED', '410322103001', ['410308002007', '410308103001'], false],
    ]);
  });

  it.each(lineageRows())('contain $kind $from → $to ($years) of the lineage file', ({ kind, from, fromName, to, toName, years }) => {
    const found = of(years).filter((one) => (one.from[0]?.code ?? '') === from && (one.to[0]?.code ?? '') === to);
    expect(found).toHaveLength(1);
    expect(found[0]?.kind).toBe(kind.replace(/_(IN|OUT|VILLAGE_TO_COMMUNITY)$/, ''));
    const cores = [found[0]?.from[0]?.name ?? '', found[0]?.to[0]?.name ?? ''].map(nameCore);
    expect(cores).toEqual([fromName, toName].map(nameCore));
  });

  it('contain nothing about the reference district but the lineage file and the changed suffix of its streets', () => {
    const known = new Set(lineageRows().map((row) => `${row.years} ${row.from}>${row.to}`));
    const inDistrict = ({ from, to }: Proposal): boolean => [...from, ...to].some((row) => row.code.startsWith('410305'));
    const rest = [...proposals].flatMap(([years, changes]) =>
      changes.filter((one) => inDistrict(one) && !known.has(`${years} ${one.from[0]?.code ?? ''}>${one.to[0]?.code ?? ''}`)),
    );
    expect(rest).toHaveLength(12);
    for (const one of rest) {
      expect([kinds(one), one.rule, one.bulkAllowed, one.editionTo]).toEqual(['RENAMED', 'SAME_CODE_SAME_CORE', true, 2019]);
      expect(divisionLevel(subject(one).code)).toBe('STREET');
    }
  });

  it('name the further kinds: a community that moves gets another code, a village turned community another name', () => {
    const about = (years: string, code: string): string => kinds(of(years).find((one) => one.to[0]?.code === code)!);
    expect(about('2021-2022', '410305001005')).toBe('TRANSFERRED+RECODED');
    expect(about('2020-2021', '410371001011')).toBe('RECLASSIFIED+RECODED+RENAMED');
    expect(about('2019-2020', '410371003001')).toBe('TRANSFERRED+RECODED');
  });

  it('call a community recoded, not transferred, when its street only gets another code inside the county', () => {
    const moved = of('2018-2019').filter((one) => one.to[0]?.code.startsWith('410311194'));
    expect(moved.length).toBeGreaterThan(10);
    expect(new Set(moved.map(({ kind }) => kind))).toEqual(new Set(['RECODED']));
  });
});

describe('the matching order', () => {
  const base = { '410305000000': '涧西区', '410305001000': '甲街道', '410305002000': '乙街道' };
  const between = (before: Record<string, string>, after: Record<string, string>): Proposal[] =>
    proposeChanges(edition(2020, { ...base, ...before }), edition(2021, { ...base, ...after }));

  it('proposes nothing for an edition compared with itself', () => {
    for (const one of editions) expect(proposeChanges(one, { ...one, year: one.year + 1 })).toEqual([]);
  });

  it('proposes only RENAMED, in bulk, when only suffixes change', () => {
    const suffix = fc.constantFrom('社区居民委员会', '居民委员会', '居委会', '社区');
    const core = fc.integer({ min: 1, max: 60 }).map((n) => `第${n}街坊`);
    const place = fc.record({ core, before: suffix, after: suffix });
    const places = fc.uniqueArray(place, { selector: (one) => one.core, maxLength: 40 });
    fc.assert(
      fc.property(places, (list) => {
        const named = (when: 'before' | 'after'): Record<string, string> =>
          Object.fromEntries(list.map((one, n) => [`410305001${String(n + 1).padStart(3, '0')}`, one.core + one[when]]));
        const changes = between(named('before'), named('after'));
        expect(changes.map(kinds)).toEqual(list.filter((one) => one.before !== one.after).map(() => 'RENAMED'));
        expect(changes.every((one) => one.bulkAllowed && one.rule === 'SAME_CODE_SAME_CORE' && one.candidates.length === 0)).toBe(true);
      }),
    );
  });

  it('finds a place whose core is unique wherever it goes', () => {
    const serial = fc.integer({ min: 1, max: 399 }).map((n) => String(n).padStart(3, '0'));
    const street = fc.constantFrom('410305001', '410305002');
    fc.assert(
      fc.property(street, serial, street, serial, (s1, n1, s2, n2) => {
        fc.pre(s1 + n1 !== s2 + n2);
        const isVillage = (n: string): boolean => Number(n) >= 200;
        const name = (n: string): string => (isVillage(n) ? '沟村村民委员会' : '沟社区居民委员会');
        const [change, ...others] = between({ [s1 + n1]: name(n1) }, { [s2 + n2]: name(n2) });
        expect(others).toEqual([]);
        expect([change?.rule, change?.bulkAllowed]).toEqual(['UNIQUE_CORE', true]);
        const expected = [isVillage(n1) !== isVillage(n2) && 'RECLASSIFIED', s1 !== s2 && 'TRANSFERRED', 'RECODED'].filter(Boolean);
        expect(
          kinds(change!)
            .split('+')
            .filter((kind) => kind !== 'RENAMED'),
        ).toEqual(expected);
      }),
    );
  });

  it('looks in the same street first: a namesake elsewhere does not make it ambiguous', () => {
    const changes = between(
      { '410305001001': '沟社区居民委员会', '410305002001': '沟社区居民委员会' },
      { '410305001009': '沟社区居民委员会', '410305002009': '沟社区居民委员会' },
    );
    expect(changes.map((one) => [kinds(one), one.from[0]?.code, one.to[0]?.code])).toEqual([
      ['RECODED', '410305001001', '410305001009'],
      ['RECODED', '410305002001', '410305002009'],
    ]);
  });

  it('never takes another name under the same code in bulk', () => {
    const changes = between({ '410305001001': '沟社区居民委员会' }, { '410305001001': '坡社区居民委员会' });
    expect(changes.map((one) => [kinds(one), one.rule, one.bulkAllowed])).toEqual([['RENAMED', 'SAME_CODE_OTHER_CORE', false]]);
  });

  it('prefers the core to the code: a serial used again belongs to another place', () => {
    const changes = between(
      { '410305001001': '沟社区居民委员会' },
      { '410305001001': '坡社区居民委员会', '410305001002': '沟社区居民委员会' },
    );
    expect(changes.map((one) => [kinds(one), one.to[0]?.code, one.bulkAllowed])).toEqual([
      ['CREATED', '410305001001', true],
      ['RECODED', '410305001002', true],
    ]);
  });

  it('takes CREATED and ABOLISHED in bulk unless their parent has both', () => {
    const changes = between(
      { '410305001001': '沟社区居民委员会', '410305002001': '岭社区居民委员会' },
      { '410305001002': '坡社区居民委员会', '410305002002': '岭社区居民委员会', '410305002003': '湾社区居民委员会' },
    );
    expect(changes.map((one) => [one.kind, subject(one).code, one.bulkAllowed])).toEqual([
      ['ABOLISHED', '410305001001', false],
      ['CREATED', '410305001002', false],
      ['RECODED', '410305002002', true],
      ['CREATED', '410305002003', true],
    ]);
  });
});
