import { createHash } from 'node:crypto';
import { greatCircleMetres } from '../../../shared/src/domain/geo.ts';
import { Ratio } from '../../../shared/src/domain/ratio.ts';
import { refuse } from '../errors.ts';

/** Walking coverage (步行覆盖), §6.3. Coordinates are WGS-84 degrees, distances metres. */

export const RUN_STATUSES = ['QUEUED', 'RUNNING', 'DONE', 'FAILED'] as const;
export const DISTANCE_METHODS = ['DETOUR', 'STRAIGHT'] as const;
export const WALK_PROFILES = ['ADULT', 'ELDER', 'WHEELCHAIR'] as const;
export const COVERAGE_WEIGHTS = ['HOUSEHOLDS', 'RESIDENTS_60_PLUS'] as const;
export type DistanceMethod = (typeof DISTANCE_METHODS)[number];
export type WalkProfile = (typeof WALK_PROFILES)[number];
export type CoverageWeight = (typeof COVERAGE_WEIGHTS)[number];

/** The kinds of FAC_4 and FAC_5, sorted as in a run. */
export const CIRCLE_KINDS = ['NEIGHBOURHOOD_CENTRE', 'PARTY_MASS_SERVICE_CENTRE'] as const;

/** m/s as an exact decimal, metres in 15 minutes, and whom it counts. */
export const PROFILES: Readonly<Record<WalkProfile, { speed: string; metres: number; weight: CoverageWeight }>> = {
  ADULT: { speed: '1.11', metres: 1000, weight: 'HOUSEHOLDS' },
  ELDER: { speed: '0.83', metres: 750, weight: 'RESIDENTS_60_PLUS' },
  WHEELCHAIR: { speed: '0.69', metres: 620, weight: 'HOUSEHOLDS' },
};

/** What is walked for one metre of the great circle. */
export const DETOUR_FACTORS: Readonly<Record<DistanceMethod, string>> = { DETOUR: '1.3', STRAIGHT: '1' };

/** A destination is open at least so long in an ordinary week. */
export const LEAST_WEEKLY_MINUTES = 20 * 60;
/** Farther than this there is no nearest. */
export const FARTHEST_METRES = 10_000;
/** What a threshold may be. */
export const THRESHOLDS = { least: 100, most: 5_000 };
/** A run older than this at the day asked makes a figure PARTIAL, and is a gap. */
export const STALE_RUN_DAYS = 7;

interface Point {
  lat: number;
  lng: number;
}

/** Where the people of one compound begin to walk: the nearest of `points` counts. */
export interface Origin {
  compoundId: string;
  communityId: string;
  households: number | null;
  residents60Plus: number | null;
  points: readonly Point[];
  /** A centroid stands for the entrances. */
  estimated: boolean;
}

export interface Destination extends Point {
  id: string;
}

/** What identifies a computation besides its origins and destinations. */
export interface Parameters {
  /** Sorted. */
  kinds: readonly string[];
  method: DistanceMethod;
  profile: WalkProfile;
  thresholdMetres: number;
  weight: CoverageWeight;
}

/** The parameters of a run, those not given from its profile (§6.3). @throws HubError PARAMETER_RANGE */
export function parametersOf({ kinds = CIRCLE_KINDS, method = 'DETOUR', profile = 'ADULT', ...given }: Partial<Parameters>): Parameters {
  const { metres, weight } = PROFILES[profile];
  const thresholdMetres = given.thresholdMetres ?? metres;
  const inRange = Number.isInteger(thresholdMetres) && thresholdMetres >= THRESHOLDS.least && thresholdMetres <= THRESHOLDS.most;
  if (!inRange) throw refuse('PARAMETER_RANGE', { field: ['thresholdMetres'], details: THRESHOLDS });
  if (kinds.length === 0) throw refuse('PARAMETER_RANGE', { field: ['kinds'], details: { least: 1 } });
  return { kinds: [...new Set(kinds)].sort(), method, profile, thresholdMetres, weight: given.weight ?? weight };
}

/** The nearest destination of one compound. */
export interface Distance {
  compoundId: string;
  communityId: string;
  facilityId: string | null;
  /** Whole metres; null: none within 10 km, or nobody knows where the compound is. */
  metres: number | null;
  covered: boolean;
  weight: number | null;
  estimated: boolean;
  originKnown: boolean;
}

/** Weight covered of the weight known, over compounds whose place is known. */
export interface Totals {
  covered: number;
  total: number;
  unknownCompounds: number;
}

