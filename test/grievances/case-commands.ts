/** The chain's part of the generated test: what triagers and handlers send, and what must hold of cases, orders and clocks (§7.2, §7.3, §7.9). */
import { CASE_STATES, mayFollow } from '../../subgraphs/grievances/src/case/state.rules.ts';
import type { CommandSpec, Invariant, Play, Way } from '../commands/spec.ts';

type Input = Record<string, unknown>;
interface Found {
  id: string;
  version: number;
  subject: string | null;
}
interface FoundOrder {
  id: string;
  version: number;
  caseId: string;
  caseVersion: number;
  dispatcher: string;
}

const CODES: Readonly<Record<string, string>> = { c1: '410305001001', c2: '410305001002', c3: '410305002003' };
const HANDLERS = ['dept', 'dept2', 'bureau', 'so1', 'so2'] as const;
const FAR = '2999-01-01T00:00:00Z';

const ownCode = ({ caller, dice }: Play): string => CODES[dice.pick(caller.communities?.length ? caller.communities : ['c1'])] ?? '';
const otherOf = (communities: readonly string[] = []): string =>
  CODES[Object.keys(CODES).find((id) => !communities.includes(id)) ?? 'c3'] ?? '';

/** A case in these states, of the caller's places. */
async function caseIn({ rows, caller }: Play, states: readonly string[], where = 'true'): Promise<Found | null> {
  const [found] = await rows<Found>(
    `select c.id, c.version, c.subject_organization_id as subject from grievance_case c
     where c.state = any($1) and c.community_id = any($2) and ${where} order by random() limit 1`,
    [states, caller.communities ?? []],
  );
  return found ?? null;
}

/** An order of the caller's organization. */
async function orderIn({ rows, caller }: Play, statuses: readonly string[], where = 'true'): Promise<FoundOrder | null> {
  const [found] = await rows<FoundOrder>(
    `select o.id, o.version, o.case_id as "caseId", c.version as "caseVersion", o.dispatcher_id as dispatcher
     from dispatch_order o join grievance_case c on c.id = o.case_id where o.status = any($1) and o.to_id = $2 and ${where} order by random() limit 1`,
    [statuses, caller.organization],
  );
  return found ?? null;
}

/** Whoever may not call it at all is told so often enough by chance. */
const mayCall = ({ caller, dice }: Play, ...roles: string[]): boolean =>
  dice.chance(6) || (caller.roles ?? []).some((role) => roles.includes(role));
const triages = (play: Play): boolean => mayCall(play, 'COMMUNITY_STAFF', 'STREET_STAFF', 'HOTLINE_STAFF');
const dispatches = (play: Play): boolean => mayCall(play, 'STREET_STAFF', 'HOTLINE_STAFF');

// ---------- triage ----------

const triaging = (play: Play, found: Found, changes: Input = {}): Input => ({
  caseId: found.id,
  expectedVersion: found.version,
  title: play.dice.pick(['楼道灯不亮', '电梯停运']),
  summary: '一号楼报修',
  categoryId: play.dice.pick(['k1', 'k2']),
  areaCode: ownCode(play),
  urgency: play.dice.pick(['EMERGENCY', 'URGENT', 'GENERAL', 'COMPLEX', 'CONSULT']),
  ofPublicInterest: play.dice.chance(20),
  subjectOrganizationId: play.dice.chance(30) ? play.dice.pick(['pc', 'pc2']) : null,
  ...changes,
});
const triage =
  (states: readonly string[], changes: (play: Play) => Input = () => ({})): Way =>
  async (play) => {
    const found = triages(play) ? await caseIn(play, states) : null;
    if (!found) return null;
    const unsure = await play.rows<{ id: string }>(
      `select id from report where case_id = $1 and redaction = 'UNSURE' and state <> 'WITHDRAWN'`,
      [found.id],
    );
    const redactedTexts = unsure.map(({ id }) => ({ reportId: id, redactedTitle: '报修', redactedText: '请来修理' }));
    return triaging(play, found, { redactedTexts, ...changes(play) });
  };
/** The redactor is unsure of a report, and nobody decides. */
const undecided: Way = async (play) => {
  const found =
    triages(play) &&
    (await caseIn(play, ['RECEIVED'], `exists (select 1 from report r where r.case_id = c.id and r.state <> 'WITHDRAWN')`));
  if (!found) return null;
  await play.rows(`update report set redaction = 'UNSURE' where case_id = $1 and state <> 'WITHDRAWN'`, [found.id]);
  return triaging(play, found);
};

