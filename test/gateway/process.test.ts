import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { endProcesses, run } from './process.ts';
import { ask, composed, DEPARTMENTS, volunteers } from './world.ts';

let folder = '';
let supergraph = '';

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
  endProcesses();
  for (const department of DEPARTMENTS) department.reset();
});

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
