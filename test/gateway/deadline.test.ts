/** The time of a request, and what becomes of it when a department or its client is not there in it. */
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { GatewayConfig } from '../../gateway/src/config.ts';
import type { Gateway } from '../../gateway/src/server.ts';
import { parseKeys } from '../../subgraphs/shared/src/signature.ts';
import type { Department } from './department.ts';
import { ask, DEPARTMENTS, facilities, openGateway, organization, volunteers } from './world.ts';

type Open = Gateway & { url: string };
const opened: Open[] = [];
const open = async (change: Partial<GatewayConfig> = {}): Promise<Open> => {
  const gateway = await openGateway(change);
  opened.push(gateway);
  // The first of all answers takes the time of compiling.
  await ask(gateway.url, WHOLE);
  reset();
  return gateway;
};
const reset = () => {
  for (const department of DEPARTMENTS) department.reset();
};

beforeAll(async () => {
  for (const department of DEPARTMENTS) await department.start();
});
afterEach(async () => {
  reset();
  for (const gateway of opened.splice(0)) await gateway.close();
});
afterAll(async () => {
  for (const department of DEPARTMENTS) await department.stop();
});

const WHOLE = '{ slogan facilities { id } areas { id } }';
const within = (timeout: string) => ({ 'x-request-timeout': timeout });
/** Questions that a client caused; probes are none. */
const questions = ({ asked }: Department) => asked.filter(({ query }) => !query.startsWith('{__typename}')).length;
const probes = ({ asked }: Department) => asked.length - questions({ asked } as Department);
const codes = (reply: Awaited<ReturnType<typeof ask>>) => reply.errors?.map(({ path, extensions }) => [path?.join('.'), extensions.code]);

describe('X-Request-Timeout', () => {
  it('shortens the time of one request: what arrived in it is the answer', async () => {
    const { url } = await open({ subgraphTimeoutMs: 9_000 });
    volunteers.delayMs = 8_000;
    const reply = await ask(url, WHOLE, {}, within('1500'));
    expect(reply.ms).toBeLessThan(7_500);
    expect(reply.data).toEqual({ slogan: null, facilities: [{ id: 'fa_1' }, { id: 'fa_2' }], areas: expect.any(Array) });
    expect(reply.extensions?.partial).toEqual([{ subgraph: 'volunteers', since: expect.any(String), fields: ['slogan'] }]);
  });

  it('is handed down: each question has what is left of it, and never more than the time of a read', async () => {
    const keys = parseKeys(`k:${Buffer.alloc(32, 1).toString('base64')}`);
    const subgraphs = DEPARTMENTS.map(({ name, url }) => ({ name, url, keys }));
    const { url } = await open({ isOpen: false, jwks: '{"keys":[]}', subgraphs, subgraphTimeoutMs: 3_000 });
    const told = ({ asked }: Department) =>
      asked.findLast(({ extensions }) => extensions?.deadline !== undefined)?.extensions as {
        deadline: number;
        hub: { deadline: number };
      };
    const before = Date.now();
    await ask(url, '{ slogan }', {}, within('2s'));
    const after = Date.now();
    expect(told(volunteers).hub.deadline).toBeGreaterThanOrEqual(before + 2_000);
    expect(told(volunteers).hub.deadline).toBeLessThanOrEqual(after + 2_000);
    expect(told(volunteers).deadline).toBeLessThanOrEqual(told(volunteers).hub.deadline);
    await ask(url, '{ slogan }');
    expect(told(volunteers).hub.deadline, '10 s unless told').toBeGreaterThanOrEqual(after + 10_000);
    expect(told(volunteers).deadline).toBeLessThanOrEqual(Date.now() + 3_000);
    await ask(url, '{ slogan }', {}, within('60000'));
    expect(told(volunteers).hub.deadline, 'it makes nothing longer').toBeLessThanOrEqual(Date.now() + 10_000);
  });

  it('that is no time, or none that anything is answered in, is refused and says what one is', async () => {
    const { url } = await open();
    for (const value of ['soon', '-1', '0', '10', '2 s', '1e3', '0.01s', '5m', '999999999999', '1000, 2000']) {
      const reply = await ask(url, '{ slogan }', {}, within(value));
      expect([value, reply.status, codes(reply)]).toEqual([value, 400, [[undefined, 'VALIDATION_FAILED']]]);
      expect(reply.errors?.[0]?.extensions.details).toMatchObject({ limit: 'requestTimeoutMs', min: 50, max: 10_000 });
    }
    expect(volunteers.asked).toHaveLength(0);
    expect((await ask(url, '{ slogan }', {}, within('9s'))).data).toEqual({ slogan: '人人参与' });
  });

  it('of a client in a hurry does not take the department from the others', async () => {
    const { url } = await open();
    volunteers.delayMs = 600;
    const hurried = await ask(url, '{ slogan }', {}, within('200'));
    expect(hurried.extensions?.partial?.[0]?.subgraph).toBe('volunteers');
    volunteers.delayMs = 0;
    const next = await ask(url, '{ slogan }');
    expect([next.data, next.extensions?.partial]).toEqual([{ slogan: '人人参与' }, undefined]);
    expect(probes(volunteers)).toBe(0);
  });
});

describe('a client that goes away', () => {
  it('takes its reads along: the departments are let go of, those of the next stage are not asked', async () => {
    const { url } = await open({ subgraphTimeoutMs: 9_000 });
    volunteers.delayMs = 3_000;
    const gone = new AbortController();
    const query = '{ activities { organizer { area { name facilities { name } } } } }';
    const sent = fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query }),
      signal: gone.signal,
    });
    await expect.poll(() => questions(volunteers), { timeout: 10_000 }).toBe(1);
    gone.abort();
    await expect(sent).rejects.toThrow();
    await expect.poll(() => volunteers.left, { timeout: 2_500 }).toBe(1);
    await pause(200);
    expect([questions(organization), questions(facilities)]).toEqual([0, 0]);
    volunteers.delayMs = 0;
    expect((await ask(url, WHOLE)).extensions?.partial, 'it is no fault of the department').toBeUndefined();
    expect(probes(volunteers)).toBe(0);
  });
});

