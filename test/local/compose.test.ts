import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { gatewayVariables, readGatewayConfig, variableOf } from '../../gateway/src/config.ts';
import { composeVariables } from '../../local/compose/environment.ts';
import { GATEWAY, programOf, subgraphNames } from '../../local/environment.ts';
import { checkout } from '../../local/folder.ts';
import { gatewayMigrateVariables, migrateVariables } from '../../local/migrate.ts';
import { UNTOLD } from '../../local/postgres.ts';
import { DATABASE_ROLES, keepsVault, makeSecrets, publicKeys, rolesOf } from '../../local/secrets.ts';
import { readSubgraphConfig, subgraphVariables } from '../../subgraphs/shared/src/config.ts';
import { scratchFolder } from './scratch.ts';

interface Service {
  image: string;
  command: string[];
  environment: Record<string, string>;
  healthcheck?: { test: string[] };
  depends_on?: Record<string, { condition: string }>;
  networks: string[];
  secrets?: string[];
  volumes?: string[];
  ports?: string[];
}

const text = readFileSync(join(checkout, 'docker-compose.yml'), 'utf8');
const { services } = parse(text, { merge: true }) as { services: Record<string, Service> };
const names = subgraphNames();
const secrets = makeSecrets(names);
const values = composeVariables(secrets, '/etc/jwks.json');

/** The environment that a container would get: `${NAME:?}` is required, `${NAME:-default}` is not. */
function environmentOf(service: string): Record<string, string> {
  const fill = (value: string): string =>
    value.replaceAll(/\$\{(\w+)(?::-([^}]*)|:\?[^}]*)\}/g, (_, name: string, otherwise?: string) => {
      const found = values[name] ?? otherwise;
      if (found === undefined) throw new Error(`local/compose/environment.ts does not make ${name}`);
      return found;
    });
  return Object.fromEntries(Object.entries(services[service]!.environment).map(([name, value]) => [name, fill(String(value))]));
}

const required = (variables: Record<string, z.ZodType>): string[] =>
  Object.entries(variables).flatMap(([name, shape]) => (shape.safeParse(undefined).success ? [] : [name]));

