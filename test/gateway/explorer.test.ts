import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import Fastify from 'fastify';
import { parse } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildExplorer } from '../../gateway/explorer/build.ts';
import { serveExplorer } from '../../gateway/src/explorer.ts';
import { VARIANTS } from '../../subgraphs/shared/src/claims.ts';

let folder = '';
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'explorer '));
  await buildExplorer(folder);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function explorer(from: string) {
  const server = Fastify();
  await serveExplorer(server, { isOpen: false, folder: pathToFileURL(`${from}/`) });
  return server;
}

/** Addresses that a page loads by itself. */
const loaded = (html: string) => [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map((match) => match[1]!);

describe('the explorer', () => {
  it.each(['bundled', 'plain'])('loads nothing but its own files: %s', async (kind) => {
    const server = await explorer(kind === 'bundled' ? folder : join(folder, 'nowhere'));
    const page = await server.inject('/');
    expect(page.statusCode).toBe(200);
    expect(page.body).not.toMatch(/https?:\/\//);
    expect(page.body).not.toMatch(/<script(?![^>]* src=)/);
    const policy = String(page.headers['content-security-policy']);
    expect(policy).toContain("default-src 'self'");
    expect(policy).not.toMatch(/https?:|unsafe-eval|script-src/);
    expect(loaded(page.body).length).toBeGreaterThan(0);
    for (const address of loaded(page.body)) {
      expect(address).toMatch(/^\/assets\//);
      expect((await server.inject(address)).statusCode, address).toBe(200);
    }
  });

  it('has every file that its scripts, workers and styles name', async () => {
    const server = await explorer(folder);
    const files = readdirSync(folder);
    expect(files).toEqual(expect.arrayContaining(['page.js', 'page.css', 'editor.worker.js', 'json.worker.js', 'graphql.worker.js']));
    for (const file of files.filter((name) => name.endsWith('.js'))) {
      const code = readFileSync(join(folder, file), 'utf8');
      for (const [, target] of code.matchAll(/(?:from|import)\s*\(?\s*["'`]([^"'`\n]{1,80})["'`]/g))
        if (target!.startsWith('./') && target!.endsWith('.js')) expect(files, `${file} imports ${target}`).toContain(target!.slice(2));
      expect(code, `${file} imports from another address`).not.toMatch(/(?:from|import\()\s*["'`]https?:/);
    }
    const css = readFileSync(join(folder, 'page.css'), 'utf8');
    const targets = [...css.matchAll(/url\(["']?([^"')]+)/g)].map((match) => match[1]!);
    expect(targets.filter((target) => !target.startsWith('data:'))).toEqual([]);
    expect(css).not.toMatch(/@import/);
    await server.close();
  });

  it('serves no file outside its folder', async () => {
    const server = await explorer(folder);
    for (const path of ['stamp', '..%2Fpackage.json', '%2e%2e/package.json', 'page.js%00']) {
      const reply = await server.inject(`/assets/explorer/${path}`);
      expect([400, 404], path).toContain(reply.statusCode);
    }
  });

  it('is not bundled again when nothing changed', async () => {
    const startedAt = performance.now();
    await buildExplorer(folder);
    expect(performance.now() - startedAt).toBeLessThan(500);
  });
});

describe('what the explorer offers', () => {
  it('are the examples of each variant, by use in both languages, and no examples for any supergraph', async () => {
    const server = await explorer(folder);
    const examples = (await server.inject('/assets/examples.json')).json<
      { variant: string; name: string; zh: string; en: string; query: string }[]
    >();
    for (const variant of VARIANTS) expect(examples.filter((each) => each.variant === variant).length, variant).toBeGreaterThanOrEqual(10);
    for (const { name, zh, en, query } of examples) {
      expect(zh, name).toMatch(/[一-鿿]/);
      expect(en, name).toMatch(/^[A-Z]/);
      expect(parse(query).definitions.length, name).toBeGreaterThan(0);
    }
    const open = Fastify();
    await serveExplorer(open, { isOpen: true, folder: pathToFileURL(`${folder}/`) });
    expect((await open.inject('/assets/examples.json')).json()).toEqual([]);
  });

  it('reads the schema where every variant has it, never by introspection', () => {
    const page = readFileSync(join(import.meta.dirname, '..', '..', 'gateway', 'explorer', 'page.js'), 'utf8');
    expect(page).toContain("fetch('/schema.graphql'");
    expect(page).toMatch(/\bschema,\n/);
  });
});
