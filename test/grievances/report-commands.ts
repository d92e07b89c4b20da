/** The reports' part of the generated test: what residents and who reports for them send, and what must hold of it (§7.1, §7.2, §7.9). */
import { pinFrom } from '../../subgraphs/grievances/src/report/receipt.rules.ts';
import type { CommandSpec, Dice, Invariant, Play, Way } from '../commands/spec.ts';
import { PHONE } from './reporter.ts';

/** A receipt as its holder knows it. */
interface Held {
  receiptNo: string;
  idempotencyKey: string;
  caseState: string;
}
type Input = Record<string, unknown>;

const TEXTS = ['楼道灯不亮', '电梯停运三天', '噪音扰民', '垃圾没有清运', '路面塌了，有人被困'];
/** Codes of single communities, as the stage knows them. */
const CODES: Readonly<Record<string, string>> = { c1: '410305001001', c2: '410305001002', c3: '410305002003' };

const isResident = ({ caller }: Play): boolean => caller.variant === 'RESIDENT';
const codeIn = ({ caller, dice }: Play): string =>
  CODES[dice.pick(caller.communities?.length ? caller.communities : Object.keys(CODES))] ?? '';
const wrongPin = (pin: string): string => String((Number(pin) + 1) % 1_000_000).padStart(6, '0');

function newReport(play: Play): Input {
  const { dice } = play;
  const isNamed = dice.chance(60);
  return {
    kind: dice.pick(['HELP', 'COMPLAINT', 'SUGGESTION', 'CONSULT', 'COMMEND', 'DISPUTE']),
    channel: isResident(play) ? 'MINI_PROGRAM' : dice.pick(['HOTLINE_12345', 'COUNTER', 'PAPER', 'NEIGHBOUR_LEAD', 'IMPORT']),
    anonymity: isNamed ? 'NAMED_TO_CHAIN' : dice.pick(['ANONYMOUS_WITH_RECEIPT', 'FULLY_ANONYMOUS']),
    areaCode: codeIn(play),
    title: dice.pick(TEXTS),
    text: `${dice.pick(TEXTS)}，我叫张三丰，电话${PHONE}`,
    ...(isNamed && { reporter: { name: '张三丰', phone: PHONE, publicationObjected: dice.chance(10) } }),
    ...(dice.chance(50) && { categoryId: dice.pick(['k1', 'k2']) }),
  };
}
const reporting =
  (wrong: (play: Play) => Input = () => ({})): Way =>
  async (play) => ({ ...newReport(play), ...wrong(play) });

/** Numbers that two reports of a channel share. */
const numbered = (play: Play): Input => (isResident(play) ? {} : { channel: 'IMPORT', externalNo: `N${play.dice.int(1, 12)}` });

const RECEIPTS = `select r.receipt_no as "receiptNo", i.answer #>> '{pinFor,idempotencyKey}' as "idempotencyKey", c.state as "caseState"
  from hub.idempotency i join report r on r.receipt_no = i.answer ->> 'receiptNo' join grievance_case c on c.id = r.case_id
  left join receipt_guard g on g.receipt_no = r.receipt_no
  where i.command = 'submitReport' and i.answer -> 'pinFor' <> 'null' and g.locked_until is null and %s order by random() limit 1`;

/** Ways that need a receipt with its PIN; `secret` is what PINs are derived from. */
function receiptWays(secret: () => Buffer) {
  const pinOf = ({ receiptNo, idempotencyKey }: Held): string => pinFrom(secret(), receiptNo, idempotencyKey);
  const holding =
    (input: (play: Play, pin: string) => Input, where = 'true'): Way =>
    async (play) => {
      const [held] = await play.rows<Held>(RECEIPTS.replace('%s', where));
      return held ? { receiptNo: held.receiptNo, ...input(play, pinOf(held)) } : null;
    };
  /** Somebody guesses, at always the same receipt. */
  const guessing =
    (input: Input): Way =>
    async ({ rows }) => {
      const [found] = await rows<{ receiptNo: string }>('select receipt_no as "receiptNo" from report order by receipt_no limit 1');
      return found ? { receiptNo: found.receiptNo, pin: 'guess', ...input } : null;
    };
  return { holding, guessing };
}

