import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { writeAtOnce } from '../at-once.ts';
import { COMPOUNDS, DISTRICT, LEAD, type OrganizationGraph, organizationGraph, REGISTRAR, staffOf } from './graph.ts';

let graph: OrganizationGraph;
/** What grievances answers; null when it is silent. */
let orders: { id: string }[] | null = [];
beforeAll(async () => {
  graph = await organizationGraph(async <T>() => ({ orders: orders && { nodes: orders } }) as T);
  await graph.owner.query(DISTRICT);
});
afterAll(() => graph?.drop());

const TABLES =
  'compound, compound_state, building, building_state, building_group, former_code, organization, organization_state, organization_compound, post, officeholder, officeholder_contact, appointment, owners_committee, committee_seats';
beforeEach(async () => {
  orders = [];
  await graph.owner.query(`truncate ${TABLES}; ${COMPOUNDS};
    insert into organization (id, kind, name, area_id) values ('sw1', 'STREET_PARTY_WORKING_COMMITTEE', '湖北路党工委', 's1'), ('sw2', 'STREET_PARTY_WORKING_COMMITTEE', '天津路党工委', 's2');
    insert into organization_state (organization_id, valid_from, status) values ('sw1', '2020-01-01', 'ACTIVE'), ('sw2', '2020-01-01', 'ACTIVE')`);
});

const K1 = staffOf('COMMUNITY_STAFF', ['k1']);
const K2 = staffOf('COMMUNITY_STAFF', ['k2']);
const S1 = staffOf('STREET_STAFF', ['k1', 'k2'], ['s1']);
const SHOWN =
  'organization { id kind name status area { id } parent { id } compounds { id } buildings { id } partyLevel contact { phone servicePhone } version }';
const create = (input: Record<string, unknown>, claims = K1) =>
  graph.command('createOrganization', { effectiveOn: '2025-01-01', ...input }, claims, SHOWN);
const branch = (changes: Record<string, unknown> = {}, claims = K1) =>
  create(
    {
      kind: 'COMPOUND_PARTY_BRANCH',
      name: '二号院党支部',
      parentId: 'po1',
      compoundIds: ['c2'],
      partyMemberCount: 5,
      fullMemberCount: 3,
      ...changes,
    },
    claims,
  );

