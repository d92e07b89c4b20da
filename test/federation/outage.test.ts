/** A department that hangs, dies or answers rubbish leaves the rest of the answer, and is named (overview §2.4). */
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, copyDatabases, type Hub } from '../kit.ts';
import {
  DEBUG,
  DISTRICT,
  DISTRICT_VIEW,
  expectNoMachinery,
  flat,
  HUBEI_ROAD,
  openHub,
  SUBGRAPH_OF,
  SUMMARY_FIELDS,
  type SummaryField,
  traceOf,
  type Viewed,
  wholeData,
  YEAR_2025,
} from './district.ts';

/** What is promised is 1.5 s, and at once, of a machine of its own; this one runs other tests beside. */
const REST_WITHIN_MS = 3_000;
const BACK_WITHIN_MS = 10_000;
/** Promised are 5 s. */
const RESTARTED_WITHIN_MS = 15_000;
/** The ordinary time-out; other tests are more patient. */
const PARTLY = { environment: { gateway: { SUBGRAPH_TIMEOUT_MS: '1000' } } };

type View = { area: Viewed | null };
let databases: Record<string, string>;
let hub: Hub;
let lead: string;
let whole: Viewed[];

const view = (of = hub, token = lead): Promise<Answer<View>> => of.query(DISTRICT_VIEW, { code: DISTRICT, p: YEAR_2025 }, token);

/** Asks until nothing is missing; how long that took. */
async function untilWhole(ask: () => Promise<Answer<unknown>>, withinMs: number): Promise<number> {
  const since = performance.now();
  for (;;) {
    const { errors, extensions } = await ask();
    const ms = performance.now() - since;
    if (errors.length === 0 && !extensions.partial) return ms;
    if (ms > withinMs) throw new Error(`not whole after ${Math.round(ms)} ms: ${JSON.stringify(extensions.partial ?? errors)}`);
    await pause(50);
  }
}

beforeAll(async () => {
  databases = await copyDatabases();
  hub = await openHub({ databases, ...PARTLY });
  lead = await hub.token({ role: 'DISTRICT_LEAD', area: DISTRICT });
  await untilWhole(view, 60_000);
  whole = flat((wholeData(await view()) as { area: Viewed }).area);
});
afterAll(() => hub?.stop());

/** Whatever the work finds, the process goes on afterwards and the gateway has found it again. */
async function whileStopped<T>(name: string, work: () => Promise<T>): Promise<T> {
  process.kill(hub.pid(name), 'SIGSTOP');
  try {
    return await work();
  } finally {
    process.kill(hub.pid(name), 'SIGCONT');
    const ms = await untilWhole(view, 20_000);
    console.info(`${name} goes on: whole again after ${Math.round(ms)} ms`);
    expect(ms, `${name} is back`).toBeLessThan(BACK_WITHIN_MS);
  }
}

/** The view without one summary's figures and without the instants of the answer. */
const without = (areas: Viewed[], field: SummaryField) =>
  areas.map(({ children: _, ...area }) =>
    JSON.parse(JSON.stringify({ ...area, [field]: null }, (key, value) => (key === 'dataAsOf' ? '' : value))),
  );

/** The view lacks one subgraph's summary everywhere, and nothing else. */
function expectWithout(answer: Answer<View>, field: SummaryField): void {
  const areas = flat(answer.data?.area as Viewed);
  expect(areas).toHaveLength(88);
  expect(areas.every((area) => area[field] === null)).toBe(true);
  expect(without(areas, field)).toEqual(without(whole, field));
  expectNoMachinery(answer.text);
}

function expectNamed(answer: Answer<unknown>, subgraph: string, fields: string[], since: number): void {
  expect(answer.extensions.partial).toEqual([{ subgraph, since: expect.stringMatching(/\+08:00$/), fields: expect.anything() }]);
  const [partial] = answer.extensions.partial ?? [];
  expect(partial?.fields?.toSorted()).toEqual(fields.toSorted());
  expect(Date.parse(partial?.since ?? '')).toBeGreaterThanOrEqual(since);
  expect(new Set(answer.errors.map(({ extensions }) => extensions.code))).toEqual(new Set(['SOURCE_UNAVAILABLE']));
}

const levels = (field: string): string[] => [`area.${field}`, `area.children.${field}`, `area.children.children.${field}`];

/** One question that needs the department at once and again when others have answered. */
const TWICE: Record<string, string> = {
  volunteers: `{ activities(first: 3) { nodes { title compound { name activities(first: 1) { nodes { title } } } } }
    area(code: "${HUBEI_ROAD}") { name compounds(first: 3) { nodes { name activities(first: 2) { nodes { title organizer { name } } } } } } }`,
  facilities: `{ facilities(first: 3) { nodes { name compound { name nearestFacilities { metres facility { name } } } } }
    area(code: "${HUBEI_ROAD}") { name compounds(first: 3) { nodes { name nearestFacilities { metres facility { name area { name } } } } } } }`,
  grievances: `{ cases(filter: {}, first: 3) { nodes { caseNo owner { name caseload(period: { grain: YEAR, start: "2025-01-01", end: "2026-01-01" }) { orders } } } }
    area(code: "${HUBEI_ROAD}") { name compounds(first: 3) { nodes { name } } publicCases(first: 2) { nodes { caseNo } } } }`,
};

