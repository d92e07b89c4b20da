/** The chain of a small district for tests of commands: two streets, a property company that is complained about, departments, and reports to handle. */
import { graphql } from 'graphql';
import { expect } from 'vitest';
import { openCase, reportAnswered, reportWithdrawn } from '../../subgraphs/grievances/src/case/intake.commands.ts';
import { definition } from '../../subgraphs/grievances/src/subgraph.ts';
import type { Claims } from '../../subgraphs/shared/src/claims.ts';
import { now } from '../../subgraphs/shared/src/clock.ts';
import { type EventRecord, recordEvents } from '../../subgraphs/shared/src/command.ts';
import type { Context } from '../../subgraphs/shared/src/context.ts';
import { newId } from '../../subgraphs/shared/src/domain/id.ts';
import { formatError, HubError } from '../../subgraphs/shared/src/errors.ts';
import { buildSubgraph } from '../../subgraphs/shared/src/subgraph.ts';
import { type TestDatabase, testDatabase } from '../database.ts';
import { calendars } from './calendars.ts';

const { schema } = buildSubgraph(definition);

/** Communities c1 and c2 of street s1, c3 of s2; codes end in the number. */
export const CODES: Record<string, string[]> = {
  '410305000000': ['c1', 'c2', 'c3'],
  '410305001000': ['c1', 'c2'],
  '410305001001': ['c1'],
  '410305001002': ['c2'],
  '410305002003': ['c3'],
};
const STREET_OF: Record<string, string> = { c1: 's1', c2: 's1', c3: 's2' };
const OFFICE_OF: Record<string, string> = { s1: 'so1', s2: 'so2' };
/** Compounds with community and management. */
const COMPOUNDS: Record<string, { community: string; management: string }> = {
  cp1: { community: 'c1', management: 'NONE' },
  cp2: { community: 'c2', management: 'PROPERTY_COMPANY' },
};
/** Organizations with what stands above them. `pc2` is a branch of `pc`, the property company. */
const ABOVE: Record<string, string[]> = {
  dept: ['bureau'],
  dept2: ['bureau'],
  bureau: [],
  so1: [],
  so2: [],
  rc1: ['so1'],
  hot: [],
  pc: [],
  pc2: ['pc'],
};

interface Chain {
  id: string;
  parent: Chain | null;
}
const chainOf = ([id, ...rest]: string[]): Chain | null => (id === undefined ? null : { id, parent: chainOf(rest) });

/** What organization would answer; `silent` makes it refuse. */
export const outside = { silent: false };
const ANSWERS: Record<string, (id: string) => unknown> = {
  Surroundings: (id) => {
    const street = STREET_OF[id] ?? '';
    return { area: { id, ancestors: [{ id: 'd' }, { id: street }], parent: { organizations: { nodes: [{ id: OFFICE_OF[street] }] } } } };
  },
  ManagementOfCompound: (id) => ({ compound: COMPOUNDS[id] ? { management: COMPOUNDS[id].management } : null }),
  OrganizationsAbove: (id) => ({ organization: ABOVE[id] ? chainOf([id, ...ABOVE[id]]) : null }),
  HandlerOfOrder: (id) => ({ officeholder: id.startsWith('oh') ? { id } : null }),
};
export const graph: Context['graph'] = {
  communities: async (code) => {
    const found = CODES[code];
    if (!found) throw new HubError('NOT_FOUND');
    return found;
  },
  ask: async (query, variables) => {
    if (outside.silent) throw new HubError('SOURCE_UNAVAILABLE');
    const name = /query (\w+)/.exec(query)?.[1] ?? '';
    if (name === 'PlaceOfReport') {
      const compound = COMPOUNDS[String(variables.compound)];
      return { compound: compound ? { id: variables.compound, community: { id: compound.community } } : null } as never;
    }
    return (ANSWERS[name]?.(String(variables.id)) ?? expect.unreachable(name)) as never;
  },
};

const staff = (role: Claims['roles'][number], organization: string, communities: string[]): Partial<Claims> => ({
  roles: [role],
  variant: 'DEPARTMENT',
  organization,
  subject: `someone of ${organization}`,
  communities,
});
export const STREET = staff('STREET_STAFF', 'so1', ['c1', 'c2']);
export const OTHER_STREET = staff('STREET_STAFF', 'so2', ['c3']);
export const COMMUNITY = staff('COMMUNITY_STAFF', 'rc1', ['c1']);
export const HOTLINE = staff('HOTLINE_STAFF', 'hot', ['c1', 'c2', 'c3']);
export const DEPARTMENT = staff('DEPARTMENT_STAFF', 'dept', []);
export const ASSISTANT = staff('DEPARTMENT_STAFF', 'dept2', []);
export const BUREAU = staff('DEPARTMENT_STAFF', 'bureau', []);
export const COMPANY = staff('ORG_REPRESENTATIVE', 'pc', []);
export const RESIDENT: Partial<Claims> = { roles: ['RESIDENT'], variant: 'RESIDENT', subject: 'resident' };
export const LEADER: Partial<Claims> = { roles: ['DISTRICT_LEAD'], variant: 'INTERNAL', subject: 'leader' };
export const SERVICE: Partial<Claims> = { roles: ['SERVICE'], variant: 'INTERNAL' };

