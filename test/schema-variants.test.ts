/** The seven variants as contracts of the graph (overview §3.6, privacy §10.3 and §10.4): composed, printed, and walked path by path. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  buildSchema,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLSchema,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isScalarType,
} from 'graphql';
import { describe, expect, it } from 'vitest';
import { readSupergraph } from '../gateway/src/supergraph.ts';
import { Variants } from '../gateway/src/variants.ts';
import { composeVariants } from '../schema/compose.ts';
import { VARIANTS, type Variant } from '../subgraphs/shared/src/claims.ts';
import { printed, replaced } from './schema/contract.ts';
import { askedByPerson, forbiddenWords, pathsToProtected, words } from './schema/privacy.ts';

const folder = join(import.meta.dirname, '..', 'schema');
const textOf = (variant: Variant): string => readFileSync(join(folder, 'variants', `${variant.toLowerCase()}.graphql`), 'utf8');
const schemas = new Map(VARIANTS.map((variant) => [variant, buildSchema(textOf(variant))]));
const schemaOf = (variant: Variant): GraphQLSchema => schemas.get(variant)!;

/** `Type.field: Type` of all fields of a schema. */
function fieldsOf(schema: GraphQLSchema): Map<string, string> {
  const found = new Map<string, string>();
  for (const type of Object.values(schema.getTypeMap())) {
    if (type.name.startsWith('__') || !(isObjectType(type) || isInterfaceType(type))) continue;
    for (const field of Object.values(type.getFields())) found.set(`${type.name}.${field.name}`, getNamedType(field.type).name);
  }
  return found;
}

/** Variants of people and programs from outside, who never see a person (overview §3.6). */
const OUTSIDE = ['PUBLIC', 'PARTNER', 'BI'] as const;

/** Types that are about a person, or about a case of theirs before it is published (privacy §10.2, classes C1 to C3). */
const PERSONAL_TYPES = [
  ...['Report', 'ReportStatusView', 'FollowUp', 'FollowUpPrompt', 'Attachment', 'ComplainantIdentity', 'Dispute', 'DisputeParty'],
  ...['MediationSession', 'MediationAgreement', 'Case', 'CaseEvent', 'CaseBoard', 'Caseload', 'DispatchOrder', 'Evidence', 'FileRef'],
  ...['Volunteer', 'VolunteerCard', 'ServiceRecord', 'RecordNotice', 'DualPost', 'Provenance', 'MaskedText'],
];
/** Words of a field that is about a person (classes C2 and C3). */
const PERSONAL_WORDS = [
  'phone',
  'mobile',
  'email',
  'reporter',
  'complainant',
  'disputant',
  'identity',
  'identities',
  'masked',
  'birth',
  'guardian',
  'gender',
  'pin',
  'login',
  'receipt',
  'member',
  'voice',
];
/** What has such a word and is of class C0 or C1, with why. */
const NOT_PERSONAL: Record<string, string> = {
  'OwnersCommittee.memberCount': 'a number of seats (C0)',
  'OrgContact.servicePhone': 'an organization’s number for everybody (C0)',
};

/** Fields of a schema that are of class C2 or above, by their types and words. */
function personalFields(schema: GraphQLSchema): string[] {
  const isPersonal = (name: string) => PERSONAL_TYPES.includes(name);
  return [...fieldsOf(schema)]
    .filter(([coordinate, type]) => {
      const [owner, field] = coordinate.split('.') as [string, string];
      return isPersonal(owner) || isPersonal(type) || words(field).some((word) => PERSONAL_WORDS.includes(word));
    })
    .map(([coordinate]) => coordinate)
    .filter((coordinate) => !(coordinate in NOT_PERSONAL));
}

