/** `GET /reports/exchange-records`: the exchange record for an AUDITOR, newest first, page by page, from the gateway's own database. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type pg from 'pg';
import { z } from 'zod';
import type { Credentials, Identity } from './identity.ts';
import type { Exchanges } from './record-exchange.ts';
import { Refusal } from './refusal.ts';

const PATH = '/reports/exchange-records';
const MAX_FIRST = 200;
const ANSWER_MS = 10_000;

const instant = z.iso.datetime({ offset: true });
const name = z.string().min(1).max(300);
const queryShape = z.strictObject({
  first: z.coerce.number().int().min(1).default(50),
  /** `endCursor` of the page before. */
  after: z.string().max(300).optional(),
  client: name.optional(),
  organization: name.optional(),
  variant: name.optional(),
  purpose: name.optional(),
  operation: name.optional(),
  /** From this instant on, */
  from: instant.optional(),
  /** before that one. */
  to: instant.optional(),
});
type Asked = z.infer<typeof queryShape>;
const cursorShape = z.tuple([instant, name, z.string().regex(/^\d{1,18}$/)]);

const FILTERS = ['client', 'organization', 'variant', 'purpose', 'operation'] as const;
const COLUMNS = `r.writer, r.line, r.at, r.request as "requestId", r.client, r.subject, r.organization, r.variant, r.purpose, r.operation,
  r.operation_hash as "operationHash", r.status, r.answer_hash as "answerHash", r.hash`;

interface Row {
  writer: string;
  line: string;
  at: string;
}

/** Serves the report; reading it is recorded as well. */
export function serveExchangeRecords(
  server: FastifyInstance,
  { pool, credentials, exchanges }: { pool: pg.Pool; credentials: Credentials; exchanges: Exchanges },
): void {
  server.get(PATH, async (request, reply) => {
    try {
      const identity = await credentials.identify(request.headers.authorization);
      exchanges.begin(request, identity, Date.now() + ANSWER_MS);
      checkAuditor(identity);
      return await answer(request, reply, pool);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return reply.code(error.status).type('application/json; charset=utf-8').send(JSON.stringify(error.body));
    }
  });
}

function checkAuditor({ client, roles, variant }: Identity): void {
  if (roles.includes('AUDITOR') && variant === 'AUDIT') return;
  if (client === 'anonymous') throw new Refusal('UNAUTHENTICATED', { status: 401 });
  throw new Refusal('FORBIDDEN', { status: 403, zh: '（限 AUDITOR）', en: '(AUDITOR alone)' });
}

async function answer(request: FastifyRequest, reply: FastifyReply, pool: pg.Pool): Promise<FastifyReply> {
  const asked = readQuery(request.query);
  const rows = await read(pool, asked);
  const shown = rows.slice(0, asked.first);
  const last = shown.at(-1);
  const endCursor = last ? Buffer.from(JSON.stringify([last.at, last.writer, last.line])).toString('base64url') : null;
  const body = { records: shown, pageInfo: { endCursor, hasNextPage: rows.length > asked.first } };
  return reply.header('cache-control', 'no-store').type('application/json; charset=utf-8').send(JSON.stringify(body));
}

function readQuery(query: unknown): Asked {
  const parsed = queryShape.safeParse(query);
  if (!parsed.success) {
    const parameters = parsed.error.issues.map(({ path, code, message }) => (code === 'unrecognized_keys' ? message : path.join('.')));
    throw new Refusal('VALIDATION_FAILED', { zh: '查询参数有误。', en: 'A parameter is wrong.', details: { parameters } });
  }
  if (parsed.data.first > MAX_FIRST) throw new Refusal('PAGE_TOO_LARGE', { details: { first: parsed.data.first, limit: MAX_FIRST } });
  return parsed.data;
}

async function read(pool: pg.Pool, asked: Asked): Promise<Row[]> {
  const params: unknown[] = [];
  const bind = (value: unknown): string => `$${params.push(value)}`;
  const conditions = FILTERS.flatMap((field) => (asked[field] === undefined ? [] : [`r.${field} = ${bind(asked[field])}`]));
  if (asked.from !== undefined) conditions.push(`r.at >= ${bind(asked.from)}::timestamptz`);
  if (asked.to !== undefined) conditions.push(`r.at < ${bind(asked.to)}::timestamptz`);
  if (asked.after !== undefined) {
    const [at, writer, line] = readCursor(asked.after);
    conditions.push(`(r.at, r.writer, r.line) < (${bind(at)}::timestamptz, ${bind(writer)}, ${bind(line)}::bigint)`);
  }
  const where = conditions.length > 0 ? `where ${conditions.join(' and ')}` : '';
  const order = 'order by r.at desc, r.writer desc, r.line desc';
  try {
    const sql = `select ${COLUMNS} from exchange_record r ${where} ${order} limit ${asked.first + 1}`;
    return (await pool.query<Row>(sql, params)).rows;
  } catch {
    throw new Refusal('SOURCE_UNAVAILABLE', { status: 503, zh: '（交换记录）', en: '(exchange record)' });
  }
}

function readCursor(text: string): z.infer<typeof cursorShape> {
  try {
    return cursorShape.parse(JSON.parse(Buffer.from(text, 'base64url').toString()));
  } catch {
    throw new Refusal('VALIDATION_FAILED', { zh: '游标（after）无效。', en: 'The cursor (after) is none of this list.' });
  }
}