describe('founding an organization', () => {
  it('puts a branch where its compound lies, under the community’s Party organization', async () => {
    const done = await branch({ contact: { phone: '13700001111', servicePhone: '0379-60000000' } });
    expect(done).toMatchObject({ ok: true, codes: [], warned: [] });
    expect(done.payload.organization).toMatchObject({
      status: 'ACTIVE',
      area: { id: 'k1' },
      parent: { id: 'po1' },
      compounds: [{ id: 'c2' }],
      partyLevel: 'BRANCH',
      contact: { phone: '137****1111', servicePhone: '0379-60000000' },
    });
    expect(await graph.eventsOf(done.payload.organization.id)).toEqual(['organization.created']);
    const { rows } = await graph.owner.query(`select answer::text as kept from hub.idempotency where command = 'createOrganization'`);
    expect(rows.some(({ kept }: { kept: string }) => kept.includes('13700001111'))).toBe(false);
  });

  it('is done once for one key', async () => {
    const both = await Promise.all([branch({ idempotencyKey: 'a-branch-of-two' }), branch({ idempotencyKey: 'a-branch-of-two' })]);
    expect(both.map(({ payload }) => payload.organization.id)[0]).toBe(both[1]!.payload.organization.id);
    expect(both.map(({ replayed }) => replayed).sort()).toEqual([false, true]);
  });

  it('stays inside the scope, which the database keeps too', async () => {
    expect((await branch({ compoundIds: ['c4'] })).codes).toEqual(['OUT_OF_AREA_SCOPE']);
    expect((await create({ kind: 'OTHER', name: '某单位' })).codes).toEqual(['OUT_OF_AREA_SCOPE']);
    expect((await create({ kind: 'OTHER', name: '某单位', areaId: 's1' })).codes).toEqual(['OUT_OF_AREA_SCOPE']);
    expect(await create({ kind: 'STREET_OFFICE', name: '湖北路街道办事处', areaId: 's1' }, S1)).toMatchObject({ ok: true });
    expect(await create({ kind: 'DEPARTMENT', name: '区民政局' }, LEAD)).toMatchObject({ ok: true });
    expect((await create({ kind: 'OTHER', name: '某单位', areaId: 'ar_none' }, LEAD)).codes).toEqual(['NOT_FOUND']);
    const insert = (area: string) => `insert into organization (id, kind, name, area_id) values ('or_x', 'OTHER', 'x', '${area}')`;
    for (const area of ['k2', 's1', 'd']) {
      await expect(graph.session(K1).write(({ rows }) => rows(insert(area)))).rejects.toMatchObject({ sqlState: '42501' });
    }
  });

  it('needs the right kind above, of the same place', async () => {
    expect((await branch({ parentId: null })).codes).toEqual(['PARENT_KIND_INVALID']);
    expect((await branch({ parentId: 'sw1' })).codes).toEqual(['PARENT_KIND_INVALID']);
    expect((await branch({ parentId: 'or_none' })).codes).toEqual(['NOT_FOUND']);
    expect((await branch({ compoundIds: ['c4'] }, S1)).codes).toEqual(['PARENT_KIND_INVALID']);
    const party = { kind: 'COMMUNITY_PARTY_ORG', name: '二社区党委', partyLevel: 'COMMITTEE', areaId: 'k2' };
    expect((await create({ ...party, parentId: 'sw2' }, K2)).codes).toEqual(['PARENT_KIND_INVALID']);
    expect((await create({ ...party, areaId: null, parentId: 'sw1' }, S1)).codes).toEqual(['VALIDATION_FAILED']);
    expect((await create({ ...party, areaId: 's1', parentId: 'sw1' }, S1)).codes).toEqual(['PARENT_NOT_COMMUNITY']);
    expect(await create({ ...party, parentId: 'sw1' }, K2)).toMatchObject({ ok: true });
    await graph.owner.query(`update organization_state set status = 'DISSOLVED' where organization_id = 'po1'`);
    expect((await branch()).codes).toEqual(['PARENT_KIND_INVALID']);
  });

  it('asks for members and compounds enough, and not too many', async () => {
    expect(await branch({ fullMemberCount: 2 })).toMatchObject({ codes: ['BRANCH_TOO_SMALL'], fields: [['fullMemberCount']] });
    expect((await branch({ fullMemberCount: null })).codes).toEqual(['BRANCH_TOO_SMALL']);
    expect((await branch({ fullMemberCount: 6 })).codes).toEqual(['VALIDATION_FAILED']);
    expect((await branch({ compoundIds: ['c1', 'c3'] }, S1)).codes).toEqual(['JOINT_BRANCH_TOO_WIDE']);
    const six = ['c1', 'c2', 'c3', 'c4', 'c5', 'c6'];
    expect((await branch({ compoundIds: six }, LEAD)).codes).toEqual(['JOINT_BRANCH_TOO_WIDE']);
    expect((await branch({ compoundIds: [] })).codes).toEqual(['VALIDATION_FAILED']);
    expect((await branch({ partyLevel: 'JOINT_BRANCH' })).codes).toEqual(['VALIDATION_FAILED']);
    expect((await branch({ compoundIds: ['cp_none'] })).codes).toEqual(['NOT_FOUND']);
    const joint = await branch({ compoundIds: ['c1', 'c2'], partyMemberCount: 51 });
    expect(joint).toMatchObject({ ok: true, warned: ['BRANCH_TOO_LARGE'], payload: { organization: { partyLevel: 'JOINT_BRANCH' } } });
  });

  it('takes a group of buildings of one compound, each in one group at a time', async () => {
    await graph.owner.query(`update building_group set valid_to = '2024-06-01' where building_id = 'h2';
      insert into organization_compound (organization_id, compound_id, valid_from) values ('b1', 'c2', '2020-01-01')`);
    const group = (changes: Record<string, unknown>) =>
      create({
        kind: 'BUILDING_PARTY_GROUP',
        name: '一号院第二党小组',
        parentId: 'b1',
        buildingIds: ['h2'],
        partyMemberCount: 3,
        fullMemberCount: 1,
        ...changes,
      });
    expect((await group({ buildingIds: ['h1'] })).codes).toEqual(['BUILDING_ALREADY_GROUPED']);
    expect((await group({ buildingIds: [] })).codes).toEqual(['VALIDATION_FAILED']);
    expect((await group({ buildingIds: ['bd_none'] })).codes).toEqual(['NOT_FOUND']);
    expect((await group({ parentId: 'jb' })).codes).toEqual(['PARENT_KIND_INVALID']);
    expect((await group({ partyLevel: 'BRANCH' })).codes).toEqual(['VALIDATION_FAILED']);
    expect((await group({ compoundIds: ['c1'] })).codes).toEqual(['VALIDATION_FAILED']);
    const both = await Promise.all([group({ fullMemberCount: 0 }), group({ name: '一号院第三党小组', fullMemberCount: 0 })]);
    expect(both.flatMap(({ codes }) => codes)).toEqual(['BUILDING_ALREADY_GROUPED']);
    expect(both.flatMap(({ warned }) => warned)).toEqual(['GROUP_TOO_SMALL']);
    const { data } = await graph.ask('{ building(id: "h2") { partyGroup { name } } compound(id: "c1") { coverage } }');
    expect(data).toMatchObject({ compound: { coverage: 'BRANCH_ONLY' } });
  });

  it('makes no second of what is there', async () => {
    expect(await branch({ name: '一号院 党支部' })).toMatchObject({
      codes: ['DUPLICATE_ORG'],
      fields: [['name']],
      details: [{ organizationId: 'b1' }],
    });
    const committee = { kind: 'OWNERS_COMMITTEE', name: '新业委会', compoundIds: ['c1'] };
    expect(await create(committee)).toMatchObject({ codes: ['DUPLICATE_ORG'], fields: [['kind']] });
    expect(await create({ ...committee, compoundIds: ['c2'] })).toMatchObject({ ok: true });
    expect(await create({ ...committee, status: 'PLANNED' })).toMatchObject({ codes: ['DUPLICATE_ORG'], fields: [['name']] });
    expect(await create({ ...committee, name: '筹备中的业委会', status: 'PLANNED' })).toMatchObject({ ok: true });
    expect((await create({ ...committee, name: '两院业委会', compoundIds: ['c1', 'c2'] })).codes).toEqual(['VALIDATION_FAILED']);
    const unit = { kind: 'STATIONED_UNIT', areaId: 'k1', uscc: '91350211M000100Y43' };
    const both = await Promise.all([create({ ...unit, name: '甲单位' }), create({ ...unit, name: '乙单位' })]);
    expect(both.flatMap(({ codes, fields }) => [codes, fields])).toContainEqual(['DUPLICATE_ORG']);
    expect(
      (await create({ kind: 'COMMUNITY_PARTY_ORG', name: '又一党委', partyLevel: 'COMMITTEE', areaId: 'k1', parentId: 'sw1' })).codes,
    ).toEqual(['DUPLICATE_ORG']);
  });

  it.each([
    [{ name: '店'.repeat(101) }, ['name'], { characters: 100 }],
    [{ name: '\u3164' }, ['name'], { needed: true }],
    [{ contact: { address: '号'.repeat(201) } }, ['contact', 'address'], { characters: 200 }],
    [{ contact: { servicePhone: '1'.repeat(51) } }, ['contact', 'servicePhone'], { characters: 50 }],
    [{ partyMemberCount: 2_000_000 }, ['partyMemberCount'], { least: 0, most: 1_000_000 }],
    [{ foundedOn: '1899-12-31' }, ['foundedOn'], { earliest: '1900-01-01' }],
  ])('takes no text without end and no number beyond the district: %j', async (changes, field, details) => {
    const done = await create({ kind: 'MERCHANT', name: '小店', areaId: 'k1', ...changes });
    expect(done).toMatchObject({ ok: false, codes: ['VALIDATION_FAILED'], fields: [field], details: [details] });
  });

  it('knows what belongs to which kind', async () => {
    expect((await create({ kind: 'MERCHANT', name: '小店', areaId: 'k1', partyLevel: 'BRANCH' })).codes).toEqual(['VALIDATION_FAILED']);
    expect((await create({ kind: 'SELF_GOVERNANCE_GROUP', name: '议事会', areaId: 'k1' })).codes).toEqual(['VALIDATION_FAILED']);
    expect((await create({ kind: 'MERCHANT', name: '小店', areaId: 'k1', status: 'DISSOLVED' })).codes).toEqual(['VALIDATION_FAILED']);
    expect((await create({ kind: 'MERCHANT', name: ' ', areaId: 'k1' })).codes).toEqual(['VALIDATION_FAILED']);
    expect((await create({ kind: 'MERCHANT', name: '小店', areaId: 'k1', partyMemberCount: -1 })).codes).toEqual(['VALIDATION_FAILED']);
    const group = { kind: 'SELF_GOVERNANCE_GROUP', name: '议事会', areaId: 'k1', selfGovernanceKinds: ['SERVICE'], compoundIds: ['c1'] };
    expect(await create(group)).toMatchObject({ ok: true });
    expect(await create({ kind: 'MERCHANT', name: '小店', areaId: 'k1', uscc: '91350211M000100Y44' })).toMatchObject({
      ok: true,
      warned: ['USCC_CHECKSUM'],
    });
  });
});

