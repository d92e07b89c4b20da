/**
 * The body of a GraphQL request before it is JSON: whole in a few seconds, in UTF-8, not compressed, and of a shape that no parser after this
 * one reads otherwise: no key twice, none that reaches for a prototype, no deeper and no more than any input of ours.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Refusal } from './refusal.ts';

/** Bounds of a body. */
export const BODY_LIMITS = {
  /** Bytes. */
  bodyBytes: 256 * 1024,
  /** Objects and lists within one another. */
  bodyDepth: 64,
  /** Keys and values. */
  bodyValues: 20_000,
  /** Milliseconds until the whole of it is there. */
  bodyMs: 5_000,
} as const;

const utf8 = new TextDecoder('utf-8', { fatal: true });
const FORBIDDEN_KEYS = new Set(['__proto__', 'constructor', 'prototype']);

/**
 * The value of a JSON body.
 * @throws Refusal VALIDATION_FAILED for what is no UTF-8, no JSON, or has a key twice; LIMIT_EXCEEDED (`details.limit`).
 */
export function parseBody(body: Buffer): unknown {
  let text: string;
  try {
    text = utf8.decode(body);
  } catch {
    throw new Refusal('VALIDATION_FAILED', { zh: '请求体不是 UTF-8。', en: 'The body is not UTF-8.' });
  }
  return parseJson(text);
}

/** As `parseBody`, from text. */
export function parseJson(text: string): unknown {
  checkShape(text);
  try {
    return JSON.parse(text);
  } catch {
    throw new Refusal('VALIDATION_FAILED', { zh: '请求体不是有效的 JSON。', en: 'The body is not valid JSON.' });
  }
}

/** Looks at a JSON text sign by sign, without believing that it is one: whatever else is wrong `JSON.parse` says. */
function checkShape(text: string): void {
  /** Keys of each open object; null for a list. */
  const open: (Set<string> | null)[] = [];
  let isKey = false;
  let values = 0;
  for (let i = 0; i < text.length; i++) {
    const sign = text.charCodeAt(i);
    if (sign === QUOTE) {
      const end = endOfString(text, i);
      if (isKey) addKey(open.at(-1), text.slice(i, end + 1));
      isKey = false;
      i = end;
    } else if (sign === OPEN_OBJECT || sign === OPEN_LIST) {
      open.push(sign === OPEN_OBJECT ? new Set() : null);
      isKey = sign === OPEN_OBJECT;
      values++;
      if (open.length > BODY_LIMITS.bodyDepth) throw tooMuch('bodyDepth', open.length);
    } else if (sign === CLOSE_OBJECT || sign === CLOSE_LIST) {
      open.pop();
      isKey = false;
    } else if (sign === COMMA) {
      isKey = open.length > 0 && open.at(-1) !== null;
      values++;
    }
    if (values > BODY_LIMITS.bodyValues) throw tooMuch('bodyValues', values);
  }
}

const [QUOTE, BACKSLASH, COMMA, OPEN_OBJECT, CLOSE_OBJECT, OPEN_LIST, CLOSE_LIST] = [0x22, 0x5c, 0x2c, 0x7b, 0x7d, 0x5b, 0x5d];

function endOfString(text: string, from: number): number {
  let i = from + 1;
  while (i < text.length && text.charCodeAt(i) !== QUOTE) i += text.charCodeAt(i) === BACKSLASH ? 2 : 1;
  return i;
}

function addKey(keys: Set<string> | null | undefined, quoted: string): void {
  const key = quoted.includes('\\') ? unescaped(quoted) : quoted.slice(1, -1);
  if (FORBIDDEN_KEYS.has(key))
    throw new Refusal('VALIDATION_FAILED', { zh: `键 ${key} 不可用。`, en: `The key ${key} is not allowed.`, details: { key } });
  if (keys?.has(key)) {
    const short = key.slice(0, 100);
    throw new Refusal('VALIDATION_FAILED', { zh: `键“${short}”重复。`, en: `The key "${short}" stands twice.`, details: { key: short } });
  }
  keys?.add(key);
}

/** A key with escapes, as `JSON.parse` will read it. */
function unescaped(quoted: string): string {
  try {
    return String(JSON.parse(quoted));
  } catch {
    return quoted;
  }
}

function tooMuch(limit: keyof typeof BODY_LIMITS, value: number): Refusal {
  const max = BODY_LIMITS[limit];
  return new Refusal('LIMIT_EXCEEDED', {
    zh: `${limit} 为 ${value}，上限 ${max}。请拆分请求。`,
    en: `${limit} is ${value}, at most ${max}: send several requests.`,
    details: { limit, max, value },
  });
}

/** The refusal of a body that is too large. */
export const bodyTooLarge = (value: number | undefined): Refusal =>
  new Refusal('LIMIT_EXCEEDED', {
    status: 413,
    zh: '请求体上限 256 KB。请拆分请求，文件另行上传。',
    en: 'A body has at most 256 KB: send several requests, and files by /files.',
    details: { limit: 'bodyBytes', max: BODY_LIMITS.bodyBytes, ...(value !== undefined && { value }) },
  });

/** Makes a server read JSON bodies this way. */
export function readBodies(server: FastifyInstance): void {
  server.removeContentTypeParser(['application/json', 'text/plain']);
  server.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request: FastifyRequest, body: Buffer, done) => {
    try {
      done(null, parseBody(body));
    } catch (error) {
      done(error as Error);
    }
  });
}

/** Before the body of a request is read: what it says of itself, and how long it may take. For a route's `onRequest`. */
export async function awaitBody(request: FastifyRequest, reply: FastifyReply): Promise<void> {
  const { headers } = request;
  const encoding = headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity')
    throw new Refusal('VALIDATION_FAILED', { status: 415, zh: '请求体不得压缩。', en: 'Send the body without a content-encoding.' });
  const charset = /charset\s*=\s*"?([^\s;"]+)/i.exec(headers['content-type'] ?? '')?.[1];
  if (charset !== undefined && !/^(utf-?8|us-ascii)$/i.test(charset))
    throw new Refusal('VALIDATION_FAILED', { status: 415, zh: '请求体须为 UTF-8。', en: 'Send the body in UTF-8.' });
  const timer = setTimeout(() => tooSlow(request, reply), BODY_LIMITS.bodyMs);
  const stop = () => clearTimeout(timer);
  request.raw.once('end', stop).once('close', stop);
  if (request.method === 'GET') stop();
}

function tooSlow(request: FastifyRequest, reply: FastifyReply): void {
  if (reply.sent || reply.raw.headersSent) return;
  const { body } = new Refusal('LIMIT_EXCEEDED', {
    status: 408,
    zh: `请求体须在 ${BODY_LIMITS.bodyMs} 毫秒内送达。`,
    en: `A body arrives within ${BODY_LIMITS.bodyMs} ms.`,
    details: { limit: 'bodyMs', max: BODY_LIMITS.bodyMs },
  });
  reply.hijack();
  reply.raw.writeHead(408, { 'content-type': 'application/json; charset=utf-8', connection: 'close' });
  reply.raw.end(JSON.stringify(body), () => request.raw.destroy());
}