describe('the variants', () => {
  it('are the seven files of schema/variants, and the gateway makes the same of the supergraph, letter by letter', () => {
    expect(readdirSync(join(folder, 'variants')).sort()).toEqual(VARIANTS.map((variant) => `${variant.toLowerCase()}.graphql`).sort());
    const variants = new Variants(readSupergraph(readFileSync(join(folder, 'supergraph.graphql'), 'utf8')), false);
    for (const variant of VARIANTS) expect(variants.of(variant).sdl() === textOf(variant), variant).toBe(true);
  });

  it('tell what fields cost, and nothing of who else sees what', () => {
    for (const variant of VARIANTS) {
      expect(textOf(variant), variant).toContain('@listSize(');
      expect(textOf(variant), variant).not.toMatch(/@tag|@inaccessible|join__|link__|@key/);
    }
  });

  it('have no type that nothing leads to', () => {
    for (const variant of VARIANTS) {
      const schema = schemaOf(variant);
      const reached = new Set<string>();
      const next: string[] = [schema.getQueryType()!.name, schema.getMutationType()?.name ?? ''];
      for (let name = next.pop(); name !== undefined; name = next.pop()) {
        const type = schema.getType(name);
        if (!type || reached.has(name)) continue;
        reached.add(name);
        if ('getTypes' in type) next.push(...type.getTypes().map((each) => each.name));
        if (isInterfaceType(type)) next.push(...schema.getPossibleTypes(type).map((each) => each.name));
        if (!isObjectType(type) && !isInterfaceType(type) && !isInputObjectType(type)) continue;
        for (const field of Object.values<GraphQLField<unknown, unknown> | GraphQLInputField>(type.getFields())) {
          next.push(getNamedType(field.type).name);
          if ('args' in field) next.push(...field.args.map((argument) => getNamedType(argument.type).name));
        }
      }
      const own = Object.values(schema.getTypeMap()).filter(
        ({ name }) => !name.startsWith('__') && !['Boolean', 'String', 'Int', 'Float', 'ID'].includes(name),
      );
      expect(
        own.map(({ name }) => name).filter((name) => !reached.has(name)),
        variant,
      ).toEqual([]);
    }
  });
});

describe.each(VARIANTS)('in %s', (variant) => {
  it('S1: nothing leads to what a person said or who said it', () => expect(pathsToProtected(schemaOf(variant))).toEqual([]));
  it('S2: what a person said is not asked for by person', () => expect(askedByPerson(schemaOf(variant))).toEqual([]));
  it('S4: no name and no description speaks of watching people', () => expect(forbiddenWords(schemaOf(variant))).toEqual([]));
});

describe.each(OUTSIDE)('S3: %s', (variant) => {
  it('has no field of class C2 or above', () => expect(personalFields(schemaOf(variant))).toEqual([]));
  it('has no command, and no root field that tells one caller from another but viewer', () => {
    expect(schemaOf(variant).getMutationType()).toBeUndefined();
    const own = Object.keys(schemaOf(variant).getQueryType()!.getFields()).filter((name) =>
      words(name).some((word) => word === 'my' || word === 'own'),
    );
    expect(own).toEqual([]);
  });
});

describe('§10.4: who sees a case', () => {
  const has = (variant: Variant, coordinate: string) => fieldsOf(schemaOf(variant)).has(coordinate);
  const rootFields = (variant: Variant) => Object.keys(schemaOf(variant).getQueryType()!.getFields());

  it('the public, residents and partners see what was published, at the level of its community', () => {
    for (const variant of ['PUBLIC', 'RESIDENT', 'PARTNER'] as const) {
      expect(rootFields(variant)).toEqual(expect.arrayContaining(['publicCase', 'publicCases']));
      expect(schemaOf(variant).getType('Case')).toBeUndefined();
      const shown = [...fieldsOf(schemaOf(variant))].filter(([coordinate]) => coordinate.startsWith('PublicCase.'));
      expect(
        shown.filter(([, type]) => ['GeoPoint', 'PlaceText', 'Building', 'Compound', 'Organization', 'DispatchOrder'].includes(type)),
      ).toEqual([]);
      expect(
        shown.filter(([coordinate]) =>
          words(coordinate.split('.')[1]!).some((word) => ['text', 'original', 'address', 'location'].includes(word)),
        ),
      ).toEqual([]);
    }
  });

  it('BI sees no case at all, figures only', () => {
    const about = [...fieldsOf(schemaOf('BI'))].filter(([, type]) => /Case|Report|Order$/.test(type) && !/^CaseCategory/.test(type));
    expect(about).toEqual([]);
    expect(has('BI', 'Area.grievanceSummary')).toBe(true);
  });

  it('what a resident wrote is read by departments, and by receipt or login by himself; by nobody of the others', () => {
    for (const variant of VARIANTS) {
      const reads = rootFields(variant)
        .filter((name) => ['caseReports', 'reportStatus', 'myReports'].includes(name))
        .sort();
      const may: Partial<Record<Variant, string[]>> = {
        DEPARTMENT: ['caseReports', 'reportStatus'],
        INTERNAL: ['caseReports', 'myReports', 'reportStatus'],
        RESIDENT: ['myReports', 'reportStatus'],
      };
      expect(reads, variant).toEqual(may[variant] ?? []);
    }
  });

  it('the organization complained about reads what partners would, never the case: subjectCases hands out PartnerCase', () => {
    expect(fieldsOf(schemaOf('DEPARTMENT')).get('Query.subjectCases')).toBe('PartnerCaseConnection');
    const shown = [...fieldsOf(schemaOf('DEPARTMENT'))].filter(([coordinate]) => coordinate.startsWith('PartnerCase.'));
    expect(
      shown.filter(
        ([coordinate, type]) => PERSONAL_TYPES.includes(type) || /text|original|redacted|exact/i.test(coordinate.split('.')[1]!),
      ),
    ).toEqual([]);
    expect(has('DEPARTMENT', 'Case.subjectOrganization')).toBe(false);
  });
});

