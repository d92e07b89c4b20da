import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { COMPOUNDS, DISTRICT, LEAD, type OrganizationGraph, organizationGraph, REGISTRAR, staffOf } from './graph.ts';

let graph: OrganizationGraph;
beforeAll(async () => {
  graph = await organizationGraph();
  await graph.owner.query(DISTRICT);
});
afterAll(() => graph?.drop());

const TABLES =
  'compound, compound_state, building, building_state, building_group, former_code, organization, organization_state, organization_compound, post, officeholder, officeholder_contact, appointment, owners_committee, committee_seats';
beforeEach(() => graph.owner.query(`truncate ${TABLES}; ${COMPOUNDS}`));

const K1 = staffOf('COMMUNITY_STAFF', ['k1']);
const estate = { effectiveOn: '2025-01-01', areaId: 'k1', name: '七号院', types: ['OLD'], management: 'NONE', households: 60 };
const SHOWN =
  'compound { id code name aliases version management households community { id } totalExclusiveArea location { lat lng } entrances { lat } }';
const upsert = (changes: Record<string, unknown> = {}, claims = K1) =>
  graph.command('upsertCompound', { ...estate, ...changes }, claims, SHOWN);
/** c1 as the fixture has it. */
const c1 = { id: 'c1', name: '一号院', types: ['OLD', 'WORK_UNIT'], management: 'PROPERTY_COMPANY', expectedVersion: 1 };
const change = (changes: Record<string, unknown>, claims = K1) => {
  const { households: _, ...rest } = estate;
  return graph.command('upsertCompound', { ...rest, ...c1, ...changes }, claims, SHOWN);
};
const at = async (id: string, day: string) =>
  (await graph.ask(`{ compound(id: "${id}") { management(at: "${day}") households(at: "${day}") community(at: "${day}") { id } } }`)).data
    .compound;