const RADIAN = Math.PI / 180;

/** Points as unit vectors, x y z after one another. */
function vectorsOf(points: readonly Point[]): Float64Array {
  const vectors = new Float64Array(3 * points.length);
  points.forEach(({ lat, lng }, i) => {
    const around = Math.cos(lat * RADIAN);
    vectors.set([around * Math.cos(lng * RADIAN), around * Math.sin(lng * RADIAN), Math.sin(lat * RADIAN)], 3 * i);
  });
  return vectors;
}

/** Index of the vector with the shortest chord to the point, −1 if there is none; the first of several. */
function closest(point: Point, vectors: Float64Array): number {
  const [x = 0, y = 0, z = 0] = vectorsOf([point]);
  let best = -1;
  let largest = -2;
  for (let i = 0; i < vectors.length; i += 3) {
    const cosine = x * vectors[i]! + y * vectors[i + 1]! + z * vectors[i + 2]!;
    if (cosine > largest) {
      best = i / 3;
      largest = cosine;
    }
  }
  return best;
}

/** Great-circle metres × the factor, half-up to whole metres (§6.3). */
export const walkedMetres = (from: Point, to: Point, method: DistanceMethod): number =>
  Math.floor(greatCircleMetres({ ...from, crs: 'WGS84' }, { ...to, crs: 'WGS84' }) * Number(DETOUR_FACTORS[method]) + 0.5);

/**
 * The nearest destination of each origin. Which is nearest is found by the chord, three products a pair, and only its distance is computed
 * on the circle; of two equally near the first by id.
 */
export function distancesOf(parameters: Parameters, origins: readonly Origin[], destinations: readonly Destination[]): Distance[] {
  const sorted = [...destinations].sort((a, b) => (a.id < b.id ? -1 : 1));
  const vectors = vectorsOf(sorted);
  return origins.map((origin) => {
    const { compoundId, communityId, estimated, points } = origin;
    const found = points.flatMap((point) => {
      const destination = sorted[closest(point, vectors)];
      return destination ? [{ id: destination.id, metres: walkedMetres(point, destination, parameters.method) }] : [];
    });
    const nearest = found.reduce<(typeof found)[number] | null>((best, each) => (best && best.metres <= each.metres ? best : each), null);
    const reached = nearest && nearest.metres <= FARTHEST_METRES ? nearest : null;
    return {
      compoundId,
      communityId,
      facilityId: reached?.id ?? null,
      metres: reached?.metres ?? null,
      covered: reached !== null && reached.metres <= parameters.thresholdMetres,
      weight: parameters.weight === 'HOUSEHOLDS' ? origin.households : origin.residents60Plus,
      estimated,
      originKnown: points.length > 0,
    };
  });
}

/** Sums over compounds; one without a known place is in none of them. */
export function totalsOf(distances: readonly Pick<Distance, 'covered' | 'weight' | 'originKnown'>[]): Totals {
  const totals = { covered: 0, total: 0, unknownCompounds: 0 };
  for (const { covered, weight, originKnown } of distances) {
    if (!originKnown) continue;
    if (weight === null) totals.unknownCompounds += 1;
    else {
      totals.total += weight;
      if (covered) totals.covered += weight;
    }
  }
  return totals;
}

/** Percent with two decimals; null without any weight. */
export const rateOf = ({ covered, total }: Pick<Totals, 'covered' | 'total'>): string | null =>
  total === 0 ? null : Ratio.of(covered, total).percent().toDecimal(2);

/** Walking time, minutes with two decimals. */
export const minutesOf = (metres: number, profile: WalkProfile): string =>
  Ratio.of(metres)
    .div(Ratio.of(PROFILES[profile].speed).mul(Ratio.of(60)))
    .toDecimal(2);

/** SHA-256 of all parameters and of the facilities used: two runs with one hash asked the same of the same. */
export function parametersHash(
  { kinds, method, profile, thresholdMetres, weight }: Parameters,
  destinations: readonly Destination[],
): string {
  const used = destinations.map(({ id, lat, lng }) => [id, lat, lng] as const).sort(([a], [b]) => (a < b ? -1 : 1));
  const told = [[...kinds].sort(), method, DETOUR_FACTORS[method], profile, PROFILES[profile].speed, thresholdMetres, weight, used];
  return createHash('sha256').update(JSON.stringify(told)).digest('hex');
}
