import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Gateway } from '../../gateway/src/server.ts';
import { ask, DEPARTMENTS, facilities, openGateway, organization, volunteers } from './world.ts';

let gateway: Gateway & { url: string };
beforeAll(async () => {
  for (const department of DEPARTMENTS) await department.start();
  gateway = await openGateway({ subgraphTimeoutMs: 8_000 });
});
afterAll(async () => {
  await gateway.close();
  for (const department of DEPARTMENTS) await department.stop();
});
beforeEach(() => {
  for (const department of DEPARTMENTS) department.reset();
});

const query = async (text: string, variables?: object) => {
  const reply = await ask(gateway.url, text, variables);
  expect(reply.errors).toBeUndefined();
  return reply.data;
};

describe('one question over three departments', () => {
  it('joins fields of an area across departments and keys', async () => {
    const data = await query('{ area(code: "410305001001") { name kind volunteerCount facilities { name area { name } } } }');
    expect(data).toEqual({
      area: { name: '一社区', kind: 'COMMUNITY', volunteerCount: 5, facilities: [{ name: '活动室', area: { name: '一社区' } }] },
    });
  });

  it('hands a department what its figure requires', async () => {
    const data = await query('{ area(id: "ar_s") { volunteerSummary { communities hours } standard(factor: 3) } }');
    expect(data).toEqual({ area: { volunteerSummary: { communities: 2, hours: 10 }, standard: 18 } });
    expect(Object.keys(data.area)).toEqual(['volunteerSummary', 'standard']);
  });

  it('does not ask for what another department provides', async () => {
    await query('{ activities { organizer { name } } }');
    expect(organization.asked).toHaveLength(0);
  });

  it('answers unions and interfaces by their runtime type', async () => {
    const data = await query(`{
      found(text: "社") { __typename ... on Area { label: name volunteerCount } ... on Organization { label: name organized { title } } }
      places { id name kind: __typename ... on Area { standard } }
    }`);
    expect(data.found).toEqual([
      { __typename: 'Area', label: '一社区', volunteerCount: 5 },
      { __typename: 'Area', label: '二社区', volunteerCount: 5 },
      { __typename: 'Organization', label: '社工站', organized: [{ title: '清洁日' }, { title: '义诊' }] },
      { __typename: 'Organization', label: '书画社', organized: [{ title: '读书会' }] },
    ]);
    expect(data.places).toEqual([
      { id: 'ar_c1', name: '一社区', kind: 'Area', standard: 18 },
      { id: 'or_1', name: '社工站', kind: 'Organization' },
    ]);
  });

  it('keeps aliases with different arguments apart, also where two places hold the same entity', async () => {
    const data = await query(`{
      area(id: "ar_c1") { a: volunteerSummary(label: "甲") { label } b: volunteerSummary(label: "乙") { label } parent { one: activities(first: 0) { id } children { x: standard(factor: 1) activities { n: title } } } }
      areas(kind: COMMUNITY) { x: standard(factor: 2) activities { n: hours } }
    }`);
    expect(data.area.a).toEqual({ label: '甲' });
    expect(data.area.b).toEqual({ label: '乙' });
    expect(data.area.parent.children[0]).toEqual({ x: 9, activities: [{ n: '清洁日' }, { n: '读书会' }] });
    expect(data.areas[0]).toEqual({ x: 18, activities: [{ n: 3 }, { n: 2 }] });
  });

  it("is not led astray by aliases that are named like another department's keys", async () => {
    const data = await query(`{
      area(id: "ar_c1") { id: name code: kind kind: code membership: id x: standard volunteerSummary { hours } }
      areas(kind: STREET) { standard volunteerSummary { hours } }
    }`);
    expect(data).toEqual({
      area: { id: '一社区', code: 'COMMUNITY', kind: '410305001001', membership: 'ar_c1', x: 18, volunteerSummary: { hours: 5 } },
      areas: [{ standard: 12, volunteerSummary: { hours: 10 } }],
    });
  });

  it('walks nested lists', async () => {
    const data = await query('{ area(id: "ar_s") { grid { name volunteerCount facilities { name } } } }');
    const [one, two] = [
      { name: '一社区', volunteerCount: 5, facilities: [{ name: '活动室' }] },
      { name: '二社区', volunteerCount: 5, facilities: [{ name: '图书角' }] },
    ];
    expect(data).toEqual({ area: { grid: [[one, two], [one]] } });
  });

  it('obeys @skip and @include on fields, fragments and spreads', async () => {
    const text = `query($yes: Boolean!, $no: Boolean!) {
      area(id: "ar_c1") { name @skip(if: $yes) volunteerCount @include(if: $yes) standard @include(if: $no) ... @include(if: $no) { kind } ...F @skip(if: $no) }
    } fragment F on Area { id }`;
    expect(await query(text, { yes: true, no: false })).toEqual({ area: { volunteerCount: 5, id: 'ar_c1' } });
    expect(await query(text, { yes: false, no: true })).toEqual({ area: { name: '一社区', standard: 18, kind: 'COMMUNITY' } });
  });

  it('goes there and back through four stages', async () => {
    const data = await query(
      '{ facility(id: "fa_1") { activities { title weight organizer { area { facilities { name size { width } } } } } } }',
    );
    expect(data.facility.activities).toEqual([
      { title: '清洁日', weight: 30, organizer: { area: { facilities: [{ name: '活动室', size: { width: 4 } }] } } },
      { title: '义诊', weight: 50, organizer: { area: { facilities: [{ name: '活动室', size: { width: 4 } }] } } },
    ]);
  });

  it('answers what the planner cannot plan whole: a requirement behind a way there and back', async () => {
    const data = await query(`query($no: Boolean = false) {
      activity(id: "ac_1") { place { activities { weight place { activities { w: weight skipped: weight @include(if: $no) title } } } } }
      found(text: "社") { ... on Organization { area { facilities { area { standard(factor: 1) ...F } } } } }
    } fragment F on Area { volunteerSummary { hours } parent { facilities { name } standard } }`);
    expect(data.activity.place.activities).toEqual([
      {
        weight: 30,
        place: {
          activities: [
            { w: 30, title: '清洁日' },
            { w: 50, title: '义诊' },
          ],
        },
      },
      {
        weight: 50,
        place: {
          activities: [
            { w: 30, title: '清洁日' },
            { w: 50, title: '义诊' },
          ],
        },
      },
    ]);
    expect(data.found[2]).toEqual({
      area: { facilities: [{ area: { standard: 9, volunteerSummary: { hours: 5 }, parent: { facilities: [], standard: 12 } } }] },
    });
  });

  it('passes text, lists and defaults through as they were written', async () => {
    const label = '引号"，反斜杠\\，换行\n，表情😀';
    const data = await query(
      'query($l: String, $n: Int = 1) { area(id: "ar_c1") { volunteerSummary(label: $l) { label } activities(first: $n) { id } } }',
      { l: label },
    );
    expect(data.area).toEqual({ volunteerSummary: { label }, activities: [{ id: 'ac_1' }] });
    const inline = await query('{ area(id: "ar_c1") { volunteerSummary(label: """块 "文本" \\u""") { label } } }');
    expect(inline.area.volunteerSummary.label).toBe('块 "文本" \\u');
  });

  it('answers introspection itself, beside data', async () => {
    const data = await query(
      '{ __typename __schema { queryType { name } } t: __type(name: "Area") { fields { name } } areas(kind: STREET) { __typename } }',
    );
    expect(data).toMatchObject({ __typename: 'Query', __schema: { queryType: { name: 'Query' } }, areas: [{ __typename: 'Area' }] });
    expect(data.t.fields.map((field: { name: string }) => field.name)).toContain('standard');
    const alone = await query('query Only { ...S } fragment S on Query { __schema { types { name } } }');
    const names = alone.__schema.types.map((type: { name: string }) => type.name);
    expect(names.filter((name: string) => name.startsWith('join__') || name.startsWith('_'))).toEqual(
      ['__Schema', '__Type', '__TypeKind', '__Field', '__InputValue', '__EnumValue', '__Directive', '__DirectiveLocation'].filter((n) =>
        names.includes(n),
      ),
    );
    expect(DEPARTMENTS.flatMap((department) => department.asked)).toHaveLength(1);
  });

  it('answers a root __typename without asking anybody', async () => {
    expect(await query('{ __typename }')).toEqual({ __typename: 'Query' });
    expect(DEPARTMENTS.flatMap((department) => department.asked)).toHaveLength(0);
  });
});

