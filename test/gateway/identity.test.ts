import { randomBytes } from 'node:crypto';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Credentials } from '../../gateway/src/identity.ts';
import { issuersOf } from '../../gateway/src/issuers.ts';
import type { Gateway } from '../../gateway/src/server.ts';
import { type Claims, parseClaims } from '../../subgraphs/shared/src/claims.ts';
import { type Keys, parseKeys, Verifier } from '../../subgraphs/shared/src/signature.ts';
import { holdClock } from '../clock.ts';
import { ask, DEPARTMENTS, openGateway, organization, volunteers } from './world.ts';

const keysOf = (id: string): Keys => parseKeys(`${id}:${randomBytes(32).toString('base64')}`);
const subgraphKeys = new Map(DEPARTMENTS.map(({ name }) => [name, keysOf(`k-${name}`)]));
const signers = new Map<string, CryptoKey>();
let jwks = '';
let gateway: Gateway & { url: string };
let production: Gateway & { url: string };

const identified = (isProduction: boolean) =>
  openGateway({
    isOpen: false,
    isProduction,
    jwks,
    subgraphs: DEPARTMENTS.map(({ name, url }) => ({ name, url, keys: subgraphKeys.get(name)! })),
  });

beforeAll(async () => {
  for (const department of DEPARTMENTS) await department.start();
  const keys = [];
  for (const kid of ['dev-1', 'prod-1', 'service-volunteers-1', 'stranger']) {
    const { privateKey, publicKey } = await generateKeyPair('EdDSA', { extractable: true });
    signers.set(kid, privateKey);
    if (kid !== 'stranger') keys.push({ ...(await exportJWK(publicKey)), kid, alg: 'EdDSA', use: 'sig' });
  }
  jwks = JSON.stringify({ keys });
  gateway = await identified(false);
  production = await identified(true);
});
afterAll(async () => {
  await gateway.close();
  await production.close();
  for (const department of DEPARTMENTS) await department.stop();
});
beforeEach(() => {
  for (const department of DEPARTMENTS) department.reset();
});

interface Token {
  kid?: string;
  signedBy?: string;
  issuer?: string;
  expires?: string | number | null;
  roles?: unknown;
  variant?: string;
  areas?: string[];
  org?: string;
}

function token({
  kid = 'dev-1',
  signedBy = kid,
  issuer = 'district-hub',
  expires = '10m',
  roles = ['DISTRICT_LEAD'],
  ...claims
}: Token = {}): Promise<string> {
  const jwt = new SignJWT({ client_id: 'portal', roles, ...claims })
    .setProtectedHeader({ alg: 'EdDSA', kid })
    .setIssuer(issuer)
    .setSubject('u-7')
    .setIssuedAt();
  return (expires === null ? jwt : jwt.setExpirationTime(expires)).sign(signers.get(signedBy)!);
}

const as = async (options: Token = {}) => ({ authorization: `Bearer ${await token(options)}` });

/** The claims that a department was handed with the client's request, its signature checked. */
function claimsAt(department: (typeof DEPARTMENTS)[number]): Claims {
  const asked = department.asked.filter(({ query }) => !query.includes('divisionEditions') && !query.includes('$c0')).at(-1)!;
  const verifier = new Verifier(subgraphKeys.get(department.name)!);
  expect(verifier.verify(asked.headers, 'POST', '/graphql', asked.raw)).toBe('OK');
  return parseClaims(asked.extensions?.hub)!;
}

describe('a caller without a credential', () => {
  it('is the public', async () => {
    const reply = await ask(gateway.url, '{ slogan }');
    expect(reply.data).toEqual({ slogan: '人人参与' });
    expect(claimsAt(volunteers)).toMatchObject({
      client: 'anonymous',
      subject: null,
      roles: ['PUBLIC'],
      variant: 'PUBLIC',
      areas: [],
      communities: [],
      purpose: null,
    });
  });
});

