/**
 * Files through the gateway (overview §3.6 holds for them as for the graph):
 *
 *     POST /files/:subgraph        the file, as a form's (multipart/form-data) or as the body itself with its name in `x-file-name`
 *                                  (percent-encoded) → 201 { id, name, mediaType, bytes, sha256 }
 *     GET  /files/:subgraph/:id    the file, to who may see the object that it belongs to; before that to its uploader
 *
 * Contents are streamed, never kept here. The head of a request is signed like every other (`hub-file`); the content, unknown when the head
 * leaves, is vouched for by its last bytes (`tailOf`), so that a cut or changed one is no file. Errors have the form of the graph's.
 */
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Claims, Variant } from '../../subgraphs/shared/src/claims.ts';
import { FILE_HEADER, type FileHead } from '../../subgraphs/shared/src/files.head.ts';
import { MAX_FILE_BYTES } from '../../subgraphs/shared/src/files.schema.ts';
import { SIGNATURE_HEADER } from '../../subgraphs/shared/src/signature.ts';
import { isObject, type JsonObject } from './engine/json.ts';
import type { Source } from './engine/source.ts';
import { sanitized } from './engine/subgraph-error.ts';
import { boundaryOf, FormError, fileOfForm } from './multipart.ts';
import { Refusal } from './refusal.ts';

export interface FileOptions {
  /** The subgraph of this name in the graph in service. */
  sourceOf(name: string): Source | undefined;
  /** Who asks, with a deadline so many milliseconds from now. @throws Refusal */
  claimsOf(request: FastifyRequest, withinMs: number): Promise<Claims>;
}

/** 20 MB over a poor line. */
const UPLOAD_MS = 120_000;
const DOWNLOAD_MS = 120_000;
/** A form is so much longer than its file. */
const FORM_ROOM = 64 * 1024;
const MOST_ANSWER = 64 * 1024;
/** Variants that change nothing and so send nothing. */
const READERS: readonly Variant[] = ['PUBLIC', 'BI', 'AUDIT'];

/** Opens the routes; bodies are streams there and nowhere else. */
export function serveFiles(server: FastifyInstance, options: FileOptions): void {
  server.register(async (routes) => {
    routes.removeAllContentTypeParsers();
    routes.addContentTypeParser('*', (_, payload, done) => done(null, payload));
    routes.setErrorHandler((error, _, reply) => {
      if (!(error instanceof Refusal)) throw error;
      // In the graph a missing part is an answer all the same; a file is one part.
      return reply.code(error.status === 200 ? 503 : error.status).send(error.body);
    });
    routes.post<{ Params: { subgraph: string } }>('/files/:subgraph', (request, reply) => upload(options, request, reply));
    routes.get<{ Params: { subgraph: string; id: string } }>('/files/:subgraph/:id', (request, reply) => download(options, request, reply));
  });
}

function sourceOf(options: FileOptions, name: string): Source {
  const source = options.sourceOf(name);
  if (!source) throw new Refusal('NOT_FOUND', { status: 404 });
  return source;
}

const headText = (head: FileHead): string => Buffer.from(JSON.stringify(head)).toString('base64url');

async function upload(options: FileOptions, request: FastifyRequest<{ Params: { subgraph: string } }>, reply: FastifyReply) {
  const claims = await options.claimsOf(request, UPLOAD_MS);
  if (READERS.includes(claims.variant)) {
    throw claims.client === 'anonymous' ? new Refusal('UNAUTHENTICATED', { status: 401 }) : new Refusal('FORBIDDEN', { status: 403 });
  }
  const source = sourceOf(options, request.params.subgraph);
  if (Number(request.headers['content-length'] ?? 0) > MAX_FILE_BYTES + FORM_ROOM) throw tooLarge();
  const { name, content } = await sentFile(request);
  const ending = new AbortController();
  const timer = setTimeout(() => ending.abort(), UPLOAD_MS);
  // What is wrong with the content as the client sends it is his to hear; the request to the subgraph only breaks off.
  const fault: { found: unknown } = { found: null };
  try {
    const head = headText({ hub: claims, name });
    const headers = source.signed('POST', '/files', head);
    const body = Readable.from(vouched(content, (digest) => source.tailOf(String(headers[SIGNATURE_HEADER]), digest), fault));
    const response = await source.request({
      method: 'POST',
      path: '/files',
      headers: { ...headers, [FILE_HEADER]: head },
      body,
      signal: ending.signal,
    });
    const answer: unknown = JSON.parse(await textOf(response.body));
    if (response.statusCode === 201) return reply.code(201).send(answer);
    throw new Relayed(response.statusCode, answer, source.name);
  } catch (error) {
    throw refusalOf(fault.found ?? error, source.name);
  } finally {
    clearTimeout(timer);
    // What is left behind a file must not stand before the next request.
    request.raw.resume();
  }
}

