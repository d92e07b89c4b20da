/** The figures of places as the gateway answers them, and their comparison with the straight SQL. */
import pg from 'pg';
import type { Hub } from '../kit.ts';
import type { Departments } from '../straight/all.ts';
import { isSame } from '../straight/exact.ts';
import type { Basis, Period } from '../straight/places.ts';
import type { StraightRow } from '../straight/row.ts';
import { wholeData } from './district.ts';

export const ACROSS_THE_MOVE: Period = { grain: 'CUSTOM', start: '2022-08-01', end: '2023-01-01' };
export const BASES: readonly Basis[] = ['RESTATED', 'AS_RECORDED'];

/** Keys that exist so far, by the field of `Area` that gives them. */
export const KEYS = {
  organization: ['ORG_1', 'ORG_2', 'ORG_3', 'ORG_4', 'ORG_6', 'ORG_11', 'ORG_15', 'ORG_15B'],
  volunteer: ['VOL_1', 'VOL_1B', 'VOL_2', 'VOL_3', 'VOL_14'],
  facility: ['FAC_1', 'FAC_1G', 'FAC_2', 'FAC_3', 'FAC_4', 'FAC_5', 'FAC_7', 'FAC_13'],
  grievance: ['GRV_1', 'GRV_2', 'GRV_3', 'GRV_4', 'GRV_14', 'GRV_16'],
} as const;
export const ALL_KEYS: readonly string[] = Object.values(KEYS).flat();

/** A figure as it was answered. */
export interface Kpi {
  key: string;
  value: string | null;
  numerator: string | null;
  denominator: string | null;
  reason: string | null;
  excluded: { reason: string; count: number | null }[];
}
export type Figure = Kpi & { areaId: string; basis: Basis };

type Summaries = Record<keyof typeof KEYS, { kpis: Kpi[] } | null>;
type AreaNode = { id: string; children?: AreaNode[] } & Partial<Record<Basis, never>> & Record<string, unknown>;

const KPI_FIELDS = 'kpis(keys: KEYS) { key value numerator denominator reason excluded { reason count } }';

/** Fields of `Area` for the four summaries under each basis; aliases are `<BASIS>_<department>`. */
const summaries = (bases: readonly Basis[]): string =>
  bases
    .flatMap((basis) =>
      Object.entries(KEYS).map(
        ([name, keys]) =>
          `${basis}_${name}: ${name}Summary(period: $period, basis: ${basis}) { ${KPI_FIELDS.replace('KEYS', `[${keys.join(' ')}]`)} }`,
      ),
    )
    .join('\n');

/** Query for places by stable id, each beside the others, in one request. */
export const viewOf = (ids: readonly string[], bases: readonly Basis[]): string => `query View($period: PeriodInput!) {
  ${ids.map((id, index) => `a${index}: area(id: "${id}") { id ...Figures }`).join('\n')}
}
fragment Figures on Area { ${summaries(bases)} }`;

/** Query for the district, its streets and their communities as a tree, in one request (views §9.1). */
export const treeOf = (code: string, bases: readonly Basis[]): string => `query Tree($period: PeriodInput!) {
  area(code: "${code}") { id ...Figures children { id ...Figures children { id ...Figures } } }
}
fragment Figures on Area { ${summaries(bases)} }`;

/** Every figure in an answer, children included. */
export function figuresIn(data: Record<string, unknown>, bases: readonly Basis[]): Figure[] {
  const ofArea = (area: AreaNode): Figure[] => [
    ...bases.flatMap((basis) =>
      Object.keys(KEYS).flatMap((name) => {
        const summary = area[`${basis}_${name}`] as Summaries[keyof typeof KEYS];
        return (summary?.kpis ?? []).map((kpi) => ({ ...kpi, areaId: area.id, basis }));
      }),
    ),
    ...(area.children ?? []).flatMap(ofArea),
  ];
  return Object.values(data).flatMap((area) => (area ? ofArea(area as AreaNode) : []));
}

/** Asks the view of these places and expects a whole answer. Errors and missing parts fail the test */
export async function ask(hub: Hub, token: string, ids: readonly string[], period: Period, bases: readonly Basis[]): Promise<Figure[]> {
  return figuresIn(wholeData(await hub.query(viewOf(ids, bases), { period }, token)), bases);
}

const told = (excluded: Kpi['excluded']): string =>
  JSON.stringify(Object.fromEntries(excluded.map(({ reason, count }) => [reason, count] as const).sort(([a], [b]) => (a < b ? -1 : 1))));

/** How a figure is written in a difference: `VOL_1 12.50 = 750/60, excluded {}`. */
const line = (kpi: Kpi): string =>
  `${kpi.value ?? kpi.reason} = ${kpi.numerator}/${kpi.denominator}, excluded ${told(kpi.excluded)}${kpi.value === null ? '' : ` ${kpi.reason ?? ''}`}`;

/** What the hub says otherwise than the straight SQL, one line each; empty when every figure is the same. */
export function differences(
  figures: readonly Figure[],
  rows: readonly StraightRow[],
  basis: Basis,
  nameOf: (id: string) => string,
): string[] {
  const answered = new Map(figures.filter((figure) => figure.basis === basis).map((figure) => [`${figure.areaId} ${figure.key}`, figure]));
  const wrong = rows.flatMap((row) => {
    const figure = answered.get(`${row.areaId} ${row.key}`);
    const straight = { ...row, excluded: Object.entries(row.excluded).map(([reason, count]) => ({ reason, count })) };
    const at = `${nameOf(row.areaId)} ${basis} ${row.key}`;
    if (!figure) return [`${at}: no answer, SQL says ${line(straight)}`];
    return agrees(figure, row) ? [] : [`${at}: hub ${line(figure)} – SQL ${line(straight)}`];
  });
  const expected = new Set(rows.map((row) => `${row.areaId} ${row.key}`));
  const extra = [...answered]
    .filter(([at]) => !expected.has(at))
    .map(([, figure]) => `${nameOf(figure.areaId)} ${basis} ${figure.key}: no SQL`);
  return [...wrong, ...extra];
}

function agrees(figure: Kpi, row: StraightRow): boolean {
  return (
    figure.value === row.value &&
    figure.reason === row.reason &&
    isSame(figure.numerator, row.numerator) &&
    isSame(figure.denominator, row.denominator) &&
    told(figure.excluded) === told(Object.entries(row.excluded).map(([reason, count]) => ({ reason, count })))
  );
}

/** Connections to the four databases of a hub as their owners, who read every row; `close` ends them. */
export function openDepartments(hub: Hub): Departments & { close(): Promise<void> } {
  const open = (name: string) => new pg.Pool({ connectionString: hub.databaseUrl(name, 'owner'), max: 1 });
  const pools = {
    organization: open('organization'),
    volunteers: open('volunteers'),
    facilities: open('facilities'),
    grievances: open('grievances'),
  };
  return { ...pools, close: async () => void (await Promise.all(Object.values(pools).map((pool) => pool.end()))) };
}

/** Stable ids of places by today's code. */
export async function idsOf(hub: Hub, codes: readonly string[]): Promise<Map<string, string>> {
  const rows = await hub.sql<{ id: string; code: string }>(
    'organization',
    'select id, code from area where code = any ($1) and closed_on is null',
    [codes],
  );
  return new Map(rows.map((row) => [row.code, row.id]));
}
