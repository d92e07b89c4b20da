import { type FieldDefinitionNode, Kind, type ObjectTypeDefinitionNode } from 'graphql';
import { isValueType, namedType, tagsOf } from '../../subgraphs/shared/src/finish-tags.ts';
import type { Service } from './contract.ts';

/** Who owns which entity (overview §2.2). */
export const OWNERS: Readonly<Record<string, string>> = {
  Area: 'organization',
  Compound: 'organization',
  Building: 'organization',
  Grid: 'organization',
  Organization: 'organization',
  Officeholder: 'organization',
  CoBuildingAgreement: 'organization',
  Commitment: 'organization',
  NeedItem: 'organization',
  Resolution: 'organization',
  SecretaryProject: 'organization',
  ExperienceCase: 'organization',
  Activity: 'volunteers',
  Facility: 'facilities',
  Booking: 'facilities',
  ProvisionProject: 'facilities',
  Case: 'grievances',
  HotSpot: 'grievances',
};

const ROOTS = ['Query', 'Mutation', 'Subscription'];

const has = (node: { directives?: readonly { name: { value: string } }[] }, name: string): boolean =>
  node.directives?.some((directive) => directive.name.value === name) === true;

/** Every object type of every subgraph, with the subgraph that declares it. */
function* objectTypes(services: readonly Service[]): Generator<[string, ObjectTypeDefinitionNode]> {
  for (const { name, typeDefs } of services) {
    for (const node of typeDefs.definitions) if (node.kind === Kind.OBJECT_TYPE_DEFINITION) yield [name, node];
  }
}

/** Every field of every object type, with the subgraph that declares it. */
function* fields(services: readonly Service[]): Generator<[string, ObjectTypeDefinitionNode, FieldDefinitionNode]> {
  for (const [name, type] of objectTypes(services)) for (const field of type.fields ?? []) yield [name, type, field];
}

/** Is this a field that the subgraph adds to an entity of another? Keys and @external fields are the owner's. */
function isAddition(subgraph: string, type: ObjectTypeDefinitionNode, field: FieldDefinitionNode): boolean {
  const owner = OWNERS[type.name.value];
  if (owner === undefined || owner === subgraph || has(field, 'external')) return false;
  const keys = (type.directives ?? []).filter((directive) => directive.name.value === 'key').map((key) => key.arguments?.[0]?.value);
  return !keys.some((value) => value?.kind === Kind.STRING && value.value.split(/\s+/).includes(field.name.value));
}

/** Entities whose owner the table does not know: a new one needs a line there. */
export function ownerless(services: readonly Service[]): string[] {
  const found = new Set<string>();
  for (const [, type] of objectTypes(services)) if (has(type, 'key') && !(type.name.value in OWNERS)) found.add(type.name.value);
  return [...found];
}

/**
 * Foreign means nullable: fields added to another's entity, fields whose type is another's entity, root fields of Query. Otherwise one
 * department's outage empties what the others answered.
 */
export function foreignNotNullable(services: readonly Service[]): string[] {
  const found: string[] = [];
  for (const [subgraph, type, field] of fields(services)) {
    if (field.type.kind !== Kind.NON_NULL_TYPE) continue;
    const owner = OWNERS[namedType(field.type)];
    const isForeign = owner !== undefined && owner !== subgraph;
    if (isForeign || isAddition(subgraph, type, field) || type.name.value === 'Query')
      found.push(`${subgraph}: ${type.name.value}.${field.name.value}`);
  }
  return found;
}

/** Fields added to another's entity without tags of their own. */
export function untaggedAdditions(services: readonly Service[]): string[] {
  const found: string[] = [];
  for (const [subgraph, type, field] of fields(services)) {
    if (isAddition(subgraph, type, field) && tagsOf(field).size === 0) found.push(`${subgraph}: ${type.name.value}.${field.name.value}`);
  }
  return found;
}

/** Root fields that two subgraphs declare. */
export function sharedRootFields(services: readonly Service[]): string[] {
  const seen = new Map<string, string>();
  const found: string[] = [];
  for (const [subgraph, type, field] of fields(services)) {
    if (!ROOTS.includes(type.name.value)) continue;
    const name = `${type.name.value}.${field.name.value}`;
    if (seen.has(name)) found.push(`${name}: ${seen.get(name)} and ${subgraph}`);
    seen.set(name, subgraph);
  }
  return found;
}

/**
 * Tags that would open more than was written: on an object type the composer takes them for all its fields in all subgraphs, so that after finishing only
 * value types have them; on Query, Mutation and Subscription nobody writes them at all. Takes documents as written as well as finished ones.
 */
export function tagsOnTypes(services: readonly Service[], stage: 'written' | 'finished'): string[] {
  const found: string[] = [];
  for (const [subgraph, type] of objectTypes(services)) {
    if (tagsOf(type).size === 0) continue;
    const name = type.name.value;
    const isWrong = ROOTS.includes(name) || (name in OWNERS && OWNERS[name] !== subgraph) || (stage === 'finished' && !isValueType(type));
    if (isWrong) found.push(`${subgraph}: ${name}`);
  }
  return found;
}

/**
 * Fields that a variant shows although no subgraph wrote its tag there: `visible` are the variant's fields as `Type.field`, `written` the documents
 * before finishing. Value types and `id` of a union's members are tagged by what returns them.
 */
export function leaked(visible: readonly string[], variant: string, written: readonly Service[]): string[] {
  const meant = new Set<string>();
  for (const [, type, field] of fields(written)) {
    const own = tagsOf(field);
    const tags = own.size > 0 ? own : tagsOf(type);
    if (tags.has(variant) || isValueType(type) || field.name.value === 'id') meant.add(`${type.name.value}.${field.name.value}`);
  }
  return visible.filter((field) => !meant.has(field));
}
