/**
 * Uploads and downloads at a subgraph, for the gateway alone.
 *
 *     POST /files        head in `hub-file`, content and its tail as the body → 201 { id, name, mediaType, bytes, sha256 }
 *     GET  /files/:id    head in `hub-file` → the content
 *
 * The head is base64url of JSON (`FileHead`) and is what `hub-signature` is made over; the content is vouched for by its tail
 * (`tailOf`). A content that is cut, changed, too large or of a kind that is not accepted leaves nothing behind.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { type Claims, parseClaims } from './claims.ts';
import { now } from './clock.ts';
import type { Context } from './context.ts';
import { newId } from './domain/id.ts';
import { redact } from './domain/redact.ts';
import { HubError } from './errors.ts';
import { ACCEPTED, contentOf } from './files.content.ts';
import { FILE_HEADER, type FileHead } from './files.head.ts';
import { MAX_FILE_BYTES } from './files.schema.ts';
import type { FileStore, Incoming } from './files.store.ts';
import { CONTENT_LOCK, type FileRow, fileById, linksOf } from './files.ts';
import { type Keys, SIGNATURE_HEADER, TAIL_BYTES, tailOf, type Verifier } from './signature.ts';
import type { Subgraph } from './subgraph.ts';

/** What the door needs of the process. */
export interface FileDoor {
  keys: Keys;
  verifier: Verifier;
  files: FileStore;
  log: Logger;
  contextOf(claims: Claims): Context;
  mayReadFile: Subgraph['mayReadFile'];
}

/** The content is of no kind that is accepted, or broken. */
class UnknownContent extends HubError {
  constructor() {
    super('VALIDATION_FAILED', { accepted: ACCEPTED });
  }
}

const STATUS: Readonly<Record<string, number>> = {
  NOT_FOUND: 404,
  LIMIT_EXCEEDED: 413,
  UNAUTHENTICATED: 401,
  SOURCE_UNAVAILABLE: 503,
  RESULT_UNKNOWN: 503,
};
const MOST_NAME = 120;

/** Opens the routes; contents are streams there and nowhere else. */
export function serveFiles(server: FastifyInstance, door: FileDoor): void {
  server.register(async (routes) => {
    routes.removeAllContentTypeParsers();
    routes.addContentTypeParser('*', (_, payload, done) => done(null, payload));
    routes.setErrorHandler((error, _, reply) => refuse(reply, error, door));
    routes.post('/files', (request, reply) => upload(door, request, reply));
    routes.get<{ Params: { id: string } }>('/files/:id', (request, reply) => download(door, request.params.id, request, reply));
  });
}

/** Who asks, once the gateway's signature over the head holds. @throws HubError UNAUTHENTICATED */
function headOf({ verifier }: FileDoor, request: FastifyRequest): { claims: Claims; name: string } {
  const head = request.headers[FILE_HEADER];
  if (typeof head !== 'string' || verifier.verify(request.headers, request.method, request.url, head) !== 'OK') {
    throw new HubError('UNAUTHENTICATED');
  }
  const { hub, name = '' } = JSON.parse(Buffer.from(head, 'base64url').toString('utf8')) as FileHead;
  const claims = parseClaims(hub);
  if (!claims) throw new HubError('UNAUTHENTICATED');
  return { claims, name: nameOf(name) };
}

