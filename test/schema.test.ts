import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { finish } from '../subgraphs/shared/src/federate.ts';
import { differences, exceptionsIn, unexplained } from './schema/compare.ts';
import {
  composed,
  contract,
  fieldsOf,
  type Plant,
  printed,
  replaced,
  type Service,
  VARIANTS,
  variant,
  writtenContract,
} from './schema/contract.ts';
import { askedByPerson, forbiddenWords, pathsToProtected, protectedWithKey, words } from './schema/privacy.ts';
import { foreignNotNullable, leaked, ownerless, sharedRootFields, tagsOnTypes, untaggedAdditions } from './schema/rules.ts';

/** The contract with one text replaced in one department. */
const planted = (subgraph: string, from: string, to: string): Plant => {
  return (name, sdl) => (name === subgraph ? replaced(sdl, from, to) : sdl);
};

const graphs: [string, readonly Service[]][] = [
  ['the contract', contract()],
  ['our printed schemas', printed()],
];

describe.each(graphs)('in %s', (name, services) => {
  const isEmpty = services.length === 0;
  const whole = () => composed(services);

  it.skipIf(isEmpty)('every entity has an owner', () => expect(ownerless(services)).toEqual([]));
  it.skipIf(isEmpty)('foreign means nullable', () => expect(foreignNotNullable(services)).toEqual([]));
  it.skipIf(isEmpty)("additions to others' entities carry their own tags", () => expect(untaggedAdditions(services)).toEqual([]));
  it.skipIf(isEmpty)('root fields are unique', () => expect(sharedRootFields(services)).toEqual([]));
  it.skipIf(isEmpty)('no tag stands where it would open more than was written', () =>
    expect(tagsOnTypes(services, 'finished')).toEqual([]),
  );
  it.skipIf(isEmpty)('S1: nothing leads to what a person said or who said it', () => expect(pathsToProtected(whole())).toEqual([]));
  it.skipIf(isEmpty)('S2: what a person said has no key and is not asked for by person', () => {
    expect(protectedWithKey(services)).toEqual([]);
    expect(askedByPerson(whole())).toEqual([]);
  });
  it.skipIf(isEmpty)('S4: no name and no description speaks of watching people', () => expect(forbiddenWords(whole())).toEqual([]));
  it.skipIf(services.length < 4)('every variant composes and shows what was written, no more', () => {
    const written = name === 'the contract' ? writtenContract() : services;
    for (const each of VARIANTS) expect(leaked(fieldsOf(variant(services, each)), each, written)).toEqual([]);
  });
});

describe('our printed schemas', () => {
  const architecture = join(import.meta.dirname, '..', 'ARCHITECTURE.md');
  const exceptions = exceptionsIn(existsSync(architecture) ? readFileSync(architecture, 'utf8') : '');
  const ours = printed();

  it('are as the contract says, or ARCHITECTURE.md says why not', () => {
    const written = writtenContract();
    const found = ours.flatMap(({ name, typeDefs }) => differences(typeDefs, written.find((each) => each.name === name)!.typeDefs));
    expect(unexplained(found, exceptions)).toEqual([]);
  });

  it('compose to the committed supergraph, with the addresses of supergraph.yaml', () => {
    const file = join(import.meta.dirname, '..', 'schema', 'supergraph.graphql');
    if (!existsSync(file)) return;
    const supergraph = readFileSync(file, 'utf8');
    for (const { name } of ours) expect(supergraph).toContain(`@join__graph(name: "${name}", url: "http://127.0.0.1:`);
  });
});