describe.each(SUMMARY_FIELDS.filter((field) => SUBGRAPH_OF[field] !== 'organization'))('when the department of %s hangs', (field) => {
  const name = SUBGRAPH_OF[field];

  it('the rest of the view comes in time, and the next one sooner', async () => {
    await whileStopped(name, async () => {
      const since = Date.now() - 1;
      const first = await view();
      console.info(`${name} hangs: the rest of the view after ${Math.round(first.tookMs)} ms`);
      expect(first.tookMs).toBeLessThan(REST_WITHIN_MS);
      expectWithout(first, field);
      expectNamed(first, name, levels(field), since);

      const second = await view();
      console.info(`${name} hangs: the next view after ${Math.round(second.tookMs)} ms`);
      expect(second.tookMs).toBeLessThan(REST_WITHIN_MS);
      expectWithout(second, field);
      expect(second.extensions.partial?.[0]?.since, 'one outage, one beginning').toBe(first.extensions.partial?.[0]?.since);
    });
  });

  it('a question that visits it in two stages does not wait for it twice', async () => {
    const query = TWICE[name] as string;
    await untilWhole(() => hub.query(query, {}, lead), 20_000);
    await whileStopped(name, async () => {
      const answer = await hub.query(query, {}, lead, DEBUG);
      console.info(`${name} hangs, asked in two stages: the rest after ${Math.round(answer.tookMs)} ms`);
      expect(answer.tookMs).toBeLessThan(REST_WITHIN_MS);
      expect(traceOf(answer).requests[name]).toBe(1);
      expect(answer.extensions.partial?.map(({ subgraph }) => subgraph)).toEqual([name]);
      expect(answer.data.area.name).toBe('湖北路街道');
      expect(answer.data.area.compounds.nodes).toHaveLength(3);
      expectNoMachinery(answer.text);
    });
  });
});

describe('when organization hangs', () => {
  const ASKED = `query ($code: AreaCode!, $district: AreaCode!) {
    facilities(first: 3, filter: { areaCode: $code }) { nodes { id name area { name } operator { name } } }
    activities(first: 3, filter: { areaCode: $code }) { nodes { id title area { name } organizer { name } } }
    cases(first: 3, filter: { areaCode: $code }) { nodes { id caseNo area { name } owner { name } } }
    area(code: $district) { name }
  }`;

  it('the other departments answer by themselves, with references to its places and organizations null', async () => {
    const staff = await hub.token({ role: 'STREET_STAFF', area: HUBEI_ROAD });
    const ask = () => hub.query(ASKED, { code: HUBEI_ROAD, district: DISTRICT }, staff);
    await untilWhole(ask, 20_000);
    const before = wholeData(await ask());
    await whileStopped('organization', async () => {
      const answer = await ask();
      console.info(`organization hangs: the others after ${Math.round(answer.tookMs)} ms`);
      expect(answer.tookMs).toBeLessThan(REST_WITHIN_MS);
      expect(answer.data.area).toBeNull();
      for (const [list, foreign] of [
        ['facilities', 'operator'],
        ['activities', 'organizer'],
        ['cases', 'owner'],
      ] as const) {
        expect(before[list].nodes, `${list}: the demo has some there`).toHaveLength(3);
        const own = before[list].nodes.map((node: object) => ({ ...node, area: null, [foreign]: null }));
        expect(answer.data[list].nodes, list).toEqual(own);
      }
      expect(answer.extensions.partial).toEqual([
        { subgraph: 'organization', since: expect.stringMatching(/\+08:00$/), fields: expect.anything() },
      ]);
      const fields = answer.extensions.partial?.[0]?.fields ?? [];
      expect(fields).toContain('area');
      expect(fields.filter((path) => /^(facilities|activities|cases)\.nodes\.(area|operator|organizer|owner)\b/.test(path))).toHaveLength(
        6,
      );
      expectNoMachinery(answer.text);
    });
  });

  it('a list of a place that was never asked for before fails alone, and its department is not taken for the silent one', async () => {
    const query = `{ facilities(first: 2) { nodes { id } } there: facilities(filter: { areaCode: "410305012000" }) { nodes { id } } }`;
    await whileStopped('organization', async () => {
      const answer = await hub.query(query, {}, lead);
      expect(answer.tookMs).toBeLessThan(REST_WITHIN_MS);
      expect(answer.data).toEqual({ facilities: { nodes: [{ id: expect.any(String) }, { id: expect.any(String) }] }, there: null });
      expect(answer.errors.map(({ path, extensions }) => [path, extensions.code])).toEqual([[['there'], 'SOURCE_UNAVAILABLE']]);
      expectNoMachinery(answer.text);
    });
  });

  it('a place is null, and organization is named for it', async () => {
    await whileStopped('organization', async () => {
      const answer = await view();
      expect(answer.data).toEqual({ area: null });
      expect(answer.extensions.partial).toMatchObject([{ subgraph: 'organization', fields: ['area'] }]);
      expectNoMachinery(answer.text);
    });
  });
});

