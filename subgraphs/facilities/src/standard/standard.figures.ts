import { lastDay } from '../../../shared/src/domain/period.ts';
import { Ratio } from '../../../shared/src/domain/ratio.ts';
import type { Figure, FigureValue, Quality, Setting, Source, Sums } from '../../../shared/src/figure.ts';
import { excluding, percent, quotient, unknown } from '../../../shared/src/figure-values.ts';
import { statOn } from '../../../shared/src/membership.ts';
import { holdsOn } from '../../../shared/src/span.entity.ts';
import { type CommunityArea, countsSql, equity, meetsStandard, STANDARD_PER_100, USABLE_OF_GROSS } from './standard.rules.ts';

const HUNDRED = Ratio.of(100);
const DAY = 'c."from"';

/**
 * Area counted for a community by share: measured, and what is to be converted from the other measure. Facilities without any known area are
 * named, because one that has shares in two communities is one all the same.
 */
const countedArea: Source = {
  name: 'counted area',
  cells: 'state',
  untilToday: true,
  sql: () => `select c.n,
      sum(s.usable_area * h.share) as usable,
      sum(s.gross_area * h.share) filter (where s.usable_area is null) as gross_to_convert,
      sum(s.gross_area * h.share) as gross,
      sum(s.usable_area * h.share) filter (where s.gross_area is null) as usable_to_convert,
      string_agg(s.facility_id, ' ') filter (where s.usable_area is null and s.gross_area is null) as area_unknown_id
    from cell c
    join facility_share h on h.community_id = c.community_id and ${holdsOn('h', DAY)}
    join facility_state s on s.facility_id = h.facility_id and ${holdsOn('s', DAY)} and ${countsSql('s', DAY)}
    group by c.n`,
};

/** Rooms of a facility on the day with their area; complete if none is without. */
const ROOMS = `select bool_and(r.usable_area is not null) as known,
    coalesce(sum(r.usable_area) filter (where r.resident_activity), 0) as activity
  from space p cross join lateral (
    select x.is_room, x.usable_area, x.resident_activity, x.until from space_past x where x.space_id = p.id and x.until > ${DAY}
    union all select p.combines = '{}', p.usable_area, p.resident_activity, 'infinity'
    order by until limit 1) r
  where p.facility_id = s.facility_id and r.is_room`;

/** What share of its area a counted facility gives to residents' activities, on either measure (§6.2.7); it counts where it stands, whole. */
const activityArea: Source = {
  name: 'activity area',
  cells: 'state',
  untilToday: true,
  sql: () => `, counted as (
      select c.n, s.gross_area, s.usable_area, s.activity_area, rooms.activity as room_area,
        case when s.activity_basis = 'GROSS' and s.gross_area is not null then 'GROSS'
          when s.activity_basis = 'USABLE' and s.usable_area is not null then 'USABLE'
          when s.activity_area is null and s.usable_area is not null and rooms.known then 'ROOMS' end as pair
      from cell c
      join facility f on f.community_id = c.community_id
      join facility_state s on s.facility_id = f.id and ${holdsOn('s', DAY)} and ${countsSql('s', DAY)}
        and coalesce(s.usable_area, s.gross_area) is not null
        and exists (select 1 from facility_share h where h.facility_id = f.id and ${holdsOn('h', DAY)})
      left join lateral (${ROOMS}) rooms on true)
    select n,
      sum(activity_area) filter (where pair = 'GROSS') as activity_gross, sum(gross_area) filter (where pair = 'GROSS') as whole_gross,
      sum(case pair when 'USABLE' then activity_area when 'ROOMS' then room_area end) as activity_usable,
      sum(usable_area) filter (where pair in ('USABLE', 'ROOMS')) as whole_usable,
      count(*) filter (where pair = 'ROOMS') as estimated, count(*) filter (where pair is null) as activity_area_unknown
    from counted group by n`,
};

const usableOf = (sums: Sums): Ratio => sums.sum('usable').add(sums.sum('gross_to_convert').mul(USABLE_OF_GROSS));
const grossOf = (sums: Sums): Ratio => sums.sum('gross').add(sums.sum('usable_to_convert').div(USABLE_OF_GROSS));

/** A community of the place with its own sums. */
interface Part extends CommunityArea {
  sums: Sums;
}

interface Parts {
  /** Those whose households are known. */
  known: Part[];
  /** How many are left. */
  unknownHouseholds: number;
  /** Facilities that would count if anybody knew their area. */
  unmeasured: number;
}

/** The place by communities, each with its own sums and the statistic of the period's last day. */
function partsOf(setting: Setting, areaOf: (sums: Sums) => Ratio): Parts {
  const parts = setting.communities.map((row): Part => {
    const sums = setting.ofCommunity(row.communityId);
    return { sums, area: areaOf(sums), households: statOn(row, lastDay(setting.period))?.households ?? null };
  });
  const known = parts.filter(({ households }) => households !== null);
  const unmeasured = new Set(parts.flatMap(({ sums }) => sums.text('area_unknown_id')?.split(' ') ?? []));
  return { known, unknownHouseholds: parts.length - known.length, unmeasured: unmeasured.size };
}

