import { parseMinor } from '../../../shared/src/domain/decimal.ts';
import { convert, type GeoPoint, parsePoint } from '../../../shared/src/domain/geo.ts';
import { MOST_COUNTED } from '../area/count.rules.ts';
import { refuse } from '../errors.ts';
import type { PointWgs84 } from './compound.entity.ts';
import type { BuildingKind, CompoundType, ManagementMode } from './compound.type.ts';

/** What is dated of a compound, as a command leaves it. */
export interface CompoundState {
  communityId: string;
  types: readonly CompoundType[];
  management: ManagementMode;
  companyId: string | null;
  hostId: string | null;
  households: number | null;
  population: number | null;
  residents60Plus: number | null;
}

const HOSTED: readonly ManagementMode[] = ['COMMUNITY_HOSTED', 'UNIT_HOSTED'];

/** The rules of a state (§4.3 `upsertCompound`). @throws HubError MANAGER_MISMATCH, VALIDATION_FAILED */
export function requireState({ types, management, companyId, hostId, ...counts }: CompoundState): void {
  if (types.length === 0) throw refuse('VALIDATION_FAILED', { field: ['types'], details: { least: 1 } });
  const isOfCompany = management === 'PROPERTY_COMPANY';
  if (isOfCompany !== (companyId !== null)) throw refuse('MANAGER_MISMATCH', { field: ['propertyCompanyId'], details: { management } });
  if (HOSTED.includes(management) !== (hostId !== null)) throw refuse('MANAGER_MISMATCH', { field: ['hostId'], details: { management } });
  const { households, population, residents60Plus } = counts;
  requireCounts({ households, population, residents60Plus });
  if (population !== null && residents60Plus !== null && residents60Plus > population) {
    throw refuse('VALIDATION_FAILED', { field: ['residents60Plus'], details: { most: population } });
  }
}

/** @throws HubError VALIDATION_FAILED for a count that is smaller or larger */
export function requireCounts(counts: Readonly<Record<string, number | null | undefined>>, least = 0, most = MOST_COUNTED): void {
  for (const [name, value] of Object.entries(counts)) {
    const isCount = (value ?? least) >= least && (value ?? most) <= most;
    if (!isCount) throw refuse('VALIDATION_FAILED', { field: [name], details: { least, most } });
  }
}

const FIRST_BUILT = 1800;
/** What is being built now is built in some years. */
const YEARS_OF_BUILDING = 10;

/** The year in which a compound was built, or will be. @throws HubError VALIDATION_FAILED */
export const requireBuiltYear = (builtYear: number | null | undefined, thisYear: number): void =>
  requireCounts({ builtYear }, FIRST_BUILT, thisYear + YEARS_OF_BUILDING);

/** Square metres of dwellings; a hundredth is the smallest part. */
const MOST_M2 = 100_000_000;

/** Square metres with two decimals at most. @throws HubError or ValueError VALIDATION_FAILED */
export function requireAreaM2(text: string | null): string | null {
  if (text === null) return null;
  const hundredths = parseMinor(text, 2);
  if (hundredths < 0n || hundredths > BigInt(MOST_M2) * 100n)
    throw refuse('VALIDATION_FAILED', { field: ['totalExclusiveArea'], details: { least: 0, most: MOST_M2 } });
  return text;
}

/** A point as it is kept. @throws ValueError VALIDATION_FAILED outside the ranges of its system */
export function wgs84({ lat, lng, crs }: Pick<GeoPoint, 'lat' | 'lng' | 'crs'>): PointWgs84 {
  const point = convert(parsePoint({ lat, lng, crs }), 'WGS84');
  return { lat: point.lat, lng: point.lng };
}

/** Serials 901–999 are of auxiliary buildings, the others of all that people live or work in. */
const SERIALS = { ordinary: { first: 1, last: 900 }, auxiliary: { first: 901, last: 999 }, compound: { first: 1, last: 999 } };

/** The first serial under a code that nobody has or had; null when none is left. */
export function freeCode(above: string, taken: ReadonlySet<string>, serials: keyof typeof SERIALS): string | null {
  const { first, last } = SERIALS[serials];
  for (let serial = first; serial <= last; serial++) {
    const code = above + String(serial).padStart(3, '0');
    if (!taken.has(code)) return code;
  }
  return null;
}

export const serialsOf = (kind: BuildingKind): 'ordinary' | 'auxiliary' => (kind === 'AUXILIARY' ? 'auxiliary' : 'ordinary');

/** Kind, serial and households fit (§4.3 `upsertBuilding`). @throws HubError BUILDING_KIND_MISMATCH, VALIDATION_FAILED */
export function requireBuilding(kind: BuildingKind, code: string, households: number | null): void {
  const isAuxiliary = Number(code.slice(-3)) >= SERIALS.auxiliary.first;
  if (isAuxiliary !== (kind === 'AUXILIARY')) throw refuse('BUILDING_KIND_MISMATCH', { field: ['code'], details: { kind, code } });
  if (kind === 'RESIDENTIAL' && (households ?? -1) < 0) {
    throw refuse('BUILDING_KIND_MISMATCH', { field: ['households'], details: { kind, least: 0 } });
  }
  requireCounts({ households });
}
