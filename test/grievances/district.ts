import { graphql } from 'graphql';
import { expect } from 'vitest';
import { definition } from '../../subgraphs/grievances/src/subgraph.ts';
import type { Claims } from '../../subgraphs/shared/src/claims.ts';
import type { Context } from '../../subgraphs/shared/src/context.ts';
import { formatError } from '../../subgraphs/shared/src/errors.ts';
import { buildSubgraph } from '../../subgraphs/shared/src/subgraph.ts';
import { type TestDatabase, testDatabase } from '../database.ts';

const { schema } = buildSubgraph(definition);
const COMMUNITIES: Record<string, string[]> = { '410305000000': ['c1', 'c2'], '410305001000': ['c1'] };

/** Two communities; c1 of the street office so1, c2 of so2. `pc` is a property company that somebody complained about, `dept` a department. */
const CASES = `
    insert into case_category (id, code, name_zh, name_en, parent_id, default_urgency, about_people) values
      ('k', 'WY', '物业管理', 'Property management', null, 'GENERAL', false), ('k1', 'WY01', '物业收费', 'Property fees', 'k', 'GENERAL', false),
      ('kp', 'JF01', '邻里纠纷', 'Neighbours', 'k', 'GENERAL', true);
    insert into sla_policy values
      ('old', null, 'GENERAL', 2, 'WORKING_DAYS', 48, 'ELAPSED_HOURS', 10, 'WORKING_DAYS', 1, 'WORKING_DAYS', 0, null, null, '2020-01-01', '2022-01-01', 1),
      ('sp', null, 'GENERAL', 1, 'WORKING_DAYS', 24, 'ELAPSED_HOURS', 5, 'WORKING_DAYS', 1, 'WORKING_DAYS', 1, 5, 'WORKING_DAYS', '2022-01-01', null, 1),
      ('own', 'k1', 'GENERAL', 2, 'WORKING_DAYS', 24, 'ELAPSED_HOURS', 4, 'WORKING_DAYS', 1, 'WORKING_DAYS', 0, null, null, '2022-01-01', null, 1);
    insert into grievance_case (id, case_no, title, category_id, community_id, state, urgency, received_at, owner_id, subject_organization_id, summary,
        last_handled_at, review_on, merged_into_id) values
      ('open', 'JX1', '电梯', 'k1', 'c1', 'IN_PROGRESS', 'GENERAL', '2025-06-02T09:00+08:00', 'so1', null, '一号楼电梯停运', null, null, null),
      ('company', 'JX2', '收费', 'k1', 'c1', 'IN_PROGRESS', 'GENERAL', '2025-06-03T09:00+08:00', 'so1', 'pc', '收费不公开', null, null, null),
      ('closed', 'JX3', '路灯', 'k1', 'c2', 'CLOSED', 'GENERAL', '2025-06-04T09:00+08:00', 'so2', null, '路灯不亮', '2025-06-09T15:00+08:00', null, null),
      ('shelved', 'JX4', '管网', 'k1', 'c2', 'SUSPENDED', 'GENERAL', now(), 'so2', null, '管网改造', null, '2025-01-01', null),
      ('people', 'JX5', '邻里', 'kp', 'c1', 'CLOSED', 'GENERAL', '2025-06-05T09:00+08:00', 'so1', null, '纠纷', null, null, null),
      ('merged', 'JX6', '电梯', 'k1', 'c1', 'MERGED', 'GENERAL', '2025-06-06T09:00+08:00', 'so1', null, null, null, null, 'open');
    insert into dispatch_order (id, case_id, community_id, urgency, to_id, dispatcher_id, role, status, policy_id, dispatched_at, accept_by,
        accept_warn_at, accepted_at, returned_at, due_at, ended_at) values
      ('o1', 'open', 'c1', 'GENERAL', 'dept', 'so1', 'LEAD', 'ACCEPTED', 'sp', '2025-06-02T10:00+08:00', '2025-06-04', '2025-06-03T19:12+08:00', '2025-06-03T10:00+08:00', null, '2025-06-10', null),
      ('o2', 'company', 'c1', 'GENERAL', 'og9', 'so1', 'LEAD', 'SENT', 'sp', '2025-06-03T10:00+08:00', '2025-06-05', '2025-06-04T19:12+08:00', null, null, '2025-06-05', null),
      ('o3', 'closed', 'c2', 'GENERAL', 'dept', 'so2', 'LEAD', 'DONE', 'sp', '2025-06-04T10:00+08:00', '2025-06-06', '2025-06-05T19:12+08:00', '2025-06-06T10:00+08:00', null, '2025-06-12', '2025-06-09T15:00+08:00'),
      ('o4', 'closed', 'c2', 'GENERAL', 'dept', 'so2', 'ASSIST', 'RETURNED', 'sp', '2025-06-04T10:00+08:00', '2025-06-06', '2025-06-05T19:12+08:00', null, '2025-06-04T12:00+08:00', '2025-06-06', null);
    insert into sla_clock (case_id, kind, round, community_id, policy_id, started_at, due_at, warn_at, stopped_at, cancelled_at, paused_since) values
      ('open', 'RESOLVE', 1, 'c1', 'sp', '2025-06-02T09:00+08:00', '2025-06-10', '2025-06-09', null, null, null),
      ('open', 'RESPOND', 1, 'c1', 'sp', '2025-06-02T09:00+08:00', '2025-06-03T09:00+08:00', '2025-06-03T04:12+08:00', '2025-06-02T10:00+08:00', null, null),
      ('company', 'RESOLVE', 1, 'c1', 'sp', '2025-06-03T09:00+08:00', '2099-06-11', '2099-06-10', null, null, null),
      ('closed', 'RESOLVE', 1, 'c2', 'sp', '2025-06-04T09:00+08:00', '2025-06-12', '2025-06-11', '2025-06-09T15:00+08:00', null, null),
      ('closed', 'FOLLOW_UP', 1, 'c2', 'sp', '2025-06-09T15:00+08:00', '2025-06-11', '2025-06-10', null, null, null),
      ('shelved', 'RESOLVE', 1, 'c2', 'sp', '2025-06-05T09:00+08:00', '2025-06-13', '2025-06-12', null, null, '2025-06-06');
    insert into clock_pause values ('shelved', '2025-06-06', null, 'SUSPENDED', 'so2'), ('open', '2025-06-04', '2025-06-05', 'FORCE_MAJEURE', 'so1');
    insert into case_publication (case_id, audience, summary, reply, approved_at, approved_by_id, visible_from, objected_at) values
      ('closed', 'PUBLIC', '路灯已修', '已修复', '2025-06-10', 'so2', '2025-06-11T09:00+08:00', null),
      ('shelved', 'PUBLIC', '管网挂账', '尚未', now() - interval '1 hour', 'so2', now() + interval '7 days', null),
      ('people', 'PUBLIC', '不应公开', null, '2025-06-10', 'so1', '2025-06-12', null),
      ('company', 'SUBJECT', '收费问题（摘要）', null, '2025-06-10', 'so1', '2025-06-10', null);
    insert into report (id, receipt_no, kind, channel, anonymity, state, category_id, community_id, received_at, respond_by, title, redacted_text, case_id, origin_case_id)
    select 'r' || n, 'r' || n, 'HELP', 'COUNTER', 'NAMED_TO_CHAIN', 'IN_HAND', 'k1', 'c1', '2025-06-02', '2025-06-03', 'x', 'secret', 'open', 'open' from generate_series(1, 3) n`;

