/**
 * The gateway's own database for one test file, and what a gateway needs to use it.
 *
 *     const own = await ownDatabase();
 *     const gateway = await openGateway({ isOpen: false, jwks, own: own.config });
 *     afterAll(own.drop);
 */
import { randomBytes } from 'node:crypto';
import { exportJWK, generateKeyPair, type JWK } from 'jose';
import pg from 'pg';
import { migrateGateway } from '../../gateway/src/database.ts';
import type { OwnConfig } from '../../gateway/src/own-config.ts';
import { dropDatabase, makeDatabase, roleName } from '../../local/databases.ts';
import { GATEWAY } from '../../local/secrets.ts';
import { columnTypes, SESSION_OPTIONS } from '../../subgraphs/shared/src/column-types.ts';
import { testPostgres } from '../kit.ts';
import { passwordOf } from '../secrets.ts';

export interface OwnDatabase {
  config: OwnConfig;
  database: string;
  url(role: 'owner' | 'app'): string;
  /** A connection as owner: to register, to revoke, to meddle. */
  owner: pg.Client;
  /** Registers a client with this public key; PARTNER_UNIT of or_1 in one street unless told. */
  register(id: string, key: JWK, told?: { role?: string; organization?: string | null; areas?: string[] }): Promise<void>;
  drop(): Promise<void>;
}

/** A private key with its id, and its public half. */
export async function keyPair(kid: string, alg = 'EdDSA'): Promise<{ privateKey: CryptoKey; jwk: JWK; secret: JWK }> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  const head = { kid, alg, use: 'sig' };
  return { privateKey, jwk: { ...(await exportJWK(publicKey)), ...head }, secret: { ...(await exportJWK(privateKey)), ...head } };
}

/** Makes and migrates the database on the tests' server; its roles were made with it. */
export async function ownDatabase(): Promise<OwnDatabase> {
  const postgres = testPostgres();
  const database = `gateway_${randomBytes(6).toString('hex')}`;
  await makeDatabase(postgres, GATEWAY, database);
  const url = (role: 'owner' | 'app'): string => postgres.url(database, roleName(GATEWAY, role), passwordOf(roleName(GATEWAY, role)));
  await migrateGateway(url('owner'));
  const owner = new pg.Client({ connectionString: url('owner'), types: columnTypes, options: SESSION_OPTIONS });
  owner.on('error', () => undefined);
  await owner.connect();
  const { secret } = await keyPair('gateway-1');
  return {
    config: { jwksFile: null, issuers: [], databaseUrl: url('app'), tokenKey: secret, publicUrl: null },
    database,
    url,
    owner,
    async register(id, key, { role = 'PARTNER_UNIT', organization = 'or_1', areas = ['410305001000'] } = {}) {
      const keys = JSON.stringify({ keys: [key] });
      await owner.query('insert into client (id, name, role, organization, area_codes, keys) values ($1, $1, $2, $3, $4, $5)', [
        ...[id, role, organization, areas, keys],
      ]);
    },
    async drop() {
      await owner.end();
      await dropDatabase(postgres, database);
    },
  };
}