describe('a new compound', () => {
  it('gets the next code of its community, and holds from its day', async () => {
    const done = await upsert({ aliases: ['老七院'], totalExclusiveArea: '12000.50' });
    expect(done).toMatchObject({ ok: true, codes: [] });
    expect(done.payload.compound).toMatchObject({
      code: '410305001001003',
      name: '七号院',
      version: 1,
      management: 'NONE',
      households: 60,
      community: { id: 'k1' },
      totalExclusiveArea: '12000.50',
    });
    expect(await graph.eventsOf(done.payload.compound.id)).toEqual(['compound.changed']);
  });

  it('is one for two requests with the same key', async () => {
    const both = await Promise.all([upsert({ idempotencyKey: 'estate-seven' }), upsert({ idempotencyKey: 'estate-seven' })]);
    expect(both.map(({ replayed }) => replayed).sort()).toEqual([false, true]);
    expect(both[0]!.payload.compound).toEqual(both[1]!.payload.compound);
  });

  it.each([
    ['a name that is a page', { name: '院'.repeat(101) }, ['name'], { characters: 100 }],
    ['a name that nobody sees', { name: '\u200b\u2060' }, ['name'], { needed: true }],
    ['an alias that nobody sees', { aliases: ['老院', ' '] }, ['aliases', '1'], { characters: 100 }],
    ['a hundred aliases', { aliases: Array.from({ length: 100 }, (_, n) => `院${n}`) }, ['aliases'], { most: 20 }],
    ['the year 0 of building', { builtYear: 0 }, ['builtYear'], { least: 1800 }],
    ['the year 9999 of building', { builtYear: 9999 }, ['builtYear'], { least: 1800 }],
    ['more dwellings than the district', { households: 1_000_001 }, ['households'], { most: 1_000_000 }],
    ['more ground than the district', { totalExclusiveArea: '100000000.01' }, ['totalExclusiveArea'], { most: 100_000_000 }],
    ['the day of another age', { effectiveOn: '9999-12-31' }, ['effectiveOn'], { latest: '2199-12-31' }],
  ])('has not %s, and is told what would fit', async (_, changes, field, details) => {
    expect(await upsert(changes)).toMatchObject({ ok: false, codes: ['VALIDATION_FAILED'], fields: [field], details: [details] });
  });

  it('has a name and a code of its own, also when several are made at once', async () => {
    const names = ['甲院', '乙院', '丙院', '丁院'];
    const done = await Promise.all(names.map((name) => upsert({ name })));
    expect(new Set(done.map(({ payload }) => payload.compound.code)).size).toBe(4);
    const same = await Promise.all([upsert({ name: '戊院' }), upsert({ name: '戊 院' })]);
    expect(same.flatMap(({ codes }) => codes)).toEqual(['COMPOUND_NAME_DUPLICATE']);
    expect(await upsert({ name: ' 一号　院 ' })).toMatchObject({
      codes: ['COMPOUND_NAME_DUPLICATE'],
      fields: [['name']],
      details: [{ compoundId: 'c1' }],
    });
    expect(await upsert({ code: '410305001001001', name: '己院' })).toMatchObject({ codes: ['COMPOUND_CODE_TAKEN'], fields: [['code']] });
    expect((await upsert({ code: '410305001002009', name: '己院' })).codes).toEqual(['VALIDATION_FAILED']);
    expect((await upsert({ code: '410305001001777', name: '己院' })).payload.compound.code).toBe('410305001001777');
  });

  it('lies in a community that exists, inside the caller’s scope', async () => {
    expect((await upsert({ areaId: 's1' }, REGISTRAR)).codes).toEqual(['PARENT_NOT_COMMUNITY']);
    expect((await upsert({ areaId: 'k2' })).codes).toEqual(['OUT_OF_AREA_SCOPE']);
    expect((await upsert({}, LEAD)).codes).toEqual(['FORBIDDEN']);
    expect((await upsert({ areaId: 'ar_none' })).codes).toEqual(['NOT_FOUND']);
    await graph.owner.query(`update membership set recorded_to = '2025-06-01' where community_id = 'k3'`);
    expect((await upsert({ areaId: 'k3' }, REGISTRAR)).codes).toEqual(['PARENT_NOT_COMMUNITY']);
    await graph.owner.query(`update membership set recorded_to = null where community_id = 'k3'`);
  });

  it('is managed by one that fits', async () => {
    expect(await upsert({ management: 'PROPERTY_COMPANY' })).toMatchObject({
      codes: ['MANAGER_MISMATCH'],
      fields: [['propertyCompanyId']],
    });
    expect((await upsert({ propertyCompanyId: 'pc' })).codes).toEqual(['MANAGER_MISMATCH']);
    expect(await upsert({ management: 'UNIT_HOSTED' })).toMatchObject({ codes: ['MANAGER_MISMATCH'], fields: [['hostId']] });
    expect((await upsert({ management: 'PROPERTY_COMPANY', propertyCompanyId: 'po1' })).codes).toEqual(['MANAGER_MISMATCH']);
    expect((await upsert({ management: 'PROPERTY_COMPANY', propertyCompanyId: 'or_none' })).codes).toEqual(['NOT_FOUND']);
    expect((await upsert({ management: 'COMMUNITY_HOSTED', hostId: 'or_none' })).codes).toEqual(['NOT_FOUND']);
    expect(await upsert({ management: 'COMMUNITY_HOSTED', hostId: 'po1' })).toMatchObject({ ok: true });
  });

  it('is refused with values that cannot be', async () => {
    expect((await upsert({ types: [] })).codes).toEqual(['VALIDATION_FAILED']);
    expect((await upsert({ name: ' ' })).codes).toEqual(['VALIDATION_FAILED']);
    expect((await upsert({ population: 10, residents60Plus: 11 })).codes).toEqual(['VALIDATION_FAILED']);
    expect((await upsert({ households: -1 })).codes).toEqual(['VALIDATION_FAILED']);
    expect((await upsert({ totalExclusiveArea: '1.234' })).codes).toEqual(['VALIDATION_FAILED']);
    expect((await upsert({ location: { lat: 91, lng: 112, crs: 'WGS84' } })).codes).toEqual(['VALIDATION_FAILED']);
  });

  it('keeps points in WGS-84, whatever they were given in', async () => {
    const done = await upsert({
      location: { lat: 34.66, lng: 112.4, crs: 'GCJ02' },
      entrances: [{ lat: 34.66, lng: 112.4, crs: 'WGS84' }],
    });
    const { location, entrances } = done.payload.compound;
    expect(Math.abs(location.lat - 34.66)).toBeGreaterThan(0.0005);
    expect(entrances).toEqual([{ lat: 34.66 }]);
  });
});

