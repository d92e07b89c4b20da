import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SignJWT } from 'jose';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openOwnDatabase } from '../../gateway/src/database.ts';
import { anchorIfDue } from '../../gateway/src/record-anchor.ts';
import { type Line, lineHash } from '../../gateway/src/record-chain.ts';
import { checkRecord, type Finding } from '../../gateway/src/record-check.ts';
import type { Gateway } from '../../gateway/src/server.ts';
import { withClient } from '../../local/databases.ts';
import { told } from '../../local/records.ts';
import { parseKeys } from '../../subgraphs/shared/src/signature.ts';
import { keyPair, type OwnDatabase, ownDatabase } from './own-database.ts';
import { endProcesses, run } from './process.ts';
import { wireTo } from './wire.ts';
import { ask, composed, DEPARTMENTS, openGateway } from './world.ts';

type Pair = Awaited<ReturnType<typeof keyPair>>;
const SECRET = `k1:${'A'.repeat(44)}`;
const SILENT = { warn: () => undefined };

let own: OwnDatabase;
let dev: Pair;
let service: Pair;
let folder = '';
let gateway: (Gateway & { url: string }) | null = null;

beforeAll(async () => {
  for (const department of DEPARTMENTS) await department.start();
  folder = mkdtempSync(join(tmpdir(), 'record-'));
  dev = await keyPair('dev-1');
  service = await keyPair('service-volunteers-1');
  writeFileSync(join(folder, 'jwks.json'), JSON.stringify({ keys: [dev.jwk, service.jwk] }));
  writeFileSync(join(folder, 'supergraph.graphql'), composed());
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  for (const department of DEPARTMENTS) await department.stop();
});
beforeEach(async () => {
  own = await ownDatabase();
});
afterEach(async () => {
  endProcesses();
  await gateway?.close();
  gateway = null;
  await own.drop();
});

const url = (): string => gateway?.url ?? '';

/** A gateway in this process that records in the file's own database, or over a wire to it. */
async function open(databaseUrl = own.url('app'), requestTimeoutMs = 10_000): Promise<void> {
  gateway = await openGateway({
    isOpen: false,
    requestTimeoutMs,
    jwks: JSON.stringify({ keys: [dev.jwk, service.jwk] }),
    own: { ...own.config, databaseUrl },
    subgraphs: DEPARTMENTS.map(({ name, url }) => ({ name, url, keys: parseKeys(SECRET) })),
  });
}

/** The same as a process of its own, which can be killed. */
const start = (databaseUrl: string) =>
  run(['--supergraph', join(folder, 'supergraph.graphql')], {
    JWKS_FILE: join(folder, 'jwks.json'),
    DATABASE_URL: databaseUrl,
    TOKEN_KEY: JSON.stringify(own.config.tokenKey),
    ...Object.fromEntries(DEPARTMENTS.map(({ name }) => [`SUBGRAPH_KEYS_${name.toUpperCase()}`, SECRET])),
  });