/** Who is asked whether it was resolved; by the report's number alone. */
const asked =
  (input: (dice: Dice) => Input, where = 'true'): Way =>
  async ({ dice, rows, caller }) => {
    const [found] = await rows<{ receiptNo: string }>(
      `select r.receipt_no as "receiptNo" from report r join follow_up f on f.report_id = r.id join grievance_case c on c.id = r.case_id
       where f.ended_at is null and (r.community_id = any($1) or $2) and ${where} order by random() limit 1`,
      [caller.communities ?? [], dice.chance(10)],
    );
    return found ? { receiptNo: found.receiptNo, ...input(dice) } : null;
  };

/** @param secret what PINs are derived from: `vault.secretFor('pin')` of the stage's database */
export function reportCommands(secret: () => Buffer): CommandSpec[] {
  const { holding, guessing } = receiptWays(secret);
  const answer = (dice: Dice): Input => ({
    resolved: dice.pick(['RESOLVED', 'PARTLY', 'NOT_RESOLVED']),
    ...(dice.chance(70) && { satisfaction: dice.int(1, 5) }),
    ...(dice.chance(20) && { comment: `谢了，打${PHONE}` }),
  });
  return [
    {
      name: 'submitReport',
      ways: {
        valid: reporting(),
        placed: reporting((play) => (codeIn(play) === CODES.c1 ? { areaCode: CODES.c1, compoundId: 'cp1' } : {})),
        numbered: reporting(numbered),
        VALIDATION_FAILED: reporting(({ dice }) =>
          dice.pick<Input>([
            { title: ' ' },
            { text: 'x'.repeat(5_001) },
            { categoryId: 'k' },
            { reporter: null, anonymity: 'NAMED_TO_CHAIN' },
            { anonymity: 'FULLY_ANONYMOUS', reporter: { name: '张三丰' } },
            { receivedAt: '2999-01-01T00:00:00+08:00' },
            { location: { lat: 91, lng: 0, crs: 'WGS84' } },
          ]),
        ),
        NOT_FOUND: reporting(({ dice }) => dice.pick<Input>([{ areaCode: '410305009999' }, { compoundId: 'cp9' }])),
        ATTACHMENT_REJECTED: reporting(() => ({ attachmentFileIds: ['fl_none'] })),
        FORBIDDEN: reporting(),
      },
    },
    {
      name: 'withdrawReport',
      ways: {
        valid: holding(({ dice }, pin) => ({ pin, reason: dice.pick([null, `不用了，${PHONE}`]) }), `c.state in ('RECEIVED', 'TRIAGED')`),
        INVALID_TRANSITION: holding((_, pin) => ({ pin }), `r.state = 'WITHDRAWN'`),
        RECEIPT_INVALID: holding(({ dice }, pin) => dice.pick<Input>([{ pin: wrongPin(pin) }, { pin, receiptNo: 'none' }, {}])),
        RECEIPT_LOCKED: guessing({}),
      },
    },
    {
      name: 'answerFollowUp',
      ways: {
        valid: asked(answer),
        held: holding(({ dice }, pin) => ({ pin, ...answer(dice) }), `c.state = 'FOLLOW_UP'`),
        tried: asked((dice) => ({ contacted: dice.pick(['UNREACHABLE', 'REFUSED']) })),
        FOLLOW_UP_CLOSED: holding(({ dice }, pin) => ({ pin, ...answer(dice) }), `c.state <> 'FOLLOW_UP'`),
        SELF_CONFIRMATION: asked(answer, `exists (select 1 from dispatch_order o where o.case_id = c.id and o.to_id in ('so1', 'so2'))`),
        VALIDATION_FAILED: asked((dice) => dice.pick<Input>([{}, { contacted: 'ANONYMOUS' }, { resolved: 'RESOLVED', satisfaction: 6 }])),
        RECEIPT_LOCKED: guessing({ resolved: 'RESOLVED' }),
      },
    },
  ];
}