describe('changing a compound', () => {
  it('leaves what was before as it was, and what was not sent as it is', async () => {
    const done = await change({ effectiveOn: '2025-03-01', management: 'SELF_MANAGED' });
    expect(done.payload.compound).toMatchObject({ version: 2, management: 'SELF_MANAGED', households: 200, aliases: ['南院'] });
    expect(await at('c1', '2025-02-28')).toMatchObject({ management: 'PROPERTY_COMPANY', households: 200 });
    expect(await at('c1', '2025-03-01')).toMatchObject({ management: 'SELF_MANAGED', households: 200 });
    const again = await change({
      effectiveOn: '2025-04-01',
      management: 'SELF_MANAGED',
      expectedVersion: 2,
      households: null,
      aliases: null,
    });
    expect(again.payload.compound).toMatchObject({ households: null, aliases: [] });
  });

  it('is not dated before a later change', async () => {
    await change({ effectiveOn: '2025-03-01', households: 210 });
    const done = await change({ effectiveOn: '2025-02-01', households: 220, expectedVersion: 2 });
    expect(done).toMatchObject({ codes: ['EFFECTIVE_DATE_INVALID'], details: [{ earliest: '2025-03-01' }] });
    expect((await change({ effectiveOn: '2021-01-01', households: 1, expectedVersion: 2 })).codes).toEqual(['EFFECTIVE_DATE_INVALID']);
    expect(await change({ effectiveOn: '2025-03-01', households: 220, expectedVersion: 2 })).toMatchObject({ ok: true });
  });

  it('is of the version that was seen, by one of two who change it at the same time', async () => {
    expect(await change({ expectedVersion: 9 })).toMatchObject({ codes: ['VERSION_CONFLICT'], details: [{ version: 1 }] });
    const both = await Promise.all([change({ builtYear: 1991 }), change({ builtYear: 1992 })]);
    expect(both.flatMap(({ codes }) => codes)).toEqual(['VERSION_CONFLICT']);
  });

  it('does not move it', async () => {
    expect((await change({ areaId: 'k2' }, staffOf('STREET_STAFF', ['k1', 'k2'], ['s1']))).codes).toEqual(['VALIDATION_FAILED']);
    expect((await change({ id: 'c3', areaId: 'k2' })).codes).toEqual(['OUT_OF_AREA_SCOPE']);
    expect((await change({ id: 'cp_none' })).codes).toEqual(['NOT_FOUND']);
  });

  it('may give it another code, and the old one goes on answering', async () => {
    expect((await change({ code: '410305001001055' })).payload.compound.code).toBe('410305001001055');
    const { data } = await graph.ask(
      '{ old: compound(code: "410305001001001") { id code } building(code: "410305001001001001") { id code } }',
    );
    expect(data.old).toEqual({ id: 'c1', code: '410305001001055' });
    expect(data.building).toEqual({ id: 'h1', code: '410305001001055001' });
    expect((await upsert({ code: '410305001001001' })).codes).toEqual(['COMPOUND_CODE_TAKEN']);
  });

  it('is kept inside the scope by the database too', async () => {
    const outside = graph.session(K1);
    await outside.write(({ rows }) => rows(`update compound set name = 'x' where id = 'c3'`));
    await outside.write(({ rows }) => rows(`update compound_state set households = 0 where compound_id = 'c3'`));
    const { rows } = await graph.owner.query(
      `select name, households from compound join compound_state on compound_id = id where id = 'c3'`,
    );
    expect(rows).toEqual([{ name: '三号院', households: 50 }]);
  });
});

