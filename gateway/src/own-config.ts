/** Settings of what the gateway has of its own: issuers of credentials, its database, the key of its tokens. */
import { readFileSync } from 'node:fs';
import type { JWK } from 'jose';
import { z } from 'zod';
import { TOKEN_KEY_PREFIX } from './identity.ts';
import { type IssuerSettings, parseIssuers } from './issuers.ts';

export const ownVariables = {
  /** File of the public keys (JWK set) that the hub's own credentials are verified with; a changed one is noticed within a minute. */
  JWKS_FILE: z.string().optional(),
  /** File of more issuers of credentials: a JSON list of `{ issuer, audience, jwks (https URL or file), algorithms, roles }`. */
  ISSUERS_FILE: z.string().optional(),
  /** Login of role `gateway_app` to the gateway's own database (clients, exchange record); required without `--open`. */
  DATABASE_URL: z.url().optional(),
  /** Private key (JWK, Ed25519, kid `gateway-…`) of the tokens of `POST /oauth/token`, the same for every gateway; required without `--open`. */
  TOKEN_KEY: z.string().optional(),
  /** Address under which clients reach the gateway, e.g. `https://hub.example.cn`: their assertions name its `/oauth/token`. */
  PUBLIC_URL: z.url({ protocol: /^https?$/ }).optional(),
};

/** What a gateway with identities has of its own. */
export interface OwnConfig {
  /** File of the hub's public keys, which may change. */
  jwksFile: string | null;
  issuers: IssuerSettings[];
  databaseUrl: string;
  tokenKey: JWK;
  /** Null: clients reach it on this machine. */
  publicUrl: string | null;
}

type Settings = { [name in keyof typeof ownVariables]?: string };

const tokenKeyShape = z.object({
  kty: z.literal('OKP'),
  crv: z.literal('Ed25519'),
  x: z.string(),
  d: z.string(),
  kid: z.string().startsWith(TOKEN_KEY_PREFIX),
});

/** Reads the settings and the files they name; what is wrong is added to `wrong`, without its value. */
export function readOwnConfig(settings: Settings, wrong: string[]): OwnConfig | null {
  const before = wrong.length;
  const { JWKS_FILE, ISSUERS_FILE, DATABASE_URL, TOKEN_KEY, PUBLIC_URL } = settings;
  const tokenKey = tokenKeyShape.safeParse(jsonOf(TOKEN_KEY)).data;
  if (!tokenKey) wrong.push(`TOKEN_KEY: required: a private Ed25519 key (JWK) with kid ${TOKEN_KEY_PREFIX}…`);
  if (DATABASE_URL === undefined) wrong.push('DATABASE_URL: required: the login of gateway_app');
  const issuers = ISSUERS_FILE === undefined ? [] : readIssuers(ISSUERS_FILE, wrong);
  if (wrong.length > before || !tokenKey || DATABASE_URL === undefined) return null;
  return { jwksFile: JWKS_FILE ?? null, issuers, databaseUrl: DATABASE_URL, tokenKey, publicUrl: PUBLIC_URL ?? null };
}

function readIssuers(file: string, wrong: string[]): IssuerSettings[] {
  try {
    return parseIssuers(readFileSync(file, 'utf8'));
  } catch (error) {
    const reason =
      error instanceof z.ZodError ? error.issues.map(({ path, message }) => `${path.join('.')} ${message}`).join('; ') : String(error);
    wrong.push(`ISSUERS_FILE: ${reason}`);
    return [];
  }
}

function jsonOf(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return undefined;
  }
}
