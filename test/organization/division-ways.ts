import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { addDays } from '../../subgraphs/shared/src/domain/period.ts';
import type { FileStore } from '../../subgraphs/shared/src/files.store.ts';
import type { CommandSpec, Dice, Play, Way } from '../commands/spec.ts';
import { FIRST_EDITION } from './world.ts';

type Names = Map<string, string>;

const CORES = ['沟', '坡', '湾', '岭', '坪', '洼', '梁', '塬', '峪', '垣'];
const STREETS = ['410305001', '410305002', '410305003', '410305004', '410305005', '410305006'];
/** Few editions: every decision rests on all of them. */
const MOST_EDITIONS = 30;

const lastEdition = async ({ rows }: Play): Promise<{ year: number; cutoffDate: string; n: number }> => {
  const [last] = await rows<{ year: number; cutoffDate: string; n: number }>(
    `select year, cutoff_date as "cutoffDate", (select count(*)::int from division_edition) as n from division_edition order by year desc limit 1`,
  );
  return last ?? { year: FIRST_EDITION, cutoffDate: `${FIRST_EDITION}-06-30`, n: 0 };
};
const listOf = async ({ rows }: Play, year: number): Promise<Names> =>
  new Map(
    (await rows<{ code: string; name: string }>('select code, name from division_row where edition = $1', [year])).map((r) => [
      r.code,
      r.name,
    ]),
  );

/** Some places are moved, renamed, founded, ended; a name may come twice. */
function changed(names: Names, dice: Dice): Names {
  const now = new Map(names);
  const later = dice.pick(STREETS.slice(2));
  if (now.has(`${later}000`) && dice.chance(50)) for (const code of [...now.keys()]) if (code.startsWith(later)) now.delete(code);
  const isNew = dice.chance(60) && !now.has(`${later}000`);
  if (isNew)
    for (const [serial, name] of [
      ['000', `${dice.pick(CORES)}街道`],
      ['001', `${dice.pick(CORES)}村社区居民委员会`],
    ])
      now.set(later + serial, name ?? '');
  const communities = [...now.keys()].filter((code) => !code.endsWith('000'));
  const streets = STREETS.filter((street) => now.has(`${street}000`));
  for (let n = dice.int(1, 4); n > 0; n--) {
    const code = dice.pick(communities);
    const free = `${dice.pick(streets)}${String(dice.int(1, 60)).padStart(3, '0')}`;
    const name = `${dice.pick(CORES)}社区居民委员会`;
    if (dice.chance(30)) now.set(code, now.get(code)?.endsWith('居民委员会') ? name.slice(0, -5) : name);
    else if (dice.chance(50) && communities.length > 4) now.delete(code);
    else if (!now.has(free) && communities.length < 14) now.set(free, dice.chance(60) ? (now.get(code) ?? name) : name);
  }
  return now;
}

const textOf = (names: Names): string => ['code,name', ...[...names].map(([code, name]) => `${code},${name}`), ''].join('\n');

/** Uploads as the caller does. */
async function upload({ rows, caller, dice }: Play, files: FileStore, text: string): Promise<{ fileId: string; checksum: string }> {
  const incoming = await files.receive(Readable.from([Buffer.from(text)]));
  await files.keep(incoming);
  const fileId = `fl_${dice.int(1, 2 ** 30)}_${createHash('sha256').update(text).digest('hex').slice(0, 8)}`;
  await rows(
    `insert into hub.file (id, name, media_type, bytes, sha256, stripped, client, subject, made_at)
     values ($1, 'divisions.csv', 'text/csv', $2, $3, false, $4, $5, now()) on conflict do nothing`,
    [fileId, incoming.bytes, incoming.sha256, caller.client ?? 'test', caller.subject ?? null],
  );
  return { fileId, checksum: incoming.sha256 };
}

function loading(files: () => FileStore, change: (play: Play, names: Names) => string, head: Record<string, unknown> = {}): Way {
  return async (play) => {
    const { year, cutoffDate } = await lastEdition(play);
    const uploaded = await upload(play, files(), change(play, await listOf(play, year)));
    return { year: year + 1, cutoffDate: addDays(cutoffDate, 365), source: '统计局', license: '公开', ...uploaded, ...head };
  };
}

export const loadDivisionEdition = (files: () => FileStore): CommandSpec => ({
  name: 'loadDivisionEdition',
  ways: {
    valid: async (play) => {
      if ((await lastEdition(play)).n >= MOST_EDITIONS) return null;
      return loading(files, ({ dice }, names) => textOf(changed(names, dice)))(play);
    },
    EDITION_EXISTS: loading(files, (_, names) => textOf(names), { year: FIRST_EDITION }),
    sameDay: loading(files, (_, names) => textOf(names), { cutoffDate: `${FIRST_EDITION}-06-30` }),
    EDITION_INVALID: loading(files, ({ dice }, names) =>
      dice.pick([`code,name\n${[...names.keys()].join('\n')}`, textOf(new Map([...names, ['410305009001', '孤社区']])), 'name,code\n']),
    ),
    checksum: loading(files, (_, names) => textOf(names), { checksum: '0'.repeat(64) }),
    NOT_FOUND: loading(files, (_, names) => textOf(names), { fileId: 'fl_none' }),
  },
});

