/** Who may see what, from outside (overview §3.6, privacy §10, design §4–5). */
import { buildClientSchema, getIntrospectionQuery, type IntrospectionQuery } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Role } from '../../subgraphs/shared/src/claims.ts';
import { parseKeys, sign } from '../../subgraphs/shared/src/signature.ts';
import { claimsOf } from '../database.ts';
import type { Answer, Hub } from '../kit.ts';
import { askedByPerson, pathsToProtected } from '../schema/privacy.ts';
import {
  codesOf,
  DISTRICT,
  expectNoMachinery,
  HUBEI_ROAD,
  KEYS,
  type Kpi,
  NANCHANG_ROAD,
  openHub,
  SUMMARY_FIELDS,
  type SummaryField,
  WANGFUZHUANG,
  wholeData,
  YEAR_2025,
} from './district.ts';

let hub: Hub;
let lead: string;
beforeAll(async () => {
  hub = await openHub();
  lead = await hub.token({ role: 'DISTRICT_LEAD', area: DISTRICT });
});
afterAll(() => hub?.stop());

const SUBGRAPHS = ['organization', 'volunteers', 'facilities', 'grievances'] as const;

describe.each(SUBGRAPHS)('the %s department itself', (subgraph) => {
  const post = async (body: string, headers: Record<string, string> = {}, type = 'application/json') => {
    const url = `http://127.0.0.1:${hub.ports[subgraph]}/graphql`;
    const reply = await fetch(url, { method: 'POST', headers: { 'content-type': type, ...headers }, body });
    return { status: reply.status, text: await reply.text() };
  };
  const body = JSON.stringify({ query: '{ __typename }', extensions: { hub: claimsOf({ deadline: Date.now() + 30_000 }) } });
  const signed = (of: string, text: string) => sign(parseKeys(hub.secrets.subgraphs[of]?.subgraphKeys ?? ''), 'POST', '/graphql', text);

  it('answers 401 to whatever the gateway did not sign', async () => {
    const queries = [
      '{ __typename }',
      '{ _service { sdl } }',
      '{ _entities(representations: [{ __typename: "Area", id: "ar_1" }]) { __typename } }',
      '{ __schema { types { name } } }',
      'nonsense {',
    ];
    const unsigned = [...queries.map((query) => JSON.stringify({ query })), body, '', 'garbage', '[]', '{"query":'];
    for (const text of unsigned) {
      const answer = await post(text);
      expect(answer.status, text).toBe(401);
      expect(JSON.parse(answer.text), text).toEqual({
        errors: [expect.objectContaining({ extensions: expect.objectContaining({ code: 'UNAUTHENTICATED' }) })],
      });
    }
    const headersOf: Record<string, string>[] = [{ 'hub-signature': 'v1' }, { 'hub-signature': '' }, { authorization: `Bearer ${lead}` }];
    for (const headers of headersOf) expect((await post(body, headers)).status).toBe(401);
    expect((await post(body, {}, 'text/plain')).status).toBe(401);
    expect((await post('query=%7B__typename%7D', {}, 'application/x-www-form-urlencoded')).status).toBeGreaterThanOrEqual(400);
    const byGet = await fetch(`http://127.0.0.1:${hub.ports[subgraph]}/graphql?query=%7B__typename%7D`);
    expect(byGet.status).toBeGreaterThanOrEqual(400);
    expect(await byGet.text()).not.toContain('"data"');
  });

  it('answers what the gateway signed once, and refuses it when it is sent again', async () => {
    const headers = signed(subgraph, body);
    const first = await post(body, headers);
    expect(first.status).toBe(200);
    expect(JSON.parse(first.text)).toMatchObject({ data: { __typename: 'Query' } });
    expect((await post(body, headers)).status).toBe(401);
  });

  it('refuses a body other than the signed one, and the key of another department', async () => {
    expect((await post(body.replace('DISTRICT_LEAD', 'SERVICE'), signed(subgraph, body))).status).toBe(401);
    const other = SUBGRAPHS.find((name) => name !== subgraph) as string;
    expect((await post(body, signed(other, body))).status).toBe(401);
  });

  it('refuses a signed request that says nothing of its caller', async () => {
    for (const extensions of [undefined, {}, { hub: null }, { hub: { roles: ['SERVICE'] } }]) {
      const bare = JSON.stringify({ query: '{ __typename }', extensions });
      expect((await post(bare, signed(subgraph, bare))).status, bare).toBe(401);
    }
  });
});

