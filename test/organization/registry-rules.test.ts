import { describe, expect, it } from 'vitest';
import { divisionLevel, nameCore } from '../../subgraphs/organization/src/area/area.rules.ts';
import { type AreaRow, registryTables } from '../../subgraphs/organization/src/area/lineage.rules.ts';
import { memberships } from '../../subgraphs/organization/src/area/membership.rules.ts';
import { decideAsDemoRegistrar } from '../../subgraphs/organization/src/area/registrar.rules.ts';
import type { Change, Registry } from '../../subgraphs/organization/src/area/registry.rules.ts';
import { CodeIndex } from '../../subgraphs/organization/src/area/resolution.rules.ts';
import { codeOf, edition, expectTimelines, knownChanges, lineageRows, realEditions, registryOf } from './divisions.ts';

const decidedAt = '2023-09-11T09:00:00+08:00';
const about = (registry: Registry, code: string): Change =>
  registry.changes.findLast(({ from, to, status }) => status !== 'REJECTED' && (to[0] ?? from[0])!.code === code)!;

describe("the demo's registry", () => {
  const registry = registryOf(...realEditions());
  decideAsDemoRegistrar(registry, knownChanges(), decidedAt);
  const tables = registryTables(registry);
  const rows = memberships(tables);
  const index = new CodeIndex(tables);
  const areas = new Map(tables.areas.map((area) => [area.id, area]));
  const place = (code: string): AreaRow => areas.get(index.resolve(code)!.areaId)!;
  const lineage = (id: string): string[] =>
    tables.areaChanges
      .filter((one) => one.status === 'CONFIRMED' && [...one.from, ...one.to].some((row) => row.areaId === id))
      .map((one) => `${one.kind} ${one.editionTo}`);

  it('is made from eight editions in under a second and a half', () => {
    // Of this process alone: what else the machine does says nothing of the rules.
    const begun = process.cpuUsage();
    const again = registryOf(...realEditions());
    decideAsDemoRegistrar(again, knownChanges(), decidedAt);
    const second = registryTables(again);
    memberships(second);
    expect(process.cpuUsage(begun).user / 1000).toBeLessThan(1500);
    expect(second).toEqual(tables);
  });

  it('leaves PROPOSED only ambiguous communities and other names under the same code', () => {
    const open = tables.areaChanges.filter(({ status }) => status === 'PROPOSED');
    const isAmbiguous = (one: Change): boolean =>
      one.candidates.length > 0 && divisionLevel((one.to[0] ?? one.from[0])!.code) === 'COMMUNITY';
    expect(open.filter((one) => !isAmbiguous(one) && one.rule !== 'SAME_CODE_OTHER_CORE')).toEqual([]);
    expect(open.filter(isAmbiguous)).toHaveLength(125);
    expect(open.filter(({ rule }) => rule === 'SAME_CODE_OTHER_CORE')).toHaveLength(463);
    expect(open.some(({ bulkAllowed }) => bulkAllowed)).toBe(false);
    expect(tables.areaChanges).toHaveLength(2394);
    expect(tables.editions.map(({ undecidedCount }) => undecidedCount)).toEqual([0, 0, 3, 188, 0, 319, 67, 11]);
  });

  it('still has 34 ambiguous cores of 2020–2021 and 3 of 2021–2022 to choose from', () => {
    const cores = (year: number): number =>
      new Set(
        tables.areaChanges
          .filter((one) => one.editionTo === year && one.candidates.length > 0)
          .map((one) => nameCore((one.to[0] ?? one.from[0])!.name)),
      ).size;
    expect([2017, 2018, 2019, 2020, 2021, 2022, 2023].map(cores)).toEqual([0, 0, 0, 0, 34, 3, 0]);
  });

  it('has confirmed every row of the lineage file, each with its place', () => {
    for (const row of lineageRows()) {
      const [found] = tables.areaChanges.filter(
        (one) =>
          `${one.editionFrom}-${one.editionTo}` === row.years && (one.from[0]?.code ?? '') === row.from && one.to[0]?.code === row.to,
      );
      expect(found?.status).toBe('CONFIRMED');
      expect(found?.decidedAt).toBe(decidedAt);
      expect(new Set([...found!.from, ...found!.to].map(({ areaId }) => areaId))).toEqual(new Set([place(row.to).id]));
    }
  });

  it('shows the reference district as the edition of 2023 does: 11 streets and 76 communities', () => {
    const district = place('410305000000');
    const below = (parents: readonly AreaRow[]): AreaRow[] =>
      tables.areas.filter(({ parentId, closedOn }) => closedOn === null && parents.some(({ id }) => id === parentId));
    const streets = below([district]);
    const communities = below(streets);
    expect([streets.length, communities.length, below(communities).length]).toEqual([11, 76, 0]);
    const published = tables.divisionRows.filter(({ edition, code }) => edition === 2023 && code.startsWith('410305'));
    const shown = [district, ...streets, ...communities].map(({ id, code, name, kind, parentCode }) => ({
      areaId: id,
      code,
      name,
      kind,
      parentCode,
    }));
    expect(shown.sort((a, b) => (a.code < b.code ? -1 : 1))).toEqual(
      published.map(({ areaId, code, name, kind, parentCode }) => ({ areaId, code, name, kind, parentCode })),
    );
  });

  it('keeps 王府庄 one place through its move between streets (G17)', () => {
    const place1 = place('410305004005');
    expect(place('410305001005')).toEqual(place1);
    expect(areas.get(place1.parentId!)?.name).toBe('湖北路街道');
    expect(index.resolve('410305004005')).toMatchObject({ isRetired: true, isUndecided: false, isRecycled: false, isClosed: false });
    expect(index.resolve('410305004005', '2022-10-30')?.areaId).toBe(place1.id);
    const own = rows.filter(({ communityId }) => communityId === place1.id);
    expect(
      own.map((row) => [areas.get(row.streetId)?.name, areas.get(row.districtId)?.name, row.recordedFrom, row.recordedTo, row.current]),
    ).toEqual([
      ['南昌路街道', '涧西区', null, '2022-10-31', false],
      ['湖北路街道', '涧西区', '2022-10-31', null, true],
    ]);
    const versions = tables.areaVersions.filter(({ areaId }) => areaId === place1.id);
    expect(versions.map((one) => [one.code, one.validFrom, one.validTo, one.editionFrom, one.editionTo])).toEqual([
      ['410305004005', '2016-07-31', '2022-10-31', 2016, 2021],
      ['410305001005', '2022-10-31', null, 2022, null],
    ]);
  });

  it('keeps 燕家沟 one place from village to community to district (G18)', () => {
    const place1 = place('410371001210');
    expect(place1).toMatchObject({ code: '410305012020', name: '燕家沟社区居民委员会', kind: 'COMMUNITY', firstEdition: 2017 });
    expect(place('410371001011').id).toBe(place1.id);
    expect(lineage(place1.id)).toEqual(['CREATED 2017', 'RECLASSIFIED 2021', 'TRANSFERRED 2023']);
    const own = rows.filter(({ communityId }) => communityId === place1.id);
    expect(own.map((row) => [areas.get(row.districtId)?.code, row.recordedFrom, row.recordedTo])).toEqual([
      ['410371000000', '2017-10-31', '2023-06-30'],
      ['410305000000', '2023-06-30', null],
    ]);
  });

  it('lets the communities of 徐家营街道 leave the district with their street', () => {
    const own = rows.filter(({ communityId }) => communityId === place('410305009001').id);
    expect(own.map((row) => [areas.get(row.streetId)?.code, areas.get(row.districtId)?.code, row.recordedTo])).toEqual([
      ['410371003000', '410305000000', '2020-06-30'],
      ['410371003000', '410371000000', null],
    ]);
  });

  it('resolves an abolished code to its place, closed', () => {
    expect(index.resolve('410306000000')).toMatchObject({ isClosed: true, isRetired: false, isUndecided: false });
    expect(place('410306000000')).toMatchObject({ name: '吉利区', closedOn: '2021-10-31' });
    expect(tables.areaVersions.filter(({ areaId }) => areaId === place('410306000000').id).at(-1)?.validTo).toBe('2021-10-31');
  });

  it('resolves an undecided code to the place that last held it, and says so', () => {
    expect(place('410322103001').name).toBe('送庄社区居民委员会');
    expect(index.resolve('410322103001')).toMatchObject({ isUndecided: true, isClosed: false });
    expect(index.resolve('410303002000')).toMatchObject({ isUndecided: true });
    expect(place('410303002000').name).toBe('金谷园街道办事处');
    expect(index.resolve('410308103001')).toBeNull();
    expect(index.resolve('999999999999')).toBeNull();
  });

  it('asks for the day when two places held a code, and lets the present holder win without one', () => {
    const holders = Map.groupBy(tables.areaVersions, ({ code }) => code);
    const recycled = [...holders].filter(([, versions]) => new Set(versions.map(({ areaId }) => areaId)).size > 1);
    expect(recycled.length).toBeGreaterThan(0);
    for (const [code, versions] of recycled) {
      for (const one of versions) expect(index.resolve(code, one.validFrom)).toMatchObject({ areaId: one.areaId, isRecycled: true });
      const present = versions.find(({ validTo }) => validTo === null);
      if (present) expect(index.resolve(code)?.areaId).toBe(present.areaId);
    }
  });

  it('never lets two places hold a code on one day, nor a place two codes', () => {
    const disjoint = (key: 'code' | 'areaId'): void => {
      for (const own of Map.groupBy(tables.areaVersions, (version) => version[key]).values()) {
        const sorted = own.toSorted((a, b) => (a.validFrom < b.validFrom ? -1 : 1));
        for (const [n, one] of sorted.entries()) if (n > 0) expect((sorted[n - 1]!.validTo ?? '9') <= one.validFrom).toBe(true);
      }
    };
    disjoint('code');
    disjoint('areaId');
    expect(new Set(tables.areas.map(({ id }) => id)).size).toBe(3566);
    expect(tables.areaVersions.every(({ validFrom, validTo }) => validTo === null || validFrom < validTo)).toBe(true);
  });

  it('gives every community and village one timeline of memberships', () => {
    const everyone = tables.areas.filter(({ code }) => divisionLevel(code) === 'COMMUNITY');
    expect(new Set(rows.map(({ communityId }) => communityId))).toEqual(new Set(everyone.map(({ id }) => id)));
    expectTimelines(rows);
    for (const row of rows.filter(({ current }) => current)) {
      const area = areas.get(row.communityId)!;
      expect(row.recordedTo).toBe(area.closedOn);
      if (!area.closedOn) expect(row.streetId).toBe(area.parentId);
    }
  });
});

