import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ask, composed, DEPARTMENTS, volunteers } from './world.ts';

const MAIN = new URL('../../gateway/src/main.ts', import.meta.url).pathname;
let folder = '';
let supergraph = '';
let child: ChildProcess | null = null;

beforeAll(async () => {
  for (const department of DEPARTMENTS) await department.start();
  folder = mkdtempSync(join(tmpdir(), 'gate way '));
  supergraph = join(folder, 'supergraph.graphql');
  writeFileSync(supergraph, composed());
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  for (const department of DEPARTMENTS) await department.stop();
});
afterEach(() => {
  child?.kill('SIGKILL');
  child = null;
  for (const department of DEPARTMENTS) department.reset();
});

const freePort = () =>
  new Promise<number>((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });

/** A gateway as a process of its own; everything it is not told here is absent. */
async function run(args: string[], env: Record<string, string> = {}) {
  const port = await freePort();
  const started = spawn(process.execPath, [MAIN, ...args], { env: { PATH: process.env.PATH, PORT: String(port), ...env }, stdio: 'pipe' });
  child = started;
  let output = '';
  started.stdout!.on('data', (chunk) => {
    output += chunk;
  });
  started.stderr!.on('data', (chunk) => {
    output += chunk;
  });
  const ended = new Promise<number | null>((resolve) => started.on('exit', resolve));
  const url = `http://127.0.0.1:${port}`;
  const ready = () =>
    expect.poll(async () => (await fetch(`${url}/health/ready`).catch(() => null))?.status, { timeout: 40_000 }).toBe(200);
  return { url, ended, ready, process: started, output: () => output };
}

describe('the gateway as a process', () => {
  it('starts alone on any Federation 2 supergraph, without identity, signatures or policy', async () => {
    const gateway = await run(['--supergraph', supergraph, '--open']);
    await gateway.ready();
    const reply = await ask(gateway.url, '{ secret areas(kind: STREET) { name volunteerSummary { hours } } }');
    expect(reply.data).toEqual({ secret: 'hidden', areas: [{ name: '甲街道', volunteerSummary: { hours: 10 } }] });
    expect(volunteers.asked[0]!.extensions).toBeUndefined();
    expect(volunteers.asked[0]!.headers['hub-signature']).toBeUndefined();
  });

  it('ends within ten seconds of SIGTERM, after the request in flight', async () => {
    const gateway = await run(['--supergraph', supergraph, '--open']);
    await gateway.ready();
    volunteers.delayMs = 500;
    const reply = ask(gateway.url, '{ slogan }');
    await new Promise((resolve) => setTimeout(resolve, 150));
    const startedAt = Date.now();
    gateway.process.kill('SIGTERM');
    expect((await reply).data).toEqual({ slogan: '人人参与' });
    expect(await gateway.ended).toBe(0);
    expect(Date.now() - startedAt).toBeLessThan(3_000);
  });

  it('ends when its supervisor is gone', async () => {
    const gateway = await run(['--supergraph', supergraph, '--open'], { HUB_SUPERVISED: '1' });
    await gateway.ready();
    gateway.process.stdin!.destroy();
    expect(await gateway.ended).toBe(0);
  });

  it('says everything that is wrong with its configuration in one message, and no value', async () => {
    const gateway = await run(['--supergraph', supergraph], {
      SUBGRAPH_URL_VOLUNTEERS: 'ftp://secret-host',
      SUBGRAPH_KEYS_FACILITIES: 'k1:c2VjcmV0',
      JWKS_FILE: '/nowhere',
    });
    expect(await gateway.ended).toBe(1);
    for (const name of [
      'JWKS_FILE',
      'SUBGRAPH_URL_VOLUNTEERS',
      'SUBGRAPH_KEYS_VOLUNTEERS',
      'SUBGRAPH_KEYS_ORGANIZATION',
      'SUBGRAPH_KEYS_FACILITIES',
    ])
      expect(gateway.output()).toContain(name);
    expect(gateway.output()).not.toMatch(/secret-host|c2VjcmV0|\bat .*:\d+:\d+/);
  });

  it('says so when the file is no supergraph or the port is taken', async () => {
    const wrong = join(folder, 'wrong.graphql');
    writeFileSync(wrong, 'type Query { a: Int }');
    const gateway = await run(['--supergraph', wrong, '--open']);
    expect(await gateway.ended).toBe(1);
    expect(gateway.output()).toContain('not a Federation 2 supergraph');
    const taken = await run(['--supergraph', supergraph, '--open'], { PORT: String(volunteers.port) });
    expect(await taken.ended).toBe(1);
    expect(taken.output()).toMatch(/EADDRINUSE|port/);
  });
});
