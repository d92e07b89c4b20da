import { mkdtempSync, renameSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readGatewayConfig } from '../../gateway/src/config.ts';
import { createGateway, type Gateway } from '../../gateway/src/server.ts';
import { Department } from './department.ts';
import { ask, composed, DEPARTMENTS, organization, volunteers } from './world.ts';

const culture = new Department('culture', 'type Query { motto: String motto2: String }', {
  Query: { motto: () => '以文化人', motto2: () => '二' },
});
const ALL = [...DEPARTMENTS, culture];
const LOOK_MS = '40';

let folder = '';
let file = '';
let gateway: Gateway & { url: string };
let log: string[] = [];
const present = () => composed();
const changed = () => composed([organization, culture]);

beforeAll(async () => {
  for (const department of ALL) await department.start();
  folder = mkdtempSync(join(tmpdir(), 'swap '));
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  for (const department of ALL) await department.stop();
});
beforeEach(async () => {
  file = join(folder, 'supergraph.graphql');
  writeFileSync(file, present());
  log = [];
  const config = readGatewayConfig(['--supergraph', file, '--open'], {
    PORT: '0',
    SUBGRAPH_TIMEOUT_MS: '10000',
    SUPERGRAPH_POLL_MS: LOOK_MS,
  });
  const opened = await createGateway(config, pino({ level: 'info' }, { write: (line: string) => log.push(line) }));
  gateway = { ...opened, url: `http://127.0.0.1:${await opened.listen()}` };
});
afterEach(async () => {
  await gateway.close();
  for (const department of ALL) department.reset();
});

/** The present supergraph by one of its fields. */
const hasMotto = async () => (await ask(gateway.url, '{ motto }')).data?.motto === '以文化人';
const lines = (message: string) => log.filter((line) => line.includes(message));

describe('the supergraph file', () => {
  it('is changed under load without a request lost; what is in flight ends on the graph that it began with', async () => {
    organization.delayMs = 20;
    let isOver = false;
    let answered = 0;
    const client = async () => {
      while (!isOver) {
        const reply = await ask(gateway.url, '{ areas(kind: STREET) { name children { name } } }');
        expect(reply).toMatchObject({ status: 200, data: { areas: [{ name: '甲街道' }] } });
        expect(reply.errors).toBeUndefined();
        answered++;
      }
    };
    const clients = Promise.all(Array.from({ length: 8 }, client));
    clients.catch(() => undefined);
    await expect.poll(() => answered, { timeout: 20_000 }).toBeGreaterThan(40);

    // Two stages, the second of them long after the department has left the graph.
    volunteers.delayMs = 2_000;
    organization.delayMs = 600;
    const slow = ask(gateway.url, '{ slogan activities { area { name activities { title } } } }');
    await expect.poll(() => volunteers.asked.length, { timeout: 20_000 }).toBeGreaterThan(0);
    writeFileSync(file, changed());
    await expect.poll(() => lines('a new supergraph is in service').length, { timeout: 20_000 }).toBe(1);
    expect(await hasMotto()).toBe(true);
    const late = await slow;
    expect(late.errors).toBeUndefined();
    expect(late.data).toMatchObject({ slogan: '人人参与', activities: [{ area: { name: '一社区' } }, {}, {}] });
    expect((await ask(gateway.url, '{ slogan }')).errors?.[0]?.message).toMatch(/Cannot query field/);

    organization.delayMs = 20;
    const sofar = answered;
    await expect.poll(() => answered, { timeout: 20_000 }).toBeGreaterThan(sofar + 40);
    isOver = true;
    await clients;
  });

  it('that cannot be served is refused with its reason, and the one in service stays', async () => {
    const good = changed();
    const bad: [string, string, RegExp][] = [
      ['no GraphQL', 'type Query {', /Syntax Error/],
      ['empty', '', /Syntax Error/],
      ['no supergraph', 'type Query { a: Int }', /not a Federation 2 supergraph/],
      ['a type that is nowhere', good.replaceAll(/^type Ledger\b/gm, 'type Other'), /Unknown type.*Ledger/],
      ['a broken promise', good.replace(/^type Ledger /m, 'type Ledger implements Place '), /Interface field Place/],
      ['an address that is none', good.replace(culture.url, 'nowhere'), /SUBGRAPH_URL_CULTURE/],
      [
        'what this gateway does not know of',
        good.replace('@link(', '@link(url: "https://specs.apollo.dev/riddle/v0.1", for: SECURITY) @link('),
        /riddle/,
      ],
    ];
    for (const [index, [name, text, reason]] of bad.entries()) {
      writeFileSync(file, text);
      await expect.poll(() => lines('refused').length, { timeout: 20_000, message: name }).toBe(index + 1);
      const said = JSON.parse(lines('refused').at(-1)!) as { level: number; reason: string };
      expect(said.level).toBe(50);
      expect(said.reason, name).toMatch(reason);
      expect((await ask(gateway.url, '{ slogan }')).data, name).toEqual({ slogan: '人人参与' });
    }
    unlinkSync(file);
    await expect.poll(() => lines('refused').length, { timeout: 20_000 }).toBe(bad.length + 1);
    expect((await ask(gateway.url, '{ slogan }')).data).toEqual({ slogan: '人人参与' });
    writeFileSync(file, good);
    await expect.poll(hasMotto, { timeout: 20_000 }).toBe(true);
  });

  it('is not taken while it is written, and is taken when it is renamed into place or linked to', async () => {
    const text = changed();
    for (let end = 100; end < text.length; end += Math.ceil(text.length / 8)) {
      writeFileSync(file, text.slice(0, end));
      await new Promise((resolve) => setTimeout(resolve, Number(LOOK_MS) / 2));
    }
    writeFileSync(file, text);
    await expect.poll(hasMotto, { timeout: 20_000 }).toBe(true);
    expect(lines('refused')).toEqual([]);

    const next = join(folder, 'next.graphql');
    writeFileSync(next, present());
    renameSync(next, file);
    await expect.poll(hasMotto, { timeout: 20_000 }).toBe(false);
    writeFileSync(next, text);
    symlinkSync(next, `${file}.link`);
    renameSync(`${file}.link`, file);
    await expect.poll(hasMotto, { timeout: 20_000 }).toBe(true);
  });
});
