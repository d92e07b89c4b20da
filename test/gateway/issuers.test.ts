import { createHmac } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { importJWK, type JWK, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { Credentials } from '../../gateway/src/identity.ts';
import { type IssuerSettings, issuersOf, parseIssuers, parseJwks } from '../../gateway/src/issuers.ts';
import { keyPair } from './own-database.ts';

type Pair = Awaited<ReturnType<typeof keyPair>>;

let own: Pair;
let first: Pair;
let second: Pair;
let rsa: Pair;
/** The other issuer's keys as its server tells them, and how often it was asked. */
const published: { keys: JWK[]; asked: number; status: number } = { keys: [], asked: 0, status: 200 };
let server: Server;
let now = Date.now();

beforeAll(async () => {
  own = await keyPair('prod-1');
  first = await keyPair('idp-1', 'ES256');
  second = await keyPair('idp-2', 'ES256');
  rsa = await keyPair('idp-rsa', 'RS256');
  server = createServer((_, reply) => {
    published.asked += 1;
    reply.writeHead(published.status, { 'content-type': 'application/json' }).end(JSON.stringify({ keys: published.keys }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => {
  server.close();
});

const settings = (change: Partial<IssuerSettings> = {}): IssuerSettings => ({
  issuer: 'https://idp.example.cn',
  audience: 'hub-of-the-district',
  jwks: `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks.json`,
  algorithms: ['ES256', 'RS256'],
  roles: ['STREET_STAFF', 'RESIDENT'],
  ...change,
});

/** Credentials over a fresh memory of keys, on the test's clock. */
function credentials(keys: JWK[], change: Partial<IssuerSettings> = {}): Credentials {
  Object.assign(published, { keys, asked: 0, status: 200 });
  const clock = () => now;
  const jwks = JSON.stringify({ keys: [own.jwk] });
  return new Credentials({ issuers: issuersOf({ jwks, others: [settings(change)], now: clock }), isProduction: true, now: clock });
}

interface Told {
  iss?: string;
  aud?: string | null;
  roles?: string[];
  issuedAt?: number;
  expires?: number;
}

async function bearer(
  { privateKey, jwk }: Pair,
  { iss = 'https://idp.example.cn', aud = 'hub-of-the-district', roles = ['STREET_STAFF'], issuedAt = 0, expires = 300 }: Told = {},
): Promise<string> {
  const seconds = Math.floor(now / 1000);
  const jwt = new SignJWT({ client_id: 'desk', roles, areas: ['410305001000'] })
    .setProtectedHeader({ alg: jwk.alg ?? '', kid: jwk.kid ?? '' })
    .setIssuer(iss)
    .setSubject('u-7')
    .setIssuedAt(seconds + issuedAt)
    .setExpirationTime(seconds + expires);
  if (aud !== null) jwt.setAudience(aud);
  return `Bearer ${await jwt.sign(privateKey)}`;
}

const refusedWith = (status: number) => expect.objectContaining({ status });

describe('another issuer', () => {
  it('vouches for its callers with the keys that its URL tells', async () => {
    const found = await credentials([first.jwk]).identify(await bearer(first));
    expect(found).toMatchObject({
      client: 'desk',
      subject: 'u-7',
      roles: ['STREET_STAFF'],
      variant: 'DEPARTMENT',
      areaCodes: ['410305001000'],
    });
    expect(published.asked).toBe(1);
  });

  it('or with those of a file', async () => {
    const file = join(inject('runFolder'), 'idp.json');
    writeFileSync(file, JSON.stringify({ keys: [rsa.jwk] }));
    expect(await credentials([], { jwks: file }).identify(await bearer(rsa))).toMatchObject({ client: 'desk' });
  });

  it('vouches for no role that it was not given, SERVICE least of all', async () => {
    const theirs = credentials([first.jwk]);
    for (const role of ['DISTRICT_LEAD', 'SERVICE', 'AUDITOR'])
      await expect(theirs.identify(await bearer(first, { roles: ['STREET_STAFF', role] }))).rejects.toEqual(refusedWith(403));
    const service = await keyPair('service-volunteers-1', 'ES256');
    const asService = await bearer(service, { roles: ['SERVICE'] });
    await expect(credentials([service.jwk]).identify(asService)).rejects.toEqual(refusedWith(403));
    expect(() => parseIssuers(JSON.stringify([{ ...settings(), roles: ['SERVICE'] }]))).toThrow();
  });

  it('speaks for itself alone, and to us alone', async () => {
    const theirs = credentials([first.jwk]);
    const wrong: Told[] = [
      { iss: 'district-hub' },
      { iss: 'https://other.example.cn' },
      { aud: 'another-hub' },
      { aud: null },
      { aud: 'district-hub' },
    ];
    for (const told of wrong)
      await expect(theirs.identify(await bearer(first, told)), JSON.stringify(told)).rejects.toEqual(refusedWith(401));
    const ours = await bearer(own, { iss: 'district-hub', aud: null });
    expect(await theirs.identify(ours)).toMatchObject({ client: 'desk' });
    await expect(theirs.identify(await bearer(own))).rejects.toEqual(refusedWith(401));
    await expect(theirs.identify(await bearer(own, { iss: 'district-hub', aud: 'another-hub' }))).rejects.toEqual(refusedWith(401));
  });

  it('may have a clock that is off by a minute, and no more', async () => {
    const theirs = credentials([first.jwk]);
    expect(await theirs.identify(await bearer(first, { expires: -59 }))).toMatchObject({ client: 'desk' });
    expect(await theirs.identify(await bearer(first, { issuedAt: 59 }))).toMatchObject({ client: 'desk' });
    await expect(theirs.identify(await bearer(first, { expires: -61 }))).rejects.toEqual(refusedWith(401));
    await expect(theirs.identify(await bearer(first, { issuedAt: 61 }))).rejects.toEqual(refusedWith(401));
  });
});

describe('keys change', () => {
  it('without a restart: a token with a key not known yet makes the set be read again', async () => {
    const theirs = credentials([first.jwk]);
    await theirs.identify(await bearer(first));
    published.keys = [first.jwk, second.jwk];
    now += 10_001;
    expect(await theirs.identify(await bearer(second))).toMatchObject({ client: 'desk' });
    expect(published.asked).toBe(2);
  });

  it('and strangers’ key ids ask no more than once in ten seconds', async () => {
    const theirs = credentials([first.jwk]);
    await theirs.identify(await bearer(first));
    now += 10_001;
    for (let i = 0; i < 20; i++)
      await expect(theirs.identify(await bearer({ ...second, jwk: { ...second.jwk, kid: `made-up-${i}` } }))).rejects.toEqual(
        refusedWith(401),
      );
    expect(published.asked).toBe(2);
  });

  it('a key that was taken back no longer counts within a minute, for tokens shown before as well', async () => {
    const theirs = credentials([first.jwk]);
    const shown = await bearer(first);
    await theirs.identify(shown);
    published.keys = [second.jwk];
    now += 60_000;
    await expect(theirs.identify(shown)).rejects.toEqual(refusedWith(401));
    await expect(theirs.identify(await bearer(first))).rejects.toEqual(refusedWith(401));
  });

  it('the last good keys count while their place is silent, for an hour', async () => {
    const theirs = credentials([first.jwk]);
    await theirs.identify(await bearer(first));
    published.status = 500;
    now += 50 * 60_000;
    expect(await theirs.identify(await bearer(first))).toMatchObject({ client: 'desk' });
    now += 11 * 60_000;
    await expect(theirs.identify(await bearer(first))).rejects.toEqual(refusedWith(503));
    // The hub's own tokens are none of its business.
    expect(await theirs.identify(await bearer(own, { iss: 'district-hub', aud: null }))).toMatchObject({ client: 'desk' });
  });
});

describe('a key is taken for what it is', () => {
  const forged = (head: object, signature: (text: string) => string): string => {
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const claims = { iss: 'https://idp.example.cn', aud: 'hub-of-the-district', client_id: 'desk', roles: ['STREET_STAFF'] };
    const signed = `${part(head)}.${part({ ...claims, exp: Math.floor(now / 1000) + 300 })}`;
    return `Bearer ${signed}.${signature(signed)}`;
  };

  it('never for a shared secret: a public key signs nothing', async () => {
    const theirs = credentials([rsa.jwk]);
    await theirs.identify(await bearer(rsa));
    for (const secret of [JSON.stringify(rsa.jwk), rsa.jwk.n ?? '', Buffer.from(rsa.jwk.n ?? '', 'base64url')]) {
      const token = forged({ alg: 'HS256', kid: 'idp-rsa' }, (text) => createHmac('sha256', secret).update(text).digest('base64url'));
      await expect(theirs.identify(token)).rejects.toEqual(refusedWith(401));
    }
  });

  it('never for none at all', async () => {
    const theirs = credentials([rsa.jwk]);
    for (const alg of ['none', 'None', 'NONE']) {
      await expect(theirs.identify(forged({ alg, kid: 'idp-rsa' }, () => ''))).rejects.toEqual(refusedWith(401));
      await expect(theirs.identify(forged({ alg, kid: 'idp-rsa' }, () => 'AA'))).rejects.toEqual(refusedWith(401));
    }
  });

  it('never for another algorithm than its own, nor one its issuer does not use', async () => {
    const theirs = credentials([rsa.jwk, first.jwk], { algorithms: ['RS256'] });
    await theirs.identify(await bearer(rsa));
    // Its own key, by an algorithm that the issuer was not given.
    await expect(theirs.identify(await bearer(first))).rejects.toEqual(refusedWith(401));
    // An RSA key that says RS256, signed by PS256.
    const both = credentials([rsa.jwk], { algorithms: ['RS256', 'PS256'] });
    const pss = (await importJWK({ ...rsa.secret, alg: 'PS256' }, 'PS256')) as CryptoKey;
    const token = await bearer({ ...rsa, privateKey: pss, jwk: { ...rsa.jwk, alg: 'PS256' } });
    await expect(both.identify(token)).rejects.toEqual(refusedWith(401));
  });

  it('and a set with a private or symmetric key is refused as a whole', () => {
    expect(() => parseJwks(JSON.stringify({ keys: [own.jwk] }))).not.toThrow();
    expect(() => parseJwks(JSON.stringify({ keys: [own.jwk, own.secret] }))).toThrow();
    expect(() => parseJwks(JSON.stringify({ keys: [{ kty: 'oct', kid: 'x', k: 'AAAA' }] }))).toThrow();
  });

  it('and keys are fetched by https, except on this machine', () => {
    const of = (jwks: string) => () => parseIssuers(JSON.stringify([settings({ jwks })]));
    expect(of('https://idp.example.cn/jwks')).not.toThrow();
    expect(of('http://127.0.0.1:9/jwks')).not.toThrow();
    expect(of('http://idp.example.cn/jwks')).toThrow();
    expect(of('ftp://idp.example.cn/jwks')).toThrow();
  });
});
