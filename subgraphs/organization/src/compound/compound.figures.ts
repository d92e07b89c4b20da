import { type Figure, type FigureValue, grouped, type Source, type Sums, selected } from '../../../shared/src/figure.ts';
import { count, excluding, percent } from '../../../shared/src/figure-values.ts';
import { holdsOn } from '../../../shared/src/span.entity.ts';
import { inTermSql } from '../committee/committee.rules.ts';
import { DWELLING_KINDS } from './compound.entity.ts';

const ACTIVE = (organization: string, alias: string): string =>
  `join organization_state ${alias} on ${alias}.organization_id = ${organization} and ${alias}.status = 'ACTIVE' and ${holdsOn(alias, 'a.day')}`;

/** What holds of the compounds of the cells on their days, joined in sets: the days of all cells are worked out together. */
const RELATIONS = `
  member as (select c.n, c."from" as day, s.compound_id, s.community_id, s.types, s.management, s.households
    from cell c join compound_state s on s.community_id = c.community_id and ${holdsOn('s', 'c."from"')}),
  asked as (select distinct day, compound_id from member),
  branch as (select distinct a.day, a.compound_id, o.id from asked a
    join organization_compound oc on oc.compound_id = a.compound_id and ${holdsOn('oc', 'a.day')}
    join organization o on o.id = oc.organization_id and o.kind = 'COMPOUND_PARTY_BRANCH' ${ACTIVE('o.id', 'os')}),
  branched as (select distinct day, compound_id from branch),
  dwelling as (select a.day, a.compound_id, count(*) as dwellings, count(g.building_id) as grouped from asked a
    join building b on b.compound_id = a.compound_id and b.kind in (${DWELLING_KINDS.map((kind) => `'${kind}'`).join(', ')})
    join building_state bs on bs.building_id = b.id and ${holdsOn('bs', 'a.day')}
    left join (building_group g join organization_state gs on gs.organization_id = g.group_id and gs.status = 'ACTIVE')
      on g.building_id = b.id and ${holdsOn('g', 'a.day')} and ${holdsOn('gs', 'a.day')}
    group by a.day, a.compound_id),
  term as (select a.day, a.compound_id, t.organization_id from asked a
    join owners_committee t on t.compound_id = a.compound_id and ${inTermSql('t', 'a.day')}),
  termed as (select distinct day, compound_id from term),
  secretary as (select a.day, a.compound_id, h.officeholder_id from branch a
    join post p on p.organization_id = a.id and p.code = 'PARTY_SECRETARY'
    join appointment h on h.post_id = p.id and ${holdsOn('h', 'a.day')}),
  chair as (select a.day, a.compound_id, h.officeholder_id from term a
    join post p on p.organization_id = a.organization_id and p.code = 'OC_CHAIR'
    join appointment h on h.post_id = p.id and ${holdsOn('h', 'a.day')}),
  dual as (select distinct s.day, s.compound_id from secretary s join chair c using (day, compound_id, officeholder_id)),
  party as (select distinct a.day, o.area_id as community_id from (select distinct day, community_id from member) a
    join organization o on o.area_id = a.community_id and o.kind = 'COMMUNITY_PARTY_ORG' ${ACTIVE('o.id', 'os')})`;

/** C of §4.5: households ≥ 1 on the day; unknown ones are counted apart. */
const IN_C = 'm.households >= 1';

const compounds: Source = {
  name: 'compounds',
  cells: 'state',
  untilToday: true,
  by: { COMPOUND_TYPE: 'kind.type' },
  sql: (by) => `, ${RELATIONS}
    select m.n${selected(by)},
      count(*) filter (where ${IN_C}) as compounds,
      count(*) filter (where m.households is null) as unknown,
      count(*) filter (where ${IN_C} and branched.compound_id is not null) as branched,
      count(*) filter (where ${IN_C} and branched.compound_id is not null and party.community_id is not null
        and dwelling.dwellings > 0 and dwelling.grouped = dwelling.dwellings) as covered,
      count(*) filter (where ${IN_C} and termed.compound_id is not null) as termed,
      count(*) filter (where ${IN_C} and branched.compound_id is not null and termed.compound_id is not null) as paired,
      count(*) filter (where ${IN_C} and dual.compound_id is not null) as dual,
      count(*) filter (where ${IN_C} and m.management = 'NONE') as unmanaged,
      sum(dwelling.dwellings) filter (where ${IN_C}) as dwellings,
      sum(dwelling.grouped) filter (where ${IN_C}) as grouped
    from member m
    ${by.length > 0 ? 'cross join lateral unnest(m.types) as kind(type)' : ''}
    left join branched on branched.day = m.day and branched.compound_id = m.compound_id
    left join dwelling on dwelling.day = m.day and dwelling.compound_id = m.compound_id
    left join termed on termed.day = m.day and termed.compound_id = m.compound_id
    left join dual on dual.day = m.day and dual.compound_id = m.compound_id
    left join party on party.day = m.day and party.community_id = m.community_id
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
