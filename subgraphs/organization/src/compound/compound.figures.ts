import { type Figure, type FigureValue, grouped, type Source, type Sums, selected } from '../../../shared/src/figure.ts';
import { count, excluding, percent } from '../../../shared/src/figure-values.ts';
import { holdsOn } from '../../../shared/src/span.entity.ts';
import { DWELLING_KINDS } from './compound.entity.ts';

const holds = (alias: string): string => `(${alias}."from" <= m.day and (${alias}."to" is null or m.day < ${alias}."to"))`;
const span = (...rows: string[]): string =>
  `greatest(${rows.map((row) => `${row}.valid_from`).join(', ')}) as "from", least(${rows.map((row) => `${row}.valid_to`).join(', ')}) as "to"`;
const ACTIVE = (organization: string): string => `join active s on s.organization_id = ${organization}`;

/**
 * When what holds of compounds, whatever the days asked. Only keys are compared here and only days below, so that every join is a hash join
 * over sets of known size: looked up compound by compound, two years of months of a district took seconds.
 */
const SPANS = `
  active as materialized (select organization_id, valid_from, valid_to from organization_state where status = 'ACTIVE'),
  branch as materialized (select oc.compound_id, o.id as organization_id, ${span('oc', 's')}
    from organization_compound oc
    join organization o on o.id = oc.organization_id and o.kind = 'COMPOUND_PARTY_BRANCH' ${ACTIVE('o.id')}),
  term as materialized (select t.compound_id, t.organization_id, greatest(t.elected_on, t.filed_on) as "from",
      least(t.expires_on, t.dissolved_on) as "to"
    from owners_committee t where t.elected_on is not null and t.filed_on is not null),
  dual as materialized (select b.compound_id, greatest(b."from", t."from", secretary.valid_from, chair.valid_from) as "from",
      least(b."to", t."to", secretary.valid_to, chair.valid_to) as "to"
    from branch b join term t on t.compound_id = b.compound_id
    join post sp on sp.organization_id = b.organization_id and sp.code = 'PARTY_SECRETARY'
    join appointment secretary on secretary.post_id = sp.id
    join post cp on cp.organization_id = t.organization_id and cp.code = 'OC_CHAIR'
    join appointment chair on chair.post_id = cp.id and chair.officeholder_id = secretary.officeholder_id),
  party as materialized (select o.area_id as community_id, s.valid_from as "from", s.valid_to as "to"
    from organization o ${ACTIVE('o.id')} where o.kind = 'COMMUNITY_PARTY_ORG'),
  dwelling as materialized (select b.compound_id, b.id as building_id, s.valid_from as "from", s.valid_to as "to"
    from building b join building_state s on s.building_id = b.id
    where b.kind in (${DWELLING_KINDS.map((kind) => `'${kind}'`).join(', ')})),
  in_group as materialized (select g.building_id, ${span('g', 's')} from building_group g ${ACTIVE('g.group_id')})`;

const FLAGS = ['branched', 'termed', 'dual', 'party'] as const;
/** Rows that say one thing of a compound in a cell: which flag holds, or how many dwellings there are and how many of them are in a group. */
const saying = (flag: (typeof FLAGS)[number] | null, dwellings = '0', grouped = '0'): string =>
  [...FLAGS.map((each) => String(each === flag)), dwellings, grouped].join(', ');

const NO_STATE = 'null::text[], null::text, null::int';

/** Compounds of the cells on their days, with everything that holds of them then; one row per cell and compound. */
const MEMBERS = `
  member as materialized (select c.n, c."from" as day, s.compound_id, s.community_id, s.types, s.management, s.households
    from cell c join compound_state s on s.community_id = c.community_id and ${holdsOn('s', 'c."from"')}),
  known as (
    select x.n, x.compound_id, min(x.types) as types, min(x.management) as management, min(x.households) as households,
      ${FLAGS.map((flag) => `bool_or(x.${flag}) as ${flag}`).join(', ')}, sum(x.dwellings) as dwellings, sum(x.grouped) as grouped
    from (
      select m.n, m.compound_id, ${saying(null)}, m.types, m.management, m.households from member m
      union all select m.n, m.compound_id, ${saying('branched')}, ${NO_STATE} from member m join branch x on x.compound_id = m.compound_id and ${holds('x')}
      union all select m.n, m.compound_id, ${saying('termed')}, ${NO_STATE} from member m join term x on x.compound_id = m.compound_id and ${holds('x')}
      union all select m.n, m.compound_id, ${saying('dual')}, ${NO_STATE} from member m join dual x on x.compound_id = m.compound_id and ${holds('x')}
      union all select m.n, m.compound_id, ${saying('party')}, ${NO_STATE} from member m join party x on x.community_id = m.community_id and ${holds('x')}
      union all select m.n, m.compound_id, ${saying(null, 'count(*)', 'count(g.building_id)')}, ${NO_STATE} from member m
        join dwelling x on x.compound_id = m.compound_id and ${holds('x')}
        left join in_group g on g.building_id = x.building_id and ${holds('g')}
        group by m.n, m.compound_id
    ) x(n, compound_id, ${FLAGS.join(', ')}, dwellings, grouped, types, management, households)
    group by x.n, x.compound_id)`;

