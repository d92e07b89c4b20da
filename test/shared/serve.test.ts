/** The door of a subgraph (design §4), tried on a real process: it opens for the gateway alone. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { withClient } from '../../local/databases.ts';
import { checkout } from '../../local/folder.ts';
import { freePort } from '../../local/postgres.ts';
import { makeSecrets, vaultKeyFile, writeVaultKeys } from '../../local/secrets.ts';
import type { Claims } from '../../subgraphs/shared/src/claims.ts';
import { FILE_HEADER } from '../../subgraphs/shared/src/files.head.ts';
import { parseKeys, SIGNATURE_HEADER, sign, tailOf } from '../../subgraphs/shared/src/signature.ts';
import { definition } from '../../subgraphs/volunteers/src/subgraph.ts';
import { claimsOf, type TestDatabase, testDatabase } from '../database.ts';
import { audited } from '../http-audit.ts';
import { eventually } from '../local/scratch.ts';

const PROGRAM = 'dist/subgraphs/volunteers/src/main.js';
const secrets = makeSecrets(['volunteers']).subgraphs.volunteers!;

let world: TestDatabase;
let child: ChildProcess;
let origin = '';
let output = '';
let filesFolder = '';

beforeAll(async () => {
  if (!existsSync(join(checkout, PROGRAM))) throw new Error('dist is not built: run npm run build, or npm test');
  world = await testDatabase(definition);
  const port = await freePort();
  origin = `http://127.0.0.1:${port}`;
  const folder = mkdtempSync(join(inject('runFolder'), 'serve-'));
  const subgraphs = { volunteers: secrets };
  writeVaultKeys(folder, { subgraphs });
  filesFolder = join(folder, 'files');
  const own = {
    PORT: String(port),
    SUBGRAPH_KEYS: secrets.subgraphKeys,
    SERVICE_KEY: JSON.stringify(secrets.serviceKey),
    VAULT_DATABASE_URL: world.url('vault'),
    VAULT_KEY_FILE: vaultKeyFile(folder, 'volunteers'),
    FILES_DIR: filesFolder,
  };
  child = spawn(process.execPath, [PROGRAM], { cwd: checkout, env: { PATH: process.env.PATH, ...world.config, ...own } });
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk) => {
      output += chunk;
    });
  }
  const isReady = async (): Promise<boolean> => (await fetch(`${origin}/health/ready`).catch(() => null))?.status === 200;
  if (!(await eventually(isReady, 60_000))) throw new Error(`volunteers never became ready: ${output}`);
});
afterAll(async () => {
  child?.kill('SIGKILL');
  await world?.drop();
});

interface Answer {
  status: number;
  body: { data?: Record<string, unknown>; errors?: { extensions: { code: string } }[] };
}

const bodyOf = (query: string, claims: Partial<Claims> | null = {}, variables = {}): string =>
  JSON.stringify({ query, variables, ...(claims && { extensions: { hub: claimsOf(claims) } }) });

async function post(body: string, headers: Record<string, string>): Promise<Answer> {
  const reply = await fetch(`${origin}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body });
  return { status: reply.status, body: (await reply.json()) as Answer['body'] };
}

const signed = (body: string): Promise<Answer> => post(body, sign(parseKeys(secrets.subgraphKeys), 'POST', '/graphql', body));

/**
 * The audit's requests as the gateway would send them: with claims, signed. What it asks with a variable is introspection, which a
 * subgraph refuses to everybody; it asks for an activity instead.
 */
const asGateway: typeof fetch = async (input, init) => {
  const { pathname, search } = new URL(String(input));
  const body = withClaims(typeof init?.body === 'string' ? init.body : '');
  const signature = sign(parseKeys(secrets.subgraphKeys), init?.method ?? 'GET', pathname + search, body);
  return fetch(input, { ...init, ...(body && { body }), headers: { ...(init?.headers as Record<string, string>), ...signature } });
};

function withClaims(text: string): string {
  const hub = claimsOf({});
  try {
    const body = JSON.parse(
      text.replace('($name: String!) { __type(name: $name) { name } }', '($name: ID!) { activity(id: $name) { id } }'),
    );
    const { extensions } = body;
    // Of another type they are the audit's to be refused.
    return typeof (extensions ?? {}) === 'object' && !Array.isArray(extensions)
      ? JSON.stringify({ ...body, extensions: { ...extensions, hub } })
      : JSON.stringify(body);
  } catch {
    return text.replace('{', `{"extensions":${JSON.stringify({ hub })},`);
  }
}