export const STREET: Partial<Claims> = {
  roles: ['STREET_STAFF'],
  variant: 'DEPARTMENT',
  communities: ['c1'],
  areas: ['s1', 'c1'],
  organization: 'so1',
};
export const DEPARTMENT: Partial<Claims> = { roles: ['DEPARTMENT_STAFF'], variant: 'DEPARTMENT', organization: 'dept' };
export const COMPANY: Partial<Claims> = {
  roles: ['ORG_REPRESENTATIVE', 'STREET_STAFF', 'COMMUNITY_STAFF'],
  variant: 'DEPARTMENT',
  organization: 'pc',
  communities: ['c1', 'c2'],
};
export const LEAD: Partial<Claims> = { roles: ['DISTRICT_LEAD'], variant: 'INTERNAL' };
export const PUBLIC: Partial<Claims> = { roles: ['PUBLIC'], variant: 'PUBLIC' };

type Asked = 'case' | 'cases' | 'order' | 'orders' | 'caseBoard' | 'publicCases' | 'subjectCases' | '_entities';
type Below = 'nodes' | 'cells' | 'reportCount' | 'caseload' | 'grievanceGaps' | 0;
/** Data of an answer; a test knows the shape of what it asked for. */
export type Shown = { readonly [field in Asked | Below]: Shown } & { readonly length: number; map<T>(each: (row: never) => T): T[] };

export interface District {
  world: TestDatabase;
  /** Asks the subgraph as the gateway would; error codes as they leave it. */
  ask(claims: Partial<Claims>, source: string): Promise<{ data: Shown; codes: unknown[]; statements: number }>;
}

/** A small district of six cases, in a database of its own. */
export async function openDistrict(): Promise<District> {
  const world = await testDatabase(definition);
  await world.owner.query(CASES);
  const graph: Context['graph'] = {
    communities: async (code) => COMMUNITIES[code] ?? [],
    ask: async () => ({ area: { id: 'd' } }) as never,
  };
  const format = formatError({ error: (_: unknown, told?: string) => expect.unreachable(told) });
  return {
    world,
    async ask(claims, source) {
      const contextValue = world.context(claims, { graph });
      const { data, errors = [] } = await graphql({ schema, source, contextValue });
      const codes = errors.map((error) => format(error.toJSON(), error).extensions?.code);
      return { data: data as Shown, codes, statements: contextValue.statements() };
    },
  };
}