/** C of §4.5: households ≥ 1 on the day; unknown ones are counted apart. */
const IN_C = 'm.households >= 1';

const compounds: Source = {
  name: 'compounds',
  cells: 'state',
  untilToday: true,
  by: { COMPOUND_TYPE: 'kind.type' },
  sql: (by) => `, ${SPANS}, ${MEMBERS}
    select m.n${selected(by)},
      count(*) filter (where ${IN_C}) as compounds,
      count(*) filter (where m.households is null) as unknown,
      count(*) filter (where ${IN_C} and m.branched) as branched,
      count(*) filter (where ${IN_C} and m.branched and m.party and m.dwellings > 0 and m.grouped = m.dwellings) as covered,
      count(*) filter (where ${IN_C} and m.termed) as termed,
      count(*) filter (where ${IN_C} and m.branched and m.termed) as paired,
      count(*) filter (where ${IN_C} and m.dual) as dual,
      count(*) filter (where ${IN_C} and m.management = 'NONE') as unmanaged,
      sum(m.dwellings) filter (where ${IN_C}) as dwellings,
      sum(m.grouped) filter (where ${IN_C}) as grouped
    from known m
    ${by.length > 0 ? 'cross join lateral unnest(m.types) as kind(type)' : ''}
    group by m.n${grouped(by)}`,
};

const unknownHouseholds = (sums: Sums) => ({ excluded: excluding({ HOUSEHOLDS_UNKNOWN: sums.sum('unknown') }) });

const share =
  (part: string, whole: string) =>
  (sums: Sums): FigureValue =>
    percent(sums.sum(part), sums.sum(whole), unknownHouseholds(sums));

const common = {
  unit: 'PERCENT',
  direction: 'AT_LEAST',
  formulaVersion: '1',
  breakdowns: ['COMPOUND_TYPE'],
  personDerived: false,
  source: compounds,
} satisfies Partial<Figure>;

/** §4.5: figures of compounds, of the state on the last day of the period (today, while it runs). */
export const compoundFigures: Figure[] = [
  {
    ...common,
    key: 'ORG_1',
    nameZh: '小区党支部覆盖率',
    nameEn: 'Compound branch coverage',
    formula: '|{c∈C: ACTIVE branch, own or joint}| / |C|; C: compounds with households ≥ 1 on the last day',
    compute: share('branched', 'compounds'),
  },
  {
    ...common,
    key: 'ORG_2',
    nameZh: '楼栋党小组覆盖率',
    nameEn: 'Building group coverage',
    formula: '|{b∈B: in an ACTIVE group}| / |B|; B: RESIDENTIAL and MIXED buildings of C',
    compute: share('grouped', 'dwellings'),
  },
  {
    ...common,
    key: 'ORG_3',
    nameZh: '三级体系全覆盖率',
    nameEn: 'Three-tier full coverage',
    formula: '|{c∈C: community Party organization ACTIVE ∧ coverage FULL}| / |C|',
    compute: share('covered', 'compounds'),
  },
  {
    ...common,
    key: 'ORG_4',
    nameZh: '业委会组建率',
    nameEn: "Owners' committee coverage",
    formula: '|{c∈C: committee in term}| / |C|',
    compute: share('termed', 'compounds'),
  },
  {
    ...common,
    key: 'ORG_6',
    nameZh: '“一肩挑”比例',
    nameEn: 'Dual-post ratio',
    formula: '|{c∈C: dual post}| / |{c∈C: branch ∧ committee in term}|',
    compute: share('dual', 'paired'),
  },
  {
    ...common,
    key: 'ORG_11',
    nameZh: '无主管小区数',
    nameEn: 'Unmanaged compounds',
    unit: 'COUNT',
    direction: 'AT_MOST',
    formula: '|{c∈C: management NONE}|',
    compute: (sums) => count(sums.sum('unmanaged'), unknownHouseholds(sums)),
  },
];