type Summaries = Record<SummaryField, { kpis: Kpi[] } | null>;
const SUMMARIES = `query ($code: AreaCode!, $p: PeriodInput!) { area(code: $code) { code
  ${SUMMARY_FIELDS.map((field) => `${field}(period: $p) { kpis(keys: [${KEYS[field].join(', ')}]) { key value numerator denominator reason } }`).join('\n')} } }`;
const summaries = (code: string, token?: string): Promise<Answer<{ area: Summaries }>> =>
  hub.query(SUMMARIES, { code, p: YEAR_2025 }, token);

describe('figures', () => {
  const OUTSIDE: (Role | null)[] = [null, 'PUBLIC', 'RESIDENT', 'VOLUNTEER', 'PARTNER_UNIT', 'BI_CLIENT'];
  it.each(OUTSIDE)('that come from persons are given to %s of what has ended, as of the previous day, and never of a few', async (role) => {
    const token = role === null ? undefined : await hub.token({ role, area: HUBEI_ROAD });
    const { area } = wholeData(await summaries(HUBEI_ROAD, token));
    const fresh = wholeData(await summaries(HUBEI_ROAD, lead)).area;
    for (const field of SUMMARY_FIELDS) expect(area[field]?.kpis.map((kpi) => kpi.key)).toEqual(KEYS[field]);
    expect([area.organizationSummary, area.facilitySummary]).toEqual([fresh.organizationSummary, fresh.facilitySummary]);
    const outside = [...(area.volunteerSummary?.kpis ?? []), ...(area.grievanceSummary?.kpis ?? [])];
    expect(outside.some(({ value }) => value !== null)).toBe(true);
    expect(outside.every(({ numerator }) => numerator === null || Number(numerator) === 0 || Number(numerator) >= 5)).toBe(true);
  });

  it('of the district are to a street what they are to the public, and its own are fresh and whole', async () => {
    const street = await hub.token({ role: 'STREET_STAFF', area: HUBEI_ROAD });
    for (const code of [DISTRICT, NANCHANG_ROAD])
      expect(wholeData(await summaries(code, street)).area, code).toEqual(wholeData(await summaries(code)).area);
    for (const code of [HUBEI_ROAD, WANGFUZHUANG])
      expect(wholeData(await summaries(code, street)).area, code).toEqual(wholeData(await summaries(code, lead)).area);
  });

  it('in a table are to a street its own as to the district, and the others’ as to the public', async () => {
    const street = await hub.token({ role: 'STREET_STAFF', area: HUBEI_ROAD });
    type Row = { area: { code: string }; value: string | null; suppressed: boolean };
    const table = async (code: string, token?: string): Promise<Row[]> => {
      const answer = await hub.query(
        `query ($code: AreaCode!, $input: KpiTableInput!) { area(code: $code) {
          grievanceKpis(input: $input, keys: [GRV_1, GRV_3]) { rows { area { code } key value numerator denominator suppressed reason } }
          volunteerKpis(input: $input, keys: [VOL_1]) { rows { area { code } key value numerator denominator suppressed reason } } } }`,
        { code, input: { level: 'COMMUNITY', from: '2025-01-01', to: '2025-07-01', grain: 'MONTH' } },
        token,
      );
      const { area } = wholeData(answer);
      return [...area.grievanceKpis.rows, ...area.volunteerKpis.rows];
    };
    const [asStreet, asPublic, asLead] = [await table(DISTRICT, street), await table(DISTRICT), await table(DISTRICT, lead)];
    const isOwn = ({ area }: Row) => area.code.startsWith(HUBEI_ROAD.slice(0, 9));
    expect(asLead.filter(isOwn)).toHaveLength(7 * 6 * 3);
    expect(asStreet.filter(isOwn)).toEqual(asLead.filter(isOwn));
    expect(asStreet.filter((row) => !isOwn(row))).toEqual(asPublic.filter((row) => !isOwn(row)));
    expect(asPublic.filter(({ suppressed }) => suppressed).length).toBeGreaterThan(100);
    expect(asLead.filter(({ suppressed }) => suppressed)).toEqual([]);
  });
});

