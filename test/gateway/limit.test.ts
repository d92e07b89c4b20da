import { request } from 'node:http';
import { getIntrospectionQuery } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseBounded } from '../../gateway/src/limits.ts';
import type { Gateway } from '../../gateway/src/server.ts';
import { ask, DEPARTMENTS, openGateway, type Reply } from './world.ts';

let gateway: Gateway & { url: string };
beforeAll(async () => {
  for (const department of DEPARTMENTS) await department.start();
  // The machine that tests run on may be busy: what is measured here is the gateway, not its departments.
  gateway = await openGateway({ subgraphTimeoutMs: 10_000 });
});
afterAll(async () => {
  await gateway.close();
  for (const department of DEPARTMENTS) await department.stop();
});

const nested = (levels: number) => `{ area(id: "ar_c1") ${'{ parent '.repeat(levels - 2)}{ id }${' }'.repeat(levels - 2)} }`;

/** The refusal of a query that must never reach a department; `ms` is processor time, ours included. */
async function refusal(query: string): Promise<Record<string, unknown> & { ms: number }> {
  const before = process.cpuUsage();
  const reply = await ask(gateway.url, query);
  const { user, system } = process.cpuUsage(before);
  expect(reply.status).toBe(400);
  expect(reply.data).toBeUndefined();
  expect(DEPARTMENTS.flatMap((department) => department.asked)).toHaveLength(0);
  return { ...reply.errors![0]!.extensions, ms: (user + system) / 1_000 };
}

