import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { composeSchemaContract, composeServices } from '@theguild/federation-composition';
import { buildASTSchema, type DocumentNode, type GraphQLObjectType, type GraphQLSchema, isObjectType, parse } from 'graphql';
import { finish } from '../../subgraphs/shared/src/federate.ts';

/** The departments, in the order of schema/supergraph.yaml. */
export const SUBGRAPHS = ['organization', 'volunteers', 'facilities', 'grievances'] as const;
/** The contract variants that are made from tags; `internal` is everything. */
export const VARIANTS = ['public', 'resident', 'partner', 'department', 'bi', 'audit'] as const;

export interface Service {
  name: string;
  typeDefs: DocumentNode;
}

const text = (name: string): string => readFileSync(join(import.meta.dirname, '..', 'contract', `${name}.graphql`), 'utf8');

/** Plants something in a department's part of the contract, for the tests of the tests. */
export type Plant = (name: string, sdl: string) => string;

/** The four departments' contract as written, common.graphql merged into each. */
export function writtenContract(plant: Plant = (_name, sdl) => sdl): Service[] {
  return SUBGRAPHS.map((name) => ({ name, typeDefs: parse(`${text('common')}\n${plant(name, text(name))}`, { noLocation: true }) }));
}

/** The four departments' contract as their subgraphs would print it: finished by the same function as ours. */
export function contract(plant?: Plant): Service[] {
  return writtenContract(plant).map(({ name, typeDefs }) => ({ name, typeDefs: finish(typeDefs) }));
}

/** The committed schemas of those departments that have one; that they are current is another test's matter. */
export function printed(): Service[] {
  const file = (name: string): string => join(import.meta.dirname, '..', '..', 'schema', `${name}.graphql`);
  return SUBGRAPHS.filter((name) => existsSync(file(name))).map((name) => ({
    name,
    typeDefs: parse(readFileSync(file(name), 'utf8'), { noLocation: true }),
  }));
}

/** Replaces a text that must occur, so that a plant never misses silently. */
export function replaced(sdl: string, from: string, to: string): string {
  if (!sdl.includes(from)) throw new Error(`nothing to replace: ${from}`);
  return sdl.replace(from, to);
}

/** All fields of a schema's object types as `Type.field`. */
export function fieldsOf(schema: GraphQLSchema): string[] {
  const types = Object.values(schema.getTypeMap()).filter(
    (type) => isObjectType(type) && !type.name.startsWith('__'),
  ) as GraphQLObjectType[];
  return types.flatMap((type) => Object.keys(type.getFields()).map((field) => `${type.name}.${field}`));
}

const withAddress = (services: readonly Service[]) =>
  services.map((service) => ({ ...service, url: `http://${service.name}.invalid/graphql` }));

/**
 * The composed graph as clients of `internal` see it.
 *
 * @throws Error with what the composer says
 */
export function composed(services: readonly Service[]): GraphQLSchema {
  const result = composeServices(withAddress(services));
  if (result.errors) throw new Error(result.errors.map((error) => error.message).join('\n'));
  return publicSchema(result);
}

/** The graph of one variant. @throws Error with what the composer says */
export function variant(services: readonly Service[], name: string): GraphQLSchema {
  const result = composeSchemaContract(withAddress(services), { include: new Set([name]), exclude: new Set() });
  if (result.errors) throw new Error(`${name}: ${result.errors.map((error) => error.message).join('\n')}`);
  return publicSchema(result);
}

const publicSchema = (result: { publicSdl: string }): GraphQLSchema => buildASTSchema(parse(result.publicSdl));
