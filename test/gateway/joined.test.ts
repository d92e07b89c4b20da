import { randomBytes } from 'node:crypto';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Gateway } from '../../gateway/src/server.ts';
import { readSupergraph } from '../../gateway/src/supergraph.ts';
import { parseKeys } from '../../subgraphs/shared/src/signature.ts';
import { Department } from './department.ts';
import { ask, composed, DEPARTMENTS, openGateway, organization, type Reply, volunteers } from './world.ts';

let count = 0;
const archive = new Department('archive', 'type Query { files: Int } type Mutation { file: Int }', {
  Query: { files: () => count },
  Mutation: {
    file: () => {
      count++;
      return count;
    },
  },
});
const ALL = [...DEPARTMENTS, archive];
let gateway: Gateway & { url: string };
beforeAll(async () => {
  for (const department of ALL) await department.start();
  const subgraphs = ALL.map(({ name, url }) => ({ name, url, keys: null }));
  gateway = await openGateway({ supergraph: readSupergraph(composed(ALL)), subgraphs, subgraphTimeoutMs: 5_000 });
  // Planned once, so that what is asked together goes out together.
  await ask(gateway.url, '{ slogan }');
  await ask(gateway.url, VIEW);
  for (const department of ALL) department.reset();
});
afterAll(async () => {
  await gateway.close();
  for (const department of ALL) await department.stop();
});
afterEach(() => {
  for (const department of ALL) department.reset();
});

const together = (count: number, run: () => Promise<Reply>) => Promise.all(Array.from({ length: count }, run));
const VIEW = '{ areas(kind: COMMUNITY) { name activities { title organizer { name } } } }';

describe('equal reads in flight', () => {
  it('are sent once, and each gets a whole answer of its own', async () => {
    organization.delayMs = 1_000;
    volunteers.delayMs = 1_000;
    const replies = await together(20, () => ask(gateway.url, VIEW));
    expect([organization.asked.length, volunteers.asked.length]).toEqual([1, 1]);
    expect(new Set(replies.map(({ data }) => JSON.stringify(data))).size).toBe(1);
    expect(replies[0]?.data.areas[1]).toEqual({ name: '二社区', activities: [{ title: '义诊', organizer: { name: '社工站' } }] });
    expect(replies.every(({ errors }) => errors === undefined)).toBe(true);
  });

  it('share a failure as well, once', async () => {
    volunteers.delayMs = 300;
    volunteers.mood = 'SENDS_HTML';
    const replies = await together(5, () => ask(gateway.url, '{ slogan areas { id } }'));
    expect(volunteers.asked).toHaveLength(1);
    for (const reply of replies) expect(reply.extensions?.partial?.[0]?.fields).toEqual(['slogan']);
  });

  it('are not joined once they are answered, nor when they ask for something else', async () => {
    await ask(gateway.url, '{ slogan }');
    await ask(gateway.url, '{ slogan }');
    expect(volunteers.asked).toHaveLength(2);
    volunteers.delayMs = 300;
    const [one, other] = await Promise.all(
      [1, 2].map((first) => ask(gateway.url, '{ activities(first: 1) { id } }'.replace('1', `${first}`))),
    );
    expect([one?.data.activities.length, other?.data.activities.length]).toEqual([1, 2]);
    const text = 'query($n: Int) { activities(first: $n) { id } }';
    const [two, three] = await Promise.all([2, 3].map((n) => ask(gateway.url, text, { n })));
    expect([two?.data.activities.length, three?.data.activities.length]).toEqual([2, 3]);
  });

  it('that began before a command was answered are not joined after it', async () => {
    archive.delayMs = 400;
    const before = ask(gateway.url, '{ files }');
    await expect.poll(() => archive.asked.length, { timeout: 5_000 }).toBe(1);
    archive.delayMs = 0;
    const done = await ask(gateway.url, 'mutation { file }');
    const after = await ask(gateway.url, '{ files }');
    expect(after.data.files).toBe(done.data.file);
    await before;
    expect(archive.asked.map(({ query }) => query)).toHaveLength(3);
  });

  it('go on when one who waits for them leaves, and end with the last', async () => {
    volunteers.delayMs = 1_000;
    const body = JSON.stringify({ query: '{ slogan }' });
    const leaving = [1, 2].map(() => {
      const abort = new AbortController();
      const reply = fetch(`${gateway.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
        signal: abort.signal,
      });
      reply.catch(() => undefined);
      return abort;
    });
    const staying = ask(gateway.url, '{ slogan }');
    await expect.poll(() => volunteers.asked.length, { timeout: 5_000 }).toBe(1);
    await new Promise((resolve) => setTimeout(resolve, 200));
    for (const abort of leaving) abort.abort();
    expect((await staying).data).toEqual({ slogan: '人人参与' });
    expect(volunteers.asked).toHaveLength(1);
  });

  it('with less time do not make those with more wait in vain', async () => {
    volunteers.delayMs = 900;
    const short = ask(gateway.url, '{ slogan }', undefined, { 'x-request-timeout': '300' });
    await expect.poll(() => volunteers.asked.length, { timeout: 5_000 }).toBe(1);
    expect((await ask(gateway.url, '{ slogan }')).data).toEqual({ slogan: '人人参与' });
    expect((await short).data).toEqual({ slogan: null });
    expect(volunteers.asked.length).toBe(2);
  });
});

describe('equal reads of different identities', () => {
  it('are never one: another person, role, place or purpose asks for itself', async () => {
    const { privateKey, publicKey } = await generateKeyPair('EdDSA', { extractable: true });
    const jwks = JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid: 'dev-1', alg: 'EdDSA', use: 'sig' }] });
    const keys = parseKeys(`k:${randomBytes(32).toString('base64')}`);
    const subgraphs = DEPARTMENTS.map(({ name, url }) => ({ name, url, keys }));
    const identified = await openGateway({ isOpen: false, jwks, subgraphs, subgraphTimeoutMs: 8_000 });
    const headers = async (subject: string, roles: string[], more: Record<string, string> = {}) => {
      const jwt = new SignJWT({ client_id: 'portal', roles }).setProtectedHeader({ alg: 'EdDSA', kid: 'dev-1' }).setIssuer('district-hub');
      return { authorization: `Bearer ${await jwt.setSubject(subject).setExpirationTime('10m').sign(privateKey)}`, ...more };
    };
    const who = await Promise.all([
      headers('u-1', ['DISTRICT_LEAD']),
      headers('u-1', ['DISTRICT_LEAD']),
      headers('u-2', ['DISTRICT_LEAD']),
      headers('u-1', ['DEPARTMENT_STAFF']),
      headers('u-1', ['DISTRICT_LEAD'], { 'x-purpose': 'audit' }),
      {},
    ]);
    const askAll = () => Promise.all(who.map((each) => ask(identified.url, '{ slogan }', undefined, each)));
    try {
      await askAll();
      volunteers.reset();
      volunteers.delayMs = 1_000;
      const replies = await askAll();
      expect(replies.map(({ data }) => data)).toEqual(who.map(() => ({ slogan: '人人参与' })));
      const asked = volunteers.asked.map(({ extensions }) => {
        const { subject, roles, purpose } = (extensions as { hub: { subject: string; roles: string[]; purpose: string } }).hub;
        return [subject, roles.join(), purpose].join(' ');
      });
      expect(asked.sort()).toEqual(
        [' PUBLIC ', 'u-1 DEPARTMENT_STAFF ', 'u-1 DISTRICT_LEAD ', 'u-1 DISTRICT_LEAD audit', 'u-2 DISTRICT_LEAD '].sort(),
      );
    } finally {
      await identified.close();
    }
  });
});
