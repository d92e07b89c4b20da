import { once } from 'node:events';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { listedPorts } from '../../local/environment.ts';
import { take } from '../../local/lock.ts';
import { freePort, isFree } from '../../local/postgres.ts';
import { diskFull, explain, Trouble } from '../../local/trouble.ts';
import { run, scratchFolder } from './scratch.ts';

const start = async (environment: Record<string, string>) => run('local/start.ts', [], { PORT: String(await freePort()), ...environment });

/** Ends with code 1, a sentence in each language, and no stack. */
function expectSentence({ code, err }: { code: number; err: string }, sentence: RegExp): void {
  expect(err).toMatch(sentence);
  expect(err).toMatch(/\p{Script=Han}/u);
  expect(err).not.toMatch(/^\s+at /m);
  expect(err.trim().split('\n')).toHaveLength(2);
  expect(code).toBe(1);
}

async function occupy(port: number): Promise<void> {
  const server = createServer().listen(port, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
  });
}

describe('npm start', () => {
  test('says who runs already in the same data folder', async () => {
    const folder = scratchFolder();
    expect(await take(folder, { pid: 4711, address: 'http://127.0.0.1:4000/graphql' })).toBeNull();
    expectSentence(await start({ HUB_DATA: folder }), /in use by another npm start \(process 4711, http:\/\/127\.0\.0\.1:4000\/graphql\)/);
  });

  test('says that the port of the gateway is taken, and offers another', async () => {
    const port = await freePort();
    await occupy(port);
    expectSentence(
      await start({ HUB_DATA: scratchFolder(), PORT: String(port) }),
      new RegExp(`Port ${port}, which the gateway needs.*PORT=`),
    );
  });

  test('says which subgraph’s port is taken', async () => {
    const port = listedPorts().organization!;
    if (await isFree(port)) await occupy(port);
    expectSentence(await start({ HUB_DATA: scratchFolder() }), new RegExp(`Port ${port}, which the subgraph organization needs`));
  });

  test('says that PORT is no port', async () => {
    expectSentence(await start({ HUB_DATA: scratchFolder(), PORT: 'http' }), /PORT is http/);
  });

  test('refuses a port that a subgraph has', async () => {
    const port = String(listedPorts().volunteers);
    expectSentence(await start({ HUB_DATA: scratchFolder(), PORT: port }), /the subgraph volunteers needs/);
  });

  test('says that a data folder without its secrets is half made', async () => {
    const folder = scratchFolder();
    mkdirSync(join(folder, 'postgres'));
    expectSentence(await start({ HUB_DATA: folder }), /half made.*npm run reset/);
  });

  test('says that the disk is full, however it was learnt', () => {
    const full = diskFull('/data').message;
    const written = Object.assign(new Error('write failed'), { code: 'ENOSPC' });
    const stored = Object.assign(new Error('could not extend file: No space left on device'), { code: '53100' });
    for (const error of [written, stored]) {
      const told = explain(error, '/data');
      expect(told).toBeInstanceOf(Trouble);
      expect((told as Trouble).message).toBe(full);
    }
  });
});

describe('npm run reset', () => {
  const reset = (folder: string, ...args: string[]) => run('local/reset.ts', args, { HUB_DATA: folder });

  test('removes the data folder, asked or not told to ask', async () => {
    const folder = scratchFolder();
    writeFileSync(join(folder, 'secrets.json'), '{}');
    const unasked = await reset(folder);
    expect([unasked.code, existsSync(folder)]).toEqual([1, true]);
    expect((await reset(folder, '--yes')).code).toBe(0);
    expect(existsSync(folder)).toBe(false);
  });

  test('touches nothing while the hub runs', async () => {
    const folder = scratchFolder();
    expect(await take(folder, { pid: 4711, address: '' })).toBeNull();
    const { code, err } = await reset(folder, '--yes');
    expect([code, existsSync(folder)]).toEqual([1, true]);
    expect(err).toContain('kill 4711');
  });

  test('does not empty a folder that holds anything else', async () => {
    const folder = scratchFolder();
    writeFileSync(join(folder, 'thesis.txt'), '');
    const { code, err } = await reset(folder, '--yes');
    expect([code, existsSync(join(folder, 'thesis.txt'))]).toEqual([1, true]);
    expect(err).toContain('thesis.txt');
  });
});