describe('what departments tell each other', () => {
  const ASKED = [`walkOrigins(areaCode: "${WANGFUZHUANG}") { nodes { compoundId } }`, 'organizationEvents { nodes { id } }'];
  const PERSONS: Role[] = [
    'DISTRICT_LEAD',
    'REGISTRAR',
    'AUDITOR',
    'PRIVACY_OFFICER',
    'STREET_STAFF',
    'ORG_REPRESENTATIVE',
    'RESIDENT',
    'PARTNER_UNIT',
    'BI_CLIENT',
  ];

  it('is refused to every person, whatever his role', async () => {
    for (const field of ASKED)
      for (const role of [null, ...PERSONS]) {
        const token = role === null ? undefined : await hub.token({ role, area: DISTRICT });
        const answer = await hub.query(`{ ${field} }`, {}, token);
        expect(answer.data === undefined || Object.values(answer.data ?? {}).every((value) => value === null), `${role} ${field}`).toBe(
          true,
        );
        const internal = role === 'DISTRICT_LEAD' || role === 'REGISTRAR';
        expect(codesOf(answer), `${role} ${field}`).toEqual([internal ? 'FORBIDDEN' : 'GRAPHQL_VALIDATION_FAILED']);
      }
  });

  it('is answered to a department’s own credential, which no person can have', async () => {
    const service = await hub.token({ role: 'SERVICE', subgraph: 'facilities' });
    for (const field of ASKED) expect(Object.values(wholeData(await hub.query(`{ ${field} }`, {}, service)))[0]).not.toBeNull();
    const forged = await hub.query('{ viewer { roles } }', {}, await hub.token({ role: 'SERVICE' }));
    expect([forged.status, ...codesOf(forged)]).toEqual([403, 'FORBIDDEN']);
    const lent = await hub.query('{ viewer { roles } }', {}, await hub.token({ role: 'DISTRICT_LEAD', subgraph: 'facilities' }));
    expect([lent.status, ...codesOf(lent)]).toEqual([403, 'FORBIDDEN']);
  });
});

describe('fields of the inside', () => {
  it.each([
    ['Case.subjectOrganization', '{ cases(filter: {}) { nodes { id subjectOrganization { id } } } }'],
    ['Appointment.isPartyMember', '{ appointments(filter: {}) { nodes { id isPartyMember } } }'],
  ])('%s is no part of the departments’ contract', async (field, query) => {
    const staff = await hub.query(query, {}, await hub.token({ role: 'STREET_STAFF', area: DISTRICT }));
    expect(staff.status).toBe(400);
    expect(staff.data).toBeUndefined();
    expect(codesOf(staff)).toEqual(['GRAPHQL_VALIDATION_FAILED']);
    const [type, name] = field.split('.');
    expect(staff.errors[0]?.message).toContain(`Cannot query field "${name}" on type "${type}".`);
    expect(codesOf(await hub.query(query.replace('filter: {}', 'filter: {}, first: 3'), {}, lead))).toEqual([]);
  });

  it('cannot be had by the name of a fragment or an alias', async () => {
    const staff = await hub.token({ role: 'STREET_STAFF', area: DISTRICT });
    for (const query of [
      '{ cases(filter: {}) { nodes { ...Whole } } } fragment Whole on Case { id about: subjectOrganization { id } }',
      '{ cases(filter: {}) { nodes { ... on Case @include(if: true) { subjectOrganization { id } } } } }',
      'query A { viewer { roles } } query B { cases(filter: {}) { nodes { subjectOrganization { id } } } }',
    ]) {
      const answer = await hub.query(query, {}, staff);
      expect(JSON.stringify(answer.data ?? null), query).not.toContain('subjectOrganization');
      expect(answer.errors, query).not.toEqual([]);
    }
  });
});