describe('the rules of §2.1 can fail:', () => {
  it('a foreign field that is not nullable', () => {
    const plant = planted('volunteers', '  venue: Facility\n', '  venue: Facility!\n');
    expect(foreignNotNullable(contract(plant))).toEqual(['volunteers: Activity.venue']);
  });

  it("an addition to another's entity that is not nullable, and one without tags", () => {
    const plant = planted('facilities', 'type Organization @key(fields: "id") {', 'type Organization @key(fields: "id") {\n  rooms: Int!');
    expect(foreignNotNullable(contract(plant))).toEqual(['facilities: Organization.rooms']);
    expect(untaggedAdditions(contract(plant))).toEqual(['facilities: Organization.rooms']);
  });

  it('a root field that is not nullable, and one that two departments have', () => {
    const plant = planted('grievances', 'type Query {', 'type Query {\n  activities: Boolean!');
    expect(foreignNotNullable(contract(plant))).toEqual(['grievances: Query.activities']);
    expect(sharedRootFields(contract(plant))).toEqual(['Query.activities: volunteers and grievances']);
  });

  it('a tag on Query, and one on a stub', () => {
    expect(tagsOnTypes(writtenContract(planted('grievances', 'type Query {', 'type Query @tag(name: "bi") {')), 'written')).toEqual([
      'grievances: Query',
    ]);
    const stub = planted('grievances', 'type Resolution @key(fields: "id") {', 'type Resolution @key(fields: "id") @tag(name: "bi") {');
    expect(tagsOnTypes(writtenContract(stub), 'written')).toEqual(['grievances: Resolution']);
    expect(tagsOnTypes(writtenContract(), 'written')).toEqual([]);
  });

  it('a tag that opens a whole entity, and a field that it would show', () => {
    const services = contract().map((service) =>
      service.name === 'facilities' ? { ...service, typeDefs: withTagOnType(service.typeDefs) } : service,
    );
    expect(tagsOnTypes(services, 'finished')).toEqual(['facilities: Facility']);
    expect(leaked(['Facility.id', 'Facility.address', 'Kpi.value'], 'bi', writtenContract())).toEqual(['Facility.address']);
    expect(leaked(['Facility.address'], 'partner', writtenContract())).toEqual([]);
  });

  it('an entity without an owner', () => {
    expect(ownerless(contract(planted('grievances', 'type Caseload ', 'type Caseload @key(fields: "orders") ')))).toEqual(['Caseload']);
  });
});

/** Facility with a tag on the type itself: what finishing takes off, because the composer would take it for all fields. */
function withTagOnType(document: Service['typeDefs']): Service['typeDefs'] {
  const tag = finish(parse('type Query { a: Int @tag(name: "bi") }')).definitions.flatMap((node) =>
    node.kind === 'ObjectTypeDefinition' ? (node.fields?.[0]?.directives ?? []) : [],
  );
  return {
    ...document,
    definitions: document.definitions.map((node) =>
      node.kind === 'ObjectTypeDefinition' && node.name.value === 'Facility'
        ? { ...node, directives: [...(node.directives ?? []), ...tag] }
        : node,
    ),
  };
}

