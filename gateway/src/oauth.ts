/**
 * `POST /oauth/token` (RFC 6749, RFC 7523): a registered client proves itself by a JWT that its own key signed and gets a token of five
 * minutes for what it was registered with. Each assertion counts once. In development persons get tokens here as well, on this machine alone.
 */
import { randomUUID } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { createLocalJWKSet, decodeJwt, errors, importJWK, type JWK, type JWTPayload, jwtVerify, SignJWT } from 'jose';
import type { Logger } from 'pino';
import { z } from 'zod';
import { ROLES, type Role, VARIANT_OF_ROLE, VARIANTS } from '../../subgraphs/shared/src/claims.ts';
import { DEVELOPMENT_CLIENT } from './identity.ts';
import { ALGORITHMS, CLOCK_SKEW_SECONDS, HUB } from './issuers.ts';
import type { Client, Clients } from './oauth-clients.ts';

export interface OauthOptions {
  clients: Clients;
  /** Private key of our tokens. */
  tokenKey: JWK;
  /** Addresses of this endpoint that an assertion may name as its audience, beside the hub's name. */
  addresses: () => readonly string[];
  isProduction: boolean;
  log: Pick<Logger, 'warn'>;
}

/** Path of the endpoint. */
export const TOKEN_PATH = '/oauth/token';
/** Grant of a person's token in development. */
export const DEVELOPMENT_GRANT = 'urn:district-hub:grant-type:development';
/** Lifetime of a client's token, and the longest of an assertion. */
const TOKEN_SECONDS = 300;
const PERSON_SECONDS = 3_600;
const BODY_LIMIT = 16 * 1024;
const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

/** A refusal in the form of RFC 6749 §5.2. */
class OauthError extends Error {
  readonly code: string;
  readonly status: number;
  constructor(code: keyof typeof ZH, description: string, status = 400) {
    super(description);
    this.code = code;
    this.status = status;
  }
}

const ZH = {
  invalid_client: '客户端未能证明身份。',
  invalid_request: '请求不完整或有误。',
  invalid_scope: '超出登记的范围。',
  unsupported_grant_type: '不支持此授权方式。',
  temporarily_unavailable: '暂时不可用，请稍后再试。',
};

const text = z.string().min(1).max(8_000);
const clientForm = z.object({
  grant_type: z.literal('client_credentials'),
  client_assertion_type: z.literal(ASSERTION_TYPE),
  client_assertion: text.regex(/^[\w-]+\.[\w-]+\.[\w-]+$/),
  client_id: text.optional(),
  /** Area codes, parted by blanks; all of the client's unless told. */
  scope: text.optional(),
});
const assertionShape = z.object({ jti: z.string().min(8).max(128), exp: z.number() });
const PERSON_ROLES = ROLES.filter((role) => role !== 'SERVICE');
const personForm = z.object({
  role: z.array(z.enum(PERSON_ROLES)).min(1),
  area: z.array(z.string().regex(/^\d{12}$/)),
  org: text.optional(),
  sub: text.default('local'),
  variant: z.enum(VARIANTS).optional(),
});

/** Serves the endpoint on a server of ours. */
export async function serveOauth(server: FastifyInstance, options: OauthOptions): Promise<void> {
  const key = await importJWK(options.tokenKey, 'EdDSA');
  const sign: Sign = (claims, subject, seconds) => {
    const now = Math.floor(Date.now() / 1000);
    return new SignJWT(claims)
      .setProtectedHeader({ alg: 'EdDSA', kid: options.tokenKey.kid ?? '', typ: 'at+jwt' })
      .setIssuer(HUB)
      .setAudience(HUB)
      .setSubject(subject)
      .setJti(randomUUID())
      .setIssuedAt(now)
      .setExpirationTime(now + seconds)
      .sign(key);
  };
  await server.register(async (scope) => {
    scope.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string', bodyLimit: BODY_LIMIT }, (_, body, done) =>
      done(null, new URLSearchParams(String(body))),
    );
    scope.post(TOKEN_PATH, async (request, reply) => {
      reply.header('cache-control', 'no-store');
      try {
        return await reply.send(await granted(request, options, sign));
      } catch (error) {
        return refuse(reply, error, options.log);
      }
    });
  });
}

type Sign = (claims: JWTPayload, subject: string, seconds: number) => Promise<string>;

interface Granted {
  access_token: string;
  token_type: 'Bearer';
  expires_in: number;
  scope?: string;
}