describe('transferring a compound', () => {
  const transfer = (changes: Record<string, unknown> = {}, claims = REGISTRAR) =>
    graph.command(
      'transferCompound',
      { compoundId: 'c1', expectedVersion: 1, toAreaId: 'k2', effectiveOn: '2025-05-01', ...changes },
      claims,
      SHOWN,
    );

  it('keeps id and history, and gives it and its buildings a code of the new community', async () => {
    const done = await transfer();
    expect(done.payload.compound).toMatchObject({ id: 'c1', code: '410305001002003', version: 2, community: { id: 'k2' } });
    expect(await at('c1', '2025-04-30')).toMatchObject({ community: { id: 'k1' }, households: 200 });
    expect(await at('c1', '2025-05-01')).toMatchObject({ community: { id: 'k2' }, households: 200 });
    const { data } = await graph.ask('{ compound(code: "410305001001001") { id buildings { code } } }');
    expect(data.compound).toEqual({ id: 'c1', buildings: ['001', '002', '901'].map((serial) => ({ code: `410305001002003${serial}` })) });
    const { rows } = await graph.owner.query(`select name, area_id, other_id, "on" from hub.event where name = 'compound.transferred'`);
    expect(rows).toEqual([{ name: 'compound.transferred', area_id: 'k2', other_id: 'k1', on: '2025-05-01' }]);
  });

  it('is the registrar’s', async () => {
    expect((await transfer({}, staffOf('STREET_STAFF', ['k1', 'k2'], ['s1']))).codes).toEqual(['FORBIDDEN']);
  });

  it('goes to a community that exists on the day, to a free code and name, after every earlier change', async () => {
    await graph.owner.query(`update membership set recorded_to = '2025-01-01' where community_id = 'k3'`);
    expect((await transfer({ toAreaId: 'k3' })).codes).toEqual(['EFFECTIVE_DATE_INVALID']);
    await graph.owner.query(`update membership set recorded_to = null where community_id = 'k3'`);
    expect((await transfer({ newCode: '410305001002001' })).codes).toEqual(['COMPOUND_CODE_TAKEN']);
    expect((await transfer({ effectiveOn: '2021-01-01' })).codes).toEqual(['EFFECTIVE_DATE_INVALID']);
    expect((await transfer({ toAreaId: 's1' })).codes).toEqual(['PARENT_NOT_COMMUNITY']);
    expect((await transfer({ toAreaId: 'k1' })).codes).toEqual(['VALIDATION_FAILED']);
    expect((await transfer({ expectedVersion: 2 })).codes).toEqual(['VERSION_CONFLICT']);
    expect((await transfer({ compoundId: 'cp_none' })).codes).toEqual(['NOT_FOUND']);
    await upsert({ areaId: 'k2', name: '一号院' }, REGISTRAR);
    expect((await transfer()).codes).toEqual(['COMPOUND_NAME_DUPLICATE']);
  });
});

