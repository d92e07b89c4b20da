import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeJwt, SignJWT } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import type { Gateway } from '../../gateway/src/server.ts';
import { carryOut, readOrder } from '../../local/client.ts';
import { withClient } from '../../local/databases.ts';
import { parseKeys } from '../../subgraphs/shared/src/signature.ts';
import { keyPair, type OwnDatabase, ownDatabase } from './own-database.ts';
import { ask, DEPARTMENTS, openGateway } from './world.ts';

type Pair = Awaited<ReturnType<typeof keyPair>>;
const GRANT = 'client_credentials';
const ASSERTION = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
const PERSON = 'urn:district-hub:grant-type:development';

let own: OwnDatabase;
let key: Pair;
let stranger: Pair;
let gateway: Gateway & { url: string };
let development: Gateway & { url: string };

beforeAll(async () => {
  for (const department of DEPARTMENTS) await department.start();
  own = await ownDatabase();
  key = await keyPair('unit-1', 'ES256');
  stranger = await keyPair('unit-1', 'ES256');
  const options = {
    isOpen: false,
    jwks: JSON.stringify({ keys: [] }),
    own: own.config,
    subgraphs: DEPARTMENTS.map(({ name, url }) => ({ name, url, keys: parseKeys(`k1:${'A'.repeat(44)}`) })),
  };
  gateway = await openGateway({ ...options, isProduction: true });
  development = await openGateway(options);
  await own.register('unit', key.jwk);
});
afterAll(async () => {
  await gateway.close();
  await development.close();
  for (const department of DEPARTMENTS) await department.stop();
  await own.drop();
});
beforeEach(() => {
  for (const department of DEPARTMENTS) department.reset();
});

interface Assertion {
  iss?: string;
  sub?: string;
  aud?: string;
  jti?: string;
  expires?: number;
}

function assertion({ privateKey, jwk }: Pair = key, told: Assertion = {}): Promise<string> {
  const { iss = 'unit', sub = iss, aud = `${gateway.url}/oauth/token`, jti = randomUUID(), expires = 60 } = told;
  return new SignJWT({})
    .setProtectedHeader({ alg: jwk.alg ?? '', kid: jwk.kid ?? '' })
    .setIssuer(iss)
    .setSubject(sub)
    .setAudience(aud)
    .setJti(jti)
    .setExpirationTime(Math.floor(Date.now() / 1000) + expires)
    .sign(privateKey);
}

async function post(
  form: Record<string, string>,
  at = gateway,
): Promise<{ status: number; body: Record<string, string>; headers: Headers }> {
  const reply = await fetch(`${at.url}/oauth/token`, { method: 'POST', body: new URLSearchParams(form) });
  return { status: reply.status, headers: reply.headers, body: (await reply.json()) as Record<string, string> };
}

const show = async (signed: string | Promise<string>, more: Record<string, string> = {}) =>
  post({ grant_type: GRANT, client_assertion_type: ASSERTION, client_assertion: await signed, ...more });

const errorOf = async (reply: ReturnType<typeof show>) => {
  const { status, body } = await reply;
  return [status, body.error];
};