describe('docker-compose.yml', () => {
  test('runs PostgreSQL, the subgraphs of schema/supergraph.yaml with their migrations, and the gateway', () => {
    const own = [GATEWAY, ...names];
    expect(Object.keys(services).sort()).toEqual(['postgres', ...own, ...own.map((name) => `${name}-migrate`)].sort());
    expect(services.postgres!.image).toBe('postgres:18');
    for (const name of [...names, GATEWAY]) expect(services[name]!.command).toEqual(['node', programOf(name)]);
  });

  test.each(names)('%s is told what its process reads, and nothing else', (name) => {
    const given = environmentOf(name);
    expect(Object.keys(given)).toEqual(expect.arrayContaining(required(subgraphVariables)));
    expect(Object.keys(subgraphVariables)).toEqual(expect.arrayContaining(Object.keys(given)));
    const config = readSubgraphConfig(name, given);
    expect([new URL(config.DATABASE_URL).username, new URL(config.FIGURES_DATABASE_URL).username]).toEqual([
      `${name}_app`,
      `${name}_figures`,
    ]);
    expect(config.VAULT_DATABASE_URL && new URL(config.VAULT_DATABASE_URL).username).toBe(keepsVault(name) ? `${name}_vault` : undefined);
    expect(services[name]!.secrets).toEqual(keepsVault(name) ? [`${name}-vault-key`] : undefined);
    expect(services[name]!.volumes).toEqual([`${name}-files:${config.FILES_DIR}`]);
    expect(JSON.parse(config.SERVICE_KEY)).toMatchObject({ kid: `service-${name}-1` });
  });

  test.each(names)('%s waits for its migration, which has the owner’s login and the same row scope key', (name) => {
    const given = environmentOf(`${name}-migrate`);
    expect(Object.keys(given).sort()).toEqual(Object.keys(migrateVariables).sort());
    const { OWNER_DATABASE_URL, ROW_SCOPE_KEY } = z.object(migrateVariables).parse(given);
    expect(new URL(OWNER_DATABASE_URL).username).toBe(`${name}_owner`);
    expect(ROW_SCOPE_KEY).toBe(environmentOf(name).ROW_SCOPE_KEY);
    expect(services[name]!.depends_on).toEqual({ [`${name}-migrate`]: { condition: 'service_completed_successfully' } });
    expect(services[`${name}-migrate`]!.command).toEqual(['node', 'dist/local/migrate.js', name]);
  });

  test('the gateway knows every subgraph’s address and key, runs as production and has a login to its own database alone', () => {
    const given = environmentOf(GATEWAY);
    const perSubgraph = names.flatMap((name) => [variableOf('SUBGRAPH_URL', name), variableOf('SUBGRAPH_KEYS', name)]);
    expect(Object.keys(given)).toEqual(expect.arrayContaining([...perSubgraph, 'JWKS_FILE', ...required(gatewayVariables)]));
    expect([...Object.keys(gatewayVariables), ...perSubgraph]).toEqual(expect.arrayContaining(Object.keys(given)));
    for (const name of names) {
      expect(given[variableOf('SUBGRAPH_KEYS', name)]).toBe(environmentOf(name).SUBGRAPH_KEYS);
      expect(new URL(given[variableOf('SUBGRAPH_URL', name)]!).hostname).toBe(name);
    }
    expect(services[GATEWAY]!.networks).not.toContain('data');
    expect(Object.values(given).filter((value) => value.includes('postgresql://'))).toEqual([given.DATABASE_URL]);
    const { username, pathname } = new URL(given.DATABASE_URL!);
    expect([username, pathname]).toEqual(['gateway_app', '/gateway']);

    const migrating = environmentOf(`${GATEWAY}-migrate`);
    expect(Object.keys(migrating)).toEqual(Object.keys(gatewayMigrateVariables));
    expect(new URL(migrating.OWNER_DATABASE_URL!).username).toBe('gateway_owner');
    expect(services[`${GATEWAY}-migrate`]!.command).toEqual(['node', 'dist/local/migrate.js', GATEWAY]);
    expect(services[GATEWAY]!.depends_on).toEqual({ [`${GATEWAY}-migrate`]: { condition: 'service_completed_successfully' } });

    const jwks = join(scratchFolder(), 'jwks.json');
    writeFileSync(jwks, JSON.stringify(publicKeys(secrets)));
    const config = readGatewayConfig([], { ...given, JWKS_FILE: jwks });
    expect([config.isProduction, config.subgraphs.map(({ name }) => name).sort()]).toEqual([true, [...names].sort()]);
  });

  test('PostgreSQL makes a database and a password per role of every subgraph and of the gateway', () => {
    const given = environmentOf('postgres');
    expect(given.HUB_SUBGRAPHS?.split(' ')).toEqual(names);
    const passwords = [GATEWAY, ...names].flatMap((name) => rolesOf(name).map((role) => `${name}_${role}_PASSWORD`.toUpperCase()));
    expect(Object.keys(given).sort()).toEqual(['HUB_SUBGRAPHS', 'POSTGRES_PASSWORD', ...passwords].sort());
    const script = readFileSync(join(checkout, 'local/compose/databases.sh'), 'utf8');
    for (const role of DATABASE_ROLES) expect(script).toContain(role);
  });

  test('PostgreSQL’s log tells as little about people as that of `npm start`', () => {
    const settings = Object.entries(UNTOLD).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    expect(settings).toHaveLength(4);
    expect(services.postgres!.command).toEqual(['postgres', ...settings]);
  });

  test('every process that stays has a health check, and the hub’s own ask /health/ready', () => {
    for (const name of ['postgres', ...names, GATEWAY]) expect(services[name]!.healthcheck, name).toBeDefined();
    for (const name of [...names, GATEWAY]) expect(services[name]!.healthcheck!.test.join(' '), name).toContain('/health/ready');
  });

  test('holds no secret: all of them are required from outside', () => {
    const secret = /PASSWORD|_KEYS?\b|_KEYS_/;
    for (const [service, { environment }] of Object.entries(services)) {
      for (const [name, value] of Object.entries(environment)) {
        if (secret.test(name)) expect(value, `${service} ${name}`).toMatch(/^\$\{\w+:\?\}$/);
        if (name.endsWith('DATABASE_URL')) expect(value, `${service} ${name}`).toMatch(/^postgresql:\/\/\w+:\$\{\w+_PASSWORD:\?\}@/);
      }
    }
  });
});
