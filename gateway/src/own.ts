/** What the gateway has of its own beside the graph: who vouches for callers, its database, tokens, the exchange record. */
import type { FastifyInstance } from 'fastify';
import type pg from 'pg';
import type { Logger } from 'pino';
import type { GatewayConfig } from './config.ts';
import { openOwnDatabase } from './database.ts';
import { Credentials } from './identity.ts';
import { issuersOf } from './issuers.ts';
import { serveOauth, TOKEN_PATH } from './oauth.ts';
import { Clients } from './oauth-clients.ts';
import type { OwnConfig } from './own-config.ts';
import { Recorder } from './record.ts';
import { Exchanges } from './record-exchange.ts';
import { serveExchangeRecords } from './record-report.ts';

/** Lives as long as the gateway. */
export interface Own {
  /** Null in `--open`. */
  credentials: Credentials | null;
  /** Null without a database. */
  exchanges: Exchanges | null;
  /** Serves tokens and the exchange record, and records answers; before the server listens and before other hooks on answers. */
  serve(server: FastifyInstance): Promise<void>;
  /** After the last answer: commits the records that wait. */
  close(): Promise<void>;
}

/** Within the time in which the whole process ends. */
const CLOSE_MS = 2_500;

const NOTHING: Own = { credentials: null, exchanges: null, serve: async () => undefined, close: async () => undefined };

/** Opens it: nothing in `--open`, only credentials without a database. */
export function openOwn({ jwks, own, isProduction }: Pick<GatewayConfig, 'jwks' | 'own' | 'isProduction'>, log: Logger): Own {
  if (jwks === null) return NOTHING;
  if (!own) return { ...NOTHING, credentials: new Credentials({ issuers: issuersOf({ jwks, log }), isProduction }) };
  const { d: _private, ...publicKey } = own.tokenKey;
  const issuers = issuersOf({ jwks, jwksFile: own.jwksFile, tokenKey: publicKey, others: own.issuers, log });
  const pool: pg.Pool = openOwnDatabase(own.databaseUrl, log);
  const clients = new Clients(pool, log);
  const credentials = new Credentials({ issuers, isProduction, clients });
  const recorder = new Recorder(pool, log);
  const exchanges = new Exchanges(recorder);
  return {
    credentials,
    exchanges,
    async serve(server) {
      exchanges.install(server);
      serveExchangeRecords(server, { pool, credentials, exchanges });
      const addresses = () => addressesOf(server, own);
      await serveOauth(server, { clients, tokenKey: own.tokenKey, addresses, isProduction, log });
    },
    async close() {
      clients.stop();
      await recorder.close(CLOSE_MS);
      await pool.end();
    },
  };
}

/** What a client may call our token endpoint; never what a request's own headers say. */
function addressesOf(server: FastifyInstance, { publicUrl }: OwnConfig): string[] {
  if (publicUrl !== null) return [new URL(TOKEN_PATH, publicUrl).href];
  const address = server.server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return ['127.0.0.1', 'localhost'].map((host) => `http://${host}:${port}${TOKEN_PATH}`);
}