// ---------- dispatch ----------

const orders = ({ dice }: Play): Input[] => {
  const lead = dice.pick([...HANDLERS, 'so1', 'so1', 'so2'] as const);
  const assists = HANDLERS.filter((id) => id !== lead && dice.chance(25));
  const superiorId = dice.chance(30) ? 'bureau' : null;
  return [
    { organizationId: lead, role: 'LEAD', contactNeeded: dice.chance(30), superiorId },
    ...assists.map((organizationId) => ({ organizationId, role: 'ASSIST' })),
  ];
};
const DISPATCHABLE = ['TRIAGED', 'REOPENED'];
const dispatch =
  (of: (play: Play, found: Found) => Input, where = 'true', states = DISPATCHABLE): Way =>
  async (play) => {
    const found = dispatches(play) ? await caseIn(play, states, where) : null;
    return found && { caseId: found.id, expectedVersion: found.version, ...of(play, found) };
  };
/** Two organizations returned the case: returning has no command yet. */
const RETURN = `with returned as (
    update grievance_case set state = 'RETURNED', version = version + 1 where id = $1 and state = 'TRIAGED' returning id, community_id, owner_id),
  told as (insert into hub.event (id, name, at, object_type, object_id, actor_role, from_state, to_state)
    select 'ev_' || id || '_returned', 'case.returned', now(), 'Case', id, 'DEPARTMENT_STAFF', 'TRIAGED', 'RETURNED' from returned)
  insert into dispatch_order (id, case_id, community_id, urgency, to_id, dispatcher_id, role, status, policy_id, dispatched_at, accept_by, accept_warn_at,
    returned_at, return_reason, due_at)
  select 'returned ' || n || ' ' || id, id, community_id, 'GENERAL', 'returner' || n, owner_id, 'LEAD', 'RETURNED', 'g', now(), now(), now(), now(),
    'NOT_OUR_DUTY', now() from returned, generate_series(1, 2) n`;
const returned =
  (jointDecision: boolean): Way =>
  async (play) => {
    const found = dispatches(play) ? ((await caseIn(play, ['RETURNED'])) ?? (await caseIn(play, ['TRIAGED']))) : null;
    if (!found) return null;
    await play.rows(RETURN, [found.id]);
    const [now] = await play.rows<{ version: number }>('select version from grievance_case where id = $1', [found.id]);
    return { caseId: found.id, expectedVersion: now?.version, orders: orders(play), jointDecision };
  };

// ---------- orders ----------

const own =
  (statuses: readonly string[], where = 'true', changes: (play: Play) => Input = () => ({})): Way =>
  async (play) => {
    const found = await orderIn(play, statuses, where);
    return found && { orderId: found.id, expectedVersion: found.version, ...changes(play) };
  };
/** An order of another organization on a case of the caller's places. */
const others =
  (input: (found: FoundOrder) => Input): Way =>
  async ({ rows, caller }) => {
    const [found] = await rows<FoundOrder>(
      `select o.id, o.version, o.case_id as "caseId", c.version as "caseVersion", o.dispatcher_id as dispatcher from dispatch_order o
       join grievance_case c on c.id = o.case_id where o.to_id <> $1 and o.role = 'LEAD' and c.community_id = any($2) order by random() limit 1`,
      [caller.organization ?? '', caller.communities ?? []],
    );
    return found ? input(found) : null;
  };
const late: Way = async (play) => {
  const found = await orderIn(play, ['SENT']);
  if (!found) return null;
  await play.rows(`update dispatch_order set accept_by = '2020-01-01', due_at = '2020-01-01' where id = $1 and status = 'SENT'`, [
    found.id,
  ]);
  return { orderId: found.id, expectedVersion: found.version };
};

async function proof({ rows, caller, dice }: Play): Promise<Input[]> {
  const files = await rows<{ id: string }>('select id from hub.file where client = $1 and subject is not distinct from $2 limit 3', [
    caller.client,
    caller.subject ?? null,
  ]);
  return files.map(({ id }) => ({ kind: dice.pick(['AFTER', 'DOCUMENT']), fileId: id }));
}
const progress =
  (changes: (play: Play) => Input, where = 'true'): Way =>
  async (play) => {
    const found = await orderIn(play, ['ACCEPTED'], where);
    return found && { orderId: found.id, text: '正在处理', ...changes(play) };
  };
const WAITING = { pauseClocks: 'WAITING_REPORTER' };
const inDays = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);