/** Urgencies with accept, respond, resolve and extension as §7.3 has them. */
const POLICIES = `insert into sla_policy (id, category_id, urgency, accept_amount, accept_unit, respond_amount, respond_unit, resolve_amount, resolve_unit,
    report_in_amount, report_in_unit, max_extensions, extension_amount, extension_unit, effective_from, effective_to) values
  ('e', null, 'EMERGENCY', 30, 'ELAPSED_MINUTES', 2, 'ELAPSED_HOURS', 24, 'ELAPSED_HOURS', 30, 'ELAPSED_MINUTES', 0, null, null, '2022-01-01', null),
  ('u', null, 'URGENT', 2, 'ELAPSED_HOURS', 24, 'ELAPSED_HOURS', 3, 'WORKING_DAYS', 2, 'ELAPSED_HOURS', 1, 2, 'WORKING_DAYS', '2022-01-01', null),
  ('g0', null, 'GENERAL', 2, 'WORKING_DAYS', 48, 'ELAPSED_HOURS', 10, 'WORKING_DAYS', 1, 'WORKING_DAYS', 1, 5, 'WORKING_DAYS', '2020-01-01', '2022-01-01'),
  ('g', null, 'GENERAL', 1, 'WORKING_DAYS', 24, 'ELAPSED_HOURS', 5, 'WORKING_DAYS', 1, 'WORKING_DAYS', 1, 5, 'WORKING_DAYS', '2022-01-01', null),
  ('x', null, 'COMPLEX', 1, 'WORKING_DAYS', 24, 'ELAPSED_HOURS', 15, 'WORKING_DAYS', 1, 'WORKING_DAYS', 2, 15, 'WORKING_DAYS', '2022-01-01', null),
  ('c', null, 'CONSULT', 4, 'OFFICE_HOURS', 1, 'WORKING_DAYS', 3, 'WORKING_DAYS', 1, 'WORKING_DAYS', 0, null, null, '2022-01-01', null);
insert into case_category (id, code, name_zh, name_en, parent_id, default_urgency, about_people, active) values
  ('k', 'WY', '物业管理', 'Property management', null, 'GENERAL', false, true), ('k1', 'WY01', '物业收费', 'Fees', 'k', 'GENERAL', false, true),
  ('k2', 'WY02', '电梯', 'Lifts', 'k', 'URGENT', false, true), ('k9', 'WY09', '旧类', 'Old', 'k', 'GENERAL', false, false);`;

/** What somebody of each organization has uploaded: `fl_<n> of <organization>`. */
const FILES = `insert into hub.file (id, name, media_type, bytes, sha256, stripped, client, subject, organization, made_at)
  select 'fl_' || n || ' of ' || o, 'photo.jpg', 'image/jpeg', 10, repeat('a', 64), true, 'test', 'someone of ' || o, o, now()
  from unnest(array['dept', 'dept2', 'so1', 'so2', 'bureau', 'rc1', 'pc']) o, generate_series(1, 3) n`;

/** Payload of a command, whichever it is. */
export interface Payload {
  ok: boolean;
  errors: { code: string; field: string[] | null; details: Record<string, unknown> | null }[];
  case?: Record<string, unknown> & { id: string; version: number; state: string };
  order?: Record<string, unknown> & { id: string; version: number; status: string };
}
export interface ChainWorld {
  world: TestDatabase;
  /** Sends a document; codes of GraphQL errors, and the data. */
  ask(claims: Partial<Claims>, source: string, variables?: Record<string, unknown>): Promise<{ data: never; codes: unknown[] }>;
  /** Sends a command; throws with the codes when the answer is no payload. */
  act(claims: Partial<Claims>, name: string, input: Record<string, unknown>): Promise<Payload>;
  /** Rows as the owner sees them. */
  rows<T extends object>(sql: string, params?: unknown[]): Promise<T[]>;
  /** A case with reports, as `submitReport` makes them. */
  receive(file?: Partial<Received>): Promise<{ caseId: string; reportIds: string[] }>;
  /** What the reports' side does after an answer or a withdrawal was written. */
  answered(caseId: string, reportId: string): Promise<void>;
  withdrawn(caseId: string, reportId: string): Promise<void>;
}
interface Received {
  communityId: string;
  receivedAt: Date;
  categoryId: string | null;
  reports: { anonymity?: string; channel?: string; redaction?: string }[];
}