describe('a registered client', () => {
  it('gets a token of five minutes for what it was registered with, in production too', async () => {
    const { status, body, headers } = await show(assertion());
    expect([status, body.token_type, body.expires_in, body.scope]).toEqual([200, 'Bearer', 300, '410305001000']);
    expect(headers.get('cache-control')).toBe('no-store');
    const { exp = 0, iat = 0, ...claims } = decodeJwt(body.access_token!);
    expect(exp - iat).toBe(300);
    expect(claims).toMatchObject({ client_id: 'unit', roles: ['PARTNER_UNIT'], variant: 'PARTNER', areas: ['410305001000'], org: 'or_1' });
    const reply = await ask(gateway.url, '{ slogan }', {}, { authorization: `Bearer ${body.access_token}` });
    expect(reply.status).not.toBe(401);
  });

  it('may name the hub or its token address as the audience, nothing else', async () => {
    expect((await show(assertion(key, { aud: 'district-hub' }))).status).toBe(200);
    for (const aud of ['https://hub.example.cn/oauth/token', gateway.url, 'unit'])
      expect(await errorOf(show(assertion(key, { aud })))).toEqual([401, 'invalid_client']);
  });

  it('uses an assertion once', async () => {
    const signed = await assertion();
    expect((await show(signed)).status).toBe(200);
    expect(await errorOf(show(signed))).toEqual([401, 'invalid_client']);
    const jti = randomUUID();
    const both = await Promise.all([1, 2, 3, 4].map(() => show(assertion(key, { jti }))));
    expect(both.map(({ status }) => status).toSorted()).toEqual([200, 401, 401, 401]);
  });

  it('is believed by its own key alone, for itself and for five minutes', async () => {
    await own.register('other', stranger.jwk);
    const wrong: Promise<string>[] = [
      assertion(stranger),
      assertion(key, { iss: 'nobody-knows' }),
      assertion(key, { iss: 'other' }),
      assertion(key, { sub: 'other' }),
      assertion(key, { expires: -61 }),
      assertion(key, { expires: 400 }),
      assertion(key, { jti: 'short' }),
    ];
    for (const signed of wrong)
      expect(await errorOf(show(signed)), JSON.stringify(decodeJwt(await signed))).toEqual([401, 'invalid_client']);
    expect(await errorOf(show(assertion(), { client_id: 'other' }))).toEqual([401, 'invalid_client']);
  });

  it('may ask for less than its places, not for more', async () => {
    await own.register('wide', key.jwk, { areas: ['410305001000', '410305002000'] });
    const less = await show(assertion(key, { iss: 'wide' }), { scope: '410305002000' });
    expect(decodeJwt(less.body.access_token!).areas).toEqual(['410305002000']);
    expect(await errorOf(show(assertion(key, { iss: 'wide' }), { scope: '410305000000' }))).toEqual([400, 'invalid_scope']);
  });

  it('is told what is wrong with its request', async () => {
    expect(await errorOf(post({}))).toEqual([400, 'unsupported_grant_type']);
    expect(await errorOf(post({ grant_type: 'password', username: 'a', password: 'b' }))).toEqual([400, 'unsupported_grant_type']);
    expect(await errorOf(post({ grant_type: GRANT, client_id: 'unit', client_secret: 'x' }))).toEqual([400, 'invalid_request']);
    const json = await fetch(`${gateway.url}/oauth/token`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' });
    expect([json.status, ((await json.json()) as { error: string }).error]).toEqual([400, 'invalid_request']);
  });

  it('that is revoked gets no token, and the one that it has ends within a minute', async () => {
    await own.register('leaving', key.jwk);
    const { body } = await show(assertion(key, { iss: 'leaving' }));
    const statusNow = async () => (await ask(gateway.url, '{ slogan }', {}, { authorization: `Bearer ${body.access_token}` })).status;
    expect(await statusNow()).not.toBe(401);
    await carryOut(readOrder(['revoke', 'leaving']), own.owner);
    const since = Date.now();
    expect(await errorOf(show(assertion(key, { iss: 'leaving' })))).toEqual([401, 'invalid_client']);
    await expect.poll(statusNow, { timeout: 55_000, interval: 500 }).toBe(401);
    expect(Date.now() - since).toBeLessThan(60_000);
  });
});

describe('a person', () => {
  const form = { grant_type: PERSON, role: 'DISTRICT_LEAD', area: '410305000000' };

  it('gets a token in development', async () => {
    const { status, body } = await post(form, development);
    expect(status).toBe(200);
    const reply = await ask(development.url, '{ secret }', {}, { authorization: `Bearer ${body.access_token}` });
    expect(reply.data).toEqual({ secret: 'hidden' });
    expect(await errorOf(post({ ...form, role: 'SERVICE' }, development))).toEqual([400, 'invalid_request']);
  });

  it('gets none in production, nor is one from development taken there', async () => {
    expect(await errorOf(post(form))).toEqual([400, 'unsupported_grant_type']);
    const { body } = await post(form, development);
    expect((await ask(gateway.url, '{ slogan }', {}, { authorization: `Bearer ${body.access_token}` })).status).toBe(401);
  });
});

describe('npm run client', () => {
  const file = (content: unknown): string => {
    const path = join(inject('runFolder'), `${randomUUID()}.json`);
    writeFileSync(path, JSON.stringify(content));
    return path;
  };
  const run = (...args: string[]) => carryOut(readOrder(args), own.owner);

  it('registers, lists, changes keys and revokes', async () => {
    await run('add', 'board', '--role', 'BI_CLIENT', '--area', '410305000000', '--key', file(stranger.jwk));
    expect((await show(assertion(stranger, { iss: 'board' }))).status).toBe(200);
    await run('key', 'board', '--key', file({ keys: [key.jwk] }));
    expect((await show(assertion(stranger, { iss: 'board' }))).status).toBe(401);
    expect((await show(assertion(key, { iss: 'board' }))).status).toBe(200);
    await run('revoke', 'board', '--reason', 'left');
    expect(await run('list')).toContain('board  BI_CLIENT 410305000000  revoked');
    await expect(run('add', 'board', '--role', 'BI_CLIENT', '--key', file(key.jwk))).rejects.toThrow('board is registered or was revoked');
  });

  it('refuses private keys, unknown roles and a partner unit of nobody', () => {
    const add =
      (...more: string[]) =>
      () =>
        readOrder(['add', 'unit-9', ...more]);
    expect(add('--role', 'BI_CLIENT', '--key', file(key.secret))).toThrow('holds no public keys');
    expect(add('--role', 'DISTRICT_LEAD', '--key', file(key.jwk))).toThrow('The role is');
    expect(add('--role', 'PARTNER_UNIT', '--key', file(key.jwk))).toThrow('needs --org');
    expect(() => readOrder(['add', 'development', '--role', 'BI_CLIENT', '--key', file(key.jwk)])).toThrow('no id of a client');
  });
});

describe('the gateway’s login', () => {
  it('neither registers clients nor takes back a revocation', async () => {
    const tries = [
      `insert into client (id, name, role, keys) values ('mine', 'x', 'BI_CLIENT', '{"keys": []}')`,
      `update client set role = 'BI_CLIENT'`,
      'delete from revocation',
      `insert into revocation (client) values ('unit')`,
    ];
    for (const sql of tries)
      await expect(
        withClient(own.url('app'), (client) => client.query(sql)),
        sql,
      ).rejects.toMatchObject({ code: '42501' });
  });
});
