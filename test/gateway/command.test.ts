/** Commands through the gateway: in order, once, and never told to have failed when they may have had their effect. */
import { composeServices } from '@theguild/federation-composition';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Gateway } from '../../gateway/src/server.ts';
import { readSupergraph } from '../../gateway/src/supergraph.ts';
import { Department, told } from './department.ts';
import { ask, openGateway } from './world.ts';

/** What took effect, in its order. */
const effects: string[] = [];
const added = (name: string) => {
  effects.push(name);
  return { ok: true, book: { id: name } };
};

const library = new Department(
  'library',
  `
  type Query { books: [Book!] }
  type Mutation { addBook(name: String!): BookPayload! burnBook(name: String!): BookPayload! tryBook(name: String!): BookPayload }
  type BookPayload { ok: Boolean! book: Book }
  type Book @key(fields: "id") { id: ID! name: String }
`,
  {
    Query: { books: () => [{ id: 'b' }] },
    Mutation: {
      addBook: (_: never, { name }: { name: string }) => added(name),
      tryBook: (_: never, { name }: { name: string }) => added(name),
      burnBook: () => {
        throw told('FORBIDDEN', '不许焚书');
      },
    },
    Book: { name: ({ id }: { id: string }) => `《${id}》` },
  },
);
const shop = new Department(
  'shop',
  `
  type Query { prices: [Int!] }
  type Mutation { sellBook(name: String!): SalePayload! }
  type SalePayload { ok: Boolean! book: Book }
  type Book @key(fields: "id") { id: ID! price: Int }
`,
  {
    Query: { prices: () => [1] },
    Mutation: { sellBook: (_: never, { name }: { name: string }) => added(name) },
    Book: { __resolveReference: (book: { id: string }) => book, price: ({ id }: { id: string }) => id.length },
  },
);
const departments = [library, shop];

let gateway: Gateway & { url: string };
beforeAll(async () => {
  for (const department of departments) await department.start();
  const { supergraphSdl } = composeServices(departments.map(({ name, typeDefs, url }) => ({ name, typeDefs, url })));
  const subgraphs = departments.map(({ name, url }) => ({ name, url, keys: null }));
  gateway = await openGateway({ supergraph: readSupergraph(supergraphSdl!), subgraphs, subgraphTimeoutMs: 400, requestTimeoutMs: 1_500 });
});
afterAll(async () => {
  await gateway?.close();
  for (const department of departments) await department.stop();
});
afterEach(async () => {
  for (const department of departments) department.reset();
  await expect.poll(async () => (await ask(gateway.url, '{ books { price } prices }')).errors, { timeout: 5_000 }).toBeUndefined();
  for (const department of departments) department.reset();
  effects.length = 0;
});

const codes = (reply: Awaited<ReturnType<typeof ask>>) => reply.errors?.map(({ path, extensions }) => [path?.join('.'), extensions.code]);
const mutationsOf = (department: Department) => department.asked.filter(({ query }) => query.startsWith('mutation')).length;

