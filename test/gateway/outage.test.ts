import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Gateway } from '../../gateway/src/server.ts';
import type { Mood } from './department.ts';
import { ask, DEPARTMENTS, facilities, openGateway, organization, type Reply, volunteers } from './world.ts';

/** What is promised is 1.5 s of a machine of its own; this one runs other tests beside. */
const REST_WITHIN_MS = 3_000;

let gateway: Gateway & { url: string };
beforeAll(async () => {
  for (const department of DEPARTMENTS) await department.start();
  gateway = await openGateway();
  // The first of all answers takes the time of compiling.
  await ask(gateway.url, VIEW);
});
afterAll(async () => {
  await gateway.close();
  for (const department of DEPARTMENTS) await department.stop();
});
/** Everybody answers again, and the gateway has noticed. */
afterEach(async () => {
  for (const department of DEPARTMENTS) department.reset();
  await expect
    .poll(async () => (await ask(gateway.url, '{ slogan facilities { id } areas { id } }')).errors, { timeout: 5_000 })
    .toBeUndefined();
  for (const department of DEPARTMENTS) department.reset();
});

const VIEW =
  '{ area(code: "410305001000") { name volunteerSummary { hours } facilities { name } children { name volunteerSummary { hours } } } }';

/** Nothing of the machinery shows. */
function expectNoLeak({ text }: Reply): void {
  expect(text).not.toMatch(/127\.0\.0\.1|10\.0\.0\.1|localhost|https?:|ECONN|select \*|stack|node_modules|\.ts\b|\.js\b|undici|nginx/i);
}