describe('the guarantees of §10.3 can fail:', () => {
  it('S1 by Case.reports', () => {
    const plant = planted(
      'grievances',
      '  caseNo: String!\n  title: String!\n  category: CaseCategory\n',
      '  caseNo: String!\n  title: String!\n  reports: [Report!]\n  category: CaseCategory\n',
    );
    const found = pathsToProtected(composed(contract(plant)));
    expect(found).toContain('Case.reports → Report');
    expect(found.some((path) => path.startsWith('Officeholder') || path.startsWith('HotSpot'))).toBe(true);
  });

  it('S1 by a long way round, through a connection that a root field may return', () => {
    const plant = planted(
      'grievances',
      'type Caseload @tag(name: "department") {',
      'type Caseload @tag(name: "department") { told: ReportConnection',
    );
    expect(pathsToProtected(composed(contract(plant)))).toContain(
      'Organization.caseload → Caseload.told → ReportConnection.nodes → Report',
    );
  });

  it('S1 by a union', () => {
    const plant = planted('grievances', 'union LinkEnd = Case |', 'union LinkEnd = Dispute | Case |');
    expect(pathsToProtected(composed(contract(plant)))).toContain('LinkEnd as Dispute → Dispute');
  });

  it('S2 by a key, and by an argument that names a person', () => {
    expect(protectedWithKey(contract(planted('grievances', 'type Dispute @tag', 'type Dispute @key(fields: "id") @tag')))).toEqual([
      'grievances: Dispute',
    ]);
    const byPhone = planted('grievances', 'orderContact(orderId: ID!)', 'orderContact(orderId: ID!, reporterPhone: String)');
    expect(askedByPerson(composed(contract(byPhone)))).toEqual(['orderContact(reporterPhone)']);
    const inFilter = planted('grievances', 'input DisputeFilter {', 'input DisputeFilter { partyName: String');
    expect(askedByPerson(composed(contract(inFilter)))).toEqual(['disputes(filter).partyName']);
  });

  it('S4 by a name, a description, an argument, a value, in either language', () => {
    const found = (from: string, to: string) => forbiddenWords(composed(contract(planted('volunteers', from, to))));
    expect(found('  insured: Boolean!\n', '  insured: Boolean!\n  faceId: String\n')).toEqual(['Activity.faceId: face']);
    expect(found('  insured: Boolean!\n', '  "Where a 轨迹 is kept."\n  insured: Boolean!\n')).toEqual(['Activity.insured: 轨迹']);
    expect(found('  insured: Boolean!\n', '  "Its credit-score."\n  insured: Boolean!\n')).toEqual(['Activity.insured: credit score']);
    expect(found('activity(id: ID!)', 'activity(id: ID!, keyPerson: Boolean)')).toEqual(['Query.activity(keyPerson:): key person']);
    expect(found('enum RiskLevel {', 'enum RiskLevel { BLACKLIST')).toEqual(['RiskLevel.BLACKLIST: blacklist']);
  });

  it('S4 by whole words only', () => {
    expect(words('surfaceArea_m2 trackedIMEINumber')).toEqual(['surface', 'area', 'm', 'tracked', 'imei', 'number']);
    const plant = planted(
      'volunteers',
      '  insured: Boolean!\n',
      '  "Templates of the surface; machines; contract."\n  insured: Boolean!\n',
    );
    expect(forbiddenWords(composed(contract(plant)))).toEqual([]);
  });
});

describe('the comparison with the contract can fail:', () => {
  const written = writtenContract().find(({ name }) => name === 'volunteers')!.typeDefs;
  const against = (from: string, to: string) => {
    const ours = contract(planted('volunteers', from, to)).find(({ name }) => name === 'volunteers')!.typeDefs;
    return differences(ours, written).map(({ coordinate }) => coordinate);
  };

  it('not by the contract itself, nor by a part of it', () => {
    expect(against('type Query {', 'type Query {')).toEqual([]);
    expect(against('  riskLevel: RiskLevel!\n', '')).toEqual([]);
  });

  it('by a type, a name, an argument, a default, a tag', () => {
    expect(against('  insured: Boolean!\n', '  insured: Boolean\n')).toEqual(['Activity.insured']);
    expect(against('  insured: Boolean!\n', '  isInsured: Boolean!\n')).toEqual(['Activity.isInsured']);
    expect(against('signups(first: Int = 50,', 'signups(first: Int = 20,')).toEqual(['Shift.signups(first:)']);
    expect(against('signups(first: Int = 50, after: String)', 'signups(first: Int = 50)')).toEqual(['Shift.signups(after:)']);
    expect(against('  signedUp: Int! @tag(name: "department")', '  signedUp: Int! @tag(name: "bi")')).toEqual(['Shift.signedUp']);
    expect(against('insured: Boolean = false', 'insured: Boolean = true')).toEqual(['CreateActivityInput.insured']);
  });

  it('unless ARCHITECTURE.md gives a reason, and only as long as there is a difference', () => {
    const exceptions = exceptionsIn('Text.\n\n```contract\nShift.signups: pages of twenty\nShift.gone: was built\n```\n');
    expect(
      unexplained(
        [
          { coordinate: 'Shift.signups(first:)', what: 'differs' },
          { coordinate: 'Shift.id', what: 'differs' },
        ],
        exceptions,
      ),
    ).toEqual(['Shift.id differs', 'Shift.gone has a reason in ARCHITECTURE.md, but differs no more']);
    expect(() => exceptionsIn('```contract\nno reason\n```')).toThrow('is not `Type.field: reason`');
  });
});
