/**
 * Who asks (overview §3.6, design §4). A credential is a JWT signed with Ed25519 by a key of the JWK set; it is verified once, here.
 * Development keys (`dev-…`) do not count in production; a subgraph's own key (`service-…`) carries the role SERVICE and nothing else.
 */
import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTPayload, jwtVerify } from 'jose';
import { z } from 'zod';
import { ROLES, type Role, VARIANT_OF_ROLE, VARIANTS, type Variant } from '../../subgraphs/shared/src/claims.ts';
import { Lru } from './lru.ts';
import { Refusal } from './refusal.ts';

/** What a credential says, before its places are known. */
export interface Identity {
  client: string;
  subject: string | null;
  organization: string | null;
  roles: Role[];
  variant: Variant;
  areaCodes: string[];
}

const ISSUER = 'district-hub';
const MAX_AREAS = 200;
const KEPT_TOKENS = 2_000;
const CLOCK_TOLERANCE_SECONDS = 5;

const payloadShape = z.object({
  sub: z.string().max(200).optional(),
  client_id: z.string().min(1).max(200),
  roles: z.array(z.string()).min(1).max(20),
  areas: z.array(z.string().max(30)).max(MAX_AREAS).default([]),
  variant: z.string().optional(),
  org: z.string().max(100).nullish(),
  exp: z.number(),
});

const ANONYMOUS: Identity = { client: 'anonymous', subject: null, organization: null, roles: ['PUBLIC'], variant: 'PUBLIC', areaCodes: [] };

/** Verifies credentials against one JWK set. */
export class Credentials {
  readonly #keys: ReturnType<typeof createLocalJWKSet>;
  readonly #isProduction: boolean;
  readonly #now: () => number;
  readonly #known = new Lru<{ identity: Identity; until: number }>(KEPT_TOKENS);

  constructor(jwks: string, isProduction: boolean, now: () => number = Date.now) {
    this.#keys = createLocalJWKSet(JSON.parse(jwks) as JSONWebKeySet);
    this.#isProduction = isProduction;
    this.#now = now;
  }

  /**
   * The identity of an `Authorization` header; without one the public's.
   * @throws Refusal UNAUTHENTICATED (401) for what is no valid credential, FORBIDDEN or VARIANT_FORBIDDEN (403) for what it may not claim.
   */
  async identify(authorization: string | undefined): Promise<Identity> {
    if (authorization === undefined) return ANONYMOUS;
    const token = /^Bearer +([\w-]+\.[\w-]+\.[\w-]+)$/i.exec(authorization)?.[1];
    if (!token) throw new Refusal('UNAUTHENTICATED', { status: 401 });
    const known = this.#known.get(token);
    if (known && known.until > this.#now()) return known.identity;
    const { payload, kid } = await this.#verified(token);
    const identity = identityOf(payload, kid);
    this.#known.set(token, { identity, until: (payload.exp ?? 0) * 1000 });
    return identity;
  }

  async #verified(token: string): Promise<{ payload: JWTPayload; kid: string }> {
    const algorithms = ['EdDSA', 'Ed25519'];
    const clock = { currentDate: new Date(this.#now()), clockTolerance: CLOCK_TOLERANCE_SECONDS };
    const options = { issuer: ISSUER, algorithms, requiredClaims: ['exp'], ...clock };
    try {
      const { payload, protectedHeader } = await jwtVerify(token, this.#keys, options);
      const { kid } = protectedHeader;
      if (!kid) throw new errors.JWTInvalid('no key id');
      if (this.#isProduction && kid.startsWith('dev-')) throw new errors.JWTInvalid('a development key');
      return { payload, kid };
    } catch (error) {
      if (!(error instanceof errors.JOSEError)) throw error;
      const expired = error instanceof errors.JWTExpired;
      throw new Refusal('UNAUTHENTICATED', { status: 401, ...(expired && { zh: '凭证已过期。', en: 'The credential has expired.' }) });
    }
  }
}

function identityOf(payload: JWTPayload, kid: string): Identity {
  const parsed = payloadShape.safeParse(payload);
  if (!parsed.success) throw new Refusal('UNAUTHENTICATED', { status: 401, zh: '凭证内容不完整。', en: 'The credential lacks claims.' });
  const { sub, client_id, areas, org } = parsed.data;
  const roles = rolesOf(parsed.data.roles, kid);
  const variant = variantOf(parsed.data.variant, roles);
  return { client: client_id, subject: sub ?? null, organization: org ?? null, roles, variant, areaCodes: [...new Set(areas)] };
}

function rolesOf(names: readonly string[], kid: string): Role[] {
  const roles = [...new Set(names)].filter((name): name is Role => ROLES.includes(name as Role));
  if (roles.length < new Set(names).size) throw new Refusal('FORBIDDEN', { status: 403, zh: '角色未知。', en: 'Unknown role.' });
  const isService = kid.startsWith('service-');
  if (isService !== roles.includes('SERVICE') || (isService && roles.length > 1))
    throw new Refusal('FORBIDDEN', { status: 403, zh: '角色 SERVICE 限系统密钥。', en: 'Role SERVICE belongs to service keys alone.' });
  return roles;
}

/** The variant asked for must be one of the roles'; without one it is the first role's. */
function variantOf(name: string | undefined, roles: readonly Role[]): Variant {
  const allowed = roles.map((role) => VARIANT_OF_ROLE[role]);
  if (name === undefined) return allowed[0]!;
  const variant = VARIANTS.find((each) => each === name.toUpperCase());
  if (!variant || !allowed.some((each) => each === variant)) throw new Refusal('VARIANT_FORBIDDEN', { status: 403 });
  return variant;
}
