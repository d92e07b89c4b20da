/**
 * `node local/compose/environment.ts FOLDER` makes the secrets of a deployment with docker-compose.yml: `compose.env` for
 * `docker compose --env-file`, and `jwks.json`, the public keys that the gateway accepts. Nothing is overwritten.
 */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { subgraphNames } from '../environment.ts';
import { makeSecrets, publicKeys, type Secrets } from '../secrets.ts';
import { fail, Trouble } from '../trouble.ts';

/** Variables of docker-compose.yml and their values. */
export function composeVariables(secrets: Secrets, jwksFile: string): Record<string, string> {
  const own = Object.entries(secrets.subgraphs).flatMap(([name, { passwords, subgraphKeys, rowScopeKey, serviceKey, vaultKey }]) =>
    Object.entries({
      OWNER_PASSWORD: passwords.owner,
      APP_PASSWORD: passwords.app,
      FIGURES_PASSWORD: passwords.figures,
      SUBGRAPH_KEYS: subgraphKeys,
      ROW_SCOPE_KEY: rowScopeKey,
      SERVICE_KEY: JSON.stringify(serviceKey),
      ...(vaultKey !== undefined && { VAULT_PASSWORD: passwords.vault, VAULT_KEY: vaultKey }),
    }).map(([variable, value]) => [`${name.toUpperCase()}_${variable}`, value]),
  );
  const { passwords, tokenKey } = secrets.gateway;
  return {
    POSTGRES_PASSWORD: secrets.superuserPassword,
    JWKS_FILE: jwksFile,
    GATEWAY_OWNER_PASSWORD: passwords.owner,
    GATEWAY_APP_PASSWORD: passwords.app,
    GATEWAY_TOKEN_KEY: JSON.stringify(tokenKey),
    ...Object.fromEntries(own),
  };
}

function main(): void {
  const folder = resolve(process.argv[2] ?? '.hub/compose');
  const environment = join(folder, 'compose.env');
  const jwks = join(folder, 'jwks.json');
  if (existsSync(environment)) {
    throw new Trouble(
      `${environment} exists already and is kept: new passwords would not fit the databases made with the old ones.`,
      `${environment} 已存在，未作改动。`,
    );
  }
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const secrets = makeSecrets(subgraphNames());
  // A deployment's credentials come from its own issuer, whose public key is added to jwks.json; the development key stays at home.
  const keys = publicKeys(secrets).keys.filter(({ kid }) => kid !== secrets.developmentKey.kid);
  writeFileSync(jwks, `${JSON.stringify({ keys }, null, 2)}\n`, { mode: 0o644 });
  const lines = Object.entries(composeVariables(secrets, jwks)).map(([name, value]) => `${name}='${value}'`);
  writeFileSync(environment, `${lines.join('\n')}\n`, { mode: 0o600 });
  process.stdout.write(`Made ${environment} and ${jwks}.\nNext: docker compose --env-file '${environment}' up --build\n`);
}

if (import.meta.main) {
  try {
    main();
  } catch (error) {
    fail(error, '');
  }
}
