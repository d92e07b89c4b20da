/** The unified district view (domain views §9.1) with the keys that exist: what the benchmark asks of the hub and of its rival. */
export const KEYS = {
  organizationSummary: ['ORG_1', 'ORG_2', 'ORG_3', 'ORG_4', 'ORG_6', 'ORG_11', 'ORG_15'],
  volunteerSummary: ['VOL_1', 'VOL_2'],
  facilitySummary: ['FAC_1', 'FAC_2', 'FAC_4', 'FAC_5', 'FAC_7'],
  grievanceSummary: ['GRV_1', 'GRV_2', 'GRV_3', 'GRV_4', 'GRV_16'],
} as const;

const summaries = Object.entries(KEYS).map(([field, keys]) => `${field}(period: $p) { kpis(keys: [${keys.join(', ')}]) { ...K } }`);

export const VIEW = `
query DistrictView($code: AreaCode!, $p: PeriodInput!) {
  area(code: $code) { ...View children { ...View children { ...View } } }
}
fragment View on Area {
  id code name households population
  ${summaries.join('\n  ')}
}
fragment K on Kpi { key nameZh value unit numerator denominator target meetsTarget suppressed reason quality edition dataAsOf excluded { reason count } }`;

/** One figure of one place, as both sides give it. */
export interface Cell {
  areaId: string;
  key: string;
  value: string | null;
  numerator: string | null;
  denominator: string | null;
  reason: string | null;
}

export interface AreaNode {
  id: string;
  children?: AreaNode[];
  [summary: string]: unknown;
}

/** The places of an answer with their figures, each once. */
export function cellsOf(area: AreaNode): Cell[] {
  const own = Object.keys(KEYS).flatMap((field) =>
    ((area[field] as { kpis: Omit<Cell, 'areaId'>[] } | null)?.kpis ?? []).map((kpi) => ({ ...kpi, areaId: area.id })),
  );
  return [...own, ...(area.children ?? []).flatMap(cellsOf)];
}
