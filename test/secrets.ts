import { createHash } from 'node:crypto';
import { roleName } from '../local/databases.ts';
import { subgraphNames } from '../local/environment.ts';
import { DATABASE_ROLES, type DatabaseRole, GATEWAY, makeSecrets, type Secrets } from '../local/secrets.ts';

/** The tests' server is gone with them: a password that every test file can work out is enough. */
export const passwordOf = (role: string): string => createHash('sha256').update(`tests ${role}`).digest('hex');

/** Fresh keys as `npm start` makes them, with the passwords that every test file knows. */
export function testSecrets(): Secrets {
  const secrets = makeSecrets(subgraphNames());
  for (const [subgraph, own] of Object.entries(secrets.subgraphs)) {
    const passwords = DATABASE_ROLES.map((role) => [role, passwordOf(roleName(subgraph, role))]);
    own.passwords = Object.fromEntries(passwords) as Record<DatabaseRole, string>;
  }
  secrets.gateway.passwords = { owner: passwordOf(roleName(GATEWAY, 'owner')), app: passwordOf(roleName(GATEWAY, 'app')) };
  return secrets;
}
