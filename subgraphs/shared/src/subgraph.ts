import 'reflect-metadata';
import type { GraphQLSchema } from 'graphql';
import type { Logger } from 'pino';
import { buildSchemaSync, type NonEmptyArray } from 'type-graphql';
import { holdsRole } from './access.ts';
import type { Context } from './context.ts';
import type { Database, EntityDefinition } from './database.ts';
import { HubError } from './errors.ts';
import { federate, type References } from './federate.ts';
import type { FileLink } from './files.ts';
import type { Graph } from './graph.ts';
import type { Vault } from './vault.ts';

// biome-ignore lint/complexity/noBannedTypes: type-graphql takes classes as Function.
type Class = Function;

/** What a department's own work, asked by nobody, is handed when its process is ready. */
export interface Services {
  database: Database;
  vault: Vault;
  graph: Graph;
  log: Logger;
  /** How far what follows from others' events is behind, by name; told by `/health/ready`. */
  behind: Map<string, () => object>;
  /** Code of the district that this hub serves. */
  districtCode: string;
}

/** A subgraph as data: everything that makes one department differ from another. */
export interface Subgraph {
  name: string;
  /** MikroORM entities of its database. */
  entities: readonly EntityDefinition[];
  /** Object types that no root field of ours returns: stubs of others' entities, union members. */
  types: readonly Class[];
  resolvers: readonly Class[];
  /** How each entity is found by its key, batched. */
  references: References<Context>;
  /** Its figures of many facts read roll-ups (schema `rollup`), which its process folds (`rollup.ts`). */
  rollups?: boolean;
  /** Whether the caller may read a file because he may see the object that it belongs to; without it only uploaders read their own. */
  mayReadFile?(ctx: Context, link: FileLink): Promise<boolean>;
  /** Starts what the process does by itself; gives what ends it. */
  start?(services: Services): () => void | Promise<void>;
}

/** The one function that turns a definition into a Federation 2 subgraph: schema and the SDL printed from it. */
export function buildSubgraph({ types, resolvers, references }: Subgraph): { schema: GraphQLSchema; sdl: string } {
  const schema = buildSchemaSync({
    resolvers: resolvers as NonEmptyArray<Class>,
    orphanedTypes: [...types],
    // Arguments are checked by the scalars and by the functions they are handed to.
    validate: false,
    authMode: 'error',
    authChecker: ({ context }: { context: Context }, roles: string[]) => {
      if (holdsRole(context.claims, roles)) return true;
      throw new HubError(context.claims.subject === null ? 'UNAUTHENTICATED' : 'FORBIDDEN');
    },
  });
  return federate(schema, references);
}
