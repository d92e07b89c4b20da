/**
 * Requests that mean harm, or look like it: each is refused before anything is asked of a department. Graph of `world.ts`. Whoever meets a new
 * one adds it here; the test and `npm run bench:hostile` send them all.
 */
import { gzipSync } from 'node:zlib';

/** One hostile request and how it must end. */
export interface Hostile {
  name: string;
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** After `/graphql`. */
  search: string;
  headers: Record<string, string>;
  /** Null where the request is written by hand (`raw`). */
  body: string | Buffer;
  /** Bytes for the connection itself, instead of all above. */
  raw?: string;
  status: number;
  /** `extensions.code`; null where Node itself refuses, without a body of ours. */
  code: string | null;
  /** `details.limit`. */
  limit?: string;
}

const JSON_TYPE = { 'content-type': 'application/json' };
const times = (count: number, text: (i: number) => string, by = ' ') => Array.from({ length: count }, (_, i) => text(i)).join(by);

const found: Hostile[] = [];

function add(name: string, change: Partial<Hostile> & Pick<Hostile, 'code'>): void {
  found.push({ name, method: 'POST', search: '', headers: JSON_TYPE, body: '', status: 400, ...change });
}
const query = (name: string, text: string, code: string, limit?: string, variables?: unknown) =>
  add(name, { body: JSON.stringify({ query: text, variables }), code, ...(limit !== undefined && { limit }) });
const body = (name: string, bytes: string | Buffer, code = 'VALIDATION_FAILED', limit?: string) =>
  add(name, { body: bytes, code, ...(limit !== undefined && { limit }) });

const [LIMIT, DEPTH, INVALID, SYNTAX, COST, WRONG] = [
  'LIMIT_EXCEEDED',
  'DEPTH_LIMIT_EXCEEDED',
  'GRAPHQL_VALIDATION_FAILED',
  'GRAPHQL_PARSE_FAILED',
  'COST_LIMIT_EXCEEDED',
  'VALIDATION_FAILED',
];
const GOOD = '{ item(id: "i1") { id name } }';

// Fragments.
query(
  'fragments that double 28 times',
  `{ items { ...f0 } } ${times(28, (i) => `fragment f${i} on Item {...f${i + 1} ...f${i + 1}}`)} fragment f28 on Item { id }`,
  LIMIT,
  'selections',
);
query(
  'fragments that double 190 times',
  `{ items { ...f0 } } ${times(190, (i) => `fragment f${i} on Item {...f${i + 1} ...f${i + 1}}`)} fragment f190 on Item { id }`,
  LIMIT,
  'selections',
);
query(
  'fragments ten wide and six deep',
  `{ items { ...f0 } } ${times(6, (i) => `fragment f${i} on Item {${times(10, () => `...f${i + 1}`)}}`)} fragment f6 on Item { id }`,
  LIMIT,
  'selections',
);
query('a fragment that spreads itself', '{ items { ...A } } fragment A on Item { id ...A }', INVALID);
query(
  'fragments in a circle of three',
  '{ items { ...A } } fragment A on Item { parent { ...B } } fragment B on Item { parent { ...C } } fragment C on Item { ...A }',
  INVALID,
);
query('a circle that nobody spreads', `${GOOD} fragment A on Item { ...B } fragment B on Item { ... on Item { ...A } }`, INVALID);
query(
  'fifteen hundred fragments at one place',
  `{ item(id: "i1") { ${times(1_500, (i) => `...f${i}`)} } } ${times(1_500, (i) => `fragment f${i} on Item{id}`)}`,
  LIMIT,
  'fragments',
);
query(
  'a chain of a thousand fragments',
  `{ items { ...f0 } } ${times(1_000, (i) => `fragment f${i} on Item{id ...f${i + 1}}`)} fragment f1000 on Item { id }`,
  LIMIT,
  'fragments',
);
query(
  'four hundred operations over one chain',
  `${times(400, (i) => `query q${i}{...f0}`)} ${times(190, (i) => `fragment f${i} on Query{f${i} ...f${i + 1}}`)} fragment f190 on Query { __typename }`,
  LIMIT,
  'documentSelections',
);
query('fragments of one name', `${GOOD} ${times(100, () => 'fragment A on Item { id }')}`, INVALID);
query('inline fragments a hundred within another', `{ item(id: "i1") ${'{ ... '.repeat(100)}{ id }${' }'.repeat(100)} }`, DEPTH, 'nesting');
query('inline fragments 250 within another', `{ item(id: "i1") ${'{ ... '.repeat(250)}{ id }${' }'.repeat(250)} }`, DEPTH, 'nesting');