const FIELDS = `ok errors { code message messageEn field details }`;
const OF_CASE = `case { id version state urgency title summary owner { id } result reopenCount lastHandledAt area { id } compound { id } category { id }
  orders { id to { id } role status acceptBy dueAt contactNeeded returnForbidden superior { id } rule { id } version }
  evidence { kind takenOn file { id mediaType } } clocks { kind startedAt dueAt provisional state stoppedAt pauses { reason from to } } events { seq kind from to actorRole reason rule { id } } }`;
const OF_ORDER = 'order { id version status role acceptedAt startedAt dueAt result case { id state version } }';

const INPUT_OF = (name: string): string => `${name[0]?.toUpperCase()}${name.slice(1)}Input`;

export async function openChain(): Promise<ChainWorld> {
  const world = await testDatabase(definition);
  await world.owner.query(POLICIES);
  for (const { year, status, holidays, makeUpWorkdays } of calendars) {
    const dates = (days: readonly { date: string }[]) => days.map(({ date }) => date);
    await world.owner.query('insert into work_calendar values ($1, $2, $3, $4)', [year, status, dates(holidays), dates(makeUpWorkdays)]);
  }
  await world.owner.query(FILES);
  const bug: unknown[] = [];
  const format = formatError({ error: (...told: unknown[]) => void bug.push(told) } as never);
  const ask: ChainWorld['ask'] = async (claims, source, variables) => {
    const contextValue = world.context(claims, { graph });
    const { data, errors = [] } = await graphql({ schema, source, contextValue, variableValues: variables });
    const codes = errors.map((error) => format(error.toJSON(), error).extensions?.code);
    if (codes.includes('INTERNAL_SERVER_ERROR'))
      throw new Error(errors.map((error) => error.originalError?.stack ?? error.message).join('\n'));
    return { data: data as never, codes };
  };
  /** One step outside a command, as SERVICE. */
  const step = (work: (step: Parameters<typeof openCase>[0]) => Promise<void>): Promise<void> =>
    world.database.write({ ...world.context(SERVICE).claims, deadline: Date.now() + 30_000 }, async ({ rows, asService }) => {
      const events: EventRecord[] = [];
      const at = now();
      await work({ rows, asService, at, record: (event) => void events.push(event) });
      await recordEvents(rows, at, events);
    });
  return {
    world,
    ask,
    async act(claims, name, input) {
      const object = ['triageCase', 'dispatchCase', 'handleCase'].includes(name) ? OF_CASE : OF_ORDER;
      const source = `mutation ($input: ${INPUT_OF(name)}!) { payload: ${name}(input: $input) { ${FIELDS} ${object} } }`;
      const { data, codes } = await ask(claims, source, { input });
      if (codes.length > 0) throw new Error(codes.join(' '));
      return (data as { payload: Payload }).payload;
    },
    rows: async <T>(sql: string, params?: unknown[]) => (await world.owner.query(sql, params)).rows as T[],
    async receive({ communityId = 'c1', receivedAt = now(), categoryId = null, reports = [{}] } = {}) {
      let caseId = '';
      const reportIds: string[] = [];
      await step(async (each) => {
        const file = { title: '楼道灯不亮', categoryId, communityId, compoundId: null, ownerId: 'so1', receivedAt };
        const opened = await openCase(each, file);
        caseId = opened.id;
        for (const { anonymity = 'NAMED_TO_CHAIN', channel = 'HOTLINE_12345', redaction = 'SURE' } of reports) {
          const id = newId('rp', each.at);
          reportIds.push(id);
          await each.rows(
            `insert into report (id, receipt_no, kind, channel, anonymity, state, category_id, community_id, received_at, respond_by, respond_provisional,
               title, redacted_text, redaction, case_id, origin_case_id)
             values ($1, $1, 'HELP', $2, $3, 'RECEIVED', $4, $5, $6, $7, $8, '楼道灯不亮', '楼道灯不亮，请修', $9, $10, $10)`,
            [id, channel, anonymity, categoryId, communityId, receivedAt, opened.respondBy, opened.respondProvisional, redaction, caseId],
          );
        }
      });
      return { caseId, reportIds };
    },
    answered: (caseId, reportId) => step((each) => reportAnswered(each, caseId, reportId)),
    withdrawn: (caseId, reportId) => step((each) => reportWithdrawn(each, caseId, reportId)),
  };
}

let keys = 0;
/** A new idempotency key. */
export const key = (): string => `test-key-${++keys}`;
