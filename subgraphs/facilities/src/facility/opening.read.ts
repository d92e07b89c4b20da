import { now } from '../../../shared/src/clock.ts';
import type { Context } from '../../../shared/src/context.ts';
import type { WorkCalendar } from '../../../shared/src/domain/calendar.ts';
import { dateIn } from '../../../shared/src/domain/period.ts';
import type { Graph } from '../../../shared/src/graph.ts';
import { type StateRow, stateOn } from './facility.read.ts';
import {
  instantOf,
  nextChangeAfter,
  type Opening,
  type OpenState,
  openStateAt,
  osmText,
  weeklyHours,
  yearsAround,
} from './opening.rules.ts';

/** Calendars are published once a year; an hour old is fresh. */
const FRESH_MS = 3_600_000;
/** Nobody waits longer for organization: without an answer the last good copy holds, or the statutory days (§3.3). */
const PATIENCE_MS = 300;
/** After that long it is asked again. */
const AGAIN_MS = 30_000;

interface Copy {
  calendar: WorkCalendar | null;
  askAgainAt: number;
}
const copies = new Map<number, Copy>();
const underWay = new Map<number, Promise<void>>();

const CALENDAR = `query Calendar($year: Int!) {
  workCalendar(year: $year) { year status holidays { date name } makeUpWorkdays { date name } }
}`;

/** Reads a year's calendar through the graph once, whoever waits for it. */
function renew(graph: Graph, year: number): Promise<void> {
  const known = underWay.get(year);
  if (known) return known;
  const last = copies.get(year)?.calendar ?? null;
  copies.set(year, { calendar: last, askAgainAt: Date.now() + AGAIN_MS });
  const reading = graph
    .ask<{ workCalendar: WorkCalendar | null }>(CALENDAR, { year })
    .then(({ workCalendar }) => void copies.set(year, { calendar: workCalendar, askAgainAt: Date.now() + FRESH_MS }))
    .catch(() => undefined)
    .finally(() => underWay.delete(year));
  underWay.set(year, reading);
  return reading;
}

/** The working-day calendars that an answer at an instant needs: the last good copies, renewed behind the answer once there are any. */
async function calendarsAround(ctx: Context, at: Date): Promise<WorkCalendar[]> {
  const years = yearsAround(at);
  const reading = years
    .filter((year) => (copies.get(year)?.askAgainAt ?? 0) <= Date.now())
    .map((year) => [year, renew(ctx.graph, year)] as const);
  const missing = reading.filter(([year]) => !copies.get(year)?.calendar).map(([, read]) => read);
  if (missing.length > 0) {
    const patience = new Promise<void>((resolve) => setTimeout(resolve, PATIENCE_MS).unref());
    await Promise.race([Promise.all(missing), patience]);
  }
  return years.map((year) => copies.get(year)?.calendar).filter((calendar) => calendar !== null && calendar !== undefined);
}

const openingIn = ({ rules, onStatutoryHoliday, onMakeUpWorkday, exceptions }: StateRow): Opening | null =>
  rules && { rules, onStatutoryHoliday, onMakeUpWorkday, exceptions: exceptions ?? [] };

/** Opening hours of a day, today unless told, as data; rules are empty and `weeklyHours` null if nobody recorded them. */
export async function openingOf(ctx: Context, id: string, day: string | null = null) {
  const state = await stateOn(ctx, id, day);
  const { rules, osm, onStatutoryHoliday, onMakeUpWorkday, exceptions, note } = state;
  return {
    osm: osm ?? (rules && osmText({ rules, onStatutoryHoliday })),
    rules: rules ?? [],
    onStatutoryHoliday,
    onMakeUpWorkday,
    exceptions: exceptions ?? [],
    weeklyHours: weeklyHours(rules),
    note,
  };
}

const momentOf = (at: string | null | undefined): Date => (at ? instantOf(at) : now());

/** Whether a facility in a state is open: CLOSED if its status is not OPEN, UNKNOWN without hours (§6.1). */
export const openIn = (state: StateRow, at: Date, calendars: readonly WorkCalendar[]): OpenState =>
  state.status === 'OPEN' ? openStateAt(openingIn(state), at, calendars) : 'CLOSED';

export async function isOpen(ctx: Context, id: string, at: string | null | undefined): Promise<OpenState> {
  const moment = momentOf(at);
  const state = await stateOn(ctx, id, dateIn(moment));
  return openIn(state, moment, state.status === 'OPEN' && state.rules ? await calendarsAround(ctx, moment) : []);
}

/** When it opens or closes next by the hours of that day; null if it is not OPEN, has no hours, or nothing changes within 366 days. */
export async function nextChange(ctx: Context, id: string, at: string | null | undefined): Promise<string | null> {
  const moment = momentOf(at);
  const state = await stateOn(ctx, id, dateIn(moment));
  if (state.status !== 'OPEN' || !state.rules) return null;
  return nextChangeAfter(openingIn(state), moment, await calendarsAround(ctx, moment));
}

/** Facilities among these that are open at an instant; used by lists that filter by it. */
export async function openAt(ctx: Context, ids: readonly string[], at: string): Promise<string[]> {
  const states = await Promise.all(ids.map(async (id) => ({ id, state: await isOpen(ctx, id, at) })));
  return states.filter(({ state }) => state === 'OPEN').map(({ id }) => id);
}
