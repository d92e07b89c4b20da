import {
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isUnionType,
  Kind,
} from 'graphql';
import type { Service } from './contract.ts';

/** What a person said, and who said it (privacy §10.3 S1). */
export const PROTECTED = ['Report', 'FollowUp', 'Dispute', 'DisputeParty', 'MediationSession', 'MediationAgreement', 'ComplainantIdentity'];

const isProtected = (name: string): boolean => PROTECTED.includes(name);
const isListed = (type: GraphQLNamedType): boolean => !type.name.startsWith('__');

function rootFields(schema: GraphQLSchema): GraphQLField<unknown, unknown>[] {
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
  return roots.flatMap((root) => (root ? Object.values(root.getFields()) : []));
}

/** What one step leads to: `[label, type]` for each field or member. */
function steps(schema: GraphQLSchema, type: GraphQLNamedType): [string, GraphQLNamedType][] {
  if (isUnionType(type)) return type.getTypes().map((member) => [`${type.name} as ${member.name}`, member]);
  if (!isObjectType(type) && !isInterfaceType(type)) return [];
  const fields = Object.values(type.getFields()).map((field): [string, GraphQLNamedType] => [
    `${type.name}.${field.name}`,
    getNamedType(field.type),
  ]);
  const members = isInterfaceType(type)
    ? schema.getPossibleTypes(type).map((member): [string, GraphQLNamedType] => [`${type.name} as ${member.name}`, member])
    : [];
  return [...fields, ...members];
}

/** The payload and connection types of root fields that hand out what is protected. */
function wrappers(schema: GraphQLSchema): Set<string> {
  const returned = rootFields(schema).map((field) => getNamedType(field.type));
  const wrapping = returned.filter(
    (type) => /(Payload|Connection)$/.test(type.name) && steps(schema, type).some(([, next]) => isProtected(next.name)),
  );
  return new Set(wrapping.map((type) => type.name));
}

/** S1: the shortest path, breadth first, from each type that must not lead to what is protected; empty when there is none. */
export function pathsToProtected(schema: GraphQLSchema): string[] {
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()].map((type) => type?.name);
  const allowed = new Set([...roots, ...PROTECTED, ...wrappers(schema)]);
  const starts = Object.values(schema.getTypeMap()).filter((type) => isListed(type) && !allowed.has(type.name));
  return starts.flatMap((start) => shortestPath(schema, start) ?? []);
}

function shortestPath(schema: GraphQLSchema, start: GraphQLNamedType): string | null {
  const seen = new Set([start.name]);
  let ring: [string[], GraphQLNamedType][] = [[[], start]];
  while (ring.length > 0) {
    const next: typeof ring = [];
    for (const [path, type] of ring) {
      for (const [label, target] of steps(schema, type)) {
        if (isProtected(target.name)) return [...path, label, target.name].join(' → ');
        if (seen.has(target.name)) continue;
        seen.add(target.name);
        next.push([[...path, label], target]);
      }
    }
    ring = next;
  }
  return null;
}

/** S2: protected types that can be asked for by key in some subgraph. */
export function protectedWithKey(services: readonly Service[]): string[] {
  const found: string[] = [];
  for (const { name, typeDefs } of services) {
    for (const node of typeDefs.definitions) {
      if (node.kind !== Kind.OBJECT_TYPE_DEFINITION || !isProtected(node.name.value)) continue;
      if (node.directives?.some((directive) => directive.name.value === 'key')) found.push(`${name}: ${node.name.value}`);
    }
  }
  return found;
}

/** Words that name a person or how to reach one. */
const PERSONAL = [
  'phone',
  'tel',
  'mobile',
  'name',
  'person',
  'persons',
  'reporter',
  'complainant',
  'resident',
  'volunteer',
  'officeholder',
  'identity',
  'account',
  'subject',
];

/** S2: arguments by which a root field that hands out what is protected could be asked about a person; inputs are looked through. */
export function askedByPerson(schema: GraphQLSchema): string[] {
  const wrapping = wrappers(schema);
  const handing = rootFields(schema).filter(
    (field) => isProtected(getNamedType(field.type).name) || wrapping.has(getNamedType(field.type).name),
  );
  return handing.flatMap((field) =>
    field.args.flatMap((argument) => personal(`${field.name}(${argument.name})`, argument.name, getNamedType(argument.type), new Set())),
  );
}

function personal(path: string, name: string, type: GraphQLNamedType, seen: Set<string>): string[] {
  const found = words(name).some((word) => PERSONAL.includes(word)) ? [path] : [];
  if (!isInputObjectType(type) || seen.has(type.name)) return found;
  seen.add(type.name);
  return [
    ...found,
    ...Object.values(type.getFields()).flatMap((field) => personal(`${path}.${field.name}`, field.name, getNamedType(field.type), seen)),
  ];
}

/** S4: what no name and no description may speak of. English as whole words, Chinese wherever it stands. */
export const FORBIDDEN_WORDS = [
  'face',
  'faces',
  'facial',
  'fingerprint',
  'fingerprints',
  'iris',
  'plate',
  'plates',
  'imei',
  'mac',
  'track',
  'tracks',
  'tracked',
  'tracking',
  'trajectory',
  'trajectories',
  'blacklist',
  'blacklisted',
  'biometric',
  'biometrics',
  'credit score',
  'social credit score',
  'risk score',
  'key person',
  'key persons',
  'person score',
  'watch list',
  'watchlist',
];
export const FORBIDDEN_HAN = ['人脸', '指纹', '虹膜', '车牌', '轨迹', '重点人员', '重点人', '信用分', '风险分', '黑名单', '步态', '声纹'];

/** The words of a name or text, lower case: `keyPersonID` and `key_person id` are `key person id`. */
export function words(text: string): string[] {
  return text
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z]+/)
    .filter((word) => word !== '');
}

function forbiddenIn(text: string): string[] {
  const spaced = ` ${words(text).join(' ')} `;
  return [...FORBIDDEN_WORDS.filter((word) => spaced.includes(` ${word} `)), ...FORBIDDEN_HAN.filter((word) => text.includes(word))];
}

/** S4: `coordinate: word` for each forbidden word in a name or description of the graph, inputs, arguments and enum values included. */
export function forbiddenWords(schema: GraphQLSchema): string[] {
  const found: string[] = [];
  const check = (coordinate: string, name: string, description: string | null | undefined): void => {
    for (const text of [name, description ?? '']) for (const word of forbiddenIn(text)) found.push(`${coordinate}: ${word}`);
  };
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isListed(type)) continue;
    check(type.name, type.name, type.description);
    if (isEnumType(type)) for (const value of type.getValues()) check(`${type.name}.${value.name}`, value.name, value.description);
    if (!isObjectType(type) && !isInterfaceType(type) && !isInputObjectType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      const coordinate = `${type.name}.${field.name}`;
      check(coordinate, field.name, field.description);
      for (const argument of 'args' in field ? field.args : [])
        check(`${coordinate}(${argument.name}:)`, argument.name, argument.description);
    }
  }
  return found;
}