interface Change {
  id: string;
  version: number;
  kind: string;
}
const some = async ({ rows, dice }: Play, where: string): Promise<Change | null> => {
  const [change] = await rows<Change>(`select id, version, kind from area_change where ${where} order by random() limit 1`);
  return change ? { ...change, version: dice.chance(5) ? change.version - 1 : change.version } : null;
};
const about =
  (where: string, more: (play: Play, change: Change) => Promise<Record<string, unknown>> | Record<string, unknown> = () => ({})): Way =>
  async (play) => {
    const change = await some(play, where);
    return change && { id: change.id, expectedVersion: change.version, ...(await more(play, change)) };
  };
const placesOf = async ({ rows }: Play, n: number): Promise<string[]> =>
  (await rows<{ id: string }>('select id from area order by random() limit $1', [n])).map(({ id }) => id);

/** Proposals about a place whose parent is undecided itself. */
const BELOW_UNDECIDED = `status = 'PROPOSED' and exists (select 1 from division_row r join area_change up on up.status <> 'CONFIRMED'
  and up.edition_to = area_change.edition_to and up.to_rows -> 0 ->> 'code' = r.parent_code
  where r.edition = area_change.edition_to and r.code = area_change.to_rows -> 0 ->> 'code')`;

export const confirmAreaChange: CommandSpec = {
  name: 'confirmAreaChange',
  ways: {
    valid: about(`status = 'PROPOSED' and candidate_rows = '[]'`),
    again: about(`status = 'PROPOSED'`, (_, { kind }) => ({ kind, note: '查档' })),
    split: about(`status = 'PROPOSED' and kind = 'CREATED'`, async (play) => ({ kind: 'SPLIT', predecessorIds: await placesOf(play, 1) })),
    LINEAGE_AMBIGUOUS: about(`status = 'PROPOSED' and candidate_rows <> '[]'`),
    CHANGE_ALREADY_DECIDED: about(`status <> 'PROPOSED'`),
    PREDECESSOR_REQUIRED: about(`status = 'PROPOSED' and random() < 0.3`, async (play) => ({
      kind: 'MERGED',
      predecessorIds: await placesOf(play, 1),
    })),
    ofTwo: about(`status = 'PROPOSED'`, async (play) => ({ kind: 'SPLIT', predecessorIds: await placesOf(play, 2) })),
    PARENT_NOT_CONFIRMED: about(BELOW_UNDECIDED),
    below: about(BELOW_UNDECIDED),
    EFFECTIVE_DATE_INVALID: about(`status = 'PROPOSED'`, () => ({ effectiveOn: '2000-01-01' })),
    VALIDATION_FAILED: about(`status = 'PROPOSED' and kind = 'RENAMED'`, () => ({ kind: 'ABOLISHED' })),
    NOT_FOUND: async () => ({ id: 'ac_none', expectedVersion: 1 }),
  },
};

export const rejectAreaChange: CommandSpec = {
  name: 'rejectAreaChange',
  ways: {
    valid: about(`status = 'PROPOSED' and random() < 0.3 and kind not in ('CREATED', 'ABOLISHED')`, () => ({ note: '另一处' })),
    CHANGE_ALREADY_DECIDED: about(`status <> 'PROPOSED'`, () => ({ note: '又' })),
    VALIDATION_FAILED: about(`status = 'PROPOSED'`, () => ({ note: '  ' })),
  },
};

const several =
  (where: string, extra: string[] = []): Way =>
  async ({ rows, dice }) => {
    const found = await rows<{ id: string }>(`select id from area_change where ${where} order by random() limit $1`, [dice.int(1, 3)]);
    const ids = [...found.map(({ id }) => id), ...extra];
    return ids.length > 0 ? { ids } : null;
  };

export const confirmAreaChanges: CommandSpec = {
  name: 'confirmAreaChanges',
  ways: {
    valid: several(`status = 'PROPOSED' and bulk_allowed`),
    CHANGE_NOT_BULK: several(`status = 'PROPOSED' and not bulk_allowed`),
    CHANGE_ALREADY_DECIDED: several(`status <> 'PROPOSED'`),
    NOT_FOUND: several('false', ['ac_none']),
    VALIDATION_FAILED: async () => ({ ids: [] }),
  },
};