/** The file of a request, whichever way it comes. */
async function sentFile(request: FastifyRequest): Promise<{ name: string; content: AsyncIterable<Buffer> }> {
  const sent = request.body as Readable | undefined;
  if (!sent) throw refusedForm();
  // Whoever is refused in the middle is told so: the connection stays.
  const body: AsyncIterable<Buffer> = sent.iterator({ destroyOnReturn: false });
  const boundary = boundaryOf(request.headers['content-type'] ?? '');
  if (boundary === null) return { name: sentName(request), content: body };
  try {
    return await fileOfForm(body, boundary);
  } catch (error) {
    request.raw.resume();
    if (error instanceof FormError) throw refusedForm();
    throw error;
  }
}

function sentName(request: FastifyRequest): string {
  const header = request.headers['x-file-name'];
  try {
    return typeof header === 'string' ? decodeURIComponent(header) : '';
  } catch {
    throw new Refusal('VALIDATION_FAILED', { zh: 'x-file-name 须为百分号编码。', en: 'x-file-name is percent-encoded.' });
  }
}

/** The content, and behind it what vouches for it. */
async function* vouched(
  content: AsyncIterable<Buffer>,
  tail: (digest: Buffer) => Buffer,
  fault: { found: unknown },
): AsyncGenerator<Buffer> {
  const hash = createHash('sha256');
  let bytes = 0;
  try {
    for await (const chunk of content) {
      bytes += chunk.length;
      if (bytes > MAX_FILE_BYTES) throw tooLarge();
      hash.update(chunk);
      yield chunk;
    }
  } catch (error) {
    fault.found = error;
    throw error;
  }
  yield tail(hash.digest());
}

async function download(options: FileOptions, request: FastifyRequest<{ Params: { subgraph: string; id: string } }>, reply: FastifyReply) {
  const claims = await options.claimsOf(request, DOWNLOAD_MS);
  const source = sourceOf(options, request.params.subgraph);
  const { id } = request.params;
  if (!/^[\w-]{1,64}$/.test(id)) throw new Refusal('NOT_FOUND', { status: 404 });
  try {
    const path = `/files/${id}`;
    const head = headText({ hub: claims });
    const headers = { ...source.signed('GET', path, head), [FILE_HEADER]: head };
    const response = await source.request({ method: 'GET', path, headers, signal: AbortSignal.timeout(DOWNLOAD_MS) });
    if (response.statusCode !== 200) throw new Relayed(response.statusCode, JSON.parse(await textOf(response.body)), source.name);
    for (const name of ['content-type', 'content-length', 'content-disposition']) reply.header(name, String(response.headers[name] ?? ''));
    // A browser saves it and neither shows nor guesses nor keeps it.
    return reply
      .header('x-content-type-options', 'nosniff')
      .header('content-security-policy', "default-src 'none'; sandbox")
      .header('cross-origin-resource-policy', 'same-origin')
      .header('cache-control', 'private, no-store')
      .send(response.body);
  } catch (error) {
    throw refusalOf(error, source.name);
  }
}

/** What the subgraph refused, told on. */
class Relayed extends Error {
  readonly refusal: Refusal | null;

  constructor(status: number, answer: unknown, subgraph: string) {
    super('refused by the subgraph');
    const error = isObject(answer) && Array.isArray(answer.errors) && isObject(answer.errors[0]) ? (answer.errors[0] as JsonObject) : null;
    // Our own signature was refused: nothing that the client could mend.
    const isOurs = status === 401 || status >= 500 || !error;
    this.refusal = isOurs ? null : Refusal.of(status, sanitized(error, [], subgraph));
  }
}

function refusalOf(error: unknown, subgraph: string): Refusal {
  if (error instanceof Refusal) return error;
  if (error instanceof FormError) return refusedForm();
  if (error instanceof Relayed && error.refusal) return error.refusal;
  return new Refusal('SOURCE_UNAVAILABLE', { status: 503, zh: `（${subgraph}）`, en: `(${subgraph})` });
}

const refusedForm = () =>
  new Refusal('VALIDATION_FAILED', { zh: '请求不含文件，或表单不完整。', en: 'There is no file in the request, or the form is cut.' });

const tooLarge = () =>
  new Refusal('LIMIT_EXCEEDED', {
    status: 413,
    zh: '文件上限 20 MB。',
    en: 'A file has at most 20 MB.',
    details: { limit: 'fileBytes', max: MAX_FILE_BYTES },
  });

async function textOf(body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > MOST_ANSWER) throw new Error('too long an answer');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