describe('a credential', () => {
  it('is handed on as signed claims, with its places as stable ids of today and the edition', async () => {
    const headers = { ...(await as({ roles: ['STREET_STAFF'], areas: ['410305001000'], org: 'or_1' })), 'x-purpose': 'case 7' };
    const before = Date.now();
    expect((await ask(gateway.url, '{ slogan }', {}, headers)).errors).toBeUndefined();
    const claims = claimsAt(volunteers);
    expect(claims).toMatchObject({
      client: 'portal',
      subject: 'u-7',
      organization: 'or_1',
      roles: ['STREET_STAFF'],
      variant: 'DEPARTMENT',
      areaCodes: ['410305001000'],
      edition: 2023,
      purpose: 'case 7',
    });
    expect(claims.areas.toSorted()).toEqual(['ar_c1', 'ar_c2', 'ar_s']);
    expect(claims.communities.toSorted()).toEqual(['ar_c1', 'ar_c2']);
    expect(claims.deadline).toBeGreaterThan(before);
    expect(claims.requestId).toMatch(/^[\w-]{20,}$/);
  });

  it('may come with a purpose of 1 to 128 printable characters, handed on as it was written', async () => {
    const asked = async (purpose: string) => {
      const header = Buffer.from(purpose).toString('latin1');
      return ask(gateway.url, '{ slogan }', {}, { ...(await as({})), 'x-purpose': header });
    };
    await asked('回访 HF-7');
    expect(claimsAt(volunteers).purpose).toBe('回访 HF-7');
    for (const wrong of ['x'.repeat(129), 'a\tb', 'a\u200bb']) {
      const { status, errors } = await asked(wrong);
      expect([status, errors?.[0]?.extensions.code]).toEqual([400, 'VALIDATION_FAILED']);
    }
  });

  it('has its places asked anew with a new day, which may move communities', async () => {
    const own = await identified(false);
    const headers = await as({ areas: ['410305000000'] });
    const scopesAsked = () => organization.asked.filter(({ query }) => query.includes('$c0')).length;
    holdClock('2026-03-01T23:59:00+08:00');
    for (const _ of [1, 2]) await ask(own.url, '{ slogan }', {}, headers);
    expect(scopesAsked()).toBe(1);
    holdClock('2026-03-02T00:00:00+08:00');
    for (const _ of [1, 2]) await ask(own.url, '{ slogan }', {}, headers);
    expect(scopesAsked()).toBe(2);
    holdClock(null);
    await own.close();
  });

  it('asks organization for its places once, with a service claim, and keeps them while it is down', async () => {
    const own = await identified(false);
    const headers = await as({ areas: ['410305000000'] });
    await ask(own.url, '{ slogan }', {}, headers);
    const asked = organization.asked.filter(({ query }) => query.includes('$c0'));
    expect(asked).toHaveLength(1);
    expect(parseClaims(asked[0]!.extensions?.hub)).toMatchObject({ roles: ['SERVICE'], variant: 'INTERNAL' });
    organization.mood = 'HANGS';
    const reply = await ask(own.url, '{ slogan }', {}, headers);
    expect(reply.ms).toBeLessThan(500);
    expect(claimsAt(volunteers).areas.toSorted()).toEqual(['ar_c1', 'ar_c2', 'ar_d', 'ar_s']);
    await own.close();
  });

  it('holds nowhere while its places were never learnt, and the answer still comes', async () => {
    organization.mood = 'HANGS';
    const own = await identified(false);
    const reply = await ask(own.url, '{ slogan area(id: "ar_c1") { name } }', {}, await as({ areas: ['410305001001'] }));
    expect(reply.ms).toBeLessThan(1_500);
    expect(reply.data).toEqual({ slogan: '人人参与', area: null });
    expect(claimsAt(volunteers)).toMatchObject({ areas: [], communities: [], edition: null });
    organization.reset();
    await expect
      .poll(async () => {
        await ask(own.url, '{ slogan }', {}, await as({ areas: ['410305001001'] }));
        return claimsAt(volunteers);
      })
      .toMatchObject({ areas: ['ar_c1'], communities: ['ar_c1'], edition: 2023 });
    await own.close();
  });

  it('whose places were never learnt is told so where it reads by them, and subgraphs are not asked', async () => {
    organization.mood = 'HANGS';
    const since = Date.now();
    const own = await identified(false);
    const fresh: Token[] = [
      { roles: ['COMMUNITY_STAFF'], areas: ['410305001001'] },
      { roles: ['PARTNER_UNIT'], areas: ['410305001002'] },
    ];
    for (const options of fresh) {
      const reply = await ask(own.url, '{ slogan }', {}, await as(options));
      expect(reply.ms).toBeLessThan(1_500);
      expect(reply.status).toBe(200);
      expect(JSON.parse(reply.text)).toEqual({
        data: null,
        errors: [
          {
            message: '数据来源暂时不可用。（organization）',
            extensions: { code: 'SOURCE_UNAVAILABLE', messageEn: 'The source is not available at the moment. (organization)' },
          },
        ],
        extensions: { partial: [{ subgraph: 'organization', since: expect.stringMatching(/\+08:00$/), fields: [] }] },
      });
      const told = Date.parse(reply.extensions!.partial![0]!.since);
      expect(told).toBeGreaterThanOrEqual(since);
      expect(told).toBeLessThanOrEqual(Date.now());
    }
    expect(volunteers.asked).toHaveLength(0);
    await own.close();
  });

  it('without codes is known to hold nowhere, and other variants do not wait for their places', async () => {
    organization.mood = 'HANGS';
    const own = await identified(false);
    const others: Token[] = [
      { roles: ['DEPARTMENT_STAFF'], areas: [], org: 'or_1' },
      { roles: ['AUDITOR'], areas: ['410305001001'] },
    ];
    for (const options of others) {
      expect((await ask(own.url, '{ slogan }', {}, await as(options))).data).toEqual({ slogan: '人人参与' });
      expect(claimsAt(volunteers)).toMatchObject({ areas: [], communities: [] });
    }
    await own.close();
  });

  it('whose places come late is answered with them, and the last good ones serve during an outage', async () => {
    const own = await identified(false);
    const headers = await as({ roles: ['STREET_STAFF'], areas: ['410305001000'] });
    organization.delayMs = 450;
    expect((await ask(own.url, '{ slogan }', {}, headers)).data).toEqual({ slogan: '人人参与' });
    expect(claimsAt(volunteers).communities.toSorted()).toEqual(['ar_c1', 'ar_c2']);
    organization.mood = 'HANGS';
    expect((await ask(own.url, '{ slogan }', {}, headers)).data).toEqual({ slogan: '人人参与' });
    expect(claimsAt(volunteers).communities.toSorted()).toEqual(['ar_c1', 'ar_c2']);
    await own.close();
  });

  it('ends with its time and the tolerance, however often it was shown before', async () => {
    let now = Math.floor(Date.now() / 1000) * 1000;
    const credentials = new Credentials({ issuers: issuersOf({ jwks, now: () => now }), isProduction: false, now: () => now });
    const authorization = `Bearer ${await token({ expires: now / 1000 + 2 })}`;
    const expired = expect.objectContaining({ status: 401, extensions: expect.objectContaining({ code: 'UNAUTHENTICATED' }) });
    for (const ms of [0, 1_000, 60_900]) {
      now += ms;
      expect(await credentials.identify(authorization)).toMatchObject({ subject: 'u-7' });
    }
    now += 200;
    await expect(credentials.identify(authorization)).rejects.toEqual(expired);
  });

  it('is refused with 401 when it is not one of ours', async () => {
    const forged: Token[] = [
      { kid: 'dev-1', signedBy: 'stranger' },
      { kid: 'stranger' },
      { issuer: 'another-hub' },
      { expires: Math.floor(Date.now() / 1000) - 61 },
      { expires: null },
      { roles: 'DISTRICT_LEAD' },
    ];
    for (const options of forged) {
      const reply = await ask(gateway.url, '{ slogan }', {}, await as(options));
      expect([reply.status, reply.errors?.[0]?.extensions.code], JSON.stringify(options)).toEqual([401, 'UNAUTHENTICATED']);
    }
    const [head, , signature] = (await token()).split('.');
    const payload = Buffer.from(JSON.stringify({ iss: 'district-hub', client_id: 'x', roles: ['AUDITOR'], exp: 4e9 })).toString(
      'base64url',
    );
    const none = `${Buffer.from('{"alg":"none","kid":"dev-1"}').toString('base64url')}.${payload}.`;
    for (const authorization of [`Bearer ${head}.${payload}.${signature}`, `Bearer ${none}`, 'Bearer x', 'Basic YTpi', '']) {
      const reply = await ask(gateway.url, '{ slogan }', {}, { authorization });
      expect([reply.status, reply.errors?.[0]?.extensions.code], authorization).toEqual([401, 'UNAUTHENTICATED']);
    }
    expect(volunteers.asked).toHaveLength(0);
  });

  it('of a development key is refused in production', async () => {
    expect((await ask(production.url, '{ slogan }', {}, await as())).status).toBe(401);
    expect((await ask(production.url, '{ slogan }', {}, await as({ kid: 'prod-1' }))).data).toEqual({ slogan: '人人参与' });
  });

  it('may carry SERVICE with a service key alone, and a service key nothing else', async () => {
    const statusOf = async (options: Token) => {
      const reply = await ask(gateway.url, '{ slogan }', {}, await as(options));
      return reply.errors?.[0]?.extensions.code ?? claimsAt(volunteers).variant;
    };
    const service = { kid: 'service-volunteers-1' };
    expect(await statusOf({ ...service, roles: ['SERVICE'] })).toBe('INTERNAL');
    expect(await statusOf({ roles: ['SERVICE'] })).toBe('FORBIDDEN');
    expect(await statusOf({ ...service, roles: ['DISTRICT_LEAD'] })).toBe('FORBIDDEN');
    expect(await statusOf({ ...service, roles: ['SERVICE', 'AUDITOR'] })).toBe('FORBIDDEN');
  });

  it('is refused for a role nobody knows or a variant its roles do not speak', async () => {
    const codeOf = async (options: Token) => (await ask(gateway.url, '{ slogan }', {}, await as(options))).errors?.[0]?.extensions.code;
    expect(await codeOf({ roles: ['MAYOR'] })).toBe('FORBIDDEN');
    expect(await codeOf({ roles: ['RESIDENT'], variant: 'INTERNAL' })).toBe('VARIANT_FORBIDDEN');
    expect(await codeOf({ roles: ['RESIDENT'], variant: 'NONSENSE' })).toBe('VARIANT_FORBIDDEN');
    expect(await codeOf({ roles: ['AUDITOR', 'DISTRICT_LEAD'], variant: 'AUDIT' })).toBeUndefined();
  });

  it('shows debug traces outside production only', async () => {
    expect((await ask(gateway.url, '{ slogan }')).extensions?.debug?.requests).toEqual({ volunteers: 1 });
    expect((await ask(production.url, '{ slogan }')).extensions?.debug).toBeUndefined();
  });
});