async function granted(request: FastifyRequest, options: OauthOptions, sign: Sign): Promise<Granted> {
  const form = request.body;
  if (!(form instanceof URLSearchParams)) throw new OauthError('invalid_request', 'Send application/x-www-form-urlencoded.');
  const grant = form.get('grant_type');
  if (grant === DEVELOPMENT_GRANT && !options.isProduction) return personToken(request, form, sign);
  if (grant !== 'client_credentials') throw new OauthError('unsupported_grant_type', 'The grant is client_credentials.');
  const names = [...form.keys()];
  const parsed = clientForm.safeParse(Object.fromEntries(form));
  if (!parsed.success || new Set(names).size < names.length)
    throw new OauthError('invalid_request', `Send grant_type, client_assertion_type=${ASSERTION_TYPE} and client_assertion, each once.`);
  const client = await clientOf(parsed.data.client_assertion, parsed.data.client_id, options);
  const areas = areasOf(client, parsed.data.scope);
  const { id, role, organization } = client;
  const own = organization === null ? {} : { org: organization };
  const token = await sign({ client_id: id, roles: [role], areas, variant: VARIANT_OF_ROLE[role], ...own }, id, TOKEN_SECONDS);
  return { access_token: token, token_type: 'Bearer', expires_in: TOKEN_SECONDS, ...(areas.length > 0 && { scope: areas.join(' ') }) };
}

/** The client that signed an assertion, which is used up by it. */
async function clientOf(assertion: string, claimed: string | undefined, { clients, addresses }: OauthOptions): Promise<Client> {
  const id = issuerOf(assertion);
  if (claimed !== undefined && claimed !== id) throw unproven('client_id is not the issuer of the assertion.');
  const client = await clients.find(id);
  // The same answer for an unknown client and for a wrong signature.
  if (!client) throw unproven();
  const { exp, jti } = await verified(assertion, client, addresses());
  if (exp > Date.now() / 1000 + TOKEN_SECONDS + CLOCK_SKEW_SECONDS) throw unproven(`An assertion lives ${TOKEN_SECONDS} seconds at most.`);
  // Kept beyond its end, until no clock of ours could take it for valid any more.
  const isFirst = await clients.useAssertion(id, jti, new Date((exp + 2 * CLOCK_SKEW_SECONDS) * 1000));
  if (!isFirst) throw unproven('The assertion was used before: sign a new one with another jti.');
  return client;
}

async function verified(assertion: string, { id, keys }: Client, addresses: readonly string[]): Promise<z.infer<typeof assertionShape>> {
  try {
    const { payload } = await jwtVerify(assertion, createLocalJWKSet(keys), {
      issuer: id,
      subject: id,
      audience: [HUB, ...addresses],
      algorithms: [...ALGORITHMS],
      requiredClaims: ['exp', 'jti'],
      clockTolerance: CLOCK_SKEW_SECONDS,
    });
    const parsed = assertionShape.safeParse(payload);
    if (!parsed.success) throw unproven('The assertion needs iss, sub, aud, exp and a jti of 8 to 128 characters.');
    return parsed.data;
  } catch (error) {
    if (error instanceof errors.JWTExpired) throw unproven('The assertion has expired.');
    if (error instanceof errors.JWTClaimValidationFailed) throw unproven(`The assertion has a wrong or no ${error.claim}.`);
    if (error instanceof errors.JOSEError) throw unproven();
    throw error;
  }
}

function issuerOf(assertion: string): string {
  try {
    return decodeJwt(assertion).iss ?? '';
  } catch {
    throw unproven();
  }
}

const unproven = (why = 'The client is unknown, revoked, or the assertion is not signed by its key.'): OauthError =>
  new OauthError('invalid_client', why, 401);

function areasOf({ areaCodes }: Client, scope: string | undefined): string[] {
  if (scope === undefined) return areaCodes;
  const asked = [...new Set(scope.split(' ').filter((code) => code !== ''))];
  if (asked.length > 0 && asked.every((code) => areaCodes.includes(code))) return asked;
  throw new OauthError('invalid_scope', `scope is one or more of: ${areaCodes.join(' ')}`);
}

/** A token for a person, in development and for programs of this machine alone. */
async function personToken(request: FastifyRequest, form: URLSearchParams, sign: Sign): Promise<Granted> {
  const isLocal = ['127.0.0.1', '::1', '::ffff:127.0.0.1'].includes(request.socket.remoteAddress ?? '');
  if (!isLocal) throw new OauthError('unsupported_grant_type', 'Tokens for persons are given on this machine alone.');
  const given = { ...Object.fromEntries(form), role: form.getAll('role'), area: form.getAll('area') };
  const parsed = personForm.safeParse(given);
  if (!parsed.success) throw new OauthError('invalid_request', `Send role (${PERSON_ROLES.join(', ')}), area, org, sub, variant.`);
  const { role, area, org, sub, variant } = parsed.data;
  const own = org === undefined ? {} : { org };
  const claims = { client_id: DEVELOPMENT_CLIENT, roles: role, areas: area, variant: variant ?? VARIANT_OF_ROLE[role[0] as Role], ...own };
  return { access_token: await sign(claims, sub, PERSON_SECONDS), token_type: 'Bearer', expires_in: PERSON_SECONDS };
}

function refuse(reply: FastifyReply, error: unknown, log: Pick<Logger, 'warn'>): FastifyReply {
  const known = error instanceof OauthError ? error : new OauthError('temporarily_unavailable', 'Try again later.', 503);
  if (known !== error) log.warn({ reason: (error as Error).message }, 'a token could not be given');
  const told = { error: known.code, error_description: known.message, error_description_zh: ZH[known.code as keyof typeof ZH] };
  return reply.code(known.status).send(told);
}
