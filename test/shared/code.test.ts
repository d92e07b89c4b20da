import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  COMMUNITY_SEGMENT,
  COUNTY_SEGMENT,
  kindMismatch,
  kindOf,
  STREET_SEGMENT,
  segmentRange,
} from '../../subgraphs/shared/src/domain/area-kind.ts';
import {
  communityOf,
  isAuxiliaryBuilding,
  levelOf,
  parentCode,
  parseAreaCode,
  parseBuildingCode,
  parseCompoundCode,
  parseGridCode,
  prefix,
} from '../../subgraphs/shared/src/domain/code.ts';
import { failure } from './failure.ts';

const folder = new URL('../../data/divisions/', import.meta.url);
const editions = readdirSync(folder).filter((name) => /^\d{4}\.csv$/.test(name));
const rowsOf = (name: string) =>
  readFileSync(new URL(name, folder), 'utf8')
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(',') as [string, string]);

const serial = (from: number, to: number) => fc.integer({ min: from, max: to }).map((n) => String(n).padStart(3, '0'));

describe('an area code', () => {
  test('tells its level by its zeros, and its parent by more of them', () => {
    expect(levelOf('410305008001')).toBe('COMMUNITY');
    expect(parentCode('410305008001')).toBe('410305008000');
    expect(parentCode('410305008000')).toBe('410305000000');
    expect(parentCode('410305000000')).toBe('410300000000');
    expect(levelOf('410300000000')).toBe('CITY');
    expect(parentCode('410300000000')).toBeNull();
  });

  test.each(['41030500800', '4103050080011', '4.10305E+11', '４１０３０５００８００１', ' 410305008001', ''])('"%s" is refused', (text) => {
    expect(failure(() => parseAreaCode(text)).code).toBe('VALIDATION_FAILED');
  });

  test('has parents up to the city for any serials', () => {
    fc.assert(
      fc.property(serial(1, 999), serial(1, 999), (street, community) => {
        const code = `410305${street}${community}`;
        expect(parentCode(code)).toBe(`410305${street}000`);
        expect(levelOf(parentCode(code)!)).toBe('STREET');
        expect(prefix(code, 9)).toBe(`410305${street}`);
      }),
    );
  });

  test('of every row of every edition has its parent in the same edition, below the county', () => {
    for (const name of editions) {
      const rows = rowsOf(name);
      const codes = new Set(rows.map(([code]) => code));
      const orphans = rows.filter(([code]) => levelOf(code) !== 'COUNTY' && !codes.has(parentCode(code)!));
      expect(orphans, name).toEqual([]);
    }
  });
});

describe('codes below the community', () => {
  test('carry the community before them', () => {
    expect(communityOf(parseCompoundCode('410305008001001'))).toBe('410305008001');
    expect(communityOf(parseBuildingCode('410305008001001012'))).toBe('410305008001');
    expect(prefix('410305008001001012', 15)).toBe('410305008001001');
    expect(failure(() => prefix('410305008001', 15)).code).toBe('VALIDATION_FAILED');
  });

  test('begin their serials at 001', () => {
    expect(failure(() => parseCompoundCode('410305008001000')).code).toBe('VALIDATION_FAILED');
    expect(failure(() => parseCompoundCode('410305008000001')).code).toBe('VALIDATION_FAILED');
    expect(failure(() => parseBuildingCode('410305008001001000')).code).toBe('VALIDATION_FAILED');
  });

  test('from 901 are auxiliary buildings', () => {
    expect(isAuxiliaryBuilding(parseBuildingCode('410305008001001900'))).toBe(false);
    expect(isAuxiliaryBuilding(parseBuildingCode('410305008001001901'))).toBe(true);
    expect(isAuxiliaryBuilding(parseBuildingCode('410305008001001999'))).toBe(true);
  });

  test('of a unit grid may end in 000 and have their own format error', () => {
    expect(parseGridCode('410305008001000')).toBe('410305008001000');
    expect(failure(() => parseGridCode('410305008001')).messageZh).toContain('网格');
  });
});

describe('the kind of a division', () => {
  test.each([
    ['410305000000', '涧西区', 'DISTRICT'],
    ['410304000000', '瀍河回族区', 'DISTRICT'],
    ['410323000000', '新安县', 'COUNTY'],
    ['410381000000', '偃师市', 'CITY'],
    ['410371000000', '洛阳高新技术产业开发区', 'SPECIAL_ZONE'],
    ['410327000000', '宜阳区', 'DISTRICT'],
    ['410300000000', '洛阳市', 'CITY'],
    ['410305008000', '武汉路街道', 'STREET'],
    ['410311194000', '寇店镇', 'TOWN'],
    ['410324200000', '栾川乡', 'TOWNSHIP'],
    ['410325401000', '五马寺林场', 'ENTERPRISE_UNIT'],
    ['410305008004', '洛外社区居民委员会', 'COMMUNITY'],
    ['410371001210', '燕家沟村村民委员会', 'VILLAGE'],
    ['410311007400', '洛龙高新社区', 'QUASI_COMMUNITY'],
    ['410325401598', '五马寺林场虚拟生活区', 'QUASI_VILLAGE'],
  ])('%s %s is %s', (code, name, kind) => {
    expect(kindOf(code, name)).toBe(kind);
  });

  test('of a county-level code without a name goes by its segment', () => {
    expect(['410305000000', '410323000000', '410371000000', '410381000000'].map((code) => kindOf(code))).toEqual([
      'DISTRICT',
      'COUNTY',
      'SPECIAL_ZONE',
      'CITY',
    ]);
  });

  test('is unknown beyond the ranges', () => {
    expect(kindOf('410305600000')).toBeNull();
    expect(segmentRange('410305008999')).toBeNull();
  });

  test('contradicted by the name is a warning that names both', () => {
    const warning = kindMismatch('410305008001', '燕家沟村村民委员会');
    expect(warning).toMatchObject({ code: 'AREA_KIND_MISMATCH', details: { kind: 'COMMUNITY' } });
    expect(kindMismatch('410305100000', '武汉路街道办事处')?.code).toBe('AREA_KIND_MISMATCH');
    expect(kindMismatch('410311007400', '洛龙高新社区')).toBeNull();
  });

  test('is known for every row of every edition', () => {
    for (const name of editions) {
      const unknown = rowsOf(name).filter(([code, areaName]) => kindOf(code, areaName) === null);
      expect(unknown, name).toEqual([]);
    }
  });

  test('is contradicted by one name in eight editions, a village renamed before it was recoded', () => {
    const contradictions = editions.flatMap((name) =>
      rowsOf(name)
        .filter(([code, areaName]) => kindMismatch(code, areaName))
        .map((row) => [name, ...row]),
    );
    expect(contradictions).toEqual([['2022.csv', '410328100203', '凤翔村居民委员会']]);
  });

  test('ranges of a segment do not overlap', () => {
    for (const segment of [COUNTY_SEGMENT, STREET_SEGMENT, COMMUNITY_SEGMENT]) {
      for (const [i, range] of segment.entries()) expect(range.from).toBeGreaterThan(segment[i - 1]?.to ?? 0);
    }
  });
});