const ENTITIES = 'query ($r: [_Any!]!) { _entities(representations: $r) { __typename } }';

/** Why a subgraph leaves open what the draft only advises: it has one caller, the gateway, which never sends such requests. */
const REASONS = {
  'only POST is signed, so there is no GET': ['5A70', 'D6D5', '6A70'],
  'its answers are application/json, with the status of that: 200 whenever there is an answer in GraphQL': [
    ...['22EB', '865D', '556A', '51FE', '74FF', '86EE'],
    ...['423L', 'LKJ0', 'LKJ1', 'LKJ2', 'LKJ3', '6C00', '6C01', '6C02', '6C03', '4760', '4761', '4762', '4763', '8764', '3E3A'],
  ],
  'what does not hold the claims, in a body that can be read, is not from the gateway: 401': [
    ...['A5BF', 'BCF8', 'B7N8', '58B0', '58B1', '58B2', '58B3'],
  ],
};

describe('the audit of GraphQL over HTTP', () => {
  it('has no error over a subgraph, and each warning has its reason', async () => {
    const { errors, warnings } = await audited(`${origin}/graphql`, asGateway);
    expect(errors).toEqual([]);
    const told = warnings.map((warning) => warning.slice(0, 4)).sort();
    expect(told).toEqual(Object.values(REASONS).flat().sort());
  });
});

describe('an upload at a subgraph', () => {
  const keys = parseKeys(secrets.subgraphKeys);
  const headOf = (claims: Partial<Claims>): string =>
    Buffer.from(JSON.stringify({ hub: claimsOf(claims), name: 'a.txt' })).toString('base64url');
  const digestOf = (content: string): Buffer => createHash('sha256').update(content).digest();
  /** Sends content with the tail of what the gateway read of it. */
  async function upload(
    content: string,
    { read = content, head = headOf({}), signature = sign(keys, 'POST', '/files', head), tail = true } = {},
  ) {
    const vouching = tail ? tailOf(keys, signature[SIGNATURE_HEADER]!, digestOf(read))! : Buffer.alloc(0);
    const body = new Uint8Array(Buffer.concat([Buffer.from(content), vouching]));
    const reply = await fetch(`${origin}/files`, { method: 'POST', headers: { ...signature, [FILE_HEADER]: head }, body });
    return { status: reply.status, body: (await reply.json()) as { sha256?: string } };
  }
  const kept = (): string[] => readdirSync(filesFolder, { recursive: true, encoding: 'utf8' }).filter((name) => /[0-9a-f]{24}/.test(name));

  it('is taken when its last bytes vouch for all of it', async () => {
    const { status, body } = await upload('说明');
    expect([status, body.sha256]).toEqual([201, digestOf('说明').toString('hex')]);
    expect(kept()).toHaveLength(1);
  });

  it('that was changed, cut, lengthened or comes twice is 401 and leaves nothing', async () => {
    const before = kept();
    const head = headOf({});
    const signature = sign(keys, 'POST', '/files', head);
    expect((await upload('changed on its way', { read: 'sent' })).status).toBe(401);
    expect((await upload('cut', { read: 'cut off' })).status).toBe(401);
    expect((await upload('one and more', { read: 'one' })).status).toBe(401);
    expect((await upload('without its last bytes, however long it may be', { tail: false })).status).toBe(401);
    expect((await upload('first', { head, signature })).status).toBe(201);
    expect((await upload('second', { head, signature })).status).toBe(401);
    // A head is good for its own claims alone.
    expect(
      (await upload('other', { head: headOf({ subject: 'somebody else' }), signature: sign(keys, 'POST', '/files', head) })).status,
    ).toBe(401);
    expect(kept()).toHaveLength(before.length + 1);
  });
});