const handling = async (play: Play, { caseId, caseVersion }: FoundOrder, changes: Input = {}): Promise<Input> => ({
  ...{ caseId, expectedVersion: caseVersion, result: '已修好', messageToReporters: '已修好，请查看' },
  ...{ evidence: await proof(play), ...changes },
});
const handle =
  (states: readonly string[], changes: (play: Play) => Input = () => ({})): Way =>
  async (play) => {
    const found = await orderIn(
      play,
      ['ACCEPTED', 'DONE'],
      `o.role = 'LEAD' and c.state in (${states.map((state) => `'${state}'`).join(', ')})`,
    );
    return found && handling(play, found, changes(play));
  };

/** Staff of a street that handled a case ask whether it was resolved. */
const askingOneself: Way = async ({ rows, caller }) => {
  if (!caller.roles?.includes('STREET_STAFF')) return null;
  const [found] = await rows<{ receiptNo: string }>(
    `select r.receipt_no as "receiptNo" from report r
     where r.community_id = any($1) and exists (select 1 from dispatch_order o where o.case_id = r.case_id and o.to_id = $2) order by random() limit 1`,
    [caller.communities ?? [], caller.organization],
  );
  return found ? { receiptNo: found.receiptNo, resolved: 'RESOLVED' } : null;
};

const SELF_CONFIRMATION: CommandSpec = { name: 'answerFollowUp', ways: { SELF_CONFIRMATION: askingOneself } };

