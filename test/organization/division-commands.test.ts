import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { loadRegistry } from '../../subgraphs/organization/seed.ts';
import { registryTables } from '../../subgraphs/organization/src/area/lineage.rules.ts';
import { readRegistry } from '../../subgraphs/organization/src/area/registry.read.ts';
import { storedRegistry } from '../../subgraphs/organization/src/area/stored.rules.ts';
import { writeAtOnce } from '../at-once.ts';
import { edition, registryOf } from './divisions.ts';
import { LEAD, type OrganizationGraph, organizationGraph, REGISTRAR, staffOf } from './graph.ts';

let graph: OrganizationGraph;
beforeAll(async () => {
  graph = await organizationGraph();
});
afterAll(() => graph?.drop());

const TABLES =
  'hub.file_link, hub.file, division_edition, division_row, area, area_version, membership, area_change, area_stat, hub.event, hub.idempotency';
const above = { '410305000000': '涧西区', '410305001000': '甲街道', '410305002000': '乙街道' };
const before = { ...above, '410305001001': '沟社区居民委员会', '410305001002': '坡社区居民委员会', '410305002001': '湾社区居民委员会' };
/** 沟 moves to 乙街道, 坡's code bears 岭, 湾 is called 湾社区, 丙街道 with 坪 and 洼 is new. */
const after = {
  ...above,
  '410305002009': '沟社区居民委员会',
  '410305001002': '岭社区居民委员会',
  '410305002001': '湾社区',
  '410305003000': '丙街道',
  '410305003001': '坪社区居民委员会',
  '410305003002': '洼社区居民委员会',
};

beforeEach(async () => {
  await graph.owner.query(`truncate ${TABLES} cascade`);
  await loadRegistry(graph.owner, registryTables(registryOf(edition(2022, before), edition(2023, after))));
});

interface Change {
  id: string;
  kind: string;
  version: number;
  status: string;
  bulkAllowed: boolean;
  to: { code: string }[];
  from: { code: string }[];
}
async function changes(): Promise<Map<string, Change>> {
  const { data } = await graph.ask(
    '{ divisionChanges(first: 100) { nodes { id kind version status bulkAllowed to { code } from { code } } } }',
    REGISTRAR,
  );
  const nodes = data.divisionChanges.nodes as Change[];
  return new Map(nodes.filter(({ status }) => status !== 'REJECTED').map((each) => [(each.to[0] ?? each.from[0])!.code, each]));
}
const about = async (code: string): Promise<Change> => (await changes()).get(code)!;
const SHOWN = 'change { kind alsoKinds status version effectiveOn decidedAt note confirmedBy { id } predecessors { code } }';
const confirm = async (code: string, more: Record<string, unknown> = {}, claims = REGISTRAR) => {
  const { id, version } = await about(code);
  return graph.command('confirmAreaChange', { id, expectedVersion: version, ...more }, claims, SHOWN);
};
const reject = async (code: string, more: Record<string, unknown> = {}) => {
  const { id, version } = await about(code);
  return graph.command('rejectAreaChange', { id, expectedVersion: version, note: '另一处', ...more }, REGISTRAR, SHOWN);
};
const place = async (code: string) => {
  const { data } = await graph.ask(
    `{ area(code: "${code}") { id code shortName parent { code } membership { communityId streetId recordedFrom recordedTo current } versions { code validFrom validTo } } }`,
  );
  return data.area;
};
/** What the tables hold is what the rules make of editions and decisions. */
async function expectWorkedOut(): Promise<void> {
  const { registry, kept } = await readRegistry(graph.session(REGISTRAR));
  const made = storedRegistry(registryTables(registry));
  const sorted = (rows: readonly object[]): string[] => rows.map((row) => JSON.stringify(Object.entries(row).sort())).sort();
  for (const table of ['areas', 'versions', 'memberships', 'rows'] as const) expect(sorted(made[table])).toEqual(sorted(kept[table]));
}

