import { join } from 'node:path';
import { subgraphList } from '../subgraphs/shared/src/config.ts';
import { databaseUrl } from './databases.ts';
import type { Postgres } from './postgres.ts';
import { GATEWAY, keepsVault, type Secrets, vaultKeyFile } from './secrets.ts';

/** Where the processes of one hub find each other and what they are trusted by. */
export interface HubPlan {
  secrets: Secrets;
  postgres: Pick<Postgres, 'url'>;
  gatewayPort: number;
  /** Port of each subgraph by name. */
  ports: Record<string, number>;
  /** File with the public keys. */
  jwksFile: string;
  /** Folder of the vaults' key files. */
  keysFolder: string;
  /** Folder in which every department keeps uploaded files in a folder of its own. */
  filesFolder: string;
  /** Database of each subgraph and of the gateway, where it is not named like them. */
  databases?: Record<string, string>;
}

export { GATEWAY };

const HOST = '127.0.0.1';

/** Names of the subgraphs, in the order of `schema/supergraph.yaml`. */
export const subgraphNames = (): string[] => Object.keys(subgraphList());

/** Ports of the subgraphs as `schema/supergraph.yaml` says. */
export const listedPorts = (): Record<string, number> =>
  Object.fromEntries(Object.entries(subgraphList()).map(([name, { address }]) => [name, Number(new URL(address).port)]));

/** File that a process runs, from the checkout: part of its command line, so that it can be told apart. */
export const programOf = (name: string): string => (name === GATEWAY ? 'dist/gateway/src/main.js' : `dist/subgraphs/${name}/src/main.js`);

export const addressOf = (port: number): string => `http://${HOST}:${port}/graphql`;

/** Environment of a process, gateway or subgraph; only what is its own, secrets of no other department. */
export const environmentOf = (name: string, plan: HubPlan): Record<string, string> =>
  name === GATEWAY ? gatewayEnvironment(plan) : subgraphEnvironment(name, plan);

function subgraphEnvironment(name: string, plan: HubPlan): Record<string, string> {
  const { secrets, postgres, gatewayPort, ports, databases } = plan;
  const own = secrets.subgraphs[name];
  if (!own) throw new Error(`there are no secrets of ${name}`);
  const database = databases?.[name];
  return {
    HOST,
    PORT: String(ports[name]),
    DATABASE_URL: databaseUrl(postgres, secrets, name, 'app', database),
    FIGURES_DATABASE_URL: databaseUrl(postgres, secrets, name, 'figures', database),
    ...(keepsVault(name) && {
      VAULT_DATABASE_URL: databaseUrl(postgres, secrets, name, 'vault', database),
      VAULT_KEY_FILE: vaultKeyFile(plan.keysFolder, name),
    }),
    FILES_DIR: join(plan.filesFolder, name),
    SUBGRAPH_KEYS: own.subgraphKeys,
    ROW_SCOPE_KEY: own.rowScopeKey,
    GATEWAY_URL: addressOf(gatewayPort),
    SERVICE_KEY: JSON.stringify(own.serviceKey),
  };
}

function gatewayEnvironment({ secrets, postgres, gatewayPort, ports, jwksFile, databases }: HubPlan): Record<string, string> {
  const perSubgraph = Object.entries(secrets.subgraphs).flatMap(([name, own]) => [
    [`SUBGRAPH_KEYS_${name.toUpperCase()}`, own.subgraphKeys],
    [`SUBGRAPH_URL_${name.toUpperCase()}`, addressOf(ports[name] ?? 0)],
  ]);
  return {
    HOST,
    PORT: String(gatewayPort),
    JWKS_FILE: jwksFile,
    DATABASE_URL: databaseUrl(postgres, secrets, GATEWAY, 'app', databases?.[GATEWAY]),
    TOKEN_KEY: JSON.stringify(secrets.gateway.tokenKey),
    ...Object.fromEntries(perSubgraph),
  };
}
