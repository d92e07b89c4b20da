/** `@authenticated`, `@requiresScopes` and `@policy`: what the supergraph keeps for some is no part of the answer for others. */
import { parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { accessOf } from '../../gateway/src/access.ts';
import { type Access, AccessRules, NOBODY } from '../../gateway/src/engine/access.ts';
import { readSupergraph } from '../../gateway/src/supergraph.ts';
import { Department } from './department.ts';
import { type Teller, tell } from './story.ts';
import { composed } from './world.ts';

const PEOPLE = [
  { __typename: 'Person', id: '1', name: '甲', phone: '138', salary: 9, home: { street: '甲街' } },
  { __typename: 'Person', id: '2', name: '乙', phone: '139', salary: 8, home: { street: '乙街' } },
];
const people: Teller = [
  `type Query { people: [Person!] me: Person @authenticated named: [Named!] strict: Strict anything: [Anything] }
   interface Named { name: String }
   type Person implements Named @key(fields: "id") { id: ID! name: String phone: Phone home: Home salary: Int @requiresScopes(scopes: [["payroll", "read"], ["all"]]) }
   scalar Phone @authenticated
   type Home @policy(policies: [["at home"]]) { street: String }
   type Strict { open: Int shut: Int! @authenticated }
   union Anything = Person | Home
   type Mutation { open: Int shut: Int @authenticated }`,
  {
    Query: {
      people: () => PEOPLE,
      me: () => PEOPLE[0],
      named: () => PEOPLE,
      strict: () => ({ open: 1, shut: 2 }),
      anything: () => [PEOPLE[0], { __typename: 'Home', street: '丙街' }],
    },
    Named: { __resolveType: () => 'Person' },
    Mutation: { open: () => 1, shut: () => 2 },
  },
];
const notes: Teller = [
  `type Person @key(fields: "id") { id: ID! note: String @authenticated score: Int }`,
  { Person: { note: () => 'n', score: ({ id }: { id: string }) => Number(id) } },
];

describe('a request without a credential', () => {
  it('gets all but what is kept from it, is told of each place once, and nobody is asked for it', async () => {
    await tell({ people, notes }, {}, async ({ ask, department }) => {
      const reply = await ask('{ people { name phone salary score note h: home { street } } me { name } }');
      expect(reply.data).toEqual({
        people: [
          { name: '甲', phone: null, salary: null, score: 1, note: null, h: null },
          { name: '乙', phone: null, salary: null, score: 2, note: null, h: null },
        ],
        me: null,
      });
      expect(reply.errors?.map(({ path, extensions }) => [path?.join('.'), extensions.code, extensions.details])).toEqual([
        ['people.0.phone', 'FORBIDDEN', { field: 'Person.phone' }],
        ['people.0.salary', 'FORBIDDEN', { field: 'Person.salary' }],
        ['people.0.note', 'FORBIDDEN', { field: 'Person.note' }],
        ['people.0.h', 'FORBIDDEN', { field: 'Person.home' }],
        ['me', 'FORBIDDEN', { field: 'Query.me' }],
      ]);
      const sent = ['people', 'notes'].flatMap((name) => department(name).asked.map(({ query }) => query)).join(' ');
      expect(sent).toMatch(/score/);
      expect(sent).not.toMatch(/phone|salary|note\b|street|me\b *\{/);
    });
  });

  it('gets it by no fragment, alias, interface or union, and where no null may stand the place above is empty', async () => {
    await tell({ people, notes }, {}, async ({ ask, department }) => {
      const reply = await ask(`{
        named { ...F ... on Person { name: salary } } anything { __typename ... on Home { street } ... on Person { id } }
        strict { open shut } s: strict { open }
      } fragment F on Person { x: phone ... { note } }`);
      expect(reply.data).toEqual({
        named: [
          { x: null, note: null, name: null },
          { x: null, note: null, name: null },
        ],
        anything: [
          { __typename: 'Person', id: '1' },
          { __typename: 'Home', street: null },
        ],
        strict: null,
        s: { open: 1 },
      });
      expect(reply.errors?.every(({ extensions }) => extensions.code === 'FORBIDDEN')).toBe(true);
      expect(
        department('people')
          .asked.map(({ query }) => query)
          .join(' '),
      ).not.toMatch(/phone|salary|street|shut/);
      const done = await ask('mutation { shut open }');
      expect(done.data).toEqual({ shut: null, open: 1 });
      expect(department('people').asked.at(-1)?.query).not.toMatch(/shut/);
    });
  });
});

describe('what a credential may see', () => {
  const departments = [people, notes].map(([sdl, resolvers], index) => {
    const head = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@authenticated", "@requiresScopes", "@policy"])\n`;
    return new Department(['people', 'notes'][index]!, sdl, resolvers as never, head);
  });
  const rules = new AccessRules(parse(readSupergraph(composed(departments)).sdl));
  const kept = (access: Partial<Access>) => [...rules.deniedTo({ ...NOBODY, ...access }).fields].sort();

  it('follows from being authenticated, from all of one list of scopes, and from policies, each for itself', () => {
    const all = ['Home.street', 'Mutation.shut', 'Person.home', 'Person.note', 'Person.phone', 'Person.salary', 'Query.me', 'Strict.shut'];
    expect(kept({})).toEqual(all);
    expect(kept({ isAuthenticated: true })).toEqual(['Home.street', 'Person.home', 'Person.salary']);
    expect(kept({ scopes: new Set(['payroll']) })).toEqual(all);
    expect(kept({ scopes: new Set(['payroll', 'read']) })).not.toContain('Person.salary');
    expect(kept({ scopes: new Set(['all']) })).not.toContain('Person.salary');
    expect(kept({ isAuthenticated: true, scopes: new Set(['all']), policies: new Set(['at home']) })).toEqual([]);
  });

  it('is its roles and its variant; the public shows nothing', () => {
    const identity = { client: 'c', subject: null, organization: null, areaCodes: [] };
    expect(accessOf({ ...identity, roles: ['AUDITOR'], variant: 'AUDIT' })).toEqual({
      isAuthenticated: true,
      scopes: new Set(['AUDITOR']),
      policies: new Set(['AUDIT']),
    });
    expect(accessOf({ ...identity, client: 'anonymous', roles: ['PUBLIC'], variant: 'PUBLIC' })).toEqual(NOBODY);
  });
});