/** Pooled m² per 100 households over communities with known households (§6.2.5); ESTIMATED where a measure was converted. */
function per100(setting: Setting, areaOf: (sums: Sums) => Ratio, converted: string): FigureValue {
  const { known, unknownHouseholds, unmeasured } = partsOf(setting, areaOf);
  const area = Ratio.sum(known.map((part) => part.area));
  const households = known.reduce((sum, part) => sum + (part.households ?? 0), 0);
  const isEstimated = known.some((part) => !part.sums.sum(converted).isZero());
  return quotient(area, Ratio.of(households), HUNDRED, {
    excluded: excluding({ HOUSEHOLDS_UNKNOWN: unknownHouseholds, AREA_UNKNOWN: unmeasured }),
    quality: qualityOf(isEstimated),
  });
}

const qualityOf = (isEstimated: boolean): Quality => (isEstimated ? 'ESTIMATED' : 'MEASURED');

function equityOf(setting: Setting): FigureValue {
  const { known, unknownHouseholds } = partsOf(setting, usableOf);
  const excluded = excluding({ HOUSEHOLDS_UNKNOWN: unknownHouseholds });
  const inhabited = known.filter(({ households }) => households);
  if (setting.communities.length === 1 || inhabited.length === 1) return unknown('NOT_APPLICABLE', { excluded });
  const value = equity(known);
  if (!value) return unknown('NO_DENOMINATOR', { excluded });
  const isEstimated = known.some((part) => !part.sums.sum('gross_to_convert').isZero());
  return { value, numerator: null, denominator: null, excluded, quality: qualityOf(isEstimated) };
}

/** §6.2, §6.3: figures of the area standard; a facility counts by its shares, for FAC_3 where it stands. */
export const standardFigures: Figure[] = [
  {
    key: 'FAC_1',
    nameZh: '每百户使用面积',
    nameEn: 'Usable m² per 100 households',
    unit: 'M2_PER_100HH',
    direction: 'AT_LEAST',
    formula:
      '100 × Σ counted usable m² × share / Σ households, over communities with known households; gross area × 0.75 where usable is unknown',
    formulaVersion: '1',
    target: STANDARD_PER_100,
    breakdowns: [],
    personDerived: false,
    source: countedArea,
    compute: (_, setting) => per100(setting, usableOf, 'gross_to_convert'),
  },
  {
    key: 'FAC_1G',
    nameZh: '每百户建筑面积',
    nameEn: 'Gross m² per 100 households',
    unit: 'M2_PER_100HH',
    direction: null,
    formula: '100 × Σ counted gross m² × share / Σ households, as FAC_1; usable area / 0.75 where gross is unknown',
    formulaVersion: '1',
    breakdowns: [],
    personDerived: false,
    source: countedArea,
    compute: (_, setting) => per100(setting, grossOf, 'usable_to_convert'),
  },
  {
    key: 'FAC_2',
    nameZh: '达标率',
    nameEn: 'Communities meeting the standard',
    unit: 'PERCENT',
    direction: 'AT_LEAST',
    formula: 'communities with 100 × usable m² ≥ 30 × households / communities with known households',
    formulaVersion: '1',
    breakdowns: [],
    personDerived: false,
    source: countedArea,
    compute: (_, setting) => {
      const { known, unknownHouseholds } = partsOf(setting, usableOf);
      const meeting = known.filter((part) => meetsStandard(part)).length;
      return percent(Ratio.of(meeting), Ratio.of(known.length), { excluded: excluding({ HOUSEHOLDS_UNKNOWN: unknownHouseholds }) });
    },
  },
  {
    key: 'FAC_3',
    nameZh: '居民活动面积占比',
    nameEn: 'Activity share',
    unit: 'PERCENT',
    direction: 'AT_LEAST',
    formula: "Σ m² for residents' activities / Σ m² of counted facilities, both gross; usable measures / 0.75, rooms where nobody told it",
    formulaVersion: '1',
    target: Ratio.of(60),
    breakdowns: [],
    personDerived: false,
    source: activityArea,
    compute: (sums) =>
      percent(
        sums.sum('activity_gross').add(sums.sum('activity_usable').div(USABLE_OF_GROSS)),
        sums.sum('whole_gross').add(sums.sum('whole_usable').div(USABLE_OF_GROSS)),
        {
          excluded: excluding({ ACTIVITY_AREA_UNKNOWN: sums.sum('activity_area_unknown') }),
          quality: qualityOf(!sums.sum('estimated').isZero()),
        },
      ),
  },
  {
    key: 'FAC_7',
    nameZh: '均衡度',
    nameEn: 'Equity',
    unit: 'INDEX',
    direction: 'AT_LEAST',
    formula: '1 − Gini of usable m² per 100 households over communities with known households, weighted by households',
    formulaVersion: '1',
    breakdowns: [],
    personDerived: false,
    source: countedArea,
    compute: (_, setting) => equityOf(setting),
  },
];
