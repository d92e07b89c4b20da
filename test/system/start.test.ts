/** The hub as a stranger starts it: whole, on the ports of `schema/supergraph.yaml`, so nothing else of it may run meanwhile. */
import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { GATEWAY, programOf, subgraphNames } from '../../local/environment.ts';
import { checkout } from '../../local/folder.ts';
import { freePort, lives } from '../../local/postgres.ts';
import { eventually, run, scratchFolder } from '../local/scratch.ts';
import { copyCheckout, removeAfterwards, type StartedHub, startHub } from './checkout.ts';

const isRoot = process.getuid?.() === 0;
/** A machine that is busy with others when the tests begin says little about our seconds. */
const patience = loadavg()[0]! > cpus().length ? 4 : 1;
const FIRST_SECONDS = 60 * patience;
const LATER_SECONDS = 10 * patience;
const RESTART_MS = 5_000 * patience;

async function environment(more: Record<string, string> = {}): Promise<NodeJS.ProcessEnv> {
  return { ...process.env, PORT: String(await freePort()), ...more };
}

/** Process ids of a hub's own children whose command line names this program. */
function processesOf(hub: StartedHub, program: string): number[] {
  const lines = execFileSync('ps', ['-eo', 'pid=,ppid=,args='], { encoding: 'utf8' }).split('\n');
  return lines.flatMap((line) => {
    const [pid, parent, ...command] = line.trim().split(/\s+/);
    return Number(parent) === hub.process.pid && command.at(-1) === program ? [Number(pid)] : [];
  });
}

const programs = [...subgraphNames(), GATEWAY].map(programOf);

async function ask(port: string, query: string, token?: string): Promise<{ data: Record<string, unknown> | null }> {
  const reply = await fetch(`http://127.0.0.1:${port}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
    body: JSON.stringify({ query }),
  });
  return (await reply.json()) as { data: Record<string, unknown> | null };
}

describe('npm start', () => {
  test('is ready in time, first and again, restarts what dies, and ends in order', async () => {
    const folder = scratchFolder();
    const env = await environment({ HUB_DATA: folder });
    const first = startHub(checkout, env);
    expect(await first.ready, first.printed()).toBeLessThan(FIRST_SECONDS);
    for (const program of programs) expect(processesOf(first, program), program).toHaveLength(1);

    const { out } = await run('dist/local/token.js', ['--role', 'DISTRICT_LEAD', '--area', '410305000000'], { HUB_DATA: folder });
    const token = out.trimEnd().split('\n').at(-1)!;
    expect((await ask(env.PORT!, '{ area(code: "410305000000") { name } }', token)).data).toMatchObject({
      area: { name: expect.anything() },
    });

    for (const program of programs) {
      const [pid] = processesOf(first, program);
      process.kill(pid!, 'SIGKILL');
      const name = program.split('/').at(-3);
      expect(await eventually(() => first.printed().includes(`${name} is ready again`), RESTART_MS), program).toBe(true);
    }

    const before = programs.flatMap((program) => processesOf(first, program));
    const since = Date.now();
    first.process.kill('SIGTERM');
    expect(await first.ended).toBe(0);
    expect(Date.now() - since).toBeLessThan(10_000);
    expect(before.filter(lives)).toEqual([]);

    const second = startHub(checkout, env);
    expect(await second.ready, second.printed()).toBeLessThan(LATER_SECONDS);
    const pids = programs.flatMap((program) => processesOf(second, program));
    second.process.kill('SIGKILL');
    expect(await eventually(() => !pids.some(lives), 12_000)).toBe(true);

    const third = startHub(checkout, env);
    expect(await third.ready, third.printed()).toBeLessThan(LATER_SECONDS);
    third.process.kill('SIGINT');
    expect(await third.ended).toBe(0);
  });

  test('starts over cleanly when the first load is interrupted', async () => {
    const env = await environment({ HUB_DATA: scratchFolder() });
    const first = startHub(checkout, env);
    await eventually(() => first.printed().includes('migrations'), 30_000);
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    first.process.kill('SIGKILL');
    await first.ended;
    const second = startHub(checkout, env);
    expect(await second.ready, second.printed()).not.toBeNull();
    second.process.kill('SIGTERM');
    await second.ended;
  });

  test.runIf(isRoot)('works in a checkout below a home that only root can read', async () => {
    const home = join('/root', `hub system test ${process.pid}`);
    removeAfterwards(home);
    copyCheckout(join(home, 'checkout'));
    chmodSync(home, 0o700);
    const hub = startHub(join(home, 'checkout'), await environment());
    const ready = await hub.ready;
    const [, folder = ''] = /data in (.*)/.exec(hub.printed()) ?? [];
    if (folder) removeAfterwards(folder);
    expect(ready, hub.printed()).not.toBeNull();
    expect(folder).toMatch(/^\/var\/lib\/district-hub\/checkout-/);
    hub.process.kill('SIGTERM');
    expect(await hub.ended).toBe(0);
  });

  test.runIf(isRoot)('works as an ordinary user, in a folder with spaces, without LANG', async () => {
    const folder = join(scratchFolder(), 'district hub 共治');
    copyCheckout(folder);
    execFileSync('chown', ['-R', 'nobody', folder]);
    chmodSync(join(folder, '..'), 0o711);
    const uid = execFileSync('id', ['-u', 'nobody'], { encoding: 'utf8' }).trim();
    const before = ['setpriv', `--reuid=${uid}`, `--regid=${uid}`, '--clear-groups'];
    const hub = startHub(folder, { PATH: process.env.PATH, PORT: String(await freePort()), HOME: '/nonexistent' }, before);
    expect(await hub.ready, hub.printed()).not.toBeNull();
    expect(existsSync(join(folder, '.hub', 'secrets.json'))).toBe(true);
    hub.process.kill('SIGTERM');
    expect(await hub.ended).toBe(0);
  });

  test.runIf(isRoot).each([1, 20, 100])('says that the disk is full when it has %i MB', async (megabytes) => {
    const folder = join(tmpdir(), `hub-full-${process.pid}`);
    mkdirSync(folder);
    chownSync(folder, 0, 0);
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', folder]);
    onTestFinished(() => {
      execFileSync('umount', [folder]);
      execFileSync('rmdir', [folder]);
    });
    const hub = startHub(checkout, await environment({ HUB_DATA: join(folder, 'data') }));
    expect(await hub.ended).toBe(1);
    expect(hub.printed()).toMatch(/The disk that holds .* is full: free some space/);
    expect(hub.printed()).not.toMatch(/^\s+at /m);
  });

  test('writes no secret to its logs', async () => {
    const folder = scratchFolder();
    const hub = startHub(checkout, await environment({ HUB_DATA: folder }));
    await hub.ready;
    hub.process.kill('SIGTERM');
    await hub.ended;
    const secrets = readFileSync(join(folder, 'secrets.json'), 'utf8');
    const values = [...secrets.matchAll(/"(?:d|owner|app|figures|superuserPassword|rowScopeKey)": "([^"]+)"/g)].map(([, value]) => value!);
    expect(values.length).toBeGreaterThan(10);
    const logs = [
      hub.printed(),
      ...[...subgraphNames(), GATEWAY, 'postgres'].map((name) => readFileSync(join(folder, 'logs', `${name}.log`), 'utf8')),
    ];
    for (const value of values) for (const log of logs) expect(log).not.toContain(value);
  });
});