describe('confirming a change', () => {
  it('moves the place and what is added up over it, at once', async () => {
    const old = await place('410305001001');
    const done = await confirm('410305002009', { note: '查档' }, { ...REGISTRAR, organization: 'or_registry' });
    expect(done).toMatchObject({
      ok: true,
      payload: { change: { kind: 'TRANSFERRED', status: 'CONFIRMED', version: 2, note: '查档', effectiveOn: '2023-06-30' } },
    });
    const now = await place('410305002009');
    expect(now).toMatchObject({ id: old.id, code: '410305002009', parent: { code: '410305002000' } });
    expect(now.membership.map(({ recordedFrom, current }: { recordedFrom: string; current: boolean }) => [recordedFrom, current])).toEqual([
      [null, false],
      ['2023-06-30', true],
    ]);
    const { id } = await about('410305002009');
    expect(await graph.eventsOf(id)).toEqual(['area-change.confirmed']);
    const { rows } = await graph.owner.query('select area_id, "on", from_state, to_state, actor_organization from hub.event');
    expect(rows).toEqual([
      { area_id: old.id, on: '2023-06-30', from_state: 'PROPOSED', to_state: 'CONFIRMED', actor_organization: 'or_registry' },
    ]);
    await expectWorkedOut();
  });

  it('is for the registrar alone', async () => {
    expect((await confirm('410305002009', {}, LEAD)).codes).toEqual(['FORBIDDEN']);
    expect((await confirm('410305002009', {}, staffOf('STREET_STAFF', []))).codes).toEqual(['FORBIDDEN']);
  });

  it('is done once, of the version that was seen', async () => {
    expect((await confirm('410305002009', { expectedVersion: 7 })).codes).toEqual(['VERSION_CONFLICT']);
    await confirm('410305002009');
    expect((await confirm('410305002009')).codes).toEqual(['CHANGE_ALREADY_DECIDED']);
    expect((await graph.command('confirmAreaChange', { id: 'ac_none', expectedVersion: 1 }, REGISTRAR)).codes).toEqual(['NOT_FOUND']);
  });

  it('is done once by two registrars who decide at the same time', async () => {
    const decide = () => confirm('410305002009');
    const both = await writeAtOnce(graph, 'area', decide, decide);
    expect(both.flatMap(({ codes }) => codes)).toEqual(['CHANGE_ALREADY_DECIDED']);
    expect(await graph.eventsOf((await about('410305002009')).id)).toEqual(['area-change.confirmed']);
  });

  it('comes after the parent', async () => {
    expect((await confirm('410305003001')).codes).toEqual(['PARENT_NOT_CONFIRMED']);
    await confirm('410305003000');
    expect(await confirm('410305003001')).toMatchObject({ ok: true });
    expect(await place('410305003001')).toMatchObject({ shortName: '坪社区', parent: { code: '410305003000' } });
    await expectWorkedOut();
  });

  it('takes the day and the kind that the registrar knows better, inside the editions', async () => {
    expect((await confirm('410305002009', { effectiveOn: '2022-06-30' })).codes).toEqual(['EFFECTIVE_DATE_INVALID']);
    expect((await confirm('410305002009', { kind: 'ABOLISHED' })).codes).toEqual(['VALIDATION_FAILED']);
    const done = await confirm('410305002009', { effectiveOn: '2023-01-01', kind: 'RECODED', alsoKinds: ['TRANSFERRED'] });
    expect(done.payload.change).toMatchObject({ kind: 'RECODED', alsoKinds: ['TRANSFERRED'], effectiveOn: '2023-01-01' });
    expect((await place('410305002009')).versions.at(-1)).toEqual({ code: '410305002009', validFrom: '2023-01-01', validTo: null });
  });

  it('makes SPLIT and MERGED of new places, with their predecessors', async () => {
    await confirm('410305003000');
    const [ditch, bay] = await Promise.all(['410305001001', '410305002001'].map(place));
    expect((await confirm('410305003001', { kind: 'SPLIT' })).codes).toEqual(['PREDECESSOR_REQUIRED']);
    expect((await confirm('410305003001', { kind: 'MERGED', predecessorIds: [ditch.id] })).codes).toEqual(['PREDECESSOR_REQUIRED']);
    expect((await confirm('410305003001', { kind: 'SPLIT', predecessorIds: ['ar_none'] })).codes).toEqual(['NOT_FOUND']);
    const done = await confirm('410305003001', { kind: 'MERGED', predecessorIds: [ditch.id, bay.id] });
    expect(done.payload.change.predecessors).toEqual([{ code: '410305001001' }, { code: '410305002001' }]);
    const { data } = await graph.ask('{ area(code: "410305002001") { lineage { kind } } }');
    expect(data.area.lineage).toEqual([{ kind: 'MERGED' }]);
  });

  it('asks for a choice where a name is gone or new more than once', async () => {
    await graph.owner.query(`truncate ${TABLES} cascade`);
    const twice = { ...above, '410305001001': '沟社区居民委员会', '410305002001': '沟村民委员会' };
    const again = { ...above, '410305001009': '沟社区居民委员会', '410305001008': '沟村居民委员会' };
    await loadRegistry(graph.owner, registryTables(registryOf(edition(2022, twice), edition(2023, again))));
    expect((await confirm('410305001009')).codes).toEqual(['LINEAGE_AMBIGUOUS']);
    const chosen = await place('410305001001');
    expect(await confirm('410305001009', { predecessorIds: [chosen.id] })).toMatchObject({ ok: true });
    expect(await place('410305001009')).toMatchObject({ id: chosen.id });
    await expectWorkedOut();
  });
});