describe('the schema', () => {
  it('introspects for the district, and not with nobody’s credential', async () => {
    expect(codesOf(await hub.query(getIntrospectionQuery()))).toEqual(['FORBIDDEN']);
    const answer = await hub.query<IntrospectionQuery>(getIntrospectionQuery(), {}, lead);
    const schema = buildClientSchema(wholeData(answer));
    expect(Object.keys(schema.getQueryType()?.getFields() ?? {})).toEqual(
      expect.arrayContaining(['area', 'facilities', 'activities', 'cases', 'publicCases']),
    );
    expect(Object.keys(schema.getTypeMap()).filter((name) => /^(_|join__|link__)/.test(name) && !name.startsWith('__'))).toEqual([]);
  });

  it('has no reporter, and no way from a person to a report (S1, S2)', async () => {
    const schema = buildClientSchema(
      wholeData(await hub.query<IntrospectionQuery>(getIntrospectionQuery({ descriptions: false }), {}, lead)),
    );
    expect(schema.getType('Report')).toBeDefined();
    expect(pathsToProtected(schema)).toEqual([]);
    expect(askedByPerson(schema)).toEqual([]);
    for (const query of ['{ cases(filter: {}) { nodes { reports { id } } } }', '{ myVolunteer { reports { id } } }'])
      expect(codesOf(await hub.query(query, {}, lead)), query).toEqual(['GRAPHQL_VALIDATION_FAILED']);
    expect(codesOf(await hub.query('{ caseReports(caseId: "x") { nodes { id } } }', {}, lead))).toEqual(['FORBIDDEN']);
  });

  it('gives no handle of the federation away', async () => {
    for (const query of ['{ _service { sdl } }', '{ _entities(representations: []) { __typename } }'])
      expect(codesOf(await hub.query(query, {}, lead)), query).toEqual(['GRAPHQL_VALIDATION_FAILED']);
  });
});

describe('an error', () => {
  const WRONG: [what: string, query: string, variables?: Record<string, unknown>][] = [
    ['no query', ''],
    ['half a query', '{ area('],
    ['an unknown field', '{ nothing }'],
    ['an unknown id', '{ facility(id: "\'; select 1 from pg_user --") { id } }'],
    ['quotes in a text', '{ compounds(filter: { text: "%\'); drop table compound; --" }) { nodes { id } } }'],
    ['a day that is none', '{ area(code: "410305000000", at: "2025-02-30") { id } }'],
    ['a number too large', '{ areas(first: 99999999999) { nodes { id } } }'],
    [
      'a period turned round',
      '{ area(code: "410305000000") { organizationSummary(period: { grain: YEAR, start: "2026-01-01", end: "2025-01-01" }) { kpis { key } } } }',
    ],
    [
      'a period without beginning',
      '{ area(code: "410305000000") { grievanceSummary(period: { grain: CUSTOM, start: "0001-01-01", end: "9999-12-31" }) { kpis { key } } } }',
    ],
    ['a zero byte', 'query ($t: String) { organizations(filter: { text: $t }) { nodes { id } } }', { t: 'a\u0000b' }],
    ['a broken character', 'query ($t: String) { activities(filter: { text: $t }) { nodes { id } } }', { t: '\ud800' }],
    ['a place at the end of the world', '{ compounds(filter: { near: { lat: 91, lng: 500, crs: WGS84, metres: -1 } }) { nodes { id } } }'],
    [
      'a distance beyond numbers',
      '{ activities(filter: { near: { lat: 34, lng: 112, crs: WGS84, metres: 2147483647 } }) { nodes { id } } }',
    ],
    ['years beyond any calendar', '{ workingDayDeadline(from: "9999-12-31", days: 2000000000) { dueOn } }'],
    ['a calendar of no year', '{ workCalendar(year: -1) { year } divisionEdition(year: 2147483647) { year } }'],
    ['a month that is none', '{ publicCases(filter: { monthFrom: "2025-13" }) { nodes { caseNo } } }'],
  ];

  it.each(WRONG)('shows nothing of the machinery: %s', async (_, query, variables) => {
    const answer = await hub.query(query, variables, lead);
    expectNoMachinery(answer.text);
    expect(answer.errors.filter(({ extensions }) => extensions.code === 'INTERNAL_SERVER_ERROR')).toEqual([]);
    for (const error of answer.errors) {
      expect(error.message).toMatch(/[一-鿿]/);
      expect(error.extensions.messageEn).toEqual(expect.any(String));
    }
  });

  it('is all that a credential which is none gets', async () => {
    for (const token of ['x', 'a.b.c', `${lead.slice(0, -3)}abc`, await hub.token({ role: 'DISTRICT_LEAD', seconds: -60 })]) {
      const answer = await hub.query('{ viewer { roles } }', {}, token);
      expect([answer.status, answer.data, ...codesOf(answer)]).toEqual([401, undefined, 'UNAUTHENTICATED']);
      expectNoMachinery(answer.text);
    }
  });
});
