import * as fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { jumps, requireConsistent } from '../../subgraphs/organization/src/area/count.rules.ts';
import { DISTRICT, LEAD, type OrganizationGraph, organizationGraph, REGISTRAR, staffOf } from './graph.ts';

let graph: OrganizationGraph;
beforeAll(async () => {
  graph = await organizationGraph();
  await graph.owner.query(DISTRICT);
});
afterAll(() => graph?.drop());
beforeEach(() => graph.owner.query(`delete from area_stat where as_of > '2024-06-30'`));

const K1 = staffOf('COMMUNITY_STAFF', ['k1']);
const count = { areaId: 'k1', asOf: '2025-06-30', source: 'COMMUNITY_COUNT', households: 1250, population: 2800, residents60Plus: 700 };
const record = (changes: Record<string, unknown> = {}, claims = K1) =>
  graph.command('recordAreaStat', { ...count, ...changes }, claims, 'stat { asOf source households population residents60Plus quality }');
const population = async (code: string) => (await graph.ask(`{ area(code: "${code}") { population } }`)).data.area.population;

describe('recording a count', () => {
  it('is in every sum at once', async () => {
    const before = await population('410305000000');
    expect(await record()).toMatchObject({
      ok: true,
      payload: { stat: { asOf: '2025-06-30', source: 'COMMUNITY_COUNT', population: 2800 } },
    });
    expect(await population('410305001001')).toBe(2800);
    expect(await population('410305000000')).toBe(before - 2700 + 2800);
    expect(await graph.eventsOf('k1')).toEqual(['area-stat.recorded']);
  });

  it('replaces that of the same day and source', async () => {
    await record();
    expect(await record({ population: 2801 })).toMatchObject({ ok: true });
    const { rows } = await graph.owner.query(`select population from area_stat where area_id = 'k1' and as_of = '2025-06-30'`);
    expect(rows).toEqual([{ population: 2801 }]);
  });

  it('gives the first answer again for a repeated key', async () => {
    const first = await record({ idempotencyKey: 'the-same-key' });
    expect(await record({ idempotencyKey: 'the-same-key' })).toMatchObject({ ok: true, replayed: true, payload: first.payload });
    expect((await record({ idempotencyKey: 'the-same-key', population: 2900 })).codes).toEqual(['IDEMPOTENCY_KEY_REUSED']);
  });

  it('belongs to a community that exists', async () => {
    expect(await record({ areaId: 's1' }, REGISTRAR)).toMatchObject({ codes: ['PARENT_NOT_COMMUNITY'], fields: [['areaId']] });
    expect((await record({ areaId: 'ar_none' })).codes).toEqual(['NOT_FOUND']);
    await graph.owner.query(`update membership set recorded_to = '2025-01-01' where community_id = 'k3'`);
    expect((await record({ areaId: 'k3' }, REGISTRAR)).codes).toEqual(['PARENT_NOT_COMMUNITY']);
    expect(await record({ areaId: 'k3', asOf: '2024-12-31' }, REGISTRAR)).toMatchObject({ ok: true });
    await graph.owner.query(`update membership set recorded_to = null where community_id = 'k3'`);
  });

  it('is for staff of the place and the registrar', async () => {
    expect((await record({ areaId: 'k2', population: 10000, households: 4000, residents60Plus: null })).codes).toEqual([
      'OUT_OF_AREA_SCOPE',
    ]);
    expect((await record({}, LEAD)).codes).toEqual(['FORBIDDEN']);
    expect(await record({}, REGISTRAR)).toMatchObject({ ok: true });
  });

  it('is kept inside the scope by the database too', async () => {
    const outside = graph.session(staffOf('COMMUNITY_STAFF', ['k1']));
    const insert = `insert into area_stat (area_id, as_of, source, households, population) values ('k2', '2025-01-01', 'CENSUS', 1, 1)`;
    await expect(outside.write(({ rows }) => rows(insert))).rejects.toMatchObject({ sqlState: '42501' });
  });

  it('refuses parts larger than their whole, and warns of more households than persons', async () => {
    expect(await record({ residents60Plus: 2801 })).toMatchObject({ codes: ['STAT_INCONSISTENT'], fields: [['residents60Plus']] });
    expect((await record({ residents65Plus: 701 })).codes).toEqual(['STAT_INCONSISTENT']);
    expect((await record({ residents65Plus: 700, children0to14: 2101 })).codes).toEqual(['STAT_INCONSISTENT']);
    expect((await record({ households: -1 })).codes).toEqual(['STAT_INCONSISTENT']);
    expect(await record({ households: 1_000_001 })).toMatchObject({ codes: ['VALIDATION_FAILED'], details: [{ most: 1_000_000 }] });
    expect(await record({ households: 2900, confirmJump: true })).toMatchObject({ ok: true, warned: ['STAT_INCONSISTENT'] });
  });

  it('asks about a change of more than 30 %', async () => {
    const jump = await record({ population: 3511 });
    expect(jump).toMatchObject({ codes: ['STAT_JUMP_UNCONFIRMED'], fields: [['population']], details: [{ previous: 2700 }] });
    expect(await record({ population: 3510 })).toMatchObject({ ok: true });
    expect(await record({ population: 3511, confirmJump: true })).toMatchObject({ ok: true });
  });

  it('is not of a day to come', async () => {
    expect((await record({ asOf: '2999-01-01' })).codes).toEqual(['VALIDATION_FAILED']);
  });
});

describe('the rules of counts', () => {
  const number = fc.integer({ min: -1, max: 40 });
  const maybe = fc.option(number);
  const counts = fc.record({
    households: number,
    population: number,
    residents60Plus: maybe,
    residents65Plus: maybe,
    children0to14: maybe,
  });

  it('take exactly what every household register could hold', () => {
    fc.assert(
      fc.property(counts, (c) => {
        let taken = true;
        try {
          requireConsistent(c);
        } catch {
          taken = false;
        }
        const [old, older, young] = [c.residents60Plus ?? 0, c.residents65Plus ?? 0, c.children0to14 ?? 0];
        const possible =
          Object.values(c).every((value) => value === null || value >= 0) &&
          old <= c.population &&
          (c.residents60Plus === null || older <= old) &&
          older + young <= c.population;
        expect(taken).toBe(possible);
      }),
      { numRuns: 2000 },
    );
  });

  it('call it a jump from the first unit beyond 30 %', () => {
    const none = { residents60Plus: null, residents65Plus: null, children0to14: null };
    expect(jumps({ households: 130, population: 70, ...none }, { households: 100, population: 100 })).toEqual([]);
    expect(jumps({ households: 131, population: 69, ...none }, { households: 100, population: 100 })).toEqual(['households', 'population']);
    expect(jumps({ households: 1, population: 0, ...none }, { households: 0, population: 0 })).toEqual(['households']);
  });
});