describe('a registrar', () => {
  const base = { '410305000000': '涧西区', '410305001000': '甲街道', '410305002000': '乙街道' };
  const of = (...names: Record<string, string>[]): Registry => registryOf(...names.map((one, n) => edition(2020 + n, { ...base, ...one })));
  const resolved = (registry: Registry, code: string): string | undefined => new CodeIndex(registryTables(registry)).resolve(code)?.areaId;

  it('decides once', () => {
    const registry = of({}, { '410305001001': '沟社区居民委员会' });
    registry.confirm(about(registry, '410305001001').id, { decidedAt });
    expect(codeOf(() => registry.confirm(about(registry, '410305001001').id, { decidedAt }))).toBe('CHANGE_ALREADY_DECIDED');
    expect(codeOf(() => registry.confirm('ac_none', { decidedAt }))).toBe('NOT_FOUND');
  });

  it('confirms a place after its parent', () => {
    const registry = of({}, { '410305003000': '丙街道', '410305003001': '沟社区居民委员会' });
    expect(codeOf(() => registry.confirm(about(registry, '410305003001').id, { decidedAt }))).toBe('PARENT_NOT_CONFIRMED');
    registry.confirm(about(registry, '410305003000').id, { decidedAt });
    expect(registry.confirm(about(registry, '410305003001').id, { decidedAt }).status).toBe('CONFIRMED');
  });

  it('may confirm below a street whose other name is undecided', () => {
    const registry = of({}, { '410305002000': '丁街道', '410305002001': '沟社区居民委员会' });
    registry.confirm(about(registry, '410305002001').id, { decidedAt });
    const [row] = memberships(registryTables(registry));
    expect(row?.streetId).toBe(resolved(registry, '410305002000'));
  });

  const before = { '410305001001': '沟社区居民委员会', '410305002001': '沟村民委员会' };
  it('chooses among the candidates of an ambiguous core, and the rest settles', () => {
    const registry = of({ ...before }, { '410305001002': '沟社区居民委员会', '410305001003': '沟村居民委员会' });
    const created = about(registry, '410305001002');
    expect(created.candidates.map(({ code }) => code)).toEqual(['410305001001', '410305002001']);
    expect(codeOf(() => registry.confirm(created.id, { decidedAt }))).toBe('LINEAGE_AMBIGUOUS');
    const chosen = registry.areaIdOf({ edition: 2020, code: '410305002001' })!;
    const other = registry.areaIdOf({ edition: 2020, code: '410305001001' })!;
    expect(codeOf(() => registry.confirm(created.id, { decidedAt, predecessorIds: [chosen, other] }))).toBe('LINEAGE_AMBIGUOUS');
    const decided = registry.confirm(created.id, { decidedAt, predecessorIds: [chosen] });
    expect([decided.kind, ...decided.alsoKinds, decided.candidates]).toEqual(['TRANSFERRED', 'RECODED', 'RENAMED', []]);
    expect(resolved(registry, '410305001002')).toBe(chosen);
    expect(registry.changesLeadingFrom(2020, '410305002001').map(({ status }) => status)).toContain('REJECTED');
    expect(about(registry, '410305001003').candidates.map(({ code }) => code)).toEqual(['410305001001']);
  });

  it('names one predecessor of a split place and two or more of a merged one', () => {
    const registry = of({ '410305001001': '沟社区居民委员会', '410305001002': '坡社区居民委员会' }, { '410305001003': '湾社区居民委员会' });
    const ids = ['410305001001', '410305001002'].map((code) => registry.areaIdOf({ edition: 2020, code })!);
    const { id } = about(registry, '410305001003');
    expect(codeOf(() => registry.confirm(id, { decidedAt, kind: 'SPLIT', predecessorIds: ids }))).toBe('PREDECESSOR_REQUIRED');
    expect(codeOf(() => registry.confirm(id, { decidedAt, kind: 'MERGED', predecessorIds: ids.slice(1) }))).toBe('PREDECESSOR_REQUIRED');
    const merged = registry.confirm(id, { decidedAt, kind: 'MERGED', predecessorIds: ids });
    expect(merged.predecessors).toEqual(ids);
    expect(ids).not.toContain(resolved(registry, '410305001003'));
  });

  it('moves the place presumed at a code when the move is confirmed and the other name before it is not', () => {
    const registry = of(
      { '410305001001': '沟社区居民委员会' },
      { '410305001001': '坡社区居民委员会' },
      { '410305002001': '坡社区居民委员会' },
    );
    const first = registry.areaIdOf({ edition: 2020, code: '410305001001' });
    expect(resolved(registry, '410305001001')).toBe(first);
    registry.confirm(about(registry, '410305002001').id, { decidedAt });
    expect(resolved(registry, '410305002001')).toBe(first);
    expect(
      registryTables(registry)
        .areaVersions.filter(({ areaId }) => areaId === first)
        .map(({ name }) => name),
    ).toEqual(['沟社区居民委员会', '坡社区居民委员会']);
  });

  it('may know the day better than the cut-off date', () => {
    const registry = of({ '410305001001': '沟社区居民委员会' }, { '410305002001': '沟社区居民委员会' });
    const { id } = about(registry, '410305002001');
    for (const effectiveOn of ['2020-06-30', '2021-07-01']) {
      expect(codeOf(() => registry.confirm(id, { decidedAt, effectiveOn }))).toBe('EFFECTIVE_DATE_INVALID');
    }
    registry.confirm(id, { decidedAt, effectiveOn: '2021-01-01' });
    expect(memberships(registryTables(registry)).map(({ recordedFrom, recordedTo }) => [recordedFrom, recordedTo])).toEqual([
      [null, '2021-01-01'],
      ['2021-01-01', null],
    ]);
  });

  it('may call a change by another of its kinds, but not make a move an end', () => {
    const registry = of({ '410305001001': '沟社区居民委员会' }, { '410305002001': '沟社区居民委员会' });
    const { id } = about(registry, '410305002001');
    expect(codeOf(() => registry.confirm(id, { decidedAt, kind: 'ABOLISHED' }))).toBe('VALIDATION_FAILED');
    const { kind, alsoKinds } = registry.confirm(id, { decidedAt, kind: 'RECODED', note: '查档' });
    expect([kind, alsoKinds]).toEqual(['RECODED', ['TRANSFERRED']]);
  });

  it('takes the further kinds that the registrar names, of those that stand beside the first', () => {
    const registry = of({ '410305001001': '沟社区居民委员会' }, { '410305002003': '沟社区居民委员会' });
    const { id } = about(registry, '410305002003');
    expect(codeOf(() => registry.confirm(id, { decidedAt, alsoKinds: ['MERGED'] }))).toBe('VALIDATION_FAILED');
    expect(registry.confirm(id, { decidedAt, alsoKinds: ['RENAMED', 'TRANSFERRED'] }).alsoKinds).toEqual(['RENAMED']);
  });

  it('takes a rejected move apart into an end and a beginning, to be decided each for itself', () => {
    const registry = of({ '410305001001': '沟社区居民委员会' }, { '410305001001': '坡社区居民委员会' });
    const first = registry.areaIdOf({ edition: 2020, code: '410305001001' });
    const { id } = about(registry, '410305001001');
    expect(registry.reject(id, { decidedAt, note: '另一处' })).toMatchObject({ status: 'REJECTED', note: '另一处', decidedAt });
    expect(codeOf(() => registry.reject(id, { decidedAt, note: '再次' }))).toBe('CHANGE_ALREADY_DECIDED');
    const open = registry.changes.filter(({ status }) => status === 'PROPOSED');
    expect(open.map(({ kind, bulkAllowed }) => `${kind} ${bulkAllowed}`)).toEqual(['ABOLISHED false', 'CREATED false']);
    for (const { id: each } of open) registry.confirm(each, { decidedAt });
    const { areas } = registryTables(registry);
    expect(areas.find((area) => area.id === first)?.closedOn).toBe('2021-06-30');
    expect(resolved(registry, '410305001001')).not.toBe(first);
  });

  it('keeps a place whose end or new suffix is rejected', () => {
    const registry = of(
      { '410305001001': '沟社区居民委员会', '410305001002': '坡社区居民委员会' },
      { '410305001001': '沟社区', '410305002009': '湾社区居民委员会' },
    );
    const kinds = registry.changes.map(({ kind, rule }) => `${kind} ${rule}`);
    expect(kinds.sort()).toEqual(['ABOLISHED NONE', 'CREATED NONE', 'RENAMED SAME_CODE_SAME_CORE']);
    for (const { id } of registry.changes) registry.reject(id, { decidedAt, note: '有误' });
    const { areas } = registryTables(registry);
    const alive = areas.filter(({ closedOn }) => closedOn === null).map(({ name }) => name);
    expect(alive.sort()).toEqual(['涧西区', '甲街道', '乙街道', '沟社区居民委员会', '坡社区居民委员会'].sort());
    expect(registry.changes).toHaveLength(3);
  });

  it('loads editions in order', () => {
    const registry = of({}, {});
    expect(codeOf(() => registry.load(edition(2021, base)))).toBe('EDITION_EXISTS');
    expect(codeOf(() => registry.load(edition(2019, base)))).toBe('EDITION_EXISTS');
  });
});
