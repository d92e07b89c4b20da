import { now } from '../../../shared/src/clock.ts';
import type { Context } from '../../../shared/src/context.ts';
import { dateIn } from '../../../shared/src/domain/period.ts';
import type { FileLink } from '../../../shared/src/files.ts';
import { batched } from '../../../shared/src/loader.ts';
import { holdsOn } from '../../../shared/src/span.entity.ts';
import { starLevel } from './volunteer.rules.ts';

export interface SkillRow {
  code: string;
  nameZh: string;
  nameEn: string;
}
interface CardRow {
  id: string;
  number: string;
  displayName: string;
  ageBand: string;
  skills: SkillRow[];
}

const SKILLS = `coalesce((select jsonb_agg(jsonb_build_object('code', t.code, 'nameZh', t.name_zh, 'nameEn', t.name_en) order by t.code)
  from skill_tag t where t.code = any(v.skills)), '[]') as skills`;
const CARD = `v.id, v.number, v.display_name as "displayName", v.age_band as "ageBand", ${SKILLS}`;

/** Cards of volunteers whose service the caller's organization recorded: what row level security lets through. */
export const cardById = batched<string, CardRow>(async (ctx, ids) => {
  const rows = await ctx.rows<CardRow>(`select ${CARD} from volunteer v where v.id = any($1)`, [ids]);
  return new Map(rows.map((row) => [row.id, row]));
});

/** By exact number; there is no list of volunteers (§5.1). */
export async function volunteerByNumber(ctx: Context, number: string) {
  const [card] = await ctx.rows<CardRow>(`select ${CARD} from volunteer v where v.number = $1`, [number]);
  return card ?? null;
}

/** The caller himself; null for a credential that is no volunteer's. */
export async function myVolunteer(ctx: Context) {
  const today = dateIn(now());
  const [own] = await ctx.rows<CardRow & { totalMinutes: string }>(
    `select ${CARD}, v.joined_on as "joinedOn", v.guardian_consent_on as "guardianConsentOn", v.version, s.status,
       case when h.community_id is not null then jsonb_build_object('id', h.community_id) end as "homeCommunity",
       coalesce((select sum(minutes) from service_record r where r.volunteer_id = v.id and r.status = 'CONFIRMED'), 0) as "totalMinutes"
     from volunteer v
     join volunteer_state s on s.volunteer_id = v.id and ${holdsOn('s', '$1::date')}
     left join volunteer_home h on h.volunteer_id = v.id and ${holdsOn('h', '$1::date')}
     where v.subject = (select hub.subject())`,
    [today],
  );
  if (!own) return null;
  const totalMinutes = Number(own.totalMinutes);
  return { ...own, totalMinutes, starLevel: starLevel(totalMinutes) };
}

/** May the caller read the paper on which his guardian consented? Nobody else may; the guardian and the recorder come with his consent. */
export async function mayReadConsent({ rows }: Pick<Context, 'rows'>, { objectType, objectId }: FileLink): Promise<boolean> {
  if (objectType !== 'Volunteer') return false;
  return (await rows('select 1 as one where own_volunteer() = $1', [objectId])).length > 0;
}

/** The configured list of skills, by code. */
export const skillTags = (ctx: Pick<Context, 'rows'>): Promise<SkillRow[]> =>
  ctx.rows<SkillRow>('select code, name_zh as "nameZh", name_en as "nameEn" from skill_tag order by code');
