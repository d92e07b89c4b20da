/** A command through the whole hub: it has one effect or none, whatever happens between the client and the commit (overview §3.4). */
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withClient } from '../../local/databases.ts';
import { type Answer, type Hub, testPostgres } from '../kit.ts';
import { DISTRICT, openHub, WANGFUZHUANG } from './district.ts';

/** Long enough for a busy machine to come to the place where a command is made to stand still. */
const DEADLINE_MS = 10_000;
const REGISTER = `mutation ($input: UpsertFacilityInput!) { upsertFacility(input: $input) { ok errors { code } facility { id name } } }`;

type Told = { upsertFacility: { ok: boolean; errors: { code: string }[]; facility: { id: string; name: string } | null } };

let hub: Hub;
let staff: string;
let communityId: string;

beforeAll(async () => {
  hub = await openHub({ environment: { gateway: { REQUEST_TIMEOUT_MS: String(DEADLINE_MS) } } });
  staff = await hub.token({ role: 'STREET_STAFF', area: DISTRICT });
  const [area] = await hub.sql<{ id: string }>('organization', `select id from area where code = '${WANGFUZHUANG}' and closed_on is null`);
  communityId = area?.id ?? '';
  // Places are asked once beforehand, so that what follows waits for the database alone.
  expect((await repeat('热身室')).data?.upsertFacility).toMatchObject({ ok: true });
});
afterAll(() => hub?.stop());

const register = (name: string, key = `register-${name}`): Promise<Answer<Told>> => {
  const facility = { name, kind: 'ACTIVITY_ROOM', communityId, tenure: 'OWNED', provisionMode: 'RENOVATION', address: '一号' };
  return hub.query<Told>(REGISTER, { input: { ...facility, idempotencyKey: key } }, staff);
};
const count = async (name: string): Promise<number> =>
  (await hub.sql('facilities', 'select id from facility where name = $1', [name])).length;

/** While `work` runs, whoever registers a facility stands still for so long: `deferred` in its commit, else in its first event. */
async function slowly<T>(seconds: number, deferred: boolean, work: () => Promise<T>): Promise<T> {
  await hub.sql(
    'facilities',
    `create function public.stand_still() returns trigger language plpgsql as 'begin perform pg_sleep(${seconds}); return null; end'`,
  );
  await hub.sql(
    'facilities',
    `create constraint trigger stand_still after insert on hub.event ${deferred ? 'deferrable initially deferred' : ''} for each row when (new.name = 'facility.created') execute function public.stand_still()`,
  );
  try {
    return await work();
  } finally {
    await hub.sql('facilities', 'drop trigger stand_still on hub.event');
    await hub.sql('facilities', 'drop function public.stand_still()');
  }
}

/** Waits until a backend of the department stands still in this statement. */
async function untilAt(statement: string): Promise<void> {
  const asked = `select 1 from pg_stat_activity where usename = 'facilities_app' and state = 'active' and wait_event = 'PgSleep' and query like $1`;
  await withClient(testPostgres().url('postgres'), async (client) => {
    for (let n = 0; n < 400; n++) {
      if ((await client.query(asked, [statement])).rows.length > 0) return;
      await pause(10);
    }
    throw new Error(`nobody stands still in ${statement}`);
  });
}

async function killAt(statement: string): Promise<void> {
  await untilAt(statement);
  process.kill(hub.pid('facilities'), 'SIGKILL');
}

/** Repeats with the same key until the department is back. */
async function repeat(name: string): Promise<Answer<Told>> {
  let last: unknown;
  for (let n = 0; n < 300; n++) {
    const answer = await register(name).catch(() => null);
    if (answer?.data?.upsertFacility) return answer;
    last = answer?.errors;
    await pause(100);
  }
  throw new Error(`the department did not come back: ${JSON.stringify(last)}`);
}

const codes = ({ errors }: Answer<unknown>): string[] => errors.map(({ extensions }) => extensions.code);