describe('rejecting a change', () => {
  it('needs a note', async () => {
    for (const note of [' ', '由'.repeat(501)]) {
      const done = await reject('410305001002', { note });
      expect(done).toMatchObject({ codes: ['VALIDATION_FAILED'], fields: [['note']], details: [{ characters: 500 }] });
    }
  });

  it('takes a move apart into an end and a beginning', async () => {
    const old = await place('410305001002');
    expect((await reject('410305001002')).payload.change).toMatchObject({ status: 'REJECTED', version: 2, note: '另一处' });
    const { data } = await graph.ask(
      '{ divisionChanges(filter: { statuses: [PROPOSED], areaCode: "410305001002" }) { nodes { kind id version } } }',
    );
    const open = data.divisionChanges.nodes as { kind: string; id: string; version: number }[];
    expect(open.map(({ kind }) => kind).sort()).toEqual(['ABOLISHED', 'CREATED']);
    for (const { id, version } of open) {
      const done = await graph.command('confirmAreaChange', { id, expectedVersion: version }, REGISTRAR);
      expect(done).toMatchObject({ ok: true, codes: [] });
    }
    const now = await place('410305001002');
    expect(now.id).not.toBe(old.id);
    expect(now.shortName).toBe('岭社区');
    await expectWorkedOut();
  });

  it('is done once', async () => {
    const { id, version } = await about('410305001002');
    await graph.command('rejectAreaChange', { id, expectedVersion: version, note: '否' }, REGISTRAR);
    expect((await graph.command('rejectAreaChange', { id, expectedVersion: 2, note: '否' }, REGISTRAR)).codes).toEqual([
      'CHANGE_ALREADY_DECIDED',
    ]);
    expect(await graph.eventsOf(id)).toEqual(['area-change.rejected']);
  });
});

describe('confirming many', () => {
  const many = (ids: string[], claims = REGISTRAR) => graph.command('confirmAreaChanges', { ids }, claims, 'changes { id status }');

  it('takes those that need no choice, parents first, and answers in the order asked', async () => {
    const all = [...(await changes()).values()];
    const ids = all
      .filter(({ bulkAllowed }) => bulkAllowed)
      .map(({ id }) => id)
      .reverse();
    expect(ids.length).toBeGreaterThan(3);
    const done = await many(ids);
    expect(done).toMatchObject({ ok: true, codes: [] });
    expect(done.payload.changes).toEqual(ids.map((id) => ({ id, status: 'CONFIRMED' })));
    await expectWorkedOut();
  });

  it('decides none when one is not for it, and names each', async () => {
    const [renamed, moved] = await Promise.all(['410305001002', '410305002009'].map(about));
    await confirm('410305003000');
    const decided = await about('410305003000');
    const done = await many([moved!.id, renamed!.id, decided.id, 'ac_none']);
    expect(done).toMatchObject({
      ok: false,
      codes: ['CHANGE_NOT_BULK', 'CHANGE_ALREADY_DECIDED', 'NOT_FOUND'],
      payload: { changes: null },
    });
    expect(done.fields).toEqual([
      ['ids', '1'],
      ['ids', '2'],
      ['ids', '3'],
    ]);
    expect((await about('410305002009')).status).toBe('PROPOSED');
    expect((await many([])).codes).toEqual(['VALIDATION_FAILED']);
  });

  it('keeps a place waiting whose parent is not among them', async () => {
    const { id } = await about('410305003001');
    expect((await many([id])).codes).toEqual(['PARENT_NOT_CONFIRMED']);
  });
});

