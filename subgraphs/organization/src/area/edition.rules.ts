import { kindMismatch } from '../../../shared/src/domain/area-kind.ts';
import type { ValueWarning } from '../../../shared/src/domain/value-error.ts';
import type { Edition } from './area.rules.ts';

/** So many are told one by one; a list with more is told in a sum. */
const MOST_TOLD = 20;

/** `AREA_KIND_MISMATCH` of each division whose name contradicts its code (§3.1), a few by themselves and the rest by their number. */
export function mismatchesOf({ rows, year }: Edition): ValueWarning[] {
  const all = rows.map(({ code, name }) => kindMismatch(code, name)).filter((each) => each !== null);
  const rest = all.length - MOST_TOLD;
  if (rest <= 0) return all;
  const more: ValueWarning = {
    code: 'AREA_KIND_MISMATCH',
    message: `另有 ${rest} 处名称与号段不符`,
    messageEn: `${rest} more names contradict their codes`,
    details: { year, count: rest },
  };
  return [...all.slice(0, MOST_TOLD), more];
}