describe('bi', () => {
  it('reaches every figure of every department, by level, summary and definition', () => {
    const bi = schemaOf('BI');
    const whole = schemaOf('INTERNAL');
    for (const department of ['organization', 'volunteer', 'facility', 'grievance']) {
      const keys = `${department[0]!.toUpperCase()}${department.slice(1)}Kpi`;
      for (const field of [`Area.${department}Summary`, `Area.${department}Kpis`, `Query.${department}KpiDefinitions`])
        expect(fieldsOf(bi).has(field), field).toBe(true);
      expect(valuesOf(bi, keys)).toEqual(valuesOf(whole, keys));
      expect(valuesOf(bi, keys).length).toBeGreaterThan(4);
    }
    expect(valuesOf(bi, 'AreaLevel')).toEqual(valuesOf(whole, 'AreaLevel'));
    expect(valuesOf(bi, 'AreaLevel')).toEqual(['DISTRICT', 'STREET', 'COMMUNITY']);
    for (const field of ['Area.children', 'Area.parent', 'Query.area', 'Query.areas'])
      expect(fieldsOf(bi).get(field), field).toMatch(/^Area/);
    const kpi = (schema: GraphQLSchema) =>
      [...fieldsOf(schema).keys()].filter((coordinate) => /^Kpi(Row|Table|Definition|Exclusion)?\./.test(coordinate));
    expect(kpi(bi)).toEqual(kpi(whole));
  });

  const valuesOf = (schema: GraphQLSchema, name: string): string[] => {
    const type = schema.getType(name);
    return isEnumType(type) ? type.getValues().map((value) => value.name) : [];
  };
});

describe('the guarantees of a variant can fail:', () => {
  const services = (name: string, from: string, to: string) =>
    printed().map((each) => ({
      ...each,
      name: each.name,
      address: `http://${each.name}.invalid`,
      schema: '',
      sdl: sdlOf(each.name, name, from, to),
    }));
  const sdlOf = (name: string, changed: string, from: string, to: string): string => {
    const sdl = readFileSync(join(folder, `${name}.graphql`), 'utf8');
    return name === changed ? replaced(sdl, from, to) : sdl;
  };
  const variantOf = (variant: string, name: string, from: string, to: string) =>
    buildSchema(composeVariants(services(name, from, to), [variant]).get(variant)!);

  it('S1 by a field with a tag', () => {
    const schema = variantOf(
      'department',
      'grievances',
      'type Case @key(fields: "id") {',
      'type Case @key(fields: "id") {\n  reports: [Report!] @tag(name: "department")',
    );
    expect(pathsToProtected(schema)).toContain('Case.reports → Report');
  });

  it('S3 by a tag on a field about a person', () => {
    const schema = variantOf(
      'public',
      'organization',
      '  workPhone: MaskedText @tag(name: "department")',
      '  workPhone: String @tag(name: "department") @tag(name: "public")',
    );
    expect(personalFields(schema)).toEqual(['Officeholder.workPhone']);
  });

  it('a field whose type is not for its audience does not compose', () => {
    const from = 'workPhone: MaskedText @tag(name: "department")';
    expect(() => composeVariants(services('organization', from, `${from} @tag(name: "bi")`), ['bi'])).toThrow(/variant bi/i);
    expect(isScalarType(schemaOf('DEPARTMENT').getType('MaskedText'))).toBe(true);
  });
});