// Aliases and repetition.
query('a thousand aliases', `{ ${times(1_000, (i) => `a${i}: item(id: "i${i}") { id }`)} }`, LIMIT, 'aliases');
query('aliases that inline fragments bring together', `{ ${times(100, (i) => `... { a${i}: item(id: "i1") { id } }`)} }`, LIMIT, 'aliases');
query(
  'aliases that fragments bring together',
  `{ ${times(100, (i) => `...F${i}`)} } ${times(100, (i) => `fragment F${i} on Query { a${i}: item(id: "i1") { id } }`)}`,
  LIMIT,
  'aliases',
);
query('aliases that equal keys bring together', `{ ${times(100, (i) => `... { item(id: "i1") { a${i}: name } }`)} }`, LIMIT, 'aliases');
query('a thousand names for __typename', `{ ${times(1_000, (i) => `a${i}: __typename`)} }`, LIMIT, 'aliases');
query(
  'fifteen names fifteen times over, five deep',
  `{ ${times(15, (i) => `a${i}: item(id: "i1") { ${times(15, (j) => `b${j}: parent { ${times(15, (k) => `c${k}: name`)} }`)} }`)} }`.replace(
    '{ a0',
    `{ ${times(16, (i) => `z${i}: __typename`)} a0`,
  ),
  LIMIT,
  'aliases',
);
query('four thousand fields under one key', `{ ${times(4_000, (i) => `x: f${i}`)} }`, LIMIT, 'fields');
query('one field in eight hundred inline fragments', `{ item(id: "i1") { ${'... { name } '.repeat(800)} } }`, LIMIT, 'repeats');
query('nine hundred fields that are not there', `{ ${times(900, (i) => `itam${i}`)} }`, INVALID);
query('one field six thousand times', `{ item(id: "i1") { ${'name '.repeat(6_000)} } }`, LIMIT, 'fields');
query('one field in three thousand inline fragments', `{ item(id: "i1") { ${'... { name } '.repeat(3_000)} } }`, LIMIT, 'fields');
query('an alias that reaches for the prototype', `{ __proto__: item(id: "i1") { id } }`, INVALID);
query('an alias that is a name of introspection', `{ __typename: item(id: "i1") { id } }`, INVALID);

// Depth.
const deep = (levels: number) => `{ item(id: "i1") ${'{ parent '.repeat(levels - 2)}{ id }${' }'.repeat(levels - 2)} }`;
query('thirteen levels', deep(13), DEPTH, 'depth');
query('thirty levels', deep(30), DEPTH, 'depth');
query(
  'levels hidden in fragments',
  `{ item(id: "i1") { ...A } } fragment A on Item { parent { parent { parent { parent { parent { ...B } } } } } } fragment B on Item { parent { parent { parent { parent { parent { parent { id } } } } } } }`,
  DEPTH,
  'depth',
);
query('sixty thousand open braces', '{a'.repeat(60_000), DEPTH, 'nesting');
query('a hundred thousand open brackets', `{ item(id: ${'['.repeat(100_000)}`, DEPTH, 'nesting');
query('a type of five thousand lists', `query($a: ${'['.repeat(5_000)}Int${']'.repeat(5_000)}) ${GOOD}`, DEPTH, 'nesting');
query('an input literal of many levels', `{ search(filter: ${'{and: ['.repeat(150)}{}${']}'.repeat(150)}) { id } }`, DEPTH, 'nesting');
query(
  'introspection of seventeen levels',
  `{ __schema { types { fields { type ${'{ ofType '.repeat(13)}{ name }${' }'.repeat(13)} } } } }`,
  DEPTH,
  'introspectionDepth',
);
query(
  'introspection that multiplies',
  '{ __schema { types { fields { type { fields { type { fields { type { fields { name } } } } } } } } } }',
  INVALID,
);
body(
  'variables of a thousand levels',
  `{"query":"query($f: Filter) { search(filter: $f) { id } }","variables":{"f":${'{"and":['.repeat(500)}{}${']}'.repeat(500)}}}`,
  LIMIT,
  'bodyDepth',
);
body('variables of a hundred thousand open brackets', `{"query":"${'x'}","variables":${'['.repeat(100_000)}`, LIMIT, 'bodyDepth');