describe('a building', () => {
  const block = { effectiveOn: '2025-01-01', compoundId: 'c1', label: '3号楼', kind: 'RESIDENTIAL', households: 40 };
  const build = (changes: Record<string, unknown> = {}, claims = K1) =>
    graph.command(
      'upsertBuilding',
      { ...block, ...changes },
      claims,
      'building { id code label kind units households version steward { id } }',
    );

  it.each([
    ['label', '楼'.repeat(51), { characters: 50 }],
    ['units', 101, { least: 1, most: 100 }],
    ['floors', 201, { least: 1, most: 200 }],
    ['floors', 0, { least: 1, most: 200 }],
  ])('has no %s of %s, and is told what would fit', async (field, value, details) => {
    expect(await build({ [field]: value })).toMatchObject({ codes: ['VALIDATION_FAILED'], fields: [[field]], details: [details] });
  });

  it('gets the next code of its compound, auxiliary ones from 901 on', async () => {
    const done = await build({ units: 2 });
    expect(done.payload.building).toMatchObject({ code: '410305001001001003', label: '3号楼', units: 2, households: 40, version: 1 });
    expect((await build({ kind: 'AUXILIARY', households: undefined })).payload.building.code).toBe('410305001001001902');
    expect(await graph.eventsOf(done.payload.building.id)).toEqual(['building.changed']);
  });

  it('has kind, serial and households that fit', async () => {
    expect(await build({ code: '410305001001001903' })).toMatchObject({ codes: ['BUILDING_KIND_MISMATCH'], fields: [['code']] });
    expect((await build({ kind: 'AUXILIARY', code: '410305001001001003' })).codes).toEqual(['BUILDING_KIND_MISMATCH']);
    expect(await build({ households: null })).toMatchObject({ codes: ['BUILDING_KIND_MISMATCH'], fields: [['households']] });
    expect((await build({ households: -1 })).codes).toEqual(['BUILDING_KIND_MISMATCH']);
    expect((await build({ kind: 'COMMERCIAL', households: -1 })).codes).toEqual(['VALIDATION_FAILED']);
    expect((await build({ units: 0 })).codes).toEqual(['VALIDATION_FAILED']);
    expect((await build({ id: 'h1', expectedVersion: 1, kind: 'AUXILIARY' })).codes).toEqual(['BUILDING_KIND_MISMATCH']);
  });

  it('has a code of its own', async () => {
    expect(await build({ code: '410305001001001001' })).toMatchObject({
      codes: ['BUILDING_CODE_TAKEN'],
      details: [{ free: '410305001001001003' }],
    });
    expect((await build({ code: '410305001001002003' })).codes).toEqual(['VALIDATION_FAILED']);
    const both = await Promise.all([build(), build({ label: '4号楼' })]);
    expect(new Set(both.map(({ payload }) => payload.building.code)).size).toBe(2);
  });

  it('changes from a day on', async () => {
    const done = await build({ id: 'h1', expectedVersion: 1, label: '一号楼', households: 110, effectiveOn: '2025-06-01' });
    expect(done.payload.building).toMatchObject({ id: 'h1', label: '一号楼', version: 2, households: 110 });
    const { data } = await graph.ask('{ building(id: "h1") { households(at: "2025-05-31") } }', REGISTRAR);
    expect(data.building.households).toBe(120);
    expect((await build({ id: 'h1', expectedVersion: 2, households: 111, effectiveOn: '2025-05-01' })).codes).toEqual([
      'EFFECTIVE_DATE_INVALID',
    ]);
    expect((await build({ id: 'h1', expectedVersion: 1 })).codes).toEqual(['VERSION_CONFLICT']);
    expect((await build({ effectiveOn: '2021-01-01' })).codes).toEqual(['EFFECTIVE_DATE_INVALID']);
  });

  it('belongs to a compound inside the caller’s scope', async () => {
    expect((await build({ compoundId: 'c3' })).codes).toEqual(['OUT_OF_AREA_SCOPE']);
    expect((await build({ compoundId: 'cp_none' })).codes).toEqual(['NOT_FOUND']);
    expect((await build({ id: 'h1', compoundId: 'c2', expectedVersion: 1 })).codes).toEqual(['VALIDATION_FAILED']);
    expect((await build({ id: 'bd_none', expectedVersion: 1 })).codes).toEqual(['NOT_FOUND']);
  });

  it('has a steward who is appointed as one', async () => {
    await graph.owner.query(`insert into post (id, organization_id, code, seats) values ('p4', 'g1', 'BUILDING_STEWARD', 9);
      insert into appointment (id, post_id, officeholder_id, method, valid_from) values ('a4', 'p4', 'o2', 'RECOMMENDED', '2024-01-01')`);
    expect((await build({ stewardAppointmentId: 'a1' })).codes).toEqual(['VALIDATION_FAILED']);
    expect((await build({ stewardAppointmentId: 'ap_none' })).codes).toEqual(['NOT_FOUND']);
    expect((await build({ stewardAppointmentId: 'a4' })).payload.building.steward).toEqual({ id: 'a4' });
  });

  it('may change its serial, and the old code goes on answering', async () => {
    const done = await build({ id: 'h1', expectedVersion: 1, code: '410305001001001007', households: 120 });
    expect(done.payload.building.code).toBe('410305001001001007');
    expect((await graph.ask('{ building(code: "410305001001001001") { id } }')).data.building).toEqual({ id: 'h1' });
  });
});