/** Reports that came by the command; those of a seed have no secrets. */
const SUBMITTED = `report r where exists (select 1 from hub.event e where e.object_id = r.id and e.name = 'report.received')`;
const has = (kind: string): string => `exists (select 1 from vault.secret s where s.object_id = r.id and s.kind = '${kind}')`;

export const reportInvariants: Invariant[] = [
  {
    name: 'a report has its case, in its community',
    sql: `select r.id from report r left join grievance_case c on c.id = r.case_id where c.community_id is distinct from r.community_id`,
  },
  {
    name: 'what a reporter is shown is how his case stands',
    sql: `select r.id, r.state, c.state from report r join grievance_case c on c.id = r.case_id
      where r.state <> 'WITHDRAWN' and r.state <> case when c.state in ('RECEIVED', 'CLOSED', 'REFERRED', 'DECLINED', 'WITHDRAWN') then c.state
        when c.state = 'SUSPENDED' then 'SHELVED' when c.state in ('HANDLED', 'FOLLOW_UP') then 'ANSWERED' else 'IN_HAND' end`,
  },
  { name: 'a withdrawn report says when', sql: `select id from report where (state = 'WITHDRAWN') <> (withdrawn_at is not null)` },
  {
    name: 'a case whose reports are all withdrawn is withdrawn, unless it is of public interest',
    sql: `select c.id from grievance_case c where c.state not in ('WITHDRAWN', 'CLOSED', 'REFERRED', 'DECLINED', 'MERGED') and not c.of_public_interest
      and exists (select 1 from report r where r.case_id = c.id)
      and not exists (select 1 from report r where r.case_id = c.id and r.state <> 'WITHDRAWN')`,
  },
  { name: 'the words of a report are in the vault', sql: `select r.id from ${SUBMITTED} and not ${has('WORDS')}` },
  {
    name: 'who has a way back has a PIN, nobody else',
    sql: `select r.id from ${SUBMITTED} and ${has('PIN')} <> (r.anonymity <> 'FULLY_ANONYMOUS')`,
  },
  {
    name: 'who wants to be known is known, nobody else',
    sql: `select r.id from ${SUBMITTED} and (${has('IDENTITY')} <> (r.anonymity = 'NAMED_TO_CHAIN') or (${has('LOGIN')} and r.anonymity <> 'NAMED_TO_CHAIN'))`,
  },
  {
    name: 'no telephone and no name outside the vault',
    sql: `select 'report' from report r where to_jsonb(r)::text ~ '${PHONE}|张三丰'
      union all select 'case' from grievance_case c where to_jsonb(c)::text ~ '${PHONE}|张三丰'
      union all select 'follow-up' from follow_up f where to_jsonb(f)::text ~ '${PHONE}|张三丰'
      union all select 'event' from hub.event e where to_jsonb(e)::text ~ '${PHONE}|张三丰'
      union all select 'idempotency' from hub.idempotency i where to_jsonb(i)::text ~ '${PHONE}|张三丰'`,
  },
  {
    name: 'a receipt has five wrong PINs at most, and five lock it',
    sql: `select receipt_no from receipt_guard where cardinality(wrong_at) > 5 or (cardinality(wrong_at) = 5) <> (locked_until is not null)`,
  },
  {
    name: 'a number of a channel is a single report’s',
    sql: 'select channel, external_no from report where external_no is not null group by 1, 2 having count(*) > 1',
  },
  {
    name: 'each report was received once, and one answer at most of a round is kept',
    sql: `select e.object_id from hub.event e where e.name = 'report.received' group by 1 having count(*) > 1
      union all select r.id from ${SUBMITTED.replace('exists', 'not exists')}
        and exists (select 1 from vault.secret s where s.object_id = r.id)`,
  },
];