describe('a department that does not answer', () => {
  const moods: Mood[] = [
    'HANGS',
    'HANGS_MIDWAY',
    'SENDS_HTML',
    'SENDS_500',
    'SENDS_401',
    'SENDS_EMPTY',
    'SENDS_LIST',
    'SENDS_WRONG_DATA',
    'SENDS_SHORT',
    'SENDS_503',
    'BREAKS',
  ];
  it.each(moods)('leaves the rest of the answer within 1.5 s and is named: %s', async (mood) => {
    volunteers.mood = mood;
    const before = Date.now();
    const reply = await ask(gateway.url, VIEW);
    expect(reply.ms).toBeLessThan(REST_WITHIN_MS);
    expect(reply.status).toBe(200);
    expect(reply.data).toEqual({
      area: {
        name: '甲街道',
        volunteerSummary: null,
        facilities: [],
        children: [
          { name: '一社区', volunteerSummary: null },
          { name: '二社区', volunteerSummary: null },
        ],
      },
    });
    const partial = reply.extensions?.partial;
    expect(partial).toEqual([
      { subgraph: 'volunteers', since: expect.any(String), fields: ['area.volunteerSummary', 'area.children.volunteerSummary'] },
    ]);
    expect(partial?.[0]?.since).toMatch(/\+08:00$/);
    expect(Date.parse(partial![0]!.since)).toBeGreaterThanOrEqual(before);
    expect(reply.errors?.map(({ path, extensions }) => [path, extensions.code])).toEqual([
      [['area', 'volunteerSummary'], 'SOURCE_UNAVAILABLE'],
      [['area', 'children', 0, 'volunteerSummary'], 'SOURCE_UNAVAILABLE'],
    ]);
    expect(reply.errors?.[0]).toMatchObject({ message: expect.stringMatching(/数据来源/), extensions: { messageEn: expect.any(String) } });
    expectNoLeak(reply);
  });

  it.each(moods)('empties only its own root fields: %s', async (mood) => {
    organization.mood = mood;
    const reply = await ask(
      gateway.url,
      '{ area(code: "410305001000") { name } facilities { name area { name } } activities { title area { name volunteerCount } } }',
    );
    expect(reply.ms).toBeLessThan(REST_WITHIN_MS);
    expect(reply.data.area).toBeNull();
    expect(reply.data.facilities).toHaveLength(2);
    expect(reply.data.activities[0]).toEqual({ title: '清洁日', area: { name: null, volunteerCount: 5 } });
    expect(reply.extensions?.partial?.[0]?.fields.toSorted()).toEqual(['activities.area.name', 'area', 'facilities.area.name'].toSorted());
    expectNoLeak(reply);
  });

  it('is not asked a second time by a query of two stages', async () => {
    volunteers.mood = 'HANGS';
    const reply = await ask(
      gateway.url,
      '{ slogan facilities { activities { title organizer { area { volunteerCount } } } } areas(kind: COMMUNITY) { activities { id } } }',
    );
    expect(reply.ms).toBeLessThan(REST_WITHIN_MS);
    expect(volunteers.asked.filter(({ query }) => !query.startsWith('{__typename}'))).toHaveLength(1);
    expect(reply.data).toEqual({
      slogan: null,
      facilities: [
        {
          activities: [
            { title: null, organizer: null },
            { title: null, organizer: null },
          ],
        },
        { activities: [{ title: null, organizer: null }] },
      ],
      areas: null,
    });
    expectNoLeak(reply);
  });

  it('does not cost a second each time it is down with another', async () => {
    volunteers.mood = 'HANGS';
    facilities.mood = 'HANGS';
    const reply = await ask(
      gateway.url,
      '{ slogan area(id: "ar_c1") { name standard facilities { activities { title } } } facilities { name } }',
    );
    expect(reply.ms).toBeLessThan(REST_WITHIN_MS);
    expect(reply.extensions?.partial?.map(({ subgraph }) => subgraph).toSorted()).toEqual(['facilities', 'volunteers']);
    expect(reply.data).toEqual({ slogan: null, area: { name: '一社区', standard: null, facilities: null }, facilities: null });
  });

  it('names what could not be computed because its input never came', async () => {
    organization.mood = 'SENDS_500';
    const reply = await ask(gateway.url, '{ activities { title area { volunteerSummary { hours } } } }');
    expect(reply.data.activities[0]).toEqual({ title: '清洁日', area: { volunteerSummary: null } });
    expect(reply.extensions?.partial).toEqual([
      { subgraph: 'organization', since: expect.any(String), fields: ['activities.area.volunteerSummary'] },
    ]);
    expect(volunteers.asked).toHaveLength(1);
  });

  it('that hangs costs the next question a tenth of a second, and is back at once when it answers', async () => {
    volunteers.mood = 'HANGS';
    const first = await ask(gateway.url, '{ slogan areas { id } }');
    const second = await ask(gateway.url, '{ slogan areas { id } }');
    expect(second.ms).toBeLessThan(700);
    expect(second.extensions?.partial?.[0]?.since, 'one outage, one beginning').toBe(first.extensions?.partial?.[0]?.since);
    volunteers.reset();
    await new Promise((resolve) => setTimeout(resolve, 250));
    expect((await ask(gateway.url, '{ slogan }')).data).toEqual({ slogan: '人人参与' });
  });

  it('that was killed is missed at once, and is back with its next start', async () => {
    await volunteers.stop();
    const reply = await ask(gateway.url, VIEW);
    expect(reply.ms).toBeLessThan(700);
    expect(reply.extensions?.partial?.[0]?.subgraph).toBe('volunteers');
    expectNoLeak(reply);
    await volunteers.start();
    expect((await ask(gateway.url, VIEW)).errors).toBeUndefined();
  });

  it('that closed an idle connection is asked once more', async () => {
    await ask(gateway.url, '{ slogan }');
    await volunteers.stop();
    await volunteers.start();
    expect((await ask(gateway.url, '{ slogan }')).data).toEqual({ slogan: '人人参与' });
  });

  it('that answers with other types than it promised is named', async () => {
    volunteers.mood = 'SENDS_WRONG_TYPES';
    const reply = await ask(gateway.url, '{ slogan activities { id } facilities { id } }');
    expect(reply.data).toEqual({ slogan: null, activities: null, facilities: [{ id: 'fa_1' }, { id: 'fa_2' }] });
    expect(reply.extensions?.partial).toEqual([{ subgraph: 'volunteers', since: expect.any(String), fields: ['slogan', 'activities'] }]);
    expect(reply.errors?.map(({ path, extensions }) => [path, extensions.code])).toEqual([
      [['slogan'], 'SOURCE_UNAVAILABLE'],
      [['activities'], 'SOURCE_UNAVAILABLE'],
    ]);
  });

  it('that fails inside shows nothing of it', async () => {
    volunteers.mood = 'THROWS';
    const reply = await ask(gateway.url, VIEW);
    expect(reply.data.area.name).toBe('甲街道');
    expect(reply.errors?.[0]?.extensions).toEqual({ code: 'INTERNAL_SERVER_ERROR', messageEn: expect.any(String) });
    expectNoLeak(reply);
  });

  it('empties a place that may not be null up to one that may, and says which department', async () => {
    volunteers.mood = 'SENDS_500';
    const reply = await ask(gateway.url, '{ areas(kind: COMMUNITY) { name activities { id } } }');
    expect(reply.data).toEqual({ areas: null });
    expect(reply.extensions?.partial?.[0]?.fields).toEqual(['areas.activities']);
    expect(reply.errors?.every((error) => error.extensions.code === 'SOURCE_UNAVAILABLE')).toBe(true);
  });

  it('that is merely slow is waited for', async () => {
    volunteers.delayMs = 600;
    const reply = await ask(gateway.url, VIEW);
    expect(reply.errors).toBeUndefined();
    expect(reply.ms).toBeGreaterThan(590);
  });
});

describe('the gateway', () => {
  it('is ready while any department answers and says which do', async () => {
    await volunteers.stop();
    facilities.mood = 'HANGS';
    const ready = await fetch(`${gateway.url}/health/ready`);
    expect(ready.status).toBe(200);
    const text = await ready.text();
    expect(JSON.parse(text)).toEqual({
      status: 'ready',
      subgraphs: { organization: 'up', volunteers: 'down', facilities: 'down' },
      missing: [
        { subgraph: 'volunteers', reason: 'cannot be reached', since: null },
        { subgraph: 'facilities', reason: 'does not answer in time', since: null },
      ],
    });
    expect(text).not.toMatch(/http|127/);
    await organization.stop();
    expect((await fetch(`${gateway.url}/health/ready`)).status).toBe(503);
    expect(await (await fetch(`${gateway.url}/health/live`)).json()).toEqual({ status: 'live' });
    await organization.start();
    await volunteers.start();
  });
});
