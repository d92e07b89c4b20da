/** What the stories of the whole hub share: the demo district's names and codes, the unified view of views.md §9.1, hubs to ask. */
import { expect } from 'vitest';
import { type Answer, copyDatabases, type Hub, type HubOptions, startHub } from '../kit.ts';

export const DISTRICT = '410305000000';
/** 湖北路街道: seven communities, 王府庄 among them since 2022-10-31. */
export const HUBEI_ROAD = '410305001000';
/** 南昌路街道: five communities, 王府庄 before. */
export const NANCHANG_ROAD = '410305004000';
/** 王府庄社区, and the code it had in 南昌路街道. */
export const WANGFUZHUANG = '410305001005';
export const WANGFUZHUANG_BEFORE = '410305004005';

export const YEAR_2025 = { grain: 'YEAR', start: '2025-01-01', end: '2026-01-01' } as const;

/** Keys of the view that exist by now, by the field that holds them. */
export const KEYS = {
  organizationSummary: ['ORG_1', 'ORG_2', 'ORG_3', 'ORG_4', 'ORG_6', 'ORG_11', 'ORG_15'],
  volunteerSummary: ['VOL_1', 'VOL_2'],
  facilitySummary: ['FAC_1', 'FAC_2', 'FAC_4', 'FAC_5'],
  grievanceSummary: ['GRV_1', 'GRV_2', 'GRV_3', 'GRV_4', 'GRV_16'],
} as const;
export type SummaryField = keyof typeof KEYS;
export const SUMMARY_FIELDS = Object.keys(KEYS) as SummaryField[];

/** Which subgraph answers a summary. */
export const SUBGRAPH_OF: Record<SummaryField, string> = {
  organizationSummary: 'organization',
  volunteerSummary: 'volunteers',
  facilitySummary: 'facilities',
  grievanceSummary: 'grievances',
};

const summaries = SUMMARY_FIELDS.map((field) => `${field}(period: $p) { kpis(keys: [${KEYS[field].join(', ')}]) { ...K } }`);

/** The fragments of the view: `View` on Area, with `K` on Kpi. */
export const VIEW_FRAGMENTS = `
fragment View on Area {
  id code name households population
  ${summaries.join('\n  ')}
}
fragment K on Kpi { key nameZh value unit numerator denominator target meetsTarget suppressed reason quality edition dataAsOf excluded { reason count } }`;

/** The unified district view: the district, its streets, their communities (views.md §9.1). */
export const DISTRICT_VIEW = `query DistrictView($code: AreaCode!, $p: PeriodInput!) {
  area(code: $code) { ...View children { ...View children { ...View } } }
}${VIEW_FRAGMENTS}`;

export interface Kpi {
  key: string;
  value: string | null;
  numerator: string | null;
  denominator: string | null;
  reason: string | null;
  quality: string;
  edition: number;
  suppressed: boolean;
  meetsTarget: boolean | null;
  excluded: { reason: string; count: number | null }[];
}

export type Viewed = {
  id: string;
  code: string;
  name: string;
  households: number | null;
  children?: Viewed[];
} & Record<SummaryField, { kpis: Kpi[] } | null>;

/** A place of the view and all below it. */
export const flat = (area: Viewed): Viewed[] => [area, ...(area.children ?? []).flatMap(flat)];

/** What `hub-debug: 1` adds to an answer. */
export interface Trace {
  requests: Record<string, number>;
  statements: Record<string, number>;
  stages: number;
}
export const DEBUG = { 'hub-debug': '1' };
export const traceOf = ({ extensions }: Answer<unknown>): Trace => extensions.debug as Trace;

/** A whole hub, on databases of its own unless told. */
export const openHub = async (options: Partial<HubOptions> = {}): Promise<Hub> =>
  startHub({ ...options, databases: options.databases ?? (await copyDatabases()) });

/** The data of an answer that must hold no error and nothing missing. */
export function wholeData<T>(answer: Answer<T>): T {
  expect(answer.errors).toEqual([]);
  expect(answer.extensions.partial).toBeUndefined();
  return answer.data as T;
}

/** Codes of an answer's errors, each once. */
export const codesOf = ({ errors }: Answer<unknown>): string[] => [...new Set(errors.map((error) => error.extensions.code))].sort();

/** What no answer may show, whatever went wrong: addresses, ports, stacks, SQL, files. */
const MACHINERY =
  /127\.0\.0\.1|localhost|https?:\/\/|ECONN|\bSELECT\b|\bselect\b.*\bfrom\b|\n\s+at |\bat \w+ \(|stack|node_modules|\.[jt]s\b|\.[jt]s:\d|\/(?:home|root|work|tmp|var)\/|undici|postgres|relation "/i;

/** @param text the whole body as it was sent */
export function expectNoMachinery(text: string): void {
  expect(text.match(MACHINERY)?.[0]).toBeUndefined();
}