async function as(role: string, more: Record<string, unknown> = {}, { privateKey, jwk } = dev): Promise<{ authorization: string }> {
  const claims = { client_id: 'desk', roles: [role], areas: ['410305001000'], org: 'or_1', ...more };
  const jwt = new SignJWT(claims)
    .setProtectedHeader({ alg: 'EdDSA', kid: jwk.kid ?? '' })
    .setIssuer('district-hub')
    .setSubject('u-7');
  return { authorization: `Bearer ${await jwt.setExpirationTime('5m').sign(privateKey)}` };
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const records = async (): Promise<Record<string, unknown>[]> =>
  (await own.owner.query('select * from exchange_record order by writer, line')).rows;
const recorded = (count: number) => expect.poll(async () => (await records()).length, { timeout: 5_000 }).toBe(count);
const findings = async (): Promise<Finding[]> => (await checkRecord(own.owner)).findings;

describe('an exchange is recorded', () => {
  it('as who, for whom, why, which operation, which answer, when', async () => {
    await open();
    const query = 'query Slogan { slogan }';
    const before = Date.now();
    const reply = await ask(url(), query, {}, { ...(await as('STREET_STAFF')), 'x-purpose': 'ca_7' });
    await recorded(1);
    const [row] = await records();
    expect(row).toMatchObject({
      line: '1',
      client: 'desk',
      subject: 'u-7',
      organization: 'or_1',
      variant: 'DEPARTMENT',
      purpose: 'ca_7',
      operation: 'Slogan',
      operation_hash: sha256(query),
      status: reply.status,
      answer_hash: sha256(reply.text),
    });
    expect(Date.parse(String(row!.at))).toBeGreaterThanOrEqual(before);
    expect(row!.request).toMatch(/^[\w-]{30,}$/);
    expect(await findings()).toEqual([]);
  });

  it('without who it was of the public and of residents, and without what they sent', async () => {
    await open();
    const purpose = Buffer.from('回访 13800138000').toString('latin1');
    await ask(url(), 'query ($v: Int) { activities(first: $v) { title } }', { v: 13800138 }, { 'x-purpose': purpose });
    await ask(url(), '{ slogan }', {}, await as('RESIDENT', { org: null }));
    await recorded(2);
    expect((await records()).map(({ client, subject, variant }) => [client, subject, variant])).toEqual([
      ['anonymous', null, 'PUBLIC'],
      ['desk', null, 'RESIDENT'],
    ]);
    expect(JSON.stringify(await records())).not.toContain('13800138');
  });

  it('when it was refused as well, and not when a department asks with its own key or nobody is known', async () => {
    await open();
    await ask(url(), '{ slogan }', {}, { authorization: 'Bearer x.y.z' });
    await ask(url(), '{ slogan }', {}, await as('SERVICE', {}, service));
    const reply = await ask(url(), '{ nothing }', {}, await as('STREET_STAFF'));
    await recorded(1);
    expect(await records()).toMatchObject([{ status: reply.status, answer_hash: sha256(reply.text) }]);
  });

  it('by the hundred, in one chain without a gap', async () => {
    await open();
    const headers = await as('STREET_STAFF');
    const partner = await as('PARTNER_UNIT');
    await Promise.all(Array.from({ length: 120 }, (_, i) => ask(url(), '{ slogan }', {}, i % 4 === 0 ? partner : headers)));
    await recorded(120);
    expect((await records()).map(({ line }) => Number(line))).toEqual(Array.from({ length: 120 }, (_, i) => i + 1));
    expect(await findings()).toEqual([]);
  });
});

describe('a partner unit’s answer', () => {
  it('goes out after its record is committed: a gateway killed in between has it, the partner has nothing', async () => {
    const wire = await wireTo(own.url('app'));
    const killed = await start(wire.url);
    await killed.ready();
    const partner = await as('PARTNER_UNIT');
    await ask(killed.url, '{ __typename }', {}, partner);
    await recorded(1);

    wire.hold(true);
    const answer = ask(killed.url, '{ __typename }', {}, partner).then(
      () => 'answered',
      () => 'broken off',
    );
    await recorded(2);
    // Long after the commit, of which the gateway has not heard.
    const moment = new Promise((resolve) => setTimeout(resolve, 300, 'silence'));
    expect(await Promise.race([answer, moment])).toBe('silence');
    killed.process.kill('SIGKILL');
    expect(await answer).toBe('broken off');
    expect((await records()).map(({ variant }) => variant)).toEqual(['PARTNER', 'PARTNER']);
    expect(await findings()).toEqual([]);
    wire.close();
  });

  it('does not go out unrecorded: without the database it is SOURCE_UNAVAILABLE, and recorded when that is back', async () => {
    const wire = await wireTo(own.url('app'));
    await open(wire.url, 1_500);
    wire.cut(true);
    const reply = await ask(url(), '{ __typename }', {}, await as('PARTNER_UNIT'));
    expect([reply.status, reply.errors?.[0]?.extensions.code]).toEqual([503, 'SOURCE_UNAVAILABLE']);
    expect((await ask(url(), '{ slogan }', {}, await as('STREET_STAFF'))).data).toEqual({ slogan: '人人参与' });
    wire.cut(false);
    await expect.poll(async () => (await records()).length, { timeout: 15_000 }).toBe(2);
    expect(await findings()).toEqual([]);
    wire.close();
  });

  it('is committed once, although nobody heard of the commit and it was sent again', async () => {
    const wire = await wireTo(own.url('app'));
    await open(wire.url, 20_000);
    await ask(url(), '{ __typename }', {}, await as('PARTNER_UNIT'));
    wire.hold(true);
    const reply = ask(url(), '{ __typename }', {}, await as('PARTNER_UNIT'));
    await recorded(2);
    wire.hold(false);
    wire.cut(true);
    wire.cut(false);
    expect((await reply).status).not.toBe(503);
    await recorded(2);
    expect(await findings()).toEqual([]);
    wire.close();
  });
});

describe('on SIGTERM', () => {
  it('no record is lost, though the database was away, and the chain is anchored to its end', async () => {
    const wire = await wireTo(own.url('app'));
    const ending = await start(wire.url);
    await ending.ready();
    wire.cut(true);
    const headers = await as('STREET_STAFF');
    const replies = await Promise.all(Array.from({ length: 60 }, () => ask(ending.url, '{ slogan }', {}, headers)));
    ending.process.kill('SIGTERM');
    setTimeout(() => wire.cut(false), 500);
    expect(await ending.ended).toBe(0);
    wire.close();
    expect(replies).toHaveLength(60);
    expect(await records()).toHaveLength(60);
    const { rows } = await own.owner.query<{ heads: string }>('select heads from exchange_anchor');
    expect(rows.map(({ heads }) => Object.values(JSON.parse(heads) as object))).toMatchObject([[{ lines: 60 }]]);
  });
});

describe('an anchor', () => {
  it('is made once an hour over the chains that grew', async () => {
    const pool = openOwnDatabase(own.url('app'), SILENT);
    await open();
    expect(await anchorIfDue(pool)).toBeNull();
    await ask(url(), '{ slogan }');
    await recorded(1);
    expect(await anchorIfDue(pool)).toMatchObject({ number: 1 });
    await ask(url(), '{ slogan }');
    await recorded(2);
    expect(await anchorIfDue(pool)).toBeNull();
    await own.owner.query(`update exchange_anchor set at = at - interval '1 hour'`);
    expect(await anchorIfDue(pool)).toMatchObject({ number: 2 });
    await own.owner.query(`update exchange_anchor set at = at - interval '1 hour'`);
    expect(await anchorIfDue(pool)).toBeNull();
    await pool.end();
  });
});

describe('the record can only grow', () => {
  it('by the gateway’s own login', async () => {
    await open();
    await ask(url(), '{ slogan }');
    await recorded(1);
    const tries = [
      `update exchange_record set purpose = 'x'`,
      'delete from exchange_record',
      'truncate exchange_record',
      `insert into exchange_record select 'x', 1, now(), 'r', 'c', null, null, 'PUBLIC', null, null, null, 200, 'a', 'h'`,
      'delete from exchange_anchor',
      `insert into exchange_anchor values (9, now(), '{}', '')`,
      'update exchange_writer set lines = 0',
    ];
    for (const sql of tries) {
      const trying = withClient(own.url('app'), (client) => client.query(sql));
      await expect(trying, sql).rejects.toMatchObject({ code: '42501' });
    }
  });
});

describe('npm run records finds', () => {
  const LINES = 6;
  let writer = '';
  beforeEach(async () => {
    await open();
    for (let i = 0; i < LINES; i++) await ask(url(), '{ slogan }', {}, await as('STREET_STAFF'));
    await recorded(LINES);
    writer = String((await records())[0]!.writer);
  });

  it('nothing in a whole record', async () => {
    const check = await checkRecord(own.owner);
    expect(check).toMatchObject({ writers: 1, lines: LINES, findings: [] });
    expect(told(check)).toContain('is whole');
  });

  it('a line that was deleted, in the middle or at the end', async () => {
    await own.owner.query('delete from exchange_record where line = 3');
    expect(await findings()).toEqual([{ chain: writer, line: 3, what: 'MISSING' }]);
    await own.owner.query('delete from exchange_record where line = 6');
    expect(await findings()).toContainEqual({ chain: writer, line: 6, what: 'MISSING' });
    expect(told(await checkRecord(own.owner))).toContain(`${writer} line 6 is missing`);
  });

  it('a line that was changed, field by field', async () => {
    const changes = ['client', 'organization', 'purpose', 'operation', 'operation_hash', 'answer_hash', 'variant', 'subject', 'request'];
    for (const [i, column] of changes.entries()) {
      const line = (i % LINES) + 1;
      const { rows } = await own.owner.query(`select ${column} as value from exchange_record where line = $1`, [line]);
      await own.owner.query(`update exchange_record set ${column} = 'other' where line = $1`, [line]);
      expect(await findings(), column).toEqual([{ chain: writer, line, what: 'CHANGED' }]);
      await own.owner.query(`update exchange_record set ${column} = $2 where line = $1`, [line, rows[0].value]);
    }
    await own.owner.query(`update exchange_record set at = at + interval '1 second' where line = 2`);
    await own.owner.query('update exchange_record set status = 500 where line = 4');
    expect((await findings()).map(({ line }) => line)).toEqual([2, 4]);
  });

  it('one whose hash was made to fit again: the next no longer follows it, and the last is told by its chain', async () => {
    const forge = async (line: number) => {
      const sql = `select line::int as line, to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at, request, client, subject,
        organization, variant, purpose, operation, operation_hash as "operationHash", status, answer_hash as "answerHash", hash
        from exchange_record where line in ($1::int, $1::int - 1) order by line`;
      const [before, its] = (await own.owner.query<Line>(sql, [line])).rows;
      const hash = lineHash(before!.hash, { ...its!, client: 'other' });
      await own.owner.query(`update exchange_record set client = 'other', hash = $2 where line = $1`, [line, hash]);
    };
    await forge(3);
    expect(await findings()).toEqual([{ chain: writer, line: 4, what: 'CHANGED' }]);
    await forge(6);
    expect(await findings()).toContainEqual({ chain: writer, line: 6, what: 'CHANGED' });
  });

  it('a chain cut short with its head, and one that is gone, once they were anchored', async () => {
    const pool = openOwnDatabase(own.url('app'), SILENT);
    await anchorIfDue(pool, true);
    await pool.end();
    await own.owner.query('delete from exchange_record where line > 4');
    await own.owner.query('update exchange_writer set lines = 4, head = (select hash from exchange_record where line = 4)');
    expect((await findings()).map(({ line, what }) => [line, what])).toEqual([
      [5, 'MISSING'],
      [6, 'MISSING'],
    ]);
    await own.owner.query('delete from exchange_record; delete from exchange_writer');
    expect(await findings()).toEqual([{ chain: writer, line: 6, what: 'MISSING' }]);
  });

  it('an anchor that is gone or was changed', async () => {
    const pool = openOwnDatabase(own.url('app'), SILENT);
    for (let i = 0; i < 3; i++) {
      await ask(url(), '{ slogan }');
      await recorded(LINES + i + 1);
      await anchorIfDue(pool, true);
    }
    await pool.end();
    expect(await findings()).toEqual([]);
    await own.owner.query(`update exchange_anchor set at = at + interval '1 minute' where number = 3`);
    expect(await findings()).toEqual([{ chain: 'anchors', line: 3, what: 'CHANGED' }]);
    await own.owner.query('delete from exchange_anchor where number = 1');
    expect(await findings()).toContainEqual({ chain: 'anchors', line: 1, what: 'MISSING' });
  });
});

describe('GET /reports/exchange-records', () => {
  const read = async (query = '', headers: Record<string, string> = {}) => {
    const reply = await fetch(`${url()}/reports/exchange-records${query}`, { headers });
    // biome-ignore lint/suspicious/noExplicitAny: an answer of any shape is what these tests look into
    return { status: reply.status, body: (await reply.json()) as any };
  };

  it('gives an AUDITOR the record page by page, newest first, and records that', async () => {
    await open();
    for (const client of ['a', 'b', 'c', 'd', 'e']) await ask(url(), '{ slogan }', {}, await as('STREET_STAFF', { client_id: client }));
    await recorded(5);
    const auditor = await as('AUDITOR');
    const first = await read('?first=3&variant=DEPARTMENT', auditor);
    expect(first.body.records.map(({ client }: { client: string }) => client)).toEqual(['e', 'd', 'c']);
    expect(first.body.pageInfo.hasNextPage).toBe(true);
    const second = await read(`?first=3&variant=DEPARTMENT&after=${first.body.pageInfo.endCursor}`, auditor);
    expect(second.body.records.map(({ client }: { client: string }) => client)).toEqual(['b', 'a']);
    expect(second.body.pageInfo.hasNextPage).toBe(false);
    expect((await read('?client=c', auditor)).body.records).toHaveLength(1);
    await recorded(8);
    const { body } = await read('?variant=AUDIT&first=1', auditor);
    expect(body.records).toMatchObject([{ client: 'desk', subject: 'u-7', operation: '/reports/exchange-records', status: 200 }]);
  });

  it('tells nobody else, and what is wrong with a question', async () => {
    await open();
    expect((await read()).status).toBe(401);
    for (const role of ['DISTRICT_LEAD', 'PRIVACY_OFFICER', 'PARTNER_UNIT', 'STREET_STAFF'])
      expect((await read('', await as(role))).body.errors[0].extensions.code, role).toBe('FORBIDDEN');
    const auditor = await as('AUDITOR');
    const codeOf = async (query: string) => (await read(query, auditor)).body.errors[0].extensions.code;
    expect(await codeOf('?first=201')).toBe('PAGE_TOO_LARGE');
    for (const wrong of ['?first=0', '?after=x', '?from=yesterday', '?whose=mine', `?client=${'x'.repeat(301)}`])
      expect(await codeOf(wrong), wrong).toBe('VALIDATION_FAILED');
  });
});
