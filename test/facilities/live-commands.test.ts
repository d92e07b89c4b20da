import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { copyDatabases, type Hub, startHub } from '../kit.ts';

const DISTRICT = '410305000000';

let hub: Hub;
let lead: string;
let staff: string;
let registrar: string;
/** A community, its households, its first compound and an organization of the demo district. */
let community: { id: string; code: string; households: number };
let compound: { id: string };
let own: { id: string };
beforeAll(async () => {
  hub = await startHub({ databases: await copyDatabases() });
  lead = await hub.token({ role: 'DISTRICT_LEAD', area: DISTRICT });
  registrar = await hub.token({ role: 'REGISTRAR', area: DISTRICT });
  const { data } = await hub.query(
    `{ compounds(filter: { areaCode: "${DISTRICT}" }, first: 1) { nodes { id community { id code households } } }
       organizations(filter: { areaCode: "${DISTRICT}" }, first: 1) { nodes { id } } }`,
    {},
    lead,
  );
  [compound] = data.compounds.nodes;
  community = data.compounds.nodes[0].community;
  [own] = data.organizations.nodes;
  staff = await hub.token({ role: 'COMMUNITY_STAFF', area: community.code, org: own.id });
  await until(async () => (await runs()).length === 3 && (await runs()).every(({ status }) => status === 'DONE'));
});
afterAll(() => hub?.stop());

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (let n = 0; n < 160 && !(await holds()); n++) await new Promise((resolve) => setTimeout(resolve, 250));
  expect(await holds()).toBe(true);
}
const runs = () =>
  hub.sql<{ id: string; status: string; profile: string }>(
    'facilities',
    `select id, status, profile from coverage_run where started_at > '2026-07-01' order by id`,
  );

const REGISTER = `mutation ($input: UpsertFacilityInput!) {
  upsertFacility(input: $input) { ok errors { code field } facility { id version status operator { name } serves { community { id } share } events { to actorRole } } }
}`;
const registering = (input: object = {}) => ({
  ...{
    name: '新建党群服务中心',
    kind: 'PARTY_MASS_SERVICE_CENTRE',
    communityId: community.id,
    tenure: 'OWNED',
    provisionMode: 'NEW_BUILD',
  },
  ...{ address: '一号院', openedOn: '2026-01-01', effectiveOn: '2026-01-01', usableFloorArea: '500', countsTowardStandard: true },
  ...{ operatorId: own.id, servesCompoundIds: [compound.id], idempotencyKey: 'register-the-centre', ...input },
});
/** Usable area that counts for the community at the end of a year, in hundredths of a square metre. */
const area = async (year: number) => {
  const period = `{ grain: YEAR, start: "${year}-01-01", end: "${year + 1}-01-01" }`;
  const { data } = await hub.query(
    `{ area(code: "${community.code}") { facilitySummary(period: ${period}) { kpis(keys: [FAC_1]) { numerator } } } }`,
    {},
    lead,
  );
  return Math.round(100 * Number(data.area.facilitySummary.kpis[0].numerator));
};