describe('a subgraph', () => {
  it('answers what the gateway signed', async () => {
    const { status, body } = await signed(bodyOf('{ skillTags { code } }'));
    expect([status, body.errors, body.data]).toEqual([200, undefined, { skillTags: [] }]);
  });

  it.each([
    ['a question', bodyOf('{ skillTags { code } }')],
    ['_service', bodyOf('{ _service { sdl } }')],
    ['_entities', bodyOf(ENTITIES, {}, { r: [{ __typename: 'Activity', id: 'vt_1' }] })],
    ['what is not JSON', '{'],
  ])('answers 401 to %s that nobody signed, and to one signed with another key', async (_, body) => {
    const other = sign(parseKeys(makeSecrets(['volunteers']).subgraphs.volunteers!.subgraphKeys), 'POST', '/graphql', body);
    for (const headers of [{}, other]) {
      const reply = await post(body, headers);
      expect(reply.status).toBe(401);
      expect(reply.body.errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
      expect(reply.body.data).toBeUndefined();
    }
  });

  it('answers 401 to a signed request whose body was changed on its way, and to one that comes twice', async () => {
    const body = bodyOf('{ skillTags { code } }');
    const headers = sign(parseKeys(secrets.subgraphKeys), 'POST', '/graphql', body);
    expect((await post(bodyOf('{ skillTags { nameZh } }'), headers)).status).toBe(401);
    expect((await post(body, headers)).status).toBe(200);
    expect((await post(body, headers)).status).toBe(401);
  });

  it('answers 401 to a signed request without claims, or with claims that are none', async () => {
    expect((await signed(bodyOf('{ skillTags { code } }', null))).status).toBe(401);
    const claims = { ...claimsOf(), roles: ['EMPEROR'] };
    expect((await signed(JSON.stringify({ query: '{ skillTags { code } }', extensions: { hub: claims } }))).status).toBe(401);
  });

  it('does not tell its schema by introspection', async () => {
    const { body } = await signed(bodyOf('{ __schema { types { name } } }'));
    expect(body.errors?.[0]?.extensions.code).toBe('GRAPHQL_VALIDATION_FAILED');
  });

  it('ends its statements with the deadline of the request, earlier than that of the claims', async () => {
    await world.owner.query('begin; lock table skill_tag in access exclusive mode');
    const extensions = { hub: claimsOf({ deadline: Date.now() + 300_000 }), deadline: Date.now() + 1_000 };
    const { body } = await signed(JSON.stringify({ query: '{ skillTags { code } }', extensions }));
    await world.owner.query('rollback');
    expect(body.errors?.[0]?.extensions.code).toBe('SOURCE_UNAVAILABLE');
  });

  it('ends the statements of a question when the gateway goes away', async () => {
    await world.owner.query('begin; lock table skill_tag in access exclusive mode');
    const body = bodyOf('{ skillTags { code } }', { deadline: Date.now() + 300_000 });
    const gone = new AbortController();
    const headers = { 'content-type': 'application/json', ...sign(parseKeys(secrets.subgraphKeys), 'POST', '/graphql', body) };
    const sent = expect(fetch(`${origin}/graphql`, { method: 'POST', headers, body, signal: gone.signal })).rejects.toThrow();
    await withClient(inject('postgresUrl'), async (admin) => {
      const asked = `select 1 from pg_stat_activity where wait_event_type = 'Lock' and usename = 'volunteers_app' and query like '%skill_tag%'`;
      const waiting = async () => (await admin.query(asked)).rows.length;
      await expect.poll(waiting, { timeout: 10_000 }).toBe(1);
      gone.abort();
      await expect.poll(waiting, { timeout: 10_000 }).toBe(0);
    });
    await sent;
    await world.owner.query('rollback');
    expect((await signed(bodyOf('{ skillTags { code } }'))).body.data).toEqual({ skillTags: [] });
  });

  it('outlives a database that ends its connections under it', async () => {
    const { pid } = child;
    await world.owner.query('begin; lock table skill_tag in access exclusive mode');
    const waiting = signed(bodyOf('{ skillTags { code } }'));
    const admin = new pg.Client({ connectionString: inject('postgresUrl') });
    await admin.connect();
    const end = `select pg_terminate_backend(pid) from pg_stat_activity where wait_event_type = 'Lock' and usename = 'volunteers_app'`;
    await expect.poll(async () => (await admin.query(end)).rowCount).toBeGreaterThan(0);
    await admin.end();
    await world.owner.query('rollback');
    expect((await waiting).body.errors?.[0]?.extensions.code).toBe('SOURCE_UNAVAILABLE');
    expect((await signed(bodyOf('{ skillTags { code } }'))).body.data).toEqual({ skillTags: [] });
    expect([child.pid, child.exitCode], output).toEqual([pid, null]);
  });
});