describe('null where none is allowed', () => {
  it('empties the nearest place that may be empty', async () => {
    const reply = await ask(gateway.url, '{ ledger { opening rows { amount } loose { amount } } }');
    expect(reply.data).toEqual({ ledger: { opening: 1, rows: null, loose: [{ amount: 7 }, null] } });
    expect(reply.errors?.map((error) => error.path)).toEqual([
      ['ledger', 'rows', 1, 'amount'],
      ['ledger', 'loose', 1, 'amount'],
    ]);
  });

  it("places a department's refusal where the client asked, with its code", async () => {
    const reply = await ask(gateway.url, '{ refused areas(kind: COMMUNITY) { activities(first: 1) { r: refusal } } }');
    expect(reply.data.areas[0].activities).toEqual([{ r: null }]);
    const places = reply.errors?.map(({ path, extensions }) => [path?.join('.'), extensions.code]);
    expect(places).toContainEqual(['refused', 'FORBIDDEN']);
    expect(places).toContainEqual(['areas.0.activities.0.r', 'FORBIDDEN']);
    expect(places).toContainEqual(['areas.1.activities.0.r', 'FORBIDDEN']);
    expect(reply.errors?.[0]?.extensions).toEqual({ code: 'FORBIDDEN', messageEn: 'forbidden' });
  });
});

