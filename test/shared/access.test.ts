/** Who may ask what (design §3): a role on every root field, checked before its resolver runs. */
import 'reflect-metadata';
import { type GraphQLSchema, graphql } from 'graphql';
import { getMetadataStorage } from 'type-graphql';
import { beforeAll, describe, expect, it } from 'vitest';
import { subgraphNames } from '../../local/environment.ts';
import type { Role } from '../../subgraphs/shared/src/claims.ts';
import { projectRoot } from '../../subgraphs/shared/src/config.ts';
import { buildSubgraph, type Subgraph } from '../../subgraphs/shared/src/subgraph.ts';
import { claimsOf } from '../database.ts';

const schemas = new Map<string, GraphQLSchema>();
beforeAll(async () => {
  for (const name of subgraphNames()) {
    const file = new URL(`subgraphs/${name}/src/subgraph.ts`, projectRoot);
    const { definition } = (await import(file.href)) as { definition: Subgraph };
    schemas.set(name, buildSubgraph(definition).schema);
  }
});

/** The code with which a caller of these roles is refused, or null when a resolver was reached. */
async function refusal(subgraph: string, query: string, roles: Role[], subject: string | null = 'somebody'): Promise<string | null> {
  let reached = false;
  const contextValue = {
    claims: claimsOf({ roles, subject }),
    get rows() {
      reached = true;
      throw new Error('this test has no database');
    },
  };
  const { errors } = await graphql({ schema: schemas.get(subgraph)!, source: query, contextValue });
  const code = (errors?.[0]?.originalError as { code?: string } | undefined)?.code ?? null;
  return reached ? null : (code ?? 'NO_RESOLVER');
}

describe('a root field', () => {
  it('says who may ask it, in every department', () => {
    const { queries, mutations, subscriptions } = getMetadataStorage();
    const open = [...queries, ...mutations, ...subscriptions].filter(({ roles }) => !roles || roles.length === 0);
    expect(queries.length).toBeGreaterThan(10);
    expect(open.map(({ schemaName }) => schemaName)).toEqual([]);
  });

  it('is refused to a role that it does not name, and to nobody with one that it does', async () => {
    const query = '{ volunteer(number: "41030500000001") { __typename } }';
    expect(await refusal('volunteers', query, ['RESIDENT'])).toBe('FORBIDDEN');
    expect(await refusal('volunteers', query, ['DISTRICT_LEAD'])).toBe('FORBIDDEN');
    expect(await refusal('volunteers', query, ['PUBLIC'], null)).toBe('UNAUTHENTICATED');
    expect(await refusal('volunteers', query, ['ORG_REPRESENTATIVE'])).toBeNull();
  });
});

describe('what is for service use', () => {
  it.each([
    ['walkOrigins', '{ walkOrigins(areaCode: "410305000000") { nodes { __typename } } }'],
    ['organizationEvents', '{ organizationEvents { nodes { __typename } } }'],
  ])('%s is refused to every person, the district lead included', async (_, query) => {
    for (const role of ['DISTRICT_LEAD', 'REGISTRAR', 'AUDITOR', 'STREET_STAFF', 'RESIDENT'] as const)
      expect(await refusal('organization', query, [role])).toBe('FORBIDDEN');
    expect(await refusal('organization', query, ['SERVICE'], null)).toBeNull();
  });
});
