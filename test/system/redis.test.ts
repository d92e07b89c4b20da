/** Budgets through a real Redis (package `redis-server`): shared by gateways, survived when it dies or hangs, shared again when it is back. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { createClient } from 'redis';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Budgets } from '../../gateway/src/budget.ts';
import type { Identity } from '../../gateway/src/identity.ts';
import type { Refusal } from '../../gateway/src/refusal.ts';
import { freePort } from '../../local/postgres.ts';

const PASSWORD = 'of-this-test';
const folder = mkdtempSync(join(tmpdir(), 'redis-'));
let port = 0;
let server: ChildProcess;

async function startRedis(): Promise<void> {
  const args = [
    '--port',
    String(port),
    '--bind',
    '127.0.0.1',
    '--save',
    '',
    '--appendonly',
    'no',
    '--requirepass',
    PASSWORD,
    '--dir',
    folder,
  ];
  server = spawn('redis-server', args, { stdio: 'ignore' });
  await new Promise<void>((resolve, reject) => server.once('spawn', resolve).once('error', reject));
}
const stopRedis = async () => {
  const ended = new Promise((resolve) => server.once('exit', resolve));
  server.kill('SIGKILL');
  await ended;
};
const url = () => `redis://:${PASSWORD}@127.0.0.1:${port}`;
const gatewayOf = (perMinute: number) => Budgets.open({ perMinute, redisUrl: url() }, pino({ level: 'silent' }))!;

const caller = (client: string): Identity => ({
  client,
  subject: null,
  organization: null,
  roles: ['DISTRICT_LEAD'],
  variant: 'DEPARTMENT',
  areaCodes: [],
});
const charged = (budgets: Budgets, client: string) =>
  budgets.charge(caller(client), '10.0.0.1').then(
    () => 'ANSWERED',
    (error: Refusal) => error.extensions.code,
  );

/** The two gateways are on Redis: what one takes the other misses. */
async function share(one: Budgets, other: Budgets): Promise<boolean> {
  const client = `probe-${Math.random()}`;
  const told = [await charged(one, client), await charged(other, client), await charged(one, client), await charged(other, client)];
  return told.filter((each) => each === 'ANSWERED').length === 2;
}

/** Within half a minute. */
async function shared(): Promise<void> {
  const until = Date.now() + 30_000;
  while (!(await share(first, second))) {
    if (Date.now() > until) throw new Error('the gateways do not share their budgets');
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

let first: Budgets;
let second: Budgets;
beforeAll(async () => {
  port = await freePort();
  await startRedis();
  first = gatewayOf(2);
  second = gatewayOf(2);
  await shared();
});
afterAll(async () => {
  first?.close();
  second?.close();
  await stopRedis();
  rmSync(folder, { recursive: true, force: true });
});

it('one budget is spent at two gateways, and Redis holds it for a minute', async () => {
  expect(await charged(first, 'a')).toBe('ANSWERED');
  expect(await charged(second, 'a')).toBe('ANSWERED');
  expect(await charged(first, 'a')).toBe('RATE_LIMITED');
  expect(await charged(second, 'a')).toBe('RATE_LIMITED');
  expect(await charged(second, 'b')).toBe('ANSWERED');
  const client = await createClient({ url: url() }).connect();
  expect(await client.get('hub:rate:client:a')).toBe('4');
  expect(await client.ttl('hub:rate:client:a')).toBeGreaterThan(50);
  client.destroy();
});

it('a Redis that hangs keeps nobody waiting: each gateway counts for itself', async () => {
  server.kill('SIGSTOP');
  const since = Date.now();
  expect([await charged(first, 'h'), await charged(first, 'h'), await charged(first, 'h')]).toEqual([
    'ANSWERED',
    'ANSWERED',
    'RATE_LIMITED',
  ]);
  expect(await charged(second, 'h')).toBe('ANSWERED');
  expect(Date.now() - since).toBeLessThan(5_000);
  server.kill('SIGCONT');
  await shared();
});

it('a Redis that dies costs no answer, and budgets are shared again when it is back', async () => {
  await stopRedis();
  expect([await charged(first, 'd'), await charged(first, 'd'), await charged(first, 'd')]).toEqual([
    'ANSWERED',
    'ANSWERED',
    'RATE_LIMITED',
  ]);
  await startRedis();
  await shared();
});
