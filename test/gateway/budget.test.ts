import { randomBytes } from 'node:crypto';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Budgets } from '../../gateway/src/budget.ts';
import type { Identity } from '../../gateway/src/identity.ts';
import type { Refusal } from '../../gateway/src/refusal.ts';
import type { Gateway } from '../../gateway/src/server.ts';
import { parseKeys } from '../../subgraphs/shared/src/signature.ts';
import { DEPARTMENTS, openGateway } from './world.ts';

const silent = pino({ level: 'silent' });
const somebody: Identity = { client: 'anonymous', subject: null, organization: null, roles: ['PUBLIC'], variant: 'PUBLIC', areaCodes: [] };
const open = (perMinute: number) => Budgets.open({ perMinute, redisUrl: null }, silent)!;
const refusal = (asked: Promise<void>) =>
  asked.then(
    () => null,
    (error: Refusal) => ({
      code: error.extensions.code,
      status: error.status,
      headers: error.headers,
      details: error.extensions.details as { retryAfterSeconds: number },
    }),
  );

describe('the budget of a client', () => {
  it('ends with the last request of the minute, and says how long to wait', async () => {
    const budgets = open(3);
    for (let i = 0; i < 3; i++) expect(await refusal(budgets.charge({ ...somebody, client: 'a' }, '10.0.0.1'))).toBeNull();
    const refused = await refusal(budgets.charge({ ...somebody, client: 'a' }, '10.0.0.2'));
    expect(refused).toMatchObject({ code: 'RATE_LIMITED', status: 429, details: { limit: 'requestsPerMinute', max: 3, value: 4 } });
    const { retryAfterSeconds } = refused!.details;
    expect(retryAfterSeconds).toBeGreaterThan(50);
    expect(retryAfterSeconds).toBeLessThanOrEqual(60);
    expect(refused!.headers).toEqual({ 'retry-after': String(retryAfterSeconds) });
    expect(await refusal(budgets.charge({ ...somebody, client: 'b' }, '10.0.0.1'))).toBeNull();
  });

  it('is that of an address without a credential, in IPv6 of the whole network', async () => {
    const budgets = open(1);
    expect(await refusal(budgets.charge(somebody, '10.0.0.1'))).toBeNull();
    expect(await refusal(budgets.charge(somebody, '10.0.0.1'))).toMatchObject({ code: 'RATE_LIMITED' });
    expect(await refusal(budgets.charge(somebody, '10.0.0.2'))).toBeNull();
    expect(await refusal(budgets.charge(somebody, '2001:db8:1:2:3:4:5:6'))).toBeNull();
    expect(await refusal(budgets.charge(somebody, '2001:db8:1:2:ffff::1'))).toMatchObject({ code: 'RATE_LIMITED' });
    expect(await refusal(budgets.charge(somebody, '2001:db8:1:3::1'))).toBeNull();
  });

  it("takes pages as well, and nothing from a subgraph's own credential", async () => {
    const budgets = open(10);
    expect(await refusal(budgets.charge({ ...somebody, client: 'bi' }, '10.0.0.1', 10))).toBeNull();
    expect(await refusal(budgets.charge({ ...somebody, client: 'bi' }, '10.0.0.1', 1))).toMatchObject({ code: 'RATE_LIMITED' });
    for (let i = 0; i < 20; i++) await budgets.charge({ ...somebody, client: 'volunteers', roles: ['SERVICE'] }, '10.0.0.1');
  });

  it('is none where the setting says 0', () => expect(Budgets.open({ perMinute: 0, redisUrl: null }, silent)).toBeNull());

  it('is counted by each gateway for itself where no Redis answers, without waiting for it', async () => {
    const logged: string[] = [];
    const log = pino({ level: 'warn' }, { write: (line: string) => logged.push(line) });
    const budgets = Budgets.open({ perMinute: 1, redisUrl: 'redis://somebody:secret-of-redis@127.0.0.1:1' }, log)!;
    expect(await refusal(budgets.charge(somebody, '10.0.0.1'))).toBeNull();
    expect(await refusal(budgets.charge(somebody, '10.0.0.1'))).toMatchObject({ code: 'RATE_LIMITED' });
    await expect.poll(() => logged.length, { timeout: 10_000 }).toBeGreaterThan(0);
    expect(logged.join('')).not.toContain('secret-of-redis');
    budgets.close();
  });
});

describe('through the gateway', () => {
  let gateway: Gateway & { url: string };
  let token = '';
  beforeAll(async () => {
    for (const department of DEPARTMENTS) await department.start();
    const { privateKey, publicKey } = await generateKeyPair('EdDSA', { extractable: true });
    token = await new SignJWT({ client_id: 'partner-7', roles: ['RESIDENT'] })
      .setProtectedHeader({ alg: 'EdDSA', kid: 'dev-1' })
      .setIssuer('district-hub')
      .setExpirationTime('5 min')
      .sign(privateKey);
    gateway = await openGateway({
      isOpen: false,
      budget: { perMinute: 2, redisUrl: null },
      jwks: JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid: 'dev-1', alg: 'EdDSA', use: 'sig' }] }),
      subgraphs: DEPARTMENTS.map(({ name, url }) => ({ name, url, keys: parseKeys(`k:${randomBytes(32).toString('base64')}`) })),
    });
  });
  afterAll(async () => {
    await gateway?.close();
    for (const department of DEPARTMENTS) await department.stop();
  });

  it('the third request of two is refused with 429 and Retry-After before its text is read', async () => {
    const post = (authorization?: string) =>
      fetch(`${gateway.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...(authorization && { authorization }) },
        body: JSON.stringify({ query: '{ nonsense ' }),
      });
    for (const authorization of [undefined, `Bearer ${token}`]) {
      for (let i = 0; i < 2; i++) expect((await post(authorization)).status).toBe(400);
      const third = await post(authorization);
      expect(third.status).toBe(429);
      expect(Number(third.headers.get('retry-after'))).toBeGreaterThan(0);
      expect(await third.json()).toMatchObject({
        errors: [{ extensions: { code: 'RATE_LIMITED', details: { limit: 'requestsPerMinute', max: 2, value: 3 } } }],
      });
    }
  });
});