/** Commands that stand twice are called for a code that comes up seldom. */
export const caseCommands: CommandSpec[] = [
  SELF_CONFIRMATION,
  SELF_CONFIRMATION,
  { name: 'handleCase', ways: { EVIDENCE_REQUIRED: handle(['IN_PROGRESS'], () => ({ evidence: [] })) } },
  {
    name: 'dispatchCase',
    ways: {
      LEAD_REQUIRED: dispatch((play) => ({ orders: orders(play).filter(({ role }) => role === 'ASSIST') })),
      JOINT_DECISION_REQUIRED: returned(false),
    },
  },
  { name: 'triageCase', ways: { REDACTION_INCOMPLETE: undecided, TRIAGE_INCOMPLETE: triage(['RECEIVED'], () => ({ summary: ' ' })) } },
  {
    name: 'recordProgress',
    ways: { PAUSE_LIMIT: progress(({ dice }) => dice.pick<Input>([WAITING, { pauseClocks: 'SUSPENDED' }]), `o.role = 'LEAD'`) },
  },
  {
    name: 'triageCase',
    ways: {
      valid: triage(['RECEIVED']),
      more: triage(['RECEIVED']),
      again: triage(['TRIAGED']),
      TRIAGE_INCOMPLETE: triage(['RECEIVED'], ({ dice }) =>
        dice.pick<Input>([{ title: ' ' }, { summary: '' }, { categoryId: 'k' }, { categoryId: 'k9' }]),
      ),
      VALIDATION_FAILED: triage(['RECEIVED'], ({ dice }) => dice.pick<Input>([{ title: 'x'.repeat(101) }, { areaCode: '410305000000' }])),
      NOT_FOUND: triage(['RECEIVED'], ({ dice }) =>
        dice.pick<Input>([{ caseId: 'ca_none' }, { areaCode: '410305009999' }, { compoundId: 'cp9' }]),
      ),
      VERSION_CONFLICT: triage(['RECEIVED', 'TRIAGED'], () => ({ expectedVersion: 99 })),
      INVALID_TRANSITION: triage(['DISPATCHED', 'ACCEPTED', 'FOLLOW_UP', 'CLOSED', 'WITHDRAWN']),
      OUT_OF_AREA_SCOPE: triage(['RECEIVED'], ({ caller }) => ({ areaCode: otherOf(caller.communities) })),
      REDACTION_INCOMPLETE: undecided,
      CONFLICT_OF_INTEREST: triage(['RECEIVED'], ({ caller }) => ({ subjectOrganizationId: caller.organization })),
    },
  },
  {
    name: 'dispatchCase',
    ways: {
      valid: dispatch((play) => ({ orders: orders(play) })),
      routed: dispatch(() => ({ orders: null, note: '按规则派遣' })),
      LEAD_REQUIRED: dispatch(({ dice }) => ({ orders: dice.pick<Input[]>([[], [{ organizationId: 'dept', role: 'ASSIST' }]]) })),
      CONFLICT_OF_INTEREST: dispatch(
        (_, { subject }) => ({ orders: [{ organizationId: subject, role: 'LEAD' }] }),
        'c.subject_organization_id is not null',
      ),
      JOINT_DECISION_REQUIRED: returned(false),
      joint: returned(true),
      NOT_FOUND: dispatch(() => ({ orders: [{ organizationId: 'nobody', role: 'LEAD' }] })),
      VALIDATION_FAILED: dispatch(() => ({ orders: ['LEAD', 'ASSIST'].map((role) => ({ organizationId: 'dept', role })) })),
      INVALID_TRANSITION: dispatch((play) => ({ orders: orders(play) }), 'true', ['RECEIVED', 'DISPATCHED', 'CLOSED']),
    },
  },
  {
    name: 'acceptOrder',
    ways: {
      valid: own(['SENT']),
      more: own(['SENT'], 'true', () => ({ handlerId: 'oh1' })),
      ACCEPT_WINDOW: late,
      escalated: own(['ESCALATED']),
      NOT_ORDER_HOLDER: others(({ id, version }) => ({ orderId: id, expectedVersion: version })),
      NOT_FOUND: own(['SENT'], 'true', ({ dice }) => dice.pick<Input>([{ orderId: 'do_none' }, { handlerId: 'nobody' }])),
      VERSION_CONFLICT: own(['SENT', 'ACCEPTED'], 'true', () => ({ expectedVersion: 99 })),
      INVALID_TRANSITION: own(['ACCEPTED', 'DONE', 'CANCELLED']),
    },
  },
  {
    name: 'startWork',
    ways: {
      valid: own(['ACCEPTED'], 'o.started_at is null'),
      INVALID_TRANSITION: own(['SENT', 'ACCEPTED', 'DONE'], `(o.status <> 'ACCEPTED' or o.started_at is not null)`),
    },
  },
  {
    name: 'recordProgress',
    ways: {
      valid: progress(({ dice }) => ({ toReporters: dice.chance(50) })),
      waiting: progress(() => ({ ...WAITING, pauseUntil: inDays(1) }), `o.role = 'LEAD'`),
      resumed: progress(() => ({ resumeClocks: true }), `exists (select 1 from clock_pause p where p.case_id = c.id and p.to_at is null)`),
      done: progress(() => ({ done: true }), `o.role = 'ASSIST'`),
      PAUSE_LIMIT: progress(
        ({ dice }) => dice.pick<Input>([WAITING, { ...WAITING, pauseUntil: inDays(40) }, { pauseClocks: 'SUSPENDED' }]),
        `o.role = 'LEAD'`,
      ),
      VALIDATION_FAILED: progress(({ dice }) =>
        dice.pick<Input>([{ text: ' ' }, { pauseUntil: inDays(1) }, { evidence: [{ kind: 'AFTER', fileId: 'fl_none' }] }]),
      ),
      NOT_ORDER_HOLDER: others(({ id }) => ({ orderId: id, text: '不是本单位' })),
    },
  },
  {
    name: 'handleCase',
    ways: {
      valid: handle(['IN_PROGRESS']),
      unproved: handle(['IN_PROGRESS'], () => ({ evidence: [] })),
      EVIDENCE_REQUIRED: handle(['IN_PROGRESS'], () => ({ evidence: [] })),
      VALIDATION_FAILED: handle(['IN_PROGRESS'], () => ({ result: ' ' })),
      VERSION_CONFLICT: handle(['IN_PROGRESS'], () => ({ expectedVersion: 99 })),
      NOT_ORDER_HOLDER: others(({ caseId, caseVersion }) => ({
        caseId,
        expectedVersion: caseVersion,
        result: 'x',
        messageToReporters: 'x',
        evidence: [],
      })),
      INVALID_TRANSITION: handle(['ACCEPTED', 'HANDLED', 'FOLLOW_UP', 'CLOSED', 'DISPATCHED', 'REOPENED']),
    },
  },
];

/** Steps of the table, and the return that the test makes by hand. */
const STEPS = CASE_STATES.flatMap((from) => CASE_STATES.filter((to) => mayFollow(from, to)).map((to) => `'${from} ${to}'`)).concat(
  `'TRIAGED RETURNED'`,
);
const CASE_EVENTS = `(select e.object_id, e.seq, e.from_state, e.to_state, lag(e.to_state) over (partition by e.object_id order by e.seq) as before,
  lead(e.to_state) over (partition by e.object_id order by e.seq) as after from hub.event e where e.object_type = 'Case' and starts_with(e.name, 'case.'))`;