describe('a query too large to answer', () => {
  it('is refused beyond 12 levels, and answered at 12', async () => {
    expect(await refusal(nested(13))).toMatchObject({ code: 'DEPTH_LIMIT_EXCEEDED', details: { limit: 'depth', max: 12 } });
    const reply = await ask(gateway.url, nested(12));
    expect(reply.errors).toBeUndefined();
    for (const department of DEPARTMENTS) department.reset();
  });

  it('counts introspection apart, up to 16 levels', async () => {
    const schema = (levels: number) =>
      `{ __schema { types ${'{ fields { type '.repeat(1)}${'{ ofType '.repeat(levels - 5)}{ name }${' }'.repeat(levels - 5)} } } } }`;
    expect((await ask(gateway.url, schema(16))).errors).toBeUndefined();
    for (const options of [{}, { inputValueDeprecation: true, specifiedByUrl: true, directiveIsRepeatable: true, schemaDescription: true }])
      expect((await ask(gateway.url, getIntrospectionQuery(options))).errors).toBeUndefined();
    expect(await refusal(schema(17))).toMatchObject({ code: 'DEPTH_LIMIT_EXCEEDED', details: { limit: 'introspectionDepth', max: 16 } });
  });

  it('is refused in milliseconds when 892 bytes of fragments expand to billions of fields', async () => {
    const levels = 28;
    let bomb = '{ areas { ...f0 } }';
    for (let i = 0; i < levels; i++) bomb += ` fragment f${i} on Area {...f${i + 1} ...f${i + 1}}`;
    bomb += ` fragment f${levels} on Area { id }`;
    expect(bomb.length).toBeGreaterThan(892);
    const { code, details, ms } = await refusal(bomb);
    expect([code, details]).toEqual(['LIMIT_EXCEEDED', { limit: 'selections', max: 10_000, value: expect.any(Number) }]);
    expect(ms).toBeLessThan(100);
  });

  it('is refused when fragments nest the depth away', async () => {
    const text = `{ area(id: "x") { ...A } } fragment A on Area { parent { parent { parent { parent { parent { ...B } } } } } } fragment B on Area { parent { parent { parent { parent { parent { parent { id } } } } } } }`;
    expect(await refusal(text)).toMatchObject({ code: 'DEPTH_LIMIT_EXCEEDED' });
  });

  it('is refused when fragments go in a circle, directly or through others', async () => {
    expect(await refusal('{ areas { ...A } } fragment A on Area { id ...A }')).toMatchObject({ code: 'GRAPHQL_VALIDATION_FAILED' });
    const circle =
      '{ areas { ...A } } fragment A on Area { parent { ...B } } fragment B on Area { children { ...C } } fragment C on Area { ...A }';
    expect(await refusal(circle)).toMatchObject({ code: 'GRAPHQL_VALIDATION_FAILED' });
    expect(await refusal('{ slogan } fragment A on Area { ...B } fragment B on Area { ...A }')).toMatchObject({
      code: 'GRAPHQL_VALIDATION_FAILED',
    });
  });

  it('is refused with more than 15 aliases of one field', async () => {
    const aliases = (count: number) => `{ ${Array.from({ length: count }, (_, i) => `a${i}: slogan`).join(' ')} }`;
    expect((await ask(gateway.url, aliases(15))).errors).toBeUndefined();
    for (const department of DEPARTMENTS) department.reset();
    expect(await refusal(aliases(16))).toMatchObject({ code: 'LIMIT_EXCEEDED', details: { limit: 'aliases', max: 15 } });
  });

  it('is refused with more than 15 aliases that only fragments bring together', async () => {
    const each = (count: number, text: (i: number) => string) => Array.from({ length: count }, (_, i) => text(i)).join(' ');
    const texts: Record<string, (count: number) => string> = {
      inline: (count) => `{ ${each(count, (i) => `... { a${i}: area(id: "ar_c1") { id } }`)} }`,
      nested: (count) => `{ area(id: "ar_c1") { ${each(count, (i) => `... on Area { ... { a${i}: name } }`)} } }`,
      named: (count) => `{ ${each(count, (i) => `...F${i}`)} } ${each(count, (i) => `fragment F${i} on Query { a${i}: slogan }`)}`,
      chained: (count) =>
        `{ a0: slogan ...F1 } ${each(count - 1, (i) => `fragment F${i + 1} on Query { a${i + 1}: slogan ${i + 2 < count ? `...F${i + 2}` : ''} }`)}`,
      merged: (count) => `{ ${each(count, (i) => `... { area(id: "ar_c1") { a${i}: name } }`)} }`,
    };
    for (const [how, text] of Object.entries(texts)) {
      const reply = await ask(gateway.url, text(15));
      expect(reply.errors, how).toBeUndefined();
      for (const department of DEPARTMENTS) department.reset();
      expect(await refusal(text(16)), how).toMatchObject({ code: 'LIMIT_EXCEEDED', details: { limit: 'aliases', max: 15 } });
    }
  });

  it('may say one field in many fragments', async () => {
    const reply = await ask(gateway.url, `{ area(id: "ar_c1") { ${'... on Area { id name } '.repeat(40)} } }`);
    expect(reply.data).toEqual({ area: { id: 'ar_c1', name: '一社区' } });
    for (const department of DEPARTMENTS) department.reset();
  });

  it('is bounded in milliseconds when many operations spread one large fragment', () => {
    const chain = Array.from({ length: 190 }, (_, i) => `fragment f${i} on Q{x${i} ...f${i + 1}}`).join(' ');
    const operations = Array.from({ length: 400 }, (_, i) => `query q${i}{...f0}`).join(' ');
    const since = process.cpuUsage();
    expect(() => parseBounded(`${operations} ${chain} fragment f190 on Q{x}`)).toThrow(
      expect.objectContaining({
        extensions: expect.objectContaining({ details: { limit: 'documentSelections', max: 50_000, value: expect.any(Number) } }),
      }),
    );
    expect(process.cpuUsage(since).user / 1_000).toBeLessThan(500);
  });

  it('is refused when it repeats itself or is nothing but brackets, without a stack overflow', async () => {
    for (const text of [
      `{ ${'slogan '.repeat(20_000)} }`,
      '{a'.repeat(60_000),
      `{ area(id: ${'['.repeat(100_000)}`,
      `query(${'$a: '.repeat(1)}${'['.repeat(5_000)}Int`,
    ]) {
      const { code, messageEn, ms } = await refusal(text);
      expect(['LIMIT_EXCEEDED', 'DEPTH_LIMIT_EXCEEDED', 'GRAPHQL_PARSE_FAILED']).toContain(code);
      expect(messageEn).not.toMatch(/call stack/i);
      expect(ms).toBeLessThan(500);
    }
  });

  it('does not count brackets in strings and comments', () => {
    const brackets = '{'.repeat(500);
    expect(() =>
      parseBounded(`{ a(b: "${brackets} \\" ${brackets}", c: """${brackets} \\""" ${brackets}""") # ${brackets}\n }`),
    ).not.toThrow();
  });

  it('is answered or refused in a moment when it is the largest that is allowed', async () => {
    const set = 'id name code kind volunteerCount';
    const text = `{ ${Array.from({ length: 15 }, (_, i) => `a${i}: area(id: "ar_c1") { ${Array.from({ length: 15 }, (_, j) => `p${j}: parent { ${Array.from({ length: 5 }, (_, k) => `c${k}: children { ${set} }`).join(' ')} }`).join(' ')} }`).join(' ')} }`;
    const reply = await ask(gateway.url, text);
    const details = reply.errors?.map((error) => error.extensions.details) ?? [];
    expect(details.filter((each) => (each as { limit: string }).limit !== 'planMs')).toEqual([]);
    expect(reply.ms).toBeLessThan(20_000);
    for (const department of DEPARTMENTS) department.reset();
  });

  it('is refused above 256 KB', async () => {
    const reply = await ask(gateway.url, `{ slogan } # ${'x'.repeat(256 * 1024)}`);
    expect(reply.status).toBe(413);
    expect(reply.errors?.[0]?.extensions).toMatchObject({ code: 'LIMIT_EXCEEDED', details: { limit: 'bodyBytes', max: 262_144 } });
  });

  it('is refused in a batch', async () => {
    const response = await fetch(`${gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify([{ query: '{ slogan }' }, { query: '{ slogan }' }]),
    });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'LIMIT_EXCEEDED', details: { limit: 'batch' } } }] });
  });
});

describe('a query that is not one', () => {
  it('is told what is wrong, in both languages', async () => {
    expect(await refusal('{ area(')).toMatchObject({ code: 'GRAPHQL_PARSE_FAILED', messageEn: expect.stringMatching(/Syntax Error/) });
    expect(await refusal('{ area(id: 1) { nonsense } }')).toMatchObject({ code: 'GRAPHQL_VALIDATION_FAILED' });
    expect(await refusal('{ __proto__: slogan }')).toMatchObject({ code: 'GRAPHQL_VALIDATION_FAILED' });
    expect(await refusal('{ _entities(representations: []) { __typename } }')).toMatchObject({ code: 'GRAPHQL_VALIDATION_FAILED' });
    expect(await refusal('{ join__Graph }')).toMatchObject({ code: 'GRAPHQL_VALIDATION_FAILED' });
  });

  it('is refused when it does not say which operation, or one that is not there, and nothing is logged as a fault', async () => {
    const logged: string[] = [];
    const own = await openGateway({}, (line) => logged.push(line));
    const post = async (body: object) => {
      const response = await fetch(`${own.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      const { errors } = (await response.json()) as Pick<Reply, 'errors'>;
      return [response.status, errors?.length, errors?.[0]?.extensions.code, errors?.[0]?.message, errors?.[0]?.extensions.messageEn];
    };
    const invalid = (zh: RegExp, en: RegExp) => [400, 1, 'GRAPHQL_VALIDATION_FAILED', expect.stringMatching(zh), expect.stringMatching(en)];
    const two = 'query A { __typename } query B { __typename }';
    expect(await post({ query: two })).toEqual(invalid(/多个操作/, /several operations/));
    expect(await post({ query: two, operationName: null })).toEqual(invalid(/多个操作/, /several operations/));
    expect(await post({ query: 'query A { __typename }', operationName: 'C' })).toEqual(invalid(/“C”/, /"C"/));
    expect(await post({ query: 'fragment A on Query { slogan }' })).toEqual(invalid(/不含任何操作/, /no operation/));
    expect(await post({ query: 'mutation { x }' })).toEqual(invalid(/mutation/, /no mutation/));
    for (const other of ['mutation', 'subscription'])
      expect(await post({ query: `query A { slogan } ${other} B { x }`, operationName: 'A' })).toEqual(invalid(/没有/, /has no/));
    expect((await post({ query: two, operationName: 7 })).slice(0, 3)).toEqual([400, 1, 'VALIDATION_FAILED']);
    const extensions = { persistedQuery: { version: 1, sha256Hash: 'ab'.repeat(32) } };
    for (const query of [undefined, '{ slogan }'])
      expect(await post({ query, extensions })).toEqual([
        400,
        1,
        'VALIDATION_FAILED',
        expect.stringMatching(/全文/),
        expect.stringMatching(/send the text/),
      ]);
    const search = new URLSearchParams({ extensions: JSON.stringify(extensions) });
    const byGet = await fetch(`${own.url}/graphql?${search}`, { headers: { 'apollo-require-preflight': '1' } });
    expect([byGet.status, await byGet.json()]).toMatchObject([400, { errors: [{ extensions: { code: 'VALIDATION_FAILED' } }] }]);
    expect(logged).toEqual([]);
    await own.close();
  });

  it('is refused when its variables do not fit', async () => {
    const reply = await ask(gateway.url, 'query($id: ID!) { area(id: $id) { id } }', {});
    expect(reply.errors?.[0]?.extensions.code).toBe('VALIDATION_FAILED');
    expect(reply.data ?? null).toBeNull();
  });

  it('is refused over the wrong transport: subscriptions, forms, hashes without a text, mutations by GET', async () => {
    expect(await refusal('subscription { slogan }')).toMatchObject({ code: 'SUBSCRIPTION_TRANSPORT' });
    const form = await fetch(`${gateway.url}/graphql`, { method: 'POST', body: new URLSearchParams({ query: '{ slogan }' }) });
    expect(form.status).toBe(415);
    const simple = await fetch(`${gateway.url}/graphql?query={slogan}`, { headers: { 'content-type': 'text/plain' } });
    expect(simple.status).toBe(400);
    const hash = { extensions: { persistedQuery: { version: 1, sha256Hash: 'ab'.repeat(32) } } };
    const hashed = await fetch(`${gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(hash),
    });
    expect(await hashed.json()).toMatchObject({ errors: [expect.anything()] });
    expect(DEPARTMENTS.flatMap((department) => department.asked)).toHaveLength(0);
  });

  it('is refused when its body is no JSON', async () => {
    const response = await fetch(`${gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"query":',
    });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'VALIDATION_FAILED' } }] });
  });
});

describe('closing', () => {
  it('answers the request in flight first', async () => {
    const own = await openGateway();
    DEPARTMENTS[1]!.delayMs = 400;
    const reply = ask(own.url, '{ slogan }');
    await new Promise((resolve) => setTimeout(resolve, 100));
    const closed = own.close();
    expect((await reply).data).toEqual({ slogan: '人人参与' });
    await closed;
    DEPARTMENTS[1]!.reset();
    await expect(ask(own.url, '{ slogan }')).rejects.toThrow();
  });

  it('does not wait for a client that keeps its connection', async () => {
    const own = await openGateway();
    const socketKept = request(`${own.url}/health/live`, { headers: { connection: 'keep-alive' } });
    await new Promise((resolve) => socketKept.on('response', (response) => response.resume().on('end', resolve)).end());
    const startedAt = Date.now();
    await own.close();
    expect(Date.now() - startedAt).toBeLessThan(2_000);
  });
});