describe('a process that is killed', () => {
  it.each(['organization', 'volunteers', 'facilities', 'grievances', 'gateway'])('%s is running again in time', async (name) => {
    const pid = hub.pid(name);
    process.kill(pid, 'SIGKILL');
    const since = performance.now();
    if (name !== 'gateway') {
      const meanwhile = await view();
      expect(meanwhile.tookMs).toBeLessThan(REST_WITHIN_MS);
      expectNoMachinery(meanwhile.text);
    }
    await pause(50);
    await hub.ready(name);
    const ms = performance.now() - since;
    console.info(`${name} was killed: ready after ${Math.round(ms)} ms`);
    expect(ms).toBeLessThan(RESTARTED_WITHIN_MS);
    expect(hub.pid(name)).not.toBe(pid);
    await untilWhole(view, 20_000);
  });

  it('is told of where the hub was started', () => {
    for (const name of ['organization', 'volunteers', 'facilities', 'grievances', 'gateway'])
      expect(hub.said.filter((line) => line.startsWith(`${name} ended (SIGKILL)`))).toHaveLength(1);
  });
});

describe('a department in whose place something else answers', () => {
  const json =
    (body: string, status = 200) =>
    (reply: ServerResponse) =>
      reply.writeHead(status, { 'content-type': 'application/json' }).end(body);
  const RUBBISH: [what: string, answer: (reply: ServerResponse) => void][] = [
    ['a page', (reply) => reply.writeHead(200, { 'content-type': 'text/html' }).end('<html>nginx at http://10.0.0.1:4002</html>')],
    ['an error page', (reply) => reply.writeHead(502).end('Bad gateway: connect ECONNREFUSED 10.0.0.1:4002')],
    ['a stack', json('{"errors":[{"message":"select * from volunteer","stack":"Error\\n    at read (/srv/hub/main.js:1:2)"}]}', 500)],
    ['half an answer', json('{"data":{"_entities":[')],
    ['nothing', json('')],
    ['a word', json('"hello"')],
    ['a list', json('[]')],
    ['an empty object', json('{}')],
    ['no data', json('{"data":null}')],
    ['fewer places than asked', json('{"data":{"_entities":[]}}')],
    ['a text for places', json('{"data":{"_entities":"SELECT 1 FROM person"}}')],
    ['a closed door', (reply) => reply.destroy()],
  ];

  let fake: Server;
  let other: Hub;
  let answerWith: (reply: ServerResponse) => void = json('{}');
  beforeAll(async () => {
    fake = createServer((request, reply) => {
      request.resume().on('end', () => answerWith(reply));
    });
    await new Promise<void>((resolve) => void fake.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(fake.address() as AddressInfo).port}/graphql`;
    const gateway = { ...PARTLY.environment.gateway, SUBGRAPH_URL_VOLUNTEERS: url };
    other = await openHub({ databases, only: ['organization', 'facilities', 'grievances'], environment: { gateway } });
    const rest = () => other.query(DISTRICT_VIEW.replace(/volunteerSummary.*\n/, ''), { code: DISTRICT, p: YEAR_2025 }, lead);
    await untilWhole(rest, 60_000);
  });
  afterAll(async () => {
    await other?.stop();
    fake?.close();
  });

  it.each(RUBBISH)('is missed like one that is silent: %s', async (_, rubbish) => {
    answerWith = rubbish;
    const since = Date.now() - 60_000;
    const answer = await view(other);
    expect(answer.tookMs).toBeLessThan(REST_WITHIN_MS);
    expectWithout(answer, 'volunteerSummary');
    expectNamed(answer, 'volunteers', levels('volunteerSummary'), since);
  });

  it('shows nothing of an error that it tells', async () => {
    const told = {
      message: 'SELECT secret FROM person at 10.0.0.1:5432',
      extensions: { code: 'INTERNAL_SERVER_ERROR', stacktrace: ['at x (/srv/a.js:1:2)'] },
    };
    answerWith = json(JSON.stringify({ data: { _entities: null }, errors: [told] }));
    const answer = await view(other);
    expectWithout(answer, 'volunteerSummary');
    expect(answer.errors.map(({ extensions }) => extensions.code)).toContain('INTERNAL_SERVER_ERROR');
    expect(answer.text).not.toMatch(/secret|10\.0\.0\.1|stacktrace/);
  });
});
