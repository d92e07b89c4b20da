/** What a variant sees of a small world, and what it cannot find out about the rest (overview §3.6, design §4). */

import { buildClientSchema, buildSchema, getIntrospectionQuery } from 'graphql';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Gateway } from '../../gateway/src/server.ts';
import { readSupergraph } from '../../gateway/src/supergraph.ts';
import { Variants } from '../../gateway/src/variants.ts';
import type { Role } from '../../subgraphs/shared/src/claims.ts';
import { parseKeys } from '../../subgraphs/shared/src/signature.ts';
import { ask, composed, DEPARTMENTS, openGateway } from './world.ts';

let gateway: Gateway & { url: string };
let open: Gateway & { url: string };
let key: CryptoKey;

beforeAll(async () => {
  for (const department of DEPARTMENTS) await department.start();
  const { privateKey, publicKey } = await generateKeyPair('EdDSA', { extractable: true });
  key = privateKey;
  const jwks = JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid: 'dev-1', alg: 'EdDSA', use: 'sig' }] });
  const keys = parseKeys(`k:${Buffer.alloc(32, 1).toString('base64')}`);
  gateway = await openGateway({ isOpen: false, jwks, subgraphs: DEPARTMENTS.map(({ name, url }) => ({ name, url, keys })) });
  open = await openGateway();
});
afterAll(async () => {
  await gateway.close();
  await open.close();
  for (const department of DEPARTMENTS) await department.stop();
});
beforeEach(() => {
  for (const department of DEPARTMENTS) department.reset();
});

async function as(role: Role | null): Promise<Record<string, string>> {
  if (role === null) return {};
  const claims = new SignJWT({ client_id: 'c', roles: [role], areas: [], org: 'or_1' });
  const token = await claims.setProtectedHeader({ alg: 'EdDSA', kid: 'dev-1' }).setIssuer('district-hub').setExpirationTime('5m').sign(key);
  return { authorization: `Bearer ${token}` };
}

const errorsOf = async (query: string, role: Role | null = null) => {
  const { status, errors } = await ask(gateway.url, query, {}, await as(role));
  return { status, errors };
};

describe('a field that is not for a variant', () => {
  const HIDDEN: [query: string, field: string, role: Role | null][] = [
    ['{ secret }', 'secret', null],
    ['{ secret }', 'secret', 'STREET_STAFF'],
    ['{ viewerCode }', 'viewerCode', 'AUDITOR'],
    ['{ places { ... on Organization { ...F } } } fragment F on Organization { x: audit }', 'audit', null],
    ['{ ... @include(if: false) { secret } slogan }', 'secret', null],
    ['{ places { ... on Organization { id audit } } }', 'audit', 'STREET_STAFF'],
  ];
  it.each(HIDDEN)('does not exist: the same error as for a misspelt one (%s)', async (query, field, role) => {
    const hidden = await errorsOf(query, role);
    const misspelt = await errorsOf(query.replace(new RegExp(`\\b${field}\\b`), 'zzzzzz'), role);
    expect(hidden.errors?.[0]?.extensions.code).toBe('GRAPHQL_VALIDATION_FAILED');
    expect(hidden).toEqual(JSON.parse(JSON.stringify(misspelt).replaceAll('zzzzzz', field)));
    expect(DEPARTMENTS.flatMap(({ asked }) => asked).filter(({ query: text }) => text.includes(field))).toEqual([]);
  });

  it('is not suggested to who comes close to its name, nor is a type', async () => {
    for (const query of [
      '{ secre }',
      '{ secreta }',
      '{ places { ... on Organization { audi } } }',
      '{ __typename ... on Querys { slogan } }',
    ])
      expect(JSON.stringify(await errorsOf(query)), query).not.toMatch(/secret\b|audit\b/);
    expect(JSON.stringify(await errorsOf('{ slogans }'))).toContain('slogan');
  });

  it('is there for the variant that it is for, and INTERNAL has all', async () => {
    expect((await errorsOf('{ viewerCode }', 'STREET_STAFF')).errors).toBeUndefined();
    expect((await errorsOf('{ secret viewerCode places { ... on Organization { audit } } }', 'DISTRICT_LEAD')).errors).toBeUndefined();
  });

  it('stays hidden from who asks a text that another variant asked before', async () => {
    const query = '{ viewerCode slogan }';
    for (const role of ['STREET_STAFF', 'AUDITOR', 'STREET_STAFF', 'AUDITOR'] as const)
      expect((await errorsOf(query, role)).status, role).toBe(role === 'AUDITOR' ? 400 : 200);
  });
});

