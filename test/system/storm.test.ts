/**
 * Commands while everything dies (issue: commands that never half-happen): processes of the hub and backends of PostgreSQL are killed under load,
 * and afterwards every acknowledged command is there, none twice, and the figures are what the facts say.
 */
import { randomInt } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withClient } from '../../local/databases.ts';
import { GATEWAY, subgraphNames } from '../../local/environment.ts';
import { DISTRICT, openHub, wholeData } from '../federation/district.ts';
import { differences, figuresIn, openDepartments, treeOf } from '../federation/kpis.ts';
import { copyDatabases, type Hub, testPostgres } from '../kit.ts';
import { straightRows, today } from '../straight/all.ts';

const KILLS = Number(process.env.STORM_KILLS ?? 50);
const CLIENTS = 8;
/** Every other death is a backend's: the server then ends all of them and recovers. */
const BACKEND_EVERY = 2;
/** Commands that are done between two deaths, so that each comes in the middle of work. */
const BETWEEN = 5;
const MOST_REPEATS = 1_000;

interface Community {
  id: string;
  code: string;
}
interface Kind {
  subgraph: string;
  document: string;
  /** Each input can take effect by itself, and is found again by `marks`. */
  input(community: Community, n: number): Record<string, unknown>;
  /** SQL: marks of the objects that commands of this kind made. */
  marks: string;
}

const told = '{ ok errors { code message field } }';
const KINDS: Kind[] = [
  {
    subgraph: 'organization',
    document: `mutation ($input: RecordAreaStatInput!) { it: recordAreaStat(input: $input) ${told} }`,
    input: ({ id }, n) => ({
      areaId: id,
      asOf: dayOf(n),
      source: 'ESTIMATE',
      households: 500 + n,
      population: 1500 + n,
      confirmJump: true,
    }),
    marks: `select as_of::text || ' ' || area_id as mark, count(*)::int as times from area_stat where source = 'ESTIMATE' and as_of < '2020-01-01' group by 1`,
  },
  {
    subgraph: 'volunteers',
    document: `mutation ($input: RegisterVolunteerInput!) { it: registerVolunteer(input: $input) ${told} }`,
    input: ({ id }, n) => ({
      ...{ homeCommunityId: id, legalName: '王小明', displayName: `风暴${n}`, birthMonth: '1980-05', consentTextVersion: '2026-1' },
      phone: `1391${String(n).padStart(7, '0')}`,
    }),
    marks: `select display_name as mark, count(*)::int as times from volunteer where display_name like '风暴%' group by 1`,
  },
  {
    subgraph: 'facilities',
    document: `mutation ($input: UpsertFacilityInput!) { it: upsertFacility(input: $input) ${told} }`,
    input: ({ id }, n) => ({
      ...{ name: `风暴室${n}`, kind: 'ACTIVITY_ROOM', communityId: id, tenure: 'OWNED', provisionMode: 'RENOVATION', address: '一号' },
      ...{ usableFloorArea: '40.00', activityArea: '30.00', activityAreaBasis: 'USABLE', countsTowardStandard: true },
      openedOn: today(),
    }),
    marks: `select name as mark, count(*)::int as times from facility where name like '风暴室%' group by 1`,
  },
  {
    subgraph: 'grievances',
    document: `mutation ($input: SubmitReportInput!) { it: submitReport(input: $input) ${told} }`,
    input: ({ code }, n) => ({
      ...{ kind: 'COMPLAINT', channel: 'COUNTER', anonymity: 'ANONYMOUS_WITH_RECEIPT', areaCode: code },
      ...{ title: `路灯不亮风暴${n}号`, text: '夜里看不见路' },
    }),
    marks: `select title as mark, count(*)::int as times from report where title like '路灯不亮风暴%' group by 1`,
  },
];

/** A day of its own for each n, long before anything that the demo counts. */
const dayOf = (n: number): string => new Date(Date.UTC(1990, 0, 1 + n)).toISOString().slice(0, 10);

const tomorrow = (): string => new Date(Date.parse(today()) + 86_400_000).toISOString().slice(0, 10);

const markOf = (input: Record<string, unknown>): string =>
  String(input.title ?? input.displayName ?? input.name ?? `${input.asOf} ${input.areaId}`);

let hub: Hub;
let staff: string;
let lead: string;
let communities: Community[];

beforeAll(async () => {
  const databases = await copyDatabases();
  // The tests' server trades safety for speed; here what was acknowledged must be kept.
  await withClient(testPostgres().url('postgres'), async (client) => {
    for (const database of Object.values(databases)) await client.query(`alter database ${database} set synchronous_commit = on`);
  });
  hub = await openHub({ databases });
  staff = await hub.token({ role: ['STREET_STAFF', 'COMMUNITY_STAFF'], area: DISTRICT });
  lead = await hub.token({ role: 'DISTRICT_LEAD', area: DISTRICT });
  communities = await hub.sql(
    'organization',
    `select id, code from area where code like '410305%' and right(code, 3) <> '000' and closed_on is null order by id limit 40`,
  );
});
afterAll(() => hub?.stop());

interface Acknowledged {
  kind: Kind;
  key: string;
  mark: string;
}

/** What may come of a command while its department or the gateway dies. */
const AGAIN = ['RESULT_UNKNOWN', 'SOURCE_UNAVAILABLE'];

