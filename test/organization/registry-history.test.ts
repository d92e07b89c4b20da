import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Edition } from '../../subgraphs/organization/src/area/area.rules.ts';
import { registryTables } from '../../subgraphs/organization/src/area/lineage.rules.ts';
import { memberships } from '../../subgraphs/organization/src/area/membership.rules.ts';
import { Registry } from '../../subgraphs/organization/src/area/registry.rules.ts';
import { codeOf, edition, expectTimelines, registryOf } from './divisions.ts';

const decidedAt = '2023-09-11T09:00:00+08:00';

describe('any history of editions', () => {
  const cores = ['沟', '坡', '湾', '岭', '坪'];
  const serials = ['001', '002', '003', '201', '202'];
  const streets = ['410305001', '410305002', '410303001'];
  const place = fc.record({ street: fc.constantFrom(...streets), serial: fc.constantFrom(...serials), core: fc.constantFrom(...cores) });
  const history = fc.array(fc.array(place, { maxLength: 9 }), { minLength: 2, maxLength: 5 });
  const above = {
    '410303000000': '西工区',
    '410303001000': '丙街道',
    '410305000000': '涧西区',
    '410305001000': '甲街道',
    '410305002000': '乙街道',
  };
  const editionsOf = (lists: readonly { street: string; serial: string; core: string }[][]): Edition[] =>
    lists.map((list, n) =>
      edition(2016 + n, {
        ...above,
        ...Object.fromEntries(
          list.map(({ street, serial, core }) => [street + serial, core + (serial > '199' ? '村民委员会' : '社区居民委员会')]),
        ),
      }),
    );

  it('makes timelines without gap or overlap, however it is decided', () => {
    fc.assert(
      fc.property(history, fc.infiniteStream(fc.boolean()), (lists, choices) => {
        const registry = registryOf(...editionsOf(lists));
        for (const change of [...registry.changes]) {
          if (!choices.next().value || registry.changes.find(({ id }) => id === change.id)?.status !== 'PROPOSED') continue;
          registry.confirm(change.id, { decidedAt, kind: change.kind });
        }
        const tables = registryTables(registry);
        expectTimelines(memberships(tables));
        const open = tables.areaVersions.filter(({ validTo }) => validTo === null).map(({ code }) => code);
        expect(new Set(open).size).toBe(open.length);
      }),
    );
  });

  it('goes on from where it was kept as if it had never been put away', () => {
    const kept = (registry: Registry): Registry => Registry.restore(registry.editions, [...registry.changes].reverse());
    const told = (registry: Registry): string[] => {
      const { areas, areaVersions, divisionRows, areaChanges } = registryTables(registry);
      return [areas, areaVersions, divisionRows, areaChanges]
        .flat()
        .map((row) => JSON.stringify(row))
        .sort();
    };
    const decision = fc.constantFrom('CONFIRM', 'REJECT', 'LEAVE');
    fc.assert(
      fc.property(history, fc.infiniteStream(decision), (lists, choices) => {
        const lasting = registryOf(...editionsOf(lists));
        let stored = kept(lasting);
        for (const { id, kind } of [...lasting.changes]) {
          const choice = choices.next().value;
          if (choice === 'LEAVE' || lasting.changes.find((one) => one.id === id)?.status !== 'PROPOSED') continue;
          for (const registry of [lasting, stored]) {
            codeOf(() =>
              choice === 'CONFIRM' ? registry.confirm(id, { decidedAt, kind }) : registry.reject(id, { decidedAt, note: 'no' }),
            );
          }
          stored = kept(stored);
        }
        expect(told(stored)).toEqual(told(lasting));
        expectTimelines(memberships(registryTables(stored)));
      }),
    );
  });

  it('ends at the last edition when every change is confirmed', () => {
    fc.assert(
      fc.property(history, (lists) => {
        const editions = editionsOf(lists);
        const registry = registryOf(...editions);
        for (const { id, kind } of [...registry.changes]) {
          if (registry.changes.find((one) => one.id === id)?.status === 'PROPOSED') registry.confirm(id, { decidedAt, kind });
        }
        const { areas } = registryTables(registry);
        const alive = areas.filter(({ closedOn }) => closedOn === null).map(({ code, name }) => `${code} ${name}`);
        expect(alive.sort()).toEqual(editions.at(-1)!.rows.map(({ code, name }) => `${code} ${name}`));
      }),
    );
  });
});