// Size.
body('a body of 257 KB', JSON.stringify({ query: `${GOOD} # ${'x'.repeat(257 * 1024)}` }), LIMIT, 'bodyBytes');
found.at(-1)!.status = 413;
add('a body of ten megabytes', { body: Buffer.alloc(10 * 1024 * 1024, 0x20), status: 413, code: LIMIT, limit: 'bodyBytes' });
add('a body of a megabyte in chunks', {
  headers: { ...JSON_TYPE, 'transfer-encoding': 'chunked' },
  body: Buffer.alloc(1024 * 1024, 0x20),
  status: 413,
  code: LIMIT,
  limit: 'bodyBytes',
});
query('sixty thousand words', `{ ${times(60_000, (i) => `a${i % 10}`)} }`, LIMIT, 'tokens');
query('a hundred thousand dots and colons', `{ ${'a:'.repeat(60_000)} }`, SYNTAX);
query('a text of 250 KB for a number', `{ items(first: "${'x'.repeat(250_000)}") { id } }`, LIMIT, 'literalLength');
query('a block text of 60,000 lines for a number', `{ items(first: """${'x\n'.repeat(60_000)}""") { id } }`, LIMIT, 'literalLength');
query('a number of 200,000 digits', `{ items(first: ${'9'.repeat(200_000)}) { id } }`, LIMIT, 'literalLength');
query('a name of 250 KB', `{ ${'n'.repeat(250_000)} }`, LIMIT, 'nameLength');
query('a comment of 250 KB and no query', `# ${'x'.repeat(250_000)}`, SYNTAX);
query('250 KB of commas', `{${','.repeat(250_000)}`, SYNTAX);
query('six thousand fields that are not there', `{ ${times(6_000, (i) => `itam${i}`)} }`, LIMIT, 'fields');
query('a list of fourteen thousand for one number', `{ items(first: [${'1 '.repeat(14_000)}]) { id } }`, LIMIT, 'literalValues');
query('three thousand variables', `query(${times(3_000, (i) => `$v${i}: Int`)}) ${GOOD}`, LIMIT, 'variables');
query('two thousand directives at one field', `{ item(id: "i1") { name ${'@include(if: true) '.repeat(2_000)} } }`, LIMIT, 'directives');
query(
  'two thousand directives in all',
  `{ item(id: "i1") { ${times(60, (i) => `... @skip(if: false) { ... @include(if: true) @skip(if: false) @a @b @c @d @e @f @g { n${i}: ${i < 15 ? 'name' : 'id'} } }`)} } }`,
  LIMIT,
  'documentDirectives',
);
query('directives that are not there', `{ item(id: "i1") @nonsense(a: 1) @deprecated { name } }`, INVALID);
query(
  'five thousand operations',
  times(5_000, (i) => `query q${i}{a}`),
  LIMIT,
  'tokens',
);
body(
  'variables of a hundred thousand numbers',
  `{"query":"query($f: Filter) { search(filter: $f) { id } }","variables":{"f":[${'0,'.repeat(100_000)}0]}}`,
  LIMIT,
  'bodyValues',
);

