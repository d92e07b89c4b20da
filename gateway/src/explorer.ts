/**
 * The page at `/`: asks the graph from a browser. GraphiQL when the build has bundled it (`dist/explorer`), otherwise a small page of
 * our own; neither loads anything from another address, and the browser is told to refuse it.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { extname } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { projectRoot } from '../../subgraphs/shared/src/config.ts';
import { readExamples } from './examples.ts';

/** Editors set styles and fonts on the fly; scripts come as files of this gateway alone. */
const POLICY = [
  "default-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "font-src 'self' data:",
  "img-src 'self' data:",
  "worker-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const TYPES: Record<string, string> = { '.js': 'text/javascript; charset=utf-8', '.css': 'text/css; charset=utf-8' };

const QUERIES = {
  district: `query District($code: AreaCode!) {
  area(code: $code) {
    name
    kind
    children { code name }
  }
}`,
  any: '{ __typename }',
};

export interface ExplorerOptions {
  /** Any supergraph: no credential, no district to ask about. */
  isOpen: boolean;
  /** Folder of the bundle. */
  folder?: URL;
}

/** Serves the explorer at `/`, its files below `/assets/explorer/` and the examples it offers. */
export async function serveExplorer(
  server: FastifyInstance,
  { isOpen, folder = new URL('dist/explorer/', projectRoot) }: ExplorerOptions,
): Promise<void> {
  const files = new Set(bundledFiles(folder));
  const query = isOpen ? QUERIES.any : QUERIES.district;
  const variables = isOpen ? '{}' : '{ "code": "410305000000" }';
  const page = files.has('page.js') ? graphiqlPage(query, variables, isOpen) : plainPage(query, variables, isOpen);

  server.get('/', async (_, reply) =>
    reply
      .header('content-security-policy', POLICY)
      .header('referrer-policy', 'no-referrer')
      .header('x-content-type-options', 'nosniff')
      .type('text/html; charset=utf-8')
      .send(page),
  );
  const examples = isOpen ? [] : readExamples();
  server.get('/assets/examples.json', async (_, reply) => reply.header('cache-control', 'no-cache').send(examples));
  server.get('/assets/plain.js', async (_, reply) => reply.type(TYPES['.js']!).send(PLAIN_SCRIPT));
  server.get<{ Params: { file: string } }>('/assets/explorer/:file', async ({ params }, reply) => {
    if (!files.has(params.file)) return reply.code(404).send({ status: 'not found' });
    return reply
      .header('content-security-policy', POLICY)
      .header('cache-control', 'no-cache')
      .type(TYPES[extname(params.file)]!)
      .send(readFileSync(new URL(params.file, folder)));
  });
}

function bundledFiles(folder: URL): string[] {
  try {
    return readdirSync(folder).filter((name) => extname(name) in TYPES);
  } catch {
    return [];
  }
}

const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');

function graphiqlPage(query: string, variables: string, isOpen: boolean): string {
  return `<!doctype html>
<html lang="zh">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>District Hub · 区县数据枢纽</title>
<link rel="stylesheet" href="/assets/explorer/page.css">
<body style="margin: 0">
<div id="explorer" data-open="${isOpen}" data-query="${escaped(query)}" data-variables="${escaped(variables)}"></div>
<script type="module" src="/assets/explorer/page.js"></script>
`;
}

function plainPage(query: string, variables: string, isOpen: boolean): string {
  return `<!doctype html>
<html lang="zh">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>District Hub · 区县数据枢纽</title>
<style>
  body { font: 15px system-ui, sans-serif; margin: 1rem; display: grid; gap: .5rem; grid-template-columns: 1fr 1fr }
  textarea, input, pre { font: 13px ui-monospace, monospace; box-sizing: border-box; width: 100% }
  pre { background: #f4f4f4; margin: 0; padding: .5rem; overflow: auto; grid-row: span 2 }
</style>
<form id="form">
  <label${isOpen ? ' hidden' : ''}>令牌 Token <input id="token" autocomplete="off" placeholder="npm run token"></label>
  <label>查询 Query <textarea id="query" rows="24" spellcheck="false">${escaped(query)}</textarea></label>
  <label>变量 Variables <textarea id="variables" rows="4" spellcheck="false">${escaped(variables)}</textarea></label>
  <button>运行 Run (Ctrl+Enter)</button>
</form>
<pre id="answer"></pre>
<script type="module" src="/assets/plain.js"></script>
`;
}

const PLAIN_SCRIPT = `const field = (id) => document.getElementById(id);
async function run(event) {
  event?.preventDefault();
  const answer = field('answer');
  try {
    const token = field('token').value.trim();
    const variables = JSON.parse(field('variables').value || '{}');
    const headers = { 'content-type': 'application/json', ...(token && { authorization: 'Bearer ' + token }) };
    const body = JSON.stringify({ query: field('query').value, variables });
    const response = await fetch('/graphql', { method: 'POST', headers, body });
    answer.textContent = JSON.stringify(await response.json(), null, 2);
  } catch (error) {
    answer.textContent = String(error);
  }
}
field('form').addEventListener('submit', run);
document.addEventListener('keydown', (event) => {
  if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) run();
});
`;