describe('the circuit of a department that hangs', () => {
  it('is open at once for the next questions, is probed alone, and closes with the first answer', async () => {
    const { url } = await open();
    volunteers.mood = 'HANGS';
    await ask(url, WHOLE);
    await pause(300);
    const before = questions(volunteers);
    const replies = await Promise.all(Array.from({ length: 30 }, () => ask(url, WHOLE)));
    for (const reply of replies) expect(reply.extensions?.partial).toMatchObject([{ subgraph: 'volunteers', fields: ['slogan'] }]);
    expect(questions(volunteers), 'nobody else waits for it').toBe(before);
    expect(probes(volunteers)).toBe(1);
    expect(await (await fetch(`${url}/health/ready`)).json()).toMatchObject({
      missing: [{ subgraph: 'volunteers', since: expect.any(String) }],
    });
    volunteers.reset();
    await expect.poll(async () => (await ask(url, '{ slogan }')).data, { timeout: 5_000 }).toEqual({ slogan: '人人参与' });
    expect((await ask(url, WHOLE)).errors).toBeUndefined();
  });

  it('stays open while probes fail, however they do', async () => {
    const { url } = await open();
    volunteers.mood = 'HANGS';
    await ask(url, WHOLE);
    volunteers.reset();
    volunteers.mood = 'BREAKS';
    await expect.poll(() => probes(volunteers), { timeout: 5_000 }).toBeGreaterThan(2);
    await ask(url, WHOLE);
    expect(questions(volunteers)).toBe(0);
  });
});

describe('a read', () => {
  it.each(['BREAKS', 'SENDS_503'] as const)('that finds nobody there is sent once more, and no oftener: %s', async (mood) => {
    const { url } = await open();
    volunteers.mood = mood;
    const reply = await ask(url, WHOLE);
    expect(codes(reply)).toEqual([['slogan', 'SOURCE_UNAVAILABLE']]);
    expect(questions(volunteers)).toBe(2);
  });

  it('that is answered by rubbish is not', async () => {
    const { url } = await open();
    volunteers.mood = 'SENDS_HTML';
    await ask(url, WHOLE);
    expect(questions(volunteers)).toBe(1);
  });

  it('waits for its turn at a department that has enough to do', async () => {
    const { url } = await open({ subgraphConcurrency: 3, subgraphTimeoutMs: 9_000 });
    volunteers.delayMs = 50;
    const replies = await Promise.all(Array.from({ length: 20 }, (_, n) => ask(url, `{ slogan activities(first: ${n}) { id } }`)));
    expect(replies.every(({ errors }) => errors === undefined)).toBe(true);
    expect(volunteers.mostInWork).toBe(3);
  });

  it('whose turn does not come in its time is missing, and the department is not called silent for it', async () => {
    const { url } = await open({ subgraphConcurrency: 1, subgraphTimeoutMs: 4_000 });
    volunteers.delayMs = 1_000;
    const replies = await Promise.all(Array.from({ length: 12 }, (_, n) => ask(url, `{ slogan activities(first: ${n}) { id } }`)));
    const missing = replies.filter(({ extensions }) => extensions?.partial);
    expect(missing.length).toBeGreaterThan(4);
    expect(missing.length).toBeLessThan(12);
    expect(probes(volunteers)).toBe(0);
  });
});

describe('a department somewhere else', () => {
  it('that cannot be reached is missed like one that is silent', async () => {
    const subgraphs = DEPARTMENTS.map(({ name, url }) => ({
      name,
      url: name === 'volunteers' ? 'http://nowhere.invalid:4000/graphql' : url,
      keys: null,
    }));
    const { url } = await open({ subgraphs });
    const reply = await ask(url, WHOLE);
    expect([codes(reply), reply.data.facilities.length]).toEqual([[['slogan', 'SOURCE_UNAVAILABLE']], 2]);
    expect(reply.text).not.toMatch(/invalid:|nowhere|ENOTFOUND|EAI_AGAIN/);
  });

  it('has its own time if its own time is set', async () => {
    const subgraphs = DEPARTMENTS.map(({ name, url }) => ({ name, url, keys: null, ...(name === 'volunteers' && { timeoutMs: 9_000 }) }));
    const { url } = await open({ subgraphs, subgraphTimeoutMs: 500 });
    volunteers.delayMs = 900;
    facilities.delayMs = 900;
    const reply = await ask(url, WHOLE);
    expect([codes(reply), reply.data.slogan]).toEqual([[['facilities', 'SOURCE_UNAVAILABLE']], '人人参与']);
  });

  it('that sends 20 MB is read no further than an answer may be long', async () => {
    const { url } = await open({ subgraphTimeoutMs: 60_000, requestTimeoutMs: 60_000 });
    volunteers.mood = 'SENDS_MUCH';
    const reply = await ask(url, WHOLE);
    expect([codes(reply), reply.data.facilities.length]).toEqual([[['slogan', 'SOURCE_UNAVAILABLE']], 2]);
  }, 60_000);

  it('that sends what nobody asked for changes nothing', async () => {
    const { url } = await open();
    const before = await ask(url, WHOLE, {}, { 'hub-debug': '0' });
    volunteers.mood = 'SENDS_MORE';
    expect((await ask(url, WHOLE, {}, { 'hub-debug': '0' })).text).toBe(before.text);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });
});