// Cost.
query('a list of a thousand million', '{ items(first: 1000000000) { id } }', COST, 'cost');
query('a list of a thousand million by a variable', 'query($n: Int) { items(first: $n) { id } }', COST, 'cost', { n: 1_000_000_000 });
query('a list of a thousand million by a default', 'query($n: Int = 1000000000) { items(first: $n) { id } }', COST, 'cost');
query('lists of lists of lists', `{ items ${'{ children '.repeat(9)}{ id }${' }'.repeat(9)} }`, COST, 'cost');
query(
  'lists behind an interface',
  '{ nodes { ... on Item { children { children { children { children { id } } } } } ... on Shelf { id } } }',
  COST,
  'cost',
);
query('twelve thousand keys', 'query($k: [Key!]!) { counts(keys: $k) { value } }', COST, 'cost', {
  k: Array.from({ length: 12_000 }, () => 'A'),
});
query('more of one department than it can bear', '{ items(first: 9000) { id } }', COST, 'subgraphCost');
query('a hundred lists in fifteen names', `{ ${times(15, (i) => `a${i}: items(first: 1000) { id }`)} }`, COST, 'cost');

// What is no request of ours.
body('a batch of two', JSON.stringify([{ query: GOOD }, { query: GOOD }]), LIMIT, 'batch');
body('a batch of three thousand', JSON.stringify(Array.from({ length: 3_000 }, () => ({ query: GOOD }))), LIMIT, 'batch');
body('an empty batch', '[]', LIMIT, 'batch');
body(
  'bytes that are no UTF-8',
  Buffer.concat([Buffer.from('{"query":"{ item(id: \\"'), Buffer.from([0xc3, 0x28, 0xff, 0xfe]), Buffer.from('\\") { id } }"}')]),
);
body(
  'UTF-8 longer than it need be',
  Buffer.concat([Buffer.from('{"query":"{ item(id: \\"'), Buffer.from([0xc0, 0xaf, 0xe0, 0x80, 0xaf]), Buffer.from('\\") { id } }"}')]),
);
body('half of a surrogate in bytes', Buffer.concat([Buffer.from('{"query":"'), Buffer.from([0xed, 0xa0, 0x80]), Buffer.from('"}')]));
add('UTF-16', {
  headers: { 'content-type': 'application/json; charset=utf-16' },
  body: Buffer.from(JSON.stringify({ query: GOOD }), 'utf16le'),
  status: 415,
  code: WRONG,
});
body('a key twice', `{"query":"{ __typename }","query":${JSON.stringify(GOOD)}}`);
body('a key twice, once in disguise', `{"query":"{ __typename }","\\u0071uery":${JSON.stringify(GOOD)}}`);
body('a variable twice', `{"query":"query($n: Int) { items(first: $n) { id } }","variables":{"n":1,"n":2}}`);
body('a key that is the prototype', `{"query":${JSON.stringify(GOOD)},"__proto__":{"admin":true}}`);
body('the prototype in disguise', `{"query":${JSON.stringify(GOOD)},"variables":{"\\u005f_proto__":{"admin":true}}}`);
body("the constructor's prototype", `{"query":${JSON.stringify(GOOD)},"variables":{"constructor":{"prototype":{"admin":true}}}}`);
body('no JSON', '{"query":');
body('nothing', '');
body('a text alone', JSON.stringify(GOOD));
body('a number alone', '7');
body('null', 'null');
body('a query that is a list', JSON.stringify({ query: [GOOD] }));
body('a query that is an object', JSON.stringify({ query: { toString: 'x' } }));
body('no query', '{}');
body('variables that are a text', JSON.stringify({ query: GOOD, variables: 'x' }));
body('a name that is a number', JSON.stringify({ query: GOOD, operationName: 7 }));
body('the name of no operation', JSON.stringify({ query: `query A ${GOOD}`, operationName: '__proto__' }), INVALID);
body('a hash in place of a query', JSON.stringify({ extensions: { persistedQuery: { version: 1, sha256Hash: 'ab'.repeat(32) } } }));
query('signs that are none', '{ item(id: "i1") { \u0000 } }', SYNTAX);
query('letters that only look alike', '{ іtem(id: "i1") { id } }', SYNTAX);
query('a subscription', 'subscription { itemChanged { id } }', 'SUBSCRIPTION_TRANSPORT');
query("the departments' own fields", '{ _entities(representations: []) { __typename } _service { sdl } }', INVALID);
query('two operations and no name', `query A ${GOOD} query B ${GOOD}`, INVALID);