describe('a command', () => {
  it('takes effect in the order it is written, whoever carries it out', async () => {
    const reply = await ask(
      gateway.url,
      'mutation { a: addBook(name: "a") { ok book { name price } } b: addBook(name: "bb") { ok } c: sellBook(name: "ccc") { ok book { name price } } d: addBook(name: "d") { ok } }',
    );
    expect(reply.errors).toBeUndefined();
    expect(reply.data).toEqual({
      a: { ok: true, book: { name: '《a》', price: 1 } },
      b: { ok: true },
      c: { ok: true, book: { name: '《ccc》', price: 3 } },
      d: { ok: true },
    });
    expect(effects).toEqual(['a', 'bb', 'ccc', 'd']);
  });

  it('has the time of the request, not the second of a read', async () => {
    library.delayMs = 800;
    const reply = await ask(gateway.url, 'mutation { addBook(name: "slow") { ok } }');
    expect(reply.data).toEqual({ addBook: { ok: true } });
    expect(mutationsOf(library)).toBe(1);
  });

  it('that is not answered by the deadline has an unknown result, and is sent once', async () => {
    library.mood = 'ACTS_AND_HANGS';
    const reply = await ask(gateway.url, 'mutation { addBook(name: "late") { ok } }');
    expect(reply.ms).toBeGreaterThan(1_400);
    expect(reply.data).toBeNull();
    expect(codes(reply)).toEqual([['addBook', 'RESULT_UNKNOWN']]);
    expect(reply.errors![0]!.message).toContain('结果未知');
    expect(reply.extensions?.partial).toBeUndefined();
    expect([effects, mutationsOf(library)]).toEqual([['late'], 1]);
  });

  it.each(['ACTS_AND_BREAKS', 'SENDS_HTML', 'SENDS_500', 'SENDS_EMPTY', 'SENDS_SHORT'] as const)(
    'whose answer was lost has an unknown result, and is not sent again: %s',
    async (mood) => {
      library.mood = mood;
      const reply = await ask(gateway.url, 'mutation { addBook(name: "lost") { ok } }');
      expect(codes(reply)).toEqual([['addBook', 'RESULT_UNKNOWN']]);
      expect(mutationsOf(library)).toBe(1);
    },
  );

  it('that could not be sent, or was refused as not ours, had no effect and says so', async () => {
    await shop.stop();
    const dead = await ask(gateway.url, 'mutation { sellBook(name: "x") { ok } }');
    await shop.start();
    library.mood = 'SENDS_401';
    const refused = await ask(gateway.url, 'mutation { addBook(name: "x") { ok } }');
    expect([codes(dead), codes(refused)]).toEqual([[['sellBook', 'SOURCE_UNAVAILABLE']], [['addBook', 'SOURCE_UNAVAILABLE']]]);
    expect(dead.extensions?.partial).toEqual([{ subgraph: 'shop', since: expect.any(String), fields: [] }]);
    expect(effects).toEqual([]);
  });

  it('keeps its own answer when what is read after it fails', async () => {
    shop.mood = 'HANGS';
    library.delayMs = 500;
    const reply = await ask(gateway.url, 'mutation { addBook(name: "kept") { ok book { name price } } }');
    expect(reply.data).toEqual({ addBook: { ok: true, book: { name: '《kept》', price: null } } });
    expect(codes(reply)).toEqual([['addBook.book.price', 'SOURCE_UNAVAILABLE']]);
    expect(reply.extensions?.partial).toMatchObject([{ subgraph: 'shop', fields: ['addBook.book.price'] }]);
  });

  it('is not carried out after one whose result is missing, where the schema then leaves no answer', async () => {
    library.mood = 'ACTS_AND_BREAKS';
    const unknown = await ask(gateway.url, 'mutation { a: addBook(name: "a") { ok } c: sellBook(name: "c") { ok } }');
    expect(unknown.data).toBeNull();
    expect(codes(unknown)).toEqual([
      ['a', 'RESULT_UNKNOWN'],
      ['c', 'SOURCE_UNAVAILABLE'],
    ]);
    library.mood = 'ANSWERS';
    const refused = await ask(gateway.url, 'mutation { a: burnBook(name: "a") { ok } c: sellBook(name: "c") { ok } }');
    expect(codes(refused)).toEqual([
      ['a', 'FORBIDDEN'],
      ['c', 'SOURCE_UNAVAILABLE'],
    ]);
    expect(effects).toEqual(['a']);
  });

  it('is carried out after one whose result may be null', async () => {
    library.mood = 'ACTS_AND_BREAKS';
    const reply = await ask(gateway.url, 'mutation { a: tryBook(name: "a") { ok } c: sellBook(name: "c") { ok } }');
    expect(reply.data).toEqual({ a: null, c: { ok: true } });
    expect(codes(reply)).toEqual([['a', 'RESULT_UNKNOWN']]);
    expect(effects).toEqual(['a', 'c']);
  });

  it('says when its answer is that of an earlier request', async () => {
    library.said = { idempotentReplay: true, statements: 3 };
    const reply = await ask(gateway.url, 'mutation { addBook(name: "again") { ok } }', {}, { 'hub-debug': '0' });
    expect(reply.extensions).toEqual({ idempotentReplay: true });
  });

  it('goes on when its client goes away', async () => {
    library.delayMs = 300;
    const abort = new AbortController();
    const sent = fetch(`${gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: 'mutation { addBook(name: "alone") { ok } }' }),
      signal: abort.signal,
    });
    await expect.poll(() => library.asked.length).toBe(1);
    abort.abort();
    await expect(sent).rejects.toThrow();
    await expect.poll(() => effects).toEqual(['alone']);
  });

  it('is sent by POST as JSON alone', async () => {
    const query = 'mutation { addBook(name: "forged") { ok } }';
    const got = await fetch(`${gateway.url}/graphql?query=${encodeURIComponent(query)}`, { headers: { 'apollo-require-preflight': '1' } });
    const form = await fetch(`${gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'text/plain' },
      body: JSON.stringify({ query }),
    });
    expect([got.status, form.status]).toEqual([405, 415]);
    expect(((await got.json()) as { errors: { extensions: { code: string } }[] }).errors[0]!.extensions.code).toBe('VALIDATION_FAILED');
    expect(effects).toEqual([]);
  });
});
