import { readdirSync, readFileSync } from 'node:fs';
import type { WorkCalendar } from '../../subgraphs/shared/src/domain/calendar.ts';

const folder = new URL('../../data/calendars/', import.meta.url);

/** The published notices of 2022 to 2026. */
export const calendars: readonly WorkCalendar[] = readdirSync(folder)
  .filter((file) => file.endsWith('.json'))
  .map((file) => JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as WorkCalendar);
