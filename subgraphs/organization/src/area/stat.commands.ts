import type { CommandContext } from '../../../shared/src/command.ts';
import { dateIn } from '../../../shared/src/domain/period.ts';
import { requireCommunity } from '../../../shared/src/scope.ts';
import { refuse } from '../errors.ts';
import { STAT_SOURCES } from './area.entity.ts';
import type { RecordAreaStatInput } from './area-command.type.ts';
import { requireCommunityOn } from './community.read.ts';
import { type Counts, jumps, requireConsistent } from './count.rules.ts';
import { type StatRow, statOn } from './stat.rules.ts';
import { inTurn } from './turn.commands.ts';

const COLUMNS = `s.area_id as "areaId", s.as_of as "asOf", s.source, s.households, s.population, s.residents60_plus as "residents60Plus",
  s.residents65_plus as "residents65Plus", s.children0to14`;
/** The latest count before the day, of the most trusted source. */
const PREVIOUS = `select ${COLUMNS} from area_stat s where s.area_id = $1 and s.as_of < $2
  order by s.as_of desc, array_position($3::text[], s.source) limit 1`;
const SAVE = `insert into area_stat as s (area_id, as_of, source, households, population, residents60_plus, residents65_plus, children0to14)
  values ($1, $2, $3, $4, $5, $6, $7, $8)
  on conflict (area_id, as_of, source) do update set households = excluded.households, population = excluded.population,
    residents60_plus = excluded.residents60_plus, residents65_plus = excluded.residents65_plus, children0to14 = excluded.children0to14
  returning ${COLUMNS}`;

/** `recordAreaStat` (§4.3): one count of a community; the same day and source again replaces it. */
export async function recordAreaStat(ctx: CommandContext, input: RecordAreaStatInput) {
  const { areaId, asOf, source, households, population } = input;
  const { residents60Plus = null, residents65Plus = null, children0to14 = null } = input;
  const counts: Counts = { households, population, residents60Plus, residents65Plus, children0to14 };
  await requireCommunityOn(ctx, areaId, asOf, ['areaId']);
  requireCommunity(ctx, areaId);
  if (asOf > dateIn(ctx.at)) throw refuse('VALIDATION_FAILED', { field: ['asOf'], details: { latest: dateIn(ctx.at) } });
  requireConsistent(counts);

  await inTurn(ctx, areaId);
  if (!input.confirmJump) await requireNoJump(ctx, areaId, asOf, counts);
  const [row] = await ctx.rows<StatRow>(SAVE, [
    areaId,
    asOf,
    source,
    households,
    population,
    residents60Plus,
    residents65Plus,
    children0to14,
  ]);
  if (households > population) ctx.warn(warning(areaId, households, population));
  ctx.record({ name: 'area-stat.recorded', objectType: 'AreaStat', objectId: areaId, areaId, on: asOf });
  return { stat: row && statOn([row], asOf) };
}

async function requireNoJump(ctx: CommandContext, areaId: string, asOf: string, counts: Counts): Promise<void> {
  const [previous] = await ctx.rows<StatRow>(PREVIOUS, [areaId, asOf, STAT_SOURCES]);
  const [jump] = previous ? jumps(counts, previous) : [];
  if (!previous || !jump) return;
  throw refuse('STAT_JUMP_UNCONFIRMED', { field: [jump], details: { previous: previous[jump], asOf: previous.asOf } });
}

function warning(areaId: string, households: number, population: number) {
  const { code, messageZh, messageEn } = refuse('STAT_INCONSISTENT');
  return { code, message: messageZh, messageEn, details: { areaId, households, population } };
}
