import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { composeSchemaContract, composeServices } from '@theguild/federation-composition';
import { buildASTSchema, type DocumentNode, type GraphQLSchema, parse } from 'graphql';
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

/** A department's part of the contract as its subgraph would print it: common.graphql merged in, tags finished by the same function as ours. */
export function contractOf(name: string, change: (sdl: string) => string = (sdl) => sdl): DocumentNode {
  return finish(parse(`${text('common')}\n${change(text(name))}`, { noLocation: true }));
}

/** The four departments' contract; `change` plants something in one of them. */
export function contract(change?: (name: string, sdl: string) => string): Service[] {
  return SUBGRAPHS.map((name) => ({ name, typeDefs: contractOf(name, (sdl) => change?.(name, sdl) ?? sdl) }));
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