describe('one request per department and stage', () => {
  it('sends a three-level view as one request to each', async () => {
    const view = '...V children { ...V children { ...V } }';
    const reply = await ask(
      gateway.url,
      `query($l: String) { area(code: "410305000000") { ${view} } } fragment V on Area { name volunteerSummary(label: $l) { hours } facilities { name } standard }`,
      { l: 'x' },
    );
    expect(reply.errors).toBeUndefined();
    expect(reply.extensions?.debug?.requests).toEqual({ organization: 1, volunteers: 1, facilities: 1 });
    expect(reply.data.area.children[0].children[1]).toMatchObject({ volunteerSummary: { hours: 5 }, facilities: [{ name: '图书角' }] });
    const sent = Object.values(volunteers.asked[0]!.variables).flat();
    expect(sent).toHaveLength(4 + 1);
  });

  it('joins what differs into one document: root fields, entities of two kinds, fragments, variables', async () => {
    const text = `query($l: String, $first: Int) {
      a: area(id: "ar_c1") { ...F }
      found(text: "社") { ... on Area { ...F } ... on Organization { organized { hours } } }
      facilities { name area { volunteerCount } activities { title } }
    }
    fragment F on Area { volunteerSummary(label: $l) { label } activities(first: $first) { id title } }`;
    const reply = await ask(gateway.url, text, { l: '标', first: 1 });
    expect(reply.errors).toBeUndefined();
    for (const department of DEPARTMENTS) {
      const perStage = reply.extensions?.debug?.requests[department.name] ?? 0;
      expect(perStage).toBeLessThanOrEqual(reply.extensions!.debug!.stages);
    }
    expect(reply.data.found[2]).toEqual({ organized: [{ hours: 3 }, { hours: 5 }] });
    expect(reply.data.found[0]).toEqual({ volunteerSummary: { label: '标' }, activities: [{ id: 'ac_1', title: '清洁日' }] });
    expect(reply.data.facilities[0]).toEqual({
      name: '活动室',
      area: { volunteerCount: 5 },
      activities: [{ title: '清洁日' }, { title: '义诊' }],
    });
  });

  it('asks for each entity once, however often it occurs', async () => {
    await query('{ activities { area { name } } }');
    expect(Object.values(organization.asked[0]!.variables).flat()).toHaveLength(2);
  });

  it('asks nobody about nothing', async () => {
    expect(await query('{ area(id: "nobody") { volunteerCount facilities { name } } }')).toEqual({ area: null });
    expect([volunteers.asked.length, facilities.asked.length]).toEqual([0, 0]);
  });
});
