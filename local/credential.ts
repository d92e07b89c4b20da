import { importJWK, SignJWT } from 'jose';
import { type Role, VARIANT_OF_ROLE, type Variant } from '../subgraphs/shared/src/claims.ts';
import type { SigningKey } from './secrets.ts';

/** What a credential says of its bearer (overview §3.6). */
export interface Credential {
  /** At least one; `SERVICE` needs a department's own key. */
  roles: readonly Role[];
  /** Area codes of the scope. */
  areas?: readonly string[];
  /** By default that of the first role. */
  variant?: Variant;
  /** Stable id of the bearer's organization. */
  org?: string;
  subject?: string;
  /** Lifetime in seconds. */
  seconds?: number;
}

export const DAY_SECONDS = 86_400;

/** Signs a JSON Web Token that our gateway accepts. */
export async function issueToken(key: SigningKey, credential: Credential): Promise<string> {
  const { roles, areas = [], org, seconds = DAY_SECONDS } = credential;
  const [first] = roles;
  if (!first) throw new Error('a credential has at least one role');
  const now = Math.floor(Date.now() / 1000);
  const claims = {
    client_id: 'local',
    roles: [...roles],
    areas: [...areas],
    variant: credential.variant ?? VARIANT_OF_ROLE[first],
    ...(org !== undefined && { org }),
  };
  return new SignJWT(claims)
    .setProtectedHeader({ alg: 'EdDSA', kid: key.kid })
    .setIssuer('district-hub')
    .setSubject(credential.subject ?? `local-${first.toLowerCase().replaceAll('_', '-')}`)
    .setIssuedAt(now)
    .setExpirationTime(now + seconds)
    .sign(await importJWK(key, 'EdDSA'));
}