describe('introspection', () => {
  const SDL_OF: [role: Role | null, variant: string][] = [
    [null, 'PUBLIC'],
    ['PARTNER_UNIT', 'PARTNER'],
    ['BI_CLIENT', 'BI'],
  ];
  it.each(SDL_OF)('is refused to %s, with where the SDL is', async (role, variant) => {
    for (const query of [
      getIntrospectionQuery(),
      '{ a: __type(name: "Area") { name } }',
      'query { ...S } fragment S on Query { __schema { description } }',
    ]) {
      const { status, errors } = await errorsOf(query, role);
      expect(status).toBe(403);
      expect(errors).toHaveLength(1);
      expect(errors![0]).toMatchObject({ extensions: { code: 'FORBIDDEN', details: { variant, schema: '/schema.graphql' } } });
      expect(errors![0]!.message).toContain('/schema.graphql');
      expect(errors![0]!.extensions.messageEn).toContain('/schema.graphql');
    }
    expect((await errorsOf('{ __typename }', role)).errors).toBeUndefined();
  });

  it('shows one’s own variant only', async () => {
    for (const role of ['RESIDENT', 'STREET_STAFF', 'AUDITOR', 'DISTRICT_LEAD'] as const) {
      const { data } = await ask(gateway.url, getIntrospectionQuery(), {}, await as(role));
      const schema = buildClientSchema(data);
      const fields = Object.keys(schema.getQueryType()?.getFields() ?? {});
      expect(fields.includes('secret'), role).toBe(role === 'DISTRICT_LEAD');
      expect(fields.includes('viewerCode'), role).toBe(role === 'STREET_STAFF' || role === 'DISTRICT_LEAD');
      const { data: type } = await ask(gateway.url, '{ __type(name: "Organization") { fields { name } } }', {}, await as(role));
      expect(JSON.stringify(type).includes('"audit"'), role).toBe(role === 'AUDITOR' || role === 'DISTRICT_LEAD');
    }
  });

  it('is answered to everybody in --open, with everything', async () => {
    const { data } = await ask(open.url, getIntrospectionQuery());
    expect(Object.keys(buildClientSchema(data).getQueryType()?.getFields() ?? {})).toContain('secret');
  });
});

describe('/schema.graphql', () => {
  const read = (role: Headers | Record<string, string>, url = gateway.url) => fetch(`${url}/schema.graphql`, { headers: role });

  it('gives the SDL of one’s own variant: by token, without one the public’s', async () => {
    const texts = new Map<string, string>();
    for (const role of [null, 'PUBLIC', 'PARTNER_UNIT', 'BI_CLIENT', 'AUDITOR', 'STREET_STAFF', 'DISTRICT_LEAD'] as const) {
      const reply = await read(await as(role));
      expect([reply.status, reply.headers.get('vary'), reply.headers.get('cache-control')]).toEqual([
        200,
        'authorization',
        'private, no-cache',
      ]);
      const text = await reply.text();
      texts.set(String(role), text);
      expect(buildSchema(text).getQueryType()?.getFields().slogan).toBeDefined();
      expect(text.includes('secret'), String(role)).toBe(role === 'DISTRICT_LEAD');
      expect(text.includes('viewerCode'), String(role)).toBe(role === 'STREET_STAFF' || role === 'DISTRICT_LEAD');
      expect(text.includes('audit:'), String(role)).toBe(role === 'AUDITOR' || role === 'DISTRICT_LEAD');
    }
    expect(texts.get('null')).toBe(texts.get('PUBLIC'));
    expect(await (await read({}, open.url)).text()).toContain('secret');
  });

  it('is not sent again to who has it', async () => {
    const first = await read(await as('AUDITOR'));
    const etag = first.headers.get('etag')!;
    const again = await read({ ...(await as('AUDITOR')), 'if-none-match': etag });
    expect([again.status, await again.text()]).toEqual([304, '']);
    expect((await read({ ...(await as('STREET_STAFF')), 'if-none-match': etag })).status).toBe(200);
  });

  it('is refused with a credential that is none', async () => {
    const reply = await read({ authorization: 'Bearer a.b.c' });
    expect(reply.status).toBe(401);
    expect(await reply.json()).toMatchObject({ errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
  });
});

describe('a supergraph', () => {
  it('whose field is tagged but not its type gives no variant', () => {
    const sdl = composed().replace(/(enum AreaKind [^{]*)@tag\(name: "public"\)/, '$1');
    expect(
      () => new Variants(readSupergraph(sdl.replace(/enum AreaKind[^{]*/, 'enum AreaKind @join__type(graph: ORGANIZATION) ')), false),
    ).toThrow(/variant \w+ is no schema: .*AreaKind/);
  });
});