describe('dissolving an organization', () => {
  const dissolve = (changes: Record<string, unknown> = {}, claims = S1) =>
    graph.command(
      'dissolveOrganization',
      { id: 'jb', expectedVersion: 1, effectiveOn: '2025-06-01', reason: '合并', ...changes },
      claims,
      SHOWN,
    );

  it('frees its compounds and keeps what was', async () => {
    const done = await dissolve();
    expect(done.payload.organization).toMatchObject({ status: 'DISSOLVED', compounds: [], version: 2 });
    const { data } = await graph.ask(
      '{ organization(id: "jb") { status(at: "2025-05-31") compounds(at: "2025-05-31") { id } dissolvedOn } }',
    );
    expect(data.organization).toEqual({ status: 'ACTIVE', compounds: [{ id: 'c2' }, { id: 'c3' }], dissolvedOn: '2025-06-01' });
    expect(await graph.eventsOf('jb')).toEqual(['organization.dissolved']);
    expect((await dissolve({ expectedVersion: 2 })).codes).toEqual(['INVALID_TRANSITION']);
  });

  it('waits until nothing is open here or elsewhere', async () => {
    orders = [{ id: 'do_1' }, { id: 'do_2' }];
    expect(await dissolve({ id: 'b1' })).toMatchObject({ codes: ['ORG_HAS_OPEN_ITEMS'], details: [{ appointments: 1, orders: 2 }] });
    orders = [];
    expect(await dissolve({ id: 'b1' })).toMatchObject({ codes: ['ORG_HAS_OPEN_ITEMS'], details: [{ appointments: 1, orders: 0 }] });
    expect(await dissolve({ id: 'oc1', effectiveOn: '2025-06-01' })).toMatchObject({ details: [{ appointments: 1 }] });
    orders = null;
    expect((await dissolve()).codes).toEqual(['SOURCE_UNAVAILABLE']);
    expect(await graph.eventsOf('b1')).toEqual([]);
  });

  it('is for the street, the registrar and the district, inside their scope', async () => {
    expect((await dissolve({}, K1)).codes).toEqual(['FORBIDDEN']);
    expect((await dissolve({}, staffOf('STREET_STAFF', ['k3'], ['s2']))).codes).toEqual(['OUT_OF_AREA_SCOPE']);
    expect((await dissolve({ id: 'or_none' }, REGISTRAR)).codes).toEqual(['NOT_FOUND']);
    expect((await dissolve({ expectedVersion: 4 })).codes).toEqual(['VERSION_CONFLICT']);
    expect((await dissolve({ reason: '' })).codes).toEqual(['VALIDATION_FAILED']);
    expect(await dissolve({ reason: '因'.repeat(501) })).toMatchObject({ fields: [['reason']], details: [{ characters: 500 }] });
  });

  it('frees a building that was transferred with its compound meanwhile', async () => {
    await graph.owner.query(`delete from organization_state where organization_id = 'g1' and valid_from > '2020-01-01';
      update organization_state set valid_to = null where organization_id = 'g1';
      update compound_state set community_id = 'k3' where compound_id = 'c1'`);
    expect(await dissolve({ id: 'g1' })).toMatchObject({ ok: true });
    const { rows } = await graph.owner.query(`select distinct valid_to from building_group where group_id = 'g1'`);
    expect(rows).toEqual([{ valid_to: '2025-06-01' }]);
  });

  it('is not dated before a later change', async () => {
    expect((await dissolve({ id: 'g1', effectiveOn: '2025-12-31' })).codes).toEqual(['EFFECTIVE_DATE_INVALID']);
    await graph.owner.query(
      `insert into organization_compound (organization_id, compound_id, valid_from) values ('jb', 'c4', '2025-07-01')`,
    );
    expect((await dissolve()).codes).toEqual(['EFFECTIVE_DATE_INVALID']);
  });
});