describe('loading an edition', () => {
  const csv = (names: Record<string, string>) =>
    ['code,name', ...Object.entries(names).map(([code, name]) => `${code},${name}`), ''].join('\n');
  const head = { cutoffDate: '2024-06-30', publishedOn: '2024-09-11', source: '统计局', license: '公开' };
  const SHOWN = 'edition { year checksum rowCount undecidedCount publishedOn }';
  async function load(year: number, text: string, changes: Record<string, unknown> = {}, claims = REGISTRAR) {
    return graph.command('loadDivisionEdition', { year, ...head, ...(await graph.upload(text)), ...changes }, claims, SHOWN);
  }
  const proposed = { ...after, '410305003003': '梁社区居民委员会' };

  it('proposes and changes nothing by itself', async () => {
    const old = await place('410305001001');
    const done = await load(2024, csv(proposed));
    expect(done).toMatchObject({
      ok: true,
      payload: { edition: { year: 2024, rowCount: 10, undecidedCount: 1, publishedOn: '2024-09-11' } },
    });
    expect(await place('410305001001')).toEqual(old);
    expect((await about('410305003003')).kind).toBe('CREATED');
    expect(await graph.eventsOf('2024')).toEqual(['edition.loaded']);
    const { rows } = await graph.owner.query('select object_type, object_id from hub.file_link');
    expect(rows).toEqual([{ object_type: 'DivisionEdition', object_id: '2024' }]);
    await expectWorkedOut();
  });

  it('founds the places of the first', async () => {
    await graph.owner.query(`truncate ${TABLES} cascade`);
    expect(await load(2022, csv(before), { cutoffDate: '2022-06-30' })).toMatchObject({
      ok: true,
      payload: { edition: { undecidedCount: 0 } },
    });
    expect(await place('410305002001')).toMatchObject({ shortName: '湾社区', membership: [{ recordedFrom: null, current: true }] });
    expect(await load(2023, csv(after), { cutoffDate: '2023-06-30' })).toMatchObject({ payload: { edition: { undecidedCount: 6 } } });
    const ids = [...(await changes()).values()].filter(({ bulkAllowed }) => bulkAllowed).map(({ id }) => id);
    expect(await graph.command('confirmAreaChanges', { ids }, REGISTRAR)).toMatchObject({ ok: true });
    await expectWorkedOut();
  });

  it('is what the registry of the demo is, when the same is done by commands', async () => {
    const asked = registryOf(edition(2022, before), edition(2023, after));
    for (const { id, bulkAllowed } of [...asked.changes]) if (bulkAllowed) asked.confirm(id, { decidedAt: '2024-01-01T00:00:00+08:00' });
    const ids = [...(await changes()).values()].filter(({ bulkAllowed }) => bulkAllowed).map(({ id }) => id);
    await graph.command('confirmAreaChanges', { ids }, REGISTRAR);
    const { kept } = await readRegistry(graph.session(REGISTRAR));
    const made = storedRegistry(registryTables(asked));
    const text = (rows: readonly object[]): string[] => rows.map((row) => JSON.stringify(Object.entries(row).sort())).sort();
    for (const table of ['areas', 'versions', 'memberships', 'rows'] as const) expect(text(kept[table])).toEqual(text(made[table]));
  });

  it('takes each year once, in order', async () => {
    expect((await load(2023, csv(after))).codes).toEqual(['EDITION_EXISTS']);
    expect((await load(2024, csv(after), { cutoffDate: '2023-06-30' })).codes).toEqual(['EDITION_EXISTS']);
    const both = await Promise.all([load(2024, csv(proposed)), load(2024, csv(after))]);
    expect(both.flatMap(({ codes }) => codes)).toEqual(['EDITION_EXISTS']);
  });

  it('refuses a file that is not what it should be, and keeps nothing of it', async () => {
    expect(await load(2024, csv(after), { checksum: 'a'.repeat(64) })).toMatchObject({
      codes: ['EDITION_INVALID'],
      fields: [['checksum']],
    });
    const { '410305003000': _, ...orphans } = after;
    const faulty = [
      'name,code',
      'code,name\n410305',
      csv(orphans),
      `${csv(after)}410305003001,坪社区`,
      'code,name\n410305000000,涧西区\n410305600000,某处',
    ];
    for (const text of faulty) expect((await load(2024, text)).codes).toEqual(['EDITION_INVALID']);
    const { rows } = await graph.owner.query('select 1 from division_edition where year = 2024');
    expect(rows).toEqual([]);
  });

  it('warns of names that contradict their codes', async () => {
    const done = await load(2024, csv({ ...after, '410305003003': '梁村村民委员会' }));
    expect(done).toMatchObject({ ok: true, warned: ['AREA_KIND_MISMATCH'] });
  });

  it('is the registrar’s, of his own file', async () => {
    expect((await load(2024, csv(after), {}, LEAD)).codes).toEqual(['FORBIDDEN']);
    expect(await load(2024, csv(after), { fileId: 'fl_none' })).toMatchObject({ codes: ['NOT_FOUND'], fields: [['fileId']] });
    expect((await load(2024, csv(after), {}, { ...REGISTRAR, subject: 'another' })).codes).toEqual(['NOT_FOUND']);
  });
});