describe('through the gateway', () => {
  it('a facility is registered, counts from its day on, and last year stays as it was', async () => {
    const [past, present] = [await area(2025), await area(2026)];
    const { data, errors } = await hub.query(REGISTER, { input: registering() }, staff);
    expect(errors).toEqual([]);
    expect(data.upsertFacility).toMatchObject({
      ok: true,
      facility: { status: 'OPEN', operator: { name: expect.any(String) }, serves: [{ community: { id: community.id }, share: '1' }] },
    });
    expect(data.upsertFacility.facility.events).toEqual(['PLANNED', 'OPEN'].map((to) => ({ to, actorRole: 'COMMUNITY_STAFF' })));
    expect([await area(2025), await area(2026)]).toEqual([past, present + 50_000]);
    const again = await hub.query(REGISTER, { input: registering() }, staff);
    expect(again.extensions.idempotentReplay).toBe(true);
    expect(again.data.upsertFacility.facility.id).toBe(data.upsertFacility.facility.id);
    expect(await area(2026)).toBe(present + 50_000);
  });

  it('only of what organization knows, by whose place it is', async () => {
    const unknown = { idempotencyKey: 'register-nowhere', servesCompoundIds: ['cp_none'], ownerId: 'or_none' };
    const { data } = await hub.query(REGISTER, { input: registering(unknown) }, staff);
    expect(data.upsertFacility.errors).toEqual([
      { code: 'NOT_FOUND', field: ['servesCompoundIds', '0'] },
      { code: 'NOT_FOUND', field: ['ownerId'] },
    ]);
    const elsewhereCode = ['410305001001', '410305008001'].find((code) => code !== community.code) ?? '';
    const elsewhere = await hub.token({ role: 'COMMUNITY_STAFF', area: elsewhereCode, org: own.id });
    const { errors } = await hub.query(REGISTER, { input: registering({ idempotencyKey: 'register-elsewhere' }) }, elsewhere);
    expect(errors.map(({ extensions }) => extensions.code)).toEqual(['OUT_OF_AREA_SCOPE']);
  });

  it('a coverage run is asked for, answered QUEUED at once and made by the process', async () => {
    const ask = `mutation { runCoverage(input: { idempotencyKey: "run-the-coverage", kinds: [CANTEEN] }) { ok run { id status } } }`;
    const { data } = await hub.query(ask, {}, lead);
    expect(data.runCoverage).toMatchObject({ ok: true, run: { status: 'QUEUED' } });
    const of = async () =>
      (await hub.query(`{ coverageRun(id: "${data.runCoverage.run.id}") { status origins } }`, {}, lead)).data.coverageRun;
    await until(async () => (await of()).status === 'DONE');
    expect((await of()).origins).toBeGreaterThan(0);
    await hub.sql(
      'facilities',
      'alter table coverage_run disable trigger all; update coverage_run set demanded_at = null; alter table coverage_run enable trigger all',
    );
  });
});

describe('after a compound changed', () => {
  const make = (name: string, key: string) =>
    hub.query(
      `mutation ($input: UpsertCompoundInput!) { upsertCompound(input: $input) { ok errors { code field } compound { id } } }`,
      {
        input: {
          ...{
            idempotencyKey: key,
            effectiveOn: '2026-01-01',
            areaId: community.id,
            name,
            types: ['COMMERCIAL'],
            management: 'SELF_MANAGED',
          },
          ...{ households: 100, location: { lat: 34.66, lng: 112.4, crs: 'WGS84' } },
        },
      },
      registrar,
    );
  const circle = async () => (await runs()).length;
  const ahead = (minutes: number) => hub.setClock(new Date(Date.now() + minutes * 60_000).toISOString());

  it('the circle is computed again, once, also when facilities was down meanwhile', async () => {
    // What the commands above have queued is made first.
    ahead(11);
    await until(async () => (await runs()).every(({ status }) => status === 'DONE'));
    const before = await circle();
    process.kill(hub.pid('facilities'), 'SIGKILL');
    const { data, errors } = await make('新小区', 'make-a-compound');
    expect(errors).toEqual([]);
    expect(data.upsertCompound).toMatchObject({ ok: true, errors: [] });
    await hub.ready('facilities');
    await until(async () => (await circle()) === before + 3);
    expect((await runs()).filter(({ status }) => status === 'QUEUED')).toHaveLength(3);
    ahead(30);
    await until(async () => (await runs()).every(({ status }) => status === 'DONE'));
    const [last] = await hub.sql<{ known: boolean }>(
      'facilities',
      `select bool_and(exists (select 1 from coverage_distance d where d.run_id = r.id and d.compound_id = $1)) as known
       from (select id from coverage_run order by started_at desc, id limit 3) r`,
      [data.upsertCompound.compound.id],
    );
    expect(last).toEqual({ known: true });
    // The process may look as often as it likes.
    process.kill(hub.pid('facilities'), 'SIGKILL');
    await hub.ready('facilities');
    await new Promise((resolve) => setTimeout(resolve, 6_000));
    expect(await circle()).toBe(before + 3);
  });
});
