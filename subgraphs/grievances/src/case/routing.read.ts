import type { Context } from '../../../shared/src/context.ts';
import { batched } from '../../../shared/src/loader.ts';
import { type Ref, ref } from '../area/area.read.ts';
import type { Rule } from './routing.rules.ts';

/** A rule as a client reads it. */
export interface RuleRow extends Rule {
  area: Ref | null;
  lead: Ref;
  assist: Ref[];
  superior: Ref | null;
  active: boolean;
  version: number;
}

const COLUMNS = `r.id, r."order", r.category_id as "categoryId", r.area_id as "areaId", ${ref('r.area_id')} as area, r.management, r.during,
  r.lead_id as "leadId", ${ref('r.lead_id')} as lead, r.assist_ids as "assistIds", r.superior_id as "superiorId", ${ref('r.superior_id')} as superior,
  (select coalesce(jsonb_agg(jsonb_build_object('id', a.id)), '[]') from unnest(r.assist_ids) a(id)) as assist, r.active, r.version`;

export const ruleById = batched<string, RuleRow>(async (ctx, ids) => {
  const rows = await ctx.rows<RuleRow>(`select ${COLUMNS} from routing_rule r where r.id = any($1)`, [ids]);
  return new Map(rows.map((row) => [row.id, row]));
});

/** The rules in force, in their order. */
export const activeRules = ({ rows }: Pick<Context, 'rows'>): Promise<RuleRow[]> =>
  rows<RuleRow>(`select ${COLUMNS} from routing_rule r where r.active order by r."order", r.id`);
