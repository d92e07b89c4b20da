import type { Context } from '../../../shared/src/context.ts';
import { conditions } from '../../../shared/src/filter.ts';
import { batched } from '../../../shared/src/loader.ts';
import { isOwnPlace } from '../../../shared/src/own-place.ts';
import { connection, type PageArgs } from '../../../shared/src/page.ts';
import { holdsOn } from '../../../shared/src/span.entity.ts';
import { byId, placesWithin, today } from '../area/area.read.ts';
import { KEYS, type OnDay, onDay } from '../compound/compound.read.ts';
import { type CommitteeDays, FILING_DAYS, inTermSql, statusSql } from './committee.rules.ts';
import type { OwnersCommitteeFilter } from './committee.type.ts';

export interface CommitteeRow extends CommitteeDays {
  id: string;
  organizationId: string;
  compoundId: string;
  term: number;
  version: number;
}

const COMMITTEE = `t.id, t.organization_id as "organizationId", t.compound_id as "compoundId", t.term, t.elected_on as "electedOn",
  t.term_starts_on as "termStartsOn", t.expires_on as "expiresOn", t.filed_on as "filedOn", t.dissolved_on as "dissolvedOn", t.version`;

export const committeeById = batched<string, CommitteeRow>(async (ctx, ids) =>
  byId(await ctx.rows<CommitteeRow>(`select ${COMMITTEE} from owners_committee t where t.id = any($1)`, [ids])),
);

type OfCompound = CommitteeRow & OnDay & { committeeId: string };

/** The term of a compound on a day: the one ACTIVE or EXPIRING, else FILED, else the latest (§4.4). */
const ofCompound = onDay<OfCompound>(
  `select distinct on (k.id, k.day) ${COMMITTEE.replace('t.id', 'k.id, k.day, t.id as "committeeId"')}
   from ${KEYS} join owners_committee t on t.compound_id = k.id and (t.elected_on is null or t.elected_on <= k.day)
   order by k.id, k.day, case ${statusSql('t', 'k.day')} when 'ACTIVE' then 0 when 'EXPIRING' then 0 when 'FILED' then 1 else 2 end, t.term desc`,
);
const ofOrganization = onDay<OfCompound>(
  `select distinct on (k.id, k.day) ${COMMITTEE.replace('t.id', 'k.id, k.day, t.id as "committeeId"')}
   from ${KEYS} join owners_committee t on t.organization_id = k.id and (t.elected_on is null or t.elected_on <= k.day)
   order by k.id, k.day, case ${statusSql('t', 'k.day')} when 'ACTIVE' then 0 when 'EXPIRING' then 0 when 'FILED' then 1 else 2 end, t.term desc`,
);
const ownId = (row: OfCompound | null): CommitteeRow | null => row && { ...row, id: row.committeeId };

export const committeeOn = async (ctx: Context, compoundId: string, at?: string | null) => ownId(await ofCompound(ctx, compoundId, at));

/** The term of an OWNERS_COMMITTEE today; null for organizations of another kind. */
export const committeeOfOrganization = async (ctx: Context, { id, kind }: { id: string; kind: string }) =>
  kind === 'OWNERS_COMMITTEE' ? ownId(await ofOrganization(ctx, id)) : null;

/** Members of a committee on a day. */
export const seatsOn = onDay<OnDay & { memberCount: number; partyMemberCount: number | null }>(
  `select distinct k.id, k.day, s.member_count as "memberCount", s.party_member_count as "partyMemberCount"
   from ${KEYS} join committee_seats s on s.committee_id = k.id and ${holdsOn('s', 'k.day')}`,
);

/** `ownersCommittees(filter)`: by compound and term. */
export async function listCommittees(ctx: Context, filter: OwnersCommitteeFilter, page: PageArgs) {
  const on = conditions();
  on.params.push(today());
  const day = '$1::date';
  on.add('s.community_id = any(?)', filter.areaCode && (await placesWithin(ctx, filter.areaCode)));
  on.add('t.compound_id = ?', filter.compoundId);
  on.add(`${statusSql('t', day)} = any(?)`, filter.statuses);
  on.add(`${inTermSql('t', day)} and t.expires_on <= ${day} + ?::int`, filter.expiringWithinDays);
  on.add(`(${statusSql('t', day)} = 'ELECTED' and t.elected_on + ${FILING_DAYS} < ${day}) = ?`, filter.filingOverdue);
  return connection<CommitteeRow>(ctx, {
    name: 'ownersCommittees',
    select: COMMITTEE,
    from: `owners_committee t join compound_state s on s.compound_id = t.compound_id and ${holdsOn('s', day)}`,
    where: on.where(),
    params: on.params,
    order: [
      { sql: 't.compound_id', type: 'text' },
      { sql: 't.term', type: 'int' },
      { sql: 't.id', type: 'text' },
    ],
    filter,
    ...page,
  });
}

export interface DualPostRow extends OnDay {
  officeholderId: string;
  secretaryId: string;
  chairId: string;
  since: string;
  until: string | null;
}

/** Secretary of the ACTIVE branch and chair of the committee in term are one holder, by id (§4.4); the compound is `k.id`. */
const DUAL = `select distinct on (k.id, k.day) k.id, k.day, secretary.officeholder_id as "officeholderId", secretary.id as "secretaryId", chair.id as "chairId",
    greatest(secretary.valid_from, chair.valid_from) as since, least(secretary.valid_to, chair.valid_to) as until
  from KEYS
  join organization_compound oc on oc.compound_id = k.id and ${holdsOn('oc', 'k.day')}
  join organization branch on branch.id = oc.organization_id and branch.kind = 'COMPOUND_PARTY_BRANCH'
  join organization_state os on os.organization_id = branch.id and os.status = 'ACTIVE' and ${holdsOn('os', 'k.day')}
  join post sp on sp.organization_id = branch.id and sp.code = 'PARTY_SECRETARY'
  join appointment secretary on secretary.post_id = sp.id and ${holdsOn('secretary', 'k.day')}
  join owners_committee t on t.compound_id = k.id and ${inTermSql('t', 'k.day')}
  join post cp on cp.organization_id = t.organization_id and cp.code = 'OC_CHAIR'
  join appointment chair on chair.post_id = cp.id and chair.officeholder_id = secretary.officeholder_id and ${holdsOn('chair', 'k.day')}
  order by k.id, k.day, since, secretary.id`;

/** The dual post of a compound on a day, or null. */
export const dualPostOn = onDay<DualPostRow>(DUAL.replace('KEYS', KEYS));

/** `dualPosts(areaCode, at)`: of the compounds that lie in the place on that day. */
export async function dualPostsIn(ctx: Context, areaCode: string, at?: string | null): Promise<DualPostRow[]> {
  const inPlace = `(select s.compound_id as id, $2::date as day from compound_state s where s.community_id = any($1) and ${holdsOn('s', '$2::date')}) k`;
  const places = (await placesWithin(ctx, areaCode)).filter((id) => isOwnPlace(ctx.claims, id));
  return ctx.rows<DualPostRow>(DUAL.replace('KEYS', inPlace), [places, at ?? today()]);
}
