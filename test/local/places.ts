import { readFileSync } from 'node:fs';
import type { Place } from '../../local/demo/world.types.ts';
import { stableId } from '../../subgraphs/shared/src/domain/id.ts';

const DISTRICT = '410305000000';
const MOVE = '2022-10-31';
const ENTRY = '2023-06-30';
/** Came from another district with the edition of 2023. */
const ENTERED = ['410305007009', '410305012020', '410305012021', '410305012022', '410305012023'];

/** The places of the reference district as the edition of 2023 lists them, with the moves that matter to the demo. */
export function standInPlaces(): Place[] {
  const lines = readFileSync(new URL('../../data/divisions/2023.csv', import.meta.url), 'utf8')
    .trim()
    .split('\n')
    .slice(1);
  const rows = lines.map((line) => line.trim().split(',') as [string, string]).filter(([code]) => code.startsWith('410305'));
  const idOf = (code: string): string => stableId('ar', '2016-07-31', code);
  return rows.map(([code, name]) => ({ id: idOf(code), code, name, kind: kindOf(code), membership: membershipOf(code, idOf) }));
}

function kindOf(code: string): Place['kind'] {
  if (code === DISTRICT) return 'DISTRICT';
  return code.endsWith('000') ? 'STREET' : 'COMMUNITY';
}

function membershipOf(code: string, idOf: (code: string) => string): Place['membership'] {
  if (code.endsWith('000')) return [];
  const street = (streetCode: string): { streetId: string; districtId: string } => ({
    streetId: idOf(streetCode),
    districtId: idOf(DISTRICT),
  });
  const own = street(`${code.slice(0, 9)}000`);
  if (code === '410305001005') {
    return [
      { ...street('410305004000'), recordedFrom: null, recordedTo: MOVE, current: false },
      { ...own, recordedFrom: MOVE, recordedTo: null, current: true },
    ];
  }
  if (!ENTERED.includes(code)) return [{ ...own, recordedFrom: null, recordedTo: null, current: true }];
  return [
    { streetId: idOf('410371001000'), districtId: idOf('410371000000'), recordedFrom: null, recordedTo: ENTRY, current: false },
    { ...own, recordedFrom: ENTRY, recordedTo: null, current: true },
  ];
}