/** The name without folders and what cannot be shown. */
function nameOf(name: string): string {
  const last = name.normalize('NFC').split(/[\\/]/).at(-1) ?? '';
  return last
    .replace(/[\p{C}"<>|?*:]/gu, '')
    .trim()
    .slice(-MOST_NAME);
}

async function upload(door: FileDoor, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const { claims, name } = headOf(door, request);
  const ctx = door.contextOf(claims);
  const incoming = await door.files.receive(vouchedFor(door.keys, request));
  let safe: Incoming | null = null;
  try {
    if (incoming.bytes === 0) throw new HubError('VALIDATION_FAILED', { bytes: 0 });
    const content = await readFile(incoming.path);
    const kind = contentOf(content, name);
    const stripped = kind?.strip ? kind.strip(content) : content;
    if (!kind || !stripped) throw new UnknownContent();
    safe = kind.strip ? await door.files.receive(only(stripped)) : incoming;
    const file = await keep(ctx, safe, {
      // Whoever may read the file is told its name, and people name files by whom they are of.
      name: redact(name).strict || `file.${kind.ending}`,
      mediaType: kind.mediaType,
      stripped: kind.strip !== undefined,
    });
    return reply.code(201).send(file);
  } finally {
    await door.files.discard(incoming);
    if (safe) await door.files.discard(safe);
  }
}

/** The content's own name on the disk and its row become valid together: the row is last, and whoever removes contents waits for it. */
function keep(
  ctx: Context,
  incoming: Incoming,
  told: Pick<FileRow, 'name' | 'mediaType' | 'stripped'>,
): Promise<Omit<FileRow, 'stripped'>> {
  const { name, mediaType, stripped } = told;
  const { bytes, sha256 } = incoming;
  const at = now();
  const id = newId('fl', at);
  const { client, subject, organization } = ctx.claims;
  return ctx.write(async ({ rows }) => {
    await rows(CONTENT_LOCK, [sha256]);
    await ctx.files.keep(incoming);
    await rows(
      `insert into hub.file (id, name, media_type, bytes, sha256, stripped, client, subject, organization, made_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
      [id, name, mediaType, bytes, sha256, stripped, client, subject, organization, at],
    );
    return { id, name, mediaType, bytes, sha256 };
  });
}

/** The content as it comes. @throws HubError LIMIT_EXCEEDED as soon as it is too large; UNAUTHENTICATED at its end if the tail does not vouch for it. */
async function* vouchedFor(keys: Keys, request: FastifyRequest): AsyncGenerator<Buffer> {
  const hash = createHash('sha256');
  let held: Buffer = Buffer.alloc(0);
  let bytes = 0;
  for await (const chunk of request.body as AsyncIterable<Buffer>) {
    const known = Buffer.concat([held, chunk]);
    const content = known.subarray(0, Math.max(0, known.length - TAIL_BYTES));
    held = known.subarray(content.length);
    bytes += content.length;
    if (bytes > MAX_FILE_BYTES) throw new HubError('LIMIT_EXCEEDED', { limit: 'fileBytes', max: MAX_FILE_BYTES });
    hash.update(content);
    if (content.length > 0) yield content;
  }
  const tail = tailOf(keys, String(request.headers[SIGNATURE_HEADER]), hash.digest());
  if (!tail || held.length !== TAIL_BYTES || !timingSafeEqual(tail, held)) throw new HubError('UNAUTHENTICATED');
}

async function* only(content: Buffer): AsyncGenerator<Buffer> {
  yield content;
}

/** One that is not there and one that is not for the caller are told alike. */
async function download(door: FileDoor, id: string, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const ctx = door.contextOf(headOf(door, request).claims);
  const file = await fileById(ctx, id);
  if (!file || !(await mayRead(door, ctx, id))) throw new HubError('NOT_FOUND');
  const content = await door.files.stream(file.sha256);
  return reply
    .header('content-type', file.mediaType)
    .header('content-length', file.bytes)
    .header('content-disposition', `attachment; filename*=UTF-8''${encodeURIComponent(file.name)}`)
    .send(content);
}

/** Without a link the row itself was only to be seen by its uploader. */
async function mayRead({ mayReadFile }: FileDoor, ctx: Context, id: string): Promise<boolean> {
  const links = await linksOf(ctx, id);
  if (links.length === 0) return true;
  for (const link of links) if (await mayReadFile?.(ctx, link)) return true;
  return false;
}

function refuse(reply: FastifyReply, error: unknown, { log }: FileDoor): FastifyReply {
  const isCut = (error as { code?: string }).code === 'ECONNRESET';
  if (!(error instanceof HubError) && !isCut) log.error({ err: error }, 'masked error');
  const shown = error instanceof HubError ? error : new HubError('SOURCE_UNAVAILABLE');
  const status = shown instanceof UnknownContent ? 415 : (STATUS[shown.code] ?? 400);
  const extensions = { code: shown.code, messageEn: shown.messageEn, ...(shown.details && { details: shown.details }) };
  return reply.code(status).send({ errors: [{ message: shown.messageZh, extensions }] });
}