describe('a command repeated with its key', () => {
  it('is answered as the first time, says so, and has one effect', async () => {
    const first = await register('一次室');
    const again = await register('一次室');
    expect(first.extensions.idempotentReplay).toBeUndefined();
    expect(again.extensions.idempotentReplay).toBe(true);
    expect(again.data).toEqual(first.data);
    expect(await count('一次室')).toBe(1);
  });

  it('has one effect under 32 requests at once, and equal answers', async () => {
    const answers = await Promise.all(Array.from({ length: 32 }, () => register('同时室')));
    expect(new Set(answers.map(({ data }) => JSON.stringify(data))).size).toBe(1);
    expect(answers[0]?.data?.upsertFacility.ok).toBe(true);
    expect(answers.filter(({ extensions }) => extensions.idempotentReplay)).toHaveLength(31);
    expect(await count('同时室')).toBe(1);
  });
});

describe('a department that is killed', () => {
  it('between the effect and the answer loses nothing and repeats nothing', async () => {
    const [answer] = await slowly(1.5, true, () => Promise.all([register('提交室'), killAt('commit')]));
    expect(codes(answer)).toEqual(['RESULT_UNKNOWN']);
    const again = await repeat('提交室');
    expect(again.data?.upsertFacility).toMatchObject({ ok: true, facility: { name: '提交室' } });
    expect(again.extensions.idempotentReplay).toBe(true);
    expect(await count('提交室')).toBe(1);
  });

  it('before the commit leaves nothing, and the repeat does it', async () => {
    const [answer] = await slowly(1.5, false, () => Promise.all([register('半途室'), killAt('with kept as%')]));
    expect(codes(answer)).toEqual(['RESULT_UNKNOWN']);
    const again = await repeat('半途室');
    expect(again.data?.upsertFacility).toMatchObject({ ok: true, facility: { name: '半途室' } });
    expect(again.extensions.idempotentReplay).toBeUndefined();
    expect(await count('半途室')).toBe(1);
  });
});

describe('a command that is not done by the deadline', () => {
  it('is told to be unknown, and the repeat tells', async () => {
    const late = await slowly((2 * DEADLINE_MS) / 1_000, true, () => register('超时室'));
    expect(codes(late)).toEqual(['RESULT_UNKNOWN']);
    expect((await repeat('超时室')).data?.upsertFacility.ok).toBe(true);
    expect(await count('超时室')).toBe(1);
  });
});

describe('a client that goes away', () => {
  /** Sends a request and leaves when `when` resolves. */
  async function leaving(body: object, when: () => Promise<unknown>): Promise<void> {
    const gone = new AbortController();
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${staff}` };
    const sent = fetch(hub.url, { method: 'POST', headers, body: JSON.stringify(body), signal: gone.signal });
    const end = expect(sent).rejects.toThrow();
    await when();
    gone.abort();
    await end;
  }

  it('takes its read along, down to the statement in the database', async () => {
    const { pathname } = new URL(hub.databaseUrl('facilities', 'owner'));
    const asked = `select 1 from pg_stat_activity where datname = $1 and usename = 'facilities_app' and wait_event_type = 'Lock'`;
    await withClient(testPostgres().url('postgres'), async (admin) => {
      const waiting = async () => (await admin.query(asked, [pathname.slice(1)])).rows.length;
      await withClient(hub.databaseUrl('facilities', 'owner'), async (owner) => {
        await owner.query('begin; lock table facility in access exclusive mode');
        await leaving({ query: '{ facilities(first: 2) { nodes { id name } } }' }, () =>
          expect.poll(waiting, { timeout: 15_000 }).toBeGreaterThan(0),
        );
        // Long before its own time-out would end it.
        await expect.poll(waiting, { timeout: 4_000 }).toBe(0);
        await owner.query('rollback');
      });
    });
    const after = await hub.query('{ facilities(first: 2) { nodes { id } } }', {}, staff);
    expect([after.errors, after.extensions.partial]).toEqual([[], undefined]);
  });

  it('leaves its command to be done', async () => {
    const facility = { name: '独自室', kind: 'ACTIVITY_ROOM', communityId, tenure: 'OWNED', provisionMode: 'RENOVATION', address: '一号' };
    const body = { query: REGISTER, variables: { input: { ...facility, idempotencyKey: 'register-独自室' } } };
    await slowly(1.5, false, () => leaving(body, () => untilAt('with kept as%')));
    await expect.poll(() => count('独自室'), { timeout: 15_000 }).toBe(1);
    expect((await repeat('独自室')).data?.upsertFacility.ok).toBe(true);
  });
});