// What a page of a stranger can make a browser send, and other transport.
add('a form', {
  headers: { 'content-type': 'application/x-www-form-urlencoded' },
  body: new URLSearchParams({ query: GOOD }).toString(),
  status: 415,
  code: WRONG,
});
add('a form with a file', {
  headers: { 'content-type': 'multipart/form-data; boundary=x' },
  body: `--x\r\ncontent-disposition: form-data; name="operations"\r\n\r\n${JSON.stringify({ query: GOOD })}\r\n--x--\r\n`,
  status: 415,
  code: WRONG,
});
add('JSON that says it is text', {
  headers: { 'content-type': 'text/plain' },
  body: JSON.stringify({ query: GOOD }),
  status: 415,
  code: WRONG,
});
add('a body without a type', { headers: {}, body: JSON.stringify({ query: GOOD }), status: 415, code: WRONG });
add('XML', { headers: { 'content-type': 'application/xml' }, body: '<!DOCTYPE a [<!ENTITY b "b">]><a>&b;</a>', status: 415, code: WRONG });
add('a GET as an image makes it', { method: 'GET', search: `?query=${encodeURIComponent(GOOD)}`, headers: {}, code: WRONG });
add('a GET of type text', {
  method: 'GET',
  search: `?query=${encodeURIComponent(GOOD)}`,
  headers: { 'content-type': 'text/plain' },
  code: WRONG,
});
add('a command by GET', {
  method: 'GET',
  search: `?query=${encodeURIComponent('mutation { rename(id: "i1", name: "x") { id } }')}`,
  headers: { 'apollo-require-preflight': '1' },
  status: 405,
  code: WRONG,
});
add('a batch by GET', { method: 'GET', search: '?query=1&query=2', headers: { 'apollo-require-preflight': '1' }, code: WRONG });
add('a compressed bomb', {
  headers: { ...JSON_TYPE, 'content-encoding': 'gzip' },
  body: gzipSync(Buffer.alloc(64 * 1024 * 1024, 0x20)),
  status: 415,
  code: WRONG,
});
add('a bomb that says it is packed twice', {
  headers: { ...JSON_TYPE, 'content-encoding': 'gzip, br' },
  body: gzipSync(gzipSync(Buffer.alloc(1024 * 1024))),
  status: 415,
  code: WRONG,
});
body('packed bytes that do not say so', gzipSync(Buffer.alloc(8 * 1024 * 1024, 0x20)));
add('PUT', { method: 'PUT', body: JSON.stringify({ query: GOOD }), status: 404, code: null });
add('DELETE', { method: 'DELETE', headers: {}, status: 404, code: null });
add('an address of 20 KB', {
  method: 'GET',
  search: `?query=${'x'.repeat(20_000)}`,
  headers: { 'apollo-require-preflight': '1' },
  status: 431,
  code: null,
});
add('headers of 32 KB', {
  headers: { ...JSON_TYPE, 'x-purpose': 'x'.repeat(32 * 1024) },
  body: JSON.stringify({ query: GOOD }),
  status: 431,
  code: null,
});
add('two lengths of one body', {
  raw: 'POST /graphql HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 5\r\ncontent-length: 50\r\n\r\n{"a":',
  code: null,
});
add('a length and chunks', {
  raw: 'POST /graphql HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
  code: null,
});
add('a body that never ends', {
  raw: 'POST /graphql HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 500\r\n\r\n{"query":',
  status: 408,
  code: LIMIT,
  limit: 'bodyMs',
});

/** All of them. */
export const CORPUS: readonly Hostile[] = found;