/** Sends a command until somebody says that it is done, always with the same key: what a client does (overview §3.4). */
async function insist(kind: Kind, key: string, input: Record<string, unknown>): Promise<void> {
  let last = 'nothing';
  for (let n = 0; n < MOST_REPEATS; n++) {
    const variables = { input: { ...input, idempotencyKey: key } };
    const answer = await hub.query<{ it: { ok: boolean; errors: unknown[] } }>(kind.document, variables, staff).catch(() => null);
    if (answer?.data?.it.ok) return;
    last = JSON.stringify(answer?.errors.length ? answer.errors : answer?.data);
    const mayCome = !answer || answer.errors.some(({ extensions }) => AGAIN.includes(extensions.code));
    if (!mayCome) throw new Error(`${kind.subgraph} refused ${key}: ${last}`);
    await pause(50 + randomInt(100));
  }
  throw new Error(`${kind.subgraph} never answered ${key}, at last ${last}`);
}

let serial = 0;
async function client(storm: { over: boolean }, done: Acknowledged[]): Promise<void> {
  while (!storm.over) {
    const n = serial++;
    const kind = KINDS[n % KINDS.length] as Kind;
    const input = kind.input(communities[n % communities.length] as Community, n);
    const key = `storm-${kind.subgraph}-${n}`;
    await insist(kind, key, input);
    done.push({ kind, key, mark: markOf(input) });
  }
}

const VICTIMS = [...subgraphNames(), GATEWAY];

async function kill(n: number): Promise<string> {
  if (n % BACKEND_EVERY === 0) return killBackend();
  const name = VICTIMS[((n - 1) / BACKEND_EVERY) % VICTIMS.length] as string;
  try {
    process.kill(hub.pid(name), 'SIGKILL');
    return name;
  } catch {
    // Between two lives: it is dead already.
    return `${name} (dead)`;
  }
}

async function killBackend(): Promise<string> {
  return withClient(testPostgres().url('postgres'), async (client) => {
    const { rows } = await client.query<{ pid: number; usename: string }>(
      `select pid, usename from pg_stat_activity where usename like '%\\_app' order by (state = 'active') desc, random() limit 1`,
    );
    if (rows[0]) process.kill(rows[0].pid, 'SIGKILL');
    return rows[0] ? `backend of ${rows[0].usename}` : 'no backend';
  }).catch(() => 'no server');
}

/** Asks until nothing is missing: a department that has just started is asked by nobody for a moment. */
async function untilWhole(): Promise<void> {
  const names = ['organization', 'volunteer', 'facility', 'grievance'].map(
    (name) => `${name}Kpis: ${name}Summary(period: $p) { kpis { key } }`,
  );
  for (let n = 0; n < 200; n++) {
    const p = { grain: 'YEAR', start: '2025-01-01', end: '2026-01-01' };
    const answer = await hub
      .query(`query ($p: PeriodInput!) { area(code: "${DISTRICT}") { ${names.join(' ')} } }`, { p }, lead)
      .catch(() => null);
    if (answer && answer.errors.length === 0 && !answer.extensions.partial) return;
    await pause(200);
  }
  throw new Error('the hub did not come back whole');
}

describe('under a load of commands, while processes and backends are killed', () => {
  it(`${KILLS} times: every acknowledged command is there, none twice`, { timeout: 900_000 }, async () => {
    const storm = { over: false };
    const done: Acknowledged[] = [];
    const clients = Array.from({ length: CLIENTS }, () => client(storm, done));
    const killed: Record<string, number> = {};
    const kills = async (): Promise<void> => {
      for (let n = 0; n < KILLS; n++) {
        const before = done.length;
        while (done.length < before + BETWEEN) await pause(20);
        await pause(randomInt(100));
        const victim = await kill(n);
        killed[victim] = (killed[victim] ?? 0) + 1;
      }
      storm.over = true;
    };
    await Promise.all([kills(), ...clients]);
    console.info(`${done.length} commands acknowledged; killed ${JSON.stringify(killed)}`);
    expect(done.length).toBeGreaterThan(BETWEEN * KILLS);

    for (const kind of KINDS) {
      const rows = await hub.sql<{ mark: string; times: number }>(kind.subgraph, kind.marks);
      const times = new Map(rows.map((row) => [row.mark, row.times]));
      const acknowledged = done.filter((each) => each.kind === kind);
      expect(acknowledged.filter(({ mark }) => times.get(mark) !== 1).map(({ mark }) => `${mark}: ${times.get(mark) ?? 0} times`)).toEqual(
        [],
      );
      const keys = await hub.sql<{ key: string; answer: { ok?: boolean } | null }>(
        kind.subgraph,
        `select key, answer from hub.idempotency where key like 'storm-%'`,
      );
      expect(keys.filter(({ answer }) => answer === null)).toEqual([]);
      const kept = new Set(keys.map(({ key }) => key));
      expect(acknowledged.filter(({ key }) => !kept.has(key))).toEqual([]);
      // Nothing was made without its key, and no key without what it made.
      expect(rows.length).toBe(keys.length);
    }
  });

  it('and then every figure is what the facts say, in every community', { timeout: 240_000 }, async () => {
    await Promise.all(VICTIMS.map((name) => hub.ready(name)));
    await untilWhole();
    const departments = openDepartments(hub);
    try {
      // Until today: what a figure says of a period's end it says of a day that is over.
      const period = { grain: 'CUSTOM', start: `${today().slice(0, 4)}-01-01`, end: tomorrow() } as const;
      for (const basis of ['RESTATED', 'AS_RECORDED'] as const) {
        const figures = figuresIn(wholeData(await hub.query(treeOf(DISTRICT, [basis]), { period }, lead)), [basis]);
        const areas = [...new Set(figures.map(({ areaId }) => areaId))];
        expect(areas.length).toBeGreaterThan(80);
        expect(differences(figures, await straightRows(departments, areas, period, basis), basis, (id) => id)).toEqual([]);
      }
    } finally {
      await departments.close();
    }
  });
});