export const caseInvariants: Invariant[] = [
  {
    name: 'a case stands where its last event led it',
    sql: `select c.id, c.state, e.to_state from grievance_case c join ${CASE_EVENTS} e on e.object_id = c.id and e.after is null where e.to_state <> c.state`,
  },
  {
    name: 'no step is outside the table, and each begins where the last one ended',
    sql: `select e.* from ${CASE_EVENTS} e where e.before is not null
      and (e.from_state <> e.before or e.from_state || ' ' || e.to_state not in (${STEPS.join(', ')}))`,
  },
  {
    name: 'who leads has the one accepted order of the case, and no other state has an open one',
    sql: `select c.id, c.state from grievance_case c where (c.state in ('ACCEPTED', 'IN_PROGRESS')) <>
        ((select count(*) from dispatch_order o where o.case_id = c.id and o.role = 'LEAD' and o.status = 'ACCEPTED' and o.to_id = c.owner_id) = 1)
      union all
      select c.id, c.state from grievance_case c join dispatch_order o on o.case_id = c.id and o.status in ('SENT', 'ACCEPTED')
      where c.state not in ('DISPATCHED', 'ACCEPTED', 'IN_PROGRESS')`,
  },
  {
    name: 'no order goes to the organization complained about',
    sql: 'select o.id from dispatch_order o join grievance_case c on c.id = o.case_id where o.to_id = c.subject_organization_id or o.superior_id = c.subject_organization_id',
  },
  {
    name: 'each order was sent once, and ended as its events say',
    sql: `select o.id, o.status from dispatch_order o
      left join (select object_id, array_agg(name order by seq) as names from hub.event where object_type = 'DispatchOrder' group by 1) e on e.object_id = o.id
      where o.status <> 'RETURNED' and e.names is distinct from case o.status
        when 'SENT' then array['order.sent'] when 'ACCEPTED' then array['order.sent', 'order.accepted'] when 'ESCALATED' then array['order.sent', 'order.escalated']
        when 'DONE' then array['order.sent', 'order.accepted', 'order.done']
        else case when o.accepted_at is null then array['order.sent', 'order.cancelled'] else array['order.sent', 'order.accepted', 'order.cancelled'] end end`,
  },
  {
    name: 'RESOLVE runs until the case is handled or over, one at a time',
    sql: `select c.id, c.state from grievance_case c
      where (select count(*) from sla_clock k where k.case_id = c.id and k.kind = 'RESOLVE' and k.stopped_at is null and k.cancelled_at is null)
        <> case when c.state in ('HANDLED', 'FOLLOW_UP', 'CLOSED', 'WITHDRAWN', 'MERGED', 'REFERRED', 'DECLINED') then 0 else 1 end`,
  },
  {
    name: 'a clock stands still while a pause is open, and only then',
    sql: `select k.case_id from sla_clock k where k.kind = 'RESOLVE' and k.stopped_at is null and k.cancelled_at is null
      and (k.paused_since is not null) <> exists (select 1 from clock_pause p where p.case_id = k.case_id and p.to_at is null)`,
  },
  {
    name: 'an order is due when it has to be accepted, then with the case',
    sql: `select o.id from dispatch_order o left join sla_clock k on k.case_id = o.case_id and k.kind = 'RESOLVE' and k.stopped_at is null and k.cancelled_at is null
      where (o.status = 'SENT' and o.due_at <> o.accept_by) or (o.status = 'ACCEPTED' and o.due_at <> k.due_at)`,
  },
  {
    name: 'a reply is the response to every report that was there',
    sql: `select r.id from report r join case_message m on m.case_id = r.case_id and m.is_reply where r.state <> 'WITHDRAWN' and r.responded_at is null`,
  },
  {
    name: 'proof is a file that belongs to the case',
    sql: 'select e.id from case_evidence e where not exists (select 1 from hub.file_link l where l.file_id = e.file_id and l.object_id = e.case_id)',
  },
  {
    name: 'a round is asked about once it was handled, and a closed case waits for nobody',
    sql: `select f.report_id from follow_up f join report r on r.id = f.report_id join grievance_case c on c.id = r.case_id
      where f.round > c.reopen_count + 1 or (f.ended_at is null and r.state <> 'WITHDRAWN' and c.state <> 'FOLLOW_UP') or f.ended_at > '${FAR}'`,
  },
];
