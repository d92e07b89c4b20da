import type { Context } from '../../../shared/src/context.ts';
import { instantText } from '../../../shared/src/domain/period.ts';
import { batched } from '../../../shared/src/loader.ts';
import { type Connection, connection, type PageArgs } from '../../../shared/src/page.ts';
import { answerableUntil, type ReportState } from '../case/state.rules.ts';
import { type Progress, reopenUntil, type Step, stepsOf } from './progress.rules.ts';
import { ownReports } from './secret.read.ts';
import { readingAsService } from './service.read.ts';

/** A report as its reporter sees it (`ReportStatusView`). */
export interface StatusRow {
  id: string;
  receiptNo: string;
  state: ReportState;
  respondBy: string | null;
  resolveBy: string | null;
  progress: Step[];
  reply: string | null;
  referral: { channel: string; reason: string; informedAt: string; guidance: string } | null;
  followUp: { askedAt: string; until: string; answeredAt: string | null; resolved: string | null; satisfaction: number | null } | null;
  reopenUntil: string | null;
}

interface Told extends Omit<StatusRow, 'progress' | 'reopenUntil' | 'followUp'>, Omit<Progress, 'changes'> {
  closedAt: string | null;
  changes: Progress['changes'] | null;
  followUp: Omit<NonNullable<StatusRow['followUp']>, 'until'> | null;
}

/** Everything of a report, the case it follows and the one it opened that concerns its reporter, and nothing else of them. */
const STATUS = `select r.id, r.receipt_no as "receiptNo", r.state, r.respond_by as "respondBy", r.received_at as "receivedAt",
    r.withdrawn_at as "withdrawnAt", case when r.state = 'CLOSED' then c.closed_at end as "closedAt",
    (select k.due_at from sla_clock k where k.case_id = c.id and k.kind = 'RESOLVE' order by k.round desc limit 1) as "resolveBy",
    (select m.text from case_message m where m.case_id = c.id and m.is_reply and m.at >= r.received_at
       and (r.withdrawn_at is null or m.at < r.withdrawn_at) order by m.at desc, m.id desc limit 1) as reply,
    case when r.state = 'REFERRED' then jsonb_build_object('channel', c.referral_channel, 'reason', c.referral_reason,
      'informedAt', c.referral_informed_at, 'guidance', c.referral_guidance) end as referral,
    (select jsonb_build_object('askedAt', f.asked_at, 'answeredAt', f.answered_at, 'resolved', f.resolved, 'satisfaction', f.satisfaction)
       from follow_up f where f.report_id = r.id order by f.round desc limit 1) as "followUp",
    (select jsonb_agg(jsonb_build_object('at', e.at, 'to', e.to_state) order by e.seq) from hub.event e
       where e.object_type = 'Case' and starts_with(e.name, 'case.') and e.to_state is not null
         and (e.object_id = r.origin_case_id or (e.object_id = r.case_id and e.seq > coalesce((select max(m.seq) from hub.event m
           where m.object_id = r.origin_case_id and m.to_state = 'MERGED'), 0)))) as changes
  from report r join grievance_case c on c.id = r.case_id where r.id = any($1)`;

const statusById = batched<string, StatusRow>(async (ctx, ids) => {
  // Whoever asks has shown that the reports are his: the row scope, which knows places alone, would show him none.
  const rows = await readingAsService(ctx).rows<Told>(STATUS, [ids]);
  return new Map(rows.map((row) => [row.id, statusOf(row)]));
});

/** How a report stands, for its reporter alone: the caller has opened it (`openReceipt`) or its login sent it. */
export const statusOfOpened = (ctx: Context, id: string): Promise<StatusRow | null> => statusById(ctx, id);

function statusOf({ closedAt, changes, followUp, receivedAt, withdrawnAt, ...row }: Told): StatusRow {
  return {
    ...row,
    progress: stepsOf({ receivedAt, withdrawnAt, changes: changes ?? [] }),
    followUp: followUp && { ...followUp, until: instantText(answerableUntil(followUp.askedAt)) },
    reopenUntil: closedAt === null ? null : reopenUntil(closedAt),
  };
}

/** The reports that the caller's login sent with its name, the latest first. */
export async function myReports(ctx: Context, page: PageArgs): Promise<Connection<StatusRow>> {
  const own = await ownReports(ctx);
  const { nodes, pageInfo } = await connection<{ id: string }>(readingAsService(ctx), {
    name: 'myReports',
    select: 'r.id',
    from: 'report r',
    where: 'r.id = any($1)',
    params: [own],
    filter: ctx.claims.subject,
    order: [
      { sql: 'r.received_at', type: 'timestamptz', descending: true },
      { sql: 'r.id', type: 'text', descending: true },
    ],
    ...page,
  });
  const statuses = await Promise.all(nodes.map(({ id }) => statusById(ctx, id)));
  return { nodes: statuses.filter((status) => status !== null), pageInfo };
}