describe('appointing a holder', () => {
  const appoint = (changes: Record<string, unknown> = {}, claims = K1) =>
    graph.command(
      'appointOfficeholder',
      { postId: 'p1', officeholderId: 'o2', from: '2025-01-01', method: 'ELECTED', ...changes },
      claims,
      'appointment { id from to version officeholder { id } }',
    );
  beforeEach(() => graph.owner.query(`update appointment set valid_to = '2025-01-01' where id = 'a1'`));

  it('fills a seat, and tells the post but not the holder', async () => {
    const done = await appoint({ isPartyMember: true });
    expect(done.payload.appointment).toMatchObject({ from: '2025-01-01', to: null, version: 1, officeholder: { id: 'o2' } });
    const { rows } = await graph.owner.query(`select object_id, other_id, area_id from hub.event where name = 'appointment.started'`);
    expect(rows.at(-1)).toEqual({ object_id: 'p1', other_id: 'b1', area_id: 'k1' });
  });

  it('never takes more seats than there are, on any day', async () => {
    expect(await appoint({ from: '2024-12-31' })).toMatchObject({ codes: ['NO_SEAT'], details: [{ seats: 1, day: '2024-12-31' }] });
  });

  it('takes one seat once, of three who are appointed at the same time', async () => {
    const many = ['o10', 'o11', 'o12'];
    await graph.owner.query('insert into officeholder (id, public_name) select id, id from unnest($1::text[]) id', [many]);
    const all = await writeAtOnce(graph, 'appointment', ...many.map((officeholderId) => () => appoint({ officeholderId })));
    expect(all.map(({ codes }) => codes)).toEqual([[], ['NO_SEAT'], ['NO_SEAT']]);
  });

  it('gives one holder one post once at a time', async () => {
    expect((await appoint({ officeholderId: 'o1', from: '2024-06-01' })).codes).toEqual(['APPOINTMENT_OVERLAP']);
    expect(await appoint({ officeholderId: 'o1' })).toMatchObject({ ok: true });
  });

  it('lies inside the life of the organization', async () => {
    expect((await appoint({ from: '2019-01-01', to: '2019-06-01' })).codes).toEqual(['EFFECTIVE_DATE_INVALID']);
    expect((await appoint({ to: '2025-01-01' })).codes).toEqual(['EFFECTIVE_DATE_INVALID']);
    await graph.owner.query(`update organization_state set valid_to = '2026-01-01' where organization_id = 'b1';
      insert into organization_state (organization_id, valid_from, status) values ('b1', '2026-01-01', 'DISSOLVED')`);
    expect((await appoint()).codes).toEqual(['EFFECTIVE_DATE_INVALID']);
    expect(await appoint({ to: '2026-01-01' })).toMatchObject({ ok: true });
  });

  it('of an owners’ committee lies inside a term, and ends with it', async () => {
    const member = { postId: 'p3', officeholderId: 'o1' };
    expect((await appoint({ ...member, from: '2023-05-15', to: '2023-05-20' })).codes).toEqual(['TERM_EXPIRED']);
    expect((await appoint({ ...member, to: '2028-06-02' })).codes).toEqual(['TERM_EXPIRED']);
    expect((await appoint(member)).payload.appointment).toMatchObject({ to: '2028-06-01' });
  });

  it('keeps membership of the Party of those alone whom a rule needs', async () => {
    expect((await appoint({ postId: 'p3', officeholderId: 'o1', isPartyMember: false })).codes).toEqual(['VALIDATION_FAILED']);
  });

  it('stays inside the scope', async () => {
    expect((await appoint({}, K2)).codes).toEqual(['OUT_OF_AREA_SCOPE']);
    expect((await appoint({ postId: 'po_none' })).codes).toEqual(['NOT_FOUND']);
    expect((await appoint({ officeholderId: 'oh_none' })).codes).toEqual(['NOT_FOUND']);
    const insert = `insert into appointment (id, post_id, officeholder_id, method, valid_from) values ('ap_x', 'p1', 'o2', 'ELECTED', '2025-01-01')`;
    await expect(graph.session(K2).write(({ rows }) => rows(insert))).rejects.toMatchObject({ sqlState: '42501' });
  });

  const end = (changes: Record<string, unknown> = {}, claims = K1) =>
    graph.command(
      'endAppointment',
      { id: 'a3', expectedVersion: 1, effectiveOn: '2025-03-01', ...changes },
      claims,
      'appointment { to version }',
    );

  it('ends on a day after it began, once', async () => {
    expect((await end({ effectiveOn: '2023-06-01' })).codes).toEqual(['EFFECTIVE_DATE_INVALID']);
    expect(await end({ reason: '辞职' })).toMatchObject({ ok: true, payload: { appointment: { to: '2025-03-01', version: 2 } } });
    expect((await end()).codes).toEqual(['VERSION_CONFLICT']);
    expect((await end({ expectedVersion: 2 })).codes).toEqual(['EFFECTIVE_DATE_INVALID']);
    expect((await graph.eventsOf('p3')).at(-1)).toBe('appointment.ended');
  });

  it('ends by staff of its place', async () => {
    expect((await end({}, K2)).codes).toEqual(['OUT_OF_AREA_SCOPE']);
    expect((await end({ id: 'ap_none' })).codes).toEqual(['NOT_FOUND']);
    expect((await end({}, { ...K1, roles: ['ORG_REPRESENTATIVE'] })).codes).toEqual(['FORBIDDEN']);
  });
});
