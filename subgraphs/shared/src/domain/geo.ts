import { ValueError } from './value-error.ts';

/** Coordinate reference systems of the contract. CGCS2000 equals WGS84 to within centimetres and is treated as the same. */
export type Crs = 'WGS84' | 'GCJ02' | 'BD09' | 'CGCS2000';

/** A point in degrees; `crs` says in whose degrees. */
export interface GeoPoint {
  readonly lat: number;
  readonly lng: number;
  readonly crs: Crs;
}

/** Mean radius of the earth in metres (IUGG). */
export const EARTH_RADIUS_M = 6_371_008.8;

interface Degrees {
  readonly lat: number;
  readonly lng: number;
}

/** Ellipsoid of the GCJ-02 offset: Krasovsky 1940. */
const SEMI_MAJOR_M = 6_378_245;
const ECCENTRICITY_2 = 0.006_693_421_622_965_943;
const BD_PERIOD = (Math.PI * 3000) / 180;
const RADIAN = Math.PI / 180;

/** An inverse is found when its image is this near, in degrees (a tenth of a millimetre). */
const INVERSE_TOLERANCE = 1e-9;
const MOST_STEPS = 30;

/**
 * A checked point.
 *
 * @throws ValueError `CRS_REQUIRED` without a known `crs`, `VALIDATION_FAILED` outside ±90° and ±180°
 */
export function parsePoint(input: { lat: number; lng: number; crs?: string | null }): GeoPoint {
  const { lat, lng, crs } = input;
  if (!isCrs(crs)) {
    throw new ValueError('CRS_REQUIRED', '坐标须注明坐标系（WGS84、CGCS2000、GCJ02、BD09）', 'A point must name its reference system', {
      crs,
    });
  }
  if (!(Math.abs(lat) <= 90) || !(Math.abs(lng) <= 180)) {
    throw new ValueError('VALIDATION_FAILED', '坐标超出范围', 'The coordinates are out of range', { lat, lng });
  }
  return { lat, lng, crs };
}

/** The same place in another system. There and back differs by less than 1e-6 degrees (0.1 m) anywhere in mainland China. */
export function convert(point: GeoPoint, crs: Crs): GeoPoint {
  if (point.crs === crs) return point;
  const { lat, lng } = fromWgs84(toWgs84(point), crs);
  return { lat, lng, crs };
}

/** Great-circle distance in metres on the mean sphere, whatever systems the points are in. */
export function greatCircleMetres(a: GeoPoint, b: GeoPoint): number {
  const from = toWgs84(a);
  const to = toWgs84(b);
  const halfLat = Math.sin(((to.lat - from.lat) * RADIAN) / 2);
  const halfLng = Math.sin(((to.lng - from.lng) * RADIAN) / 2);
  const h = halfLat ** 2 + Math.cos(from.lat * RADIAN) * Math.cos(to.lat * RADIAN) * halfLng ** 2;
  return 2 * EARTH_RADIUS_M * Math.asin(Math.min(1, Math.sqrt(h)));
}

function isCrs(text: string | null | undefined): text is Crs {
  return text === 'WGS84' || text === 'GCJ02' || text === 'BD09' || text === 'CGCS2000';
}

function toWgs84(point: GeoPoint): Degrees {
  switch (point.crs) {
    case 'GCJ02':
      return inverse(gcj02, point);
    case 'BD09':
      return inverse(gcj02, inverse(bd09, point));
    default:
      return point;
  }
}

function fromWgs84(point: Degrees, crs: Crs): Degrees {
  switch (crs) {
    case 'GCJ02':
      return gcj02(point);
    case 'BD09':
      return bd09(gcj02(point));
    default:
      return point;
  }
}

/** Both offsets vary slowly, so stepping by what is still missing closes in on the origin a hundredfold each time. */
function inverse(forward: (point: Degrees) => Degrees, image: Degrees): Degrees {
  let guess: Degrees = { lat: image.lat, lng: image.lng };
  for (let step = 0; step < MOST_STEPS; step++) {
    const reached = forward(guess);
    const [dLat, dLng] = [image.lat - reached.lat, image.lng - reached.lng];
    guess = { lat: guess.lat + dLat, lng: guess.lng + dLng };
    if (Math.abs(dLat) < INVERSE_TOLERANCE && Math.abs(dLng) < INVERSE_TOLERANCE) return guess;
  }
  return guess;
}

/** WGS84 → GCJ-02: the offset of the maps of mainland China; outside their frame it is nil. */
function gcj02(point: Degrees): Degrees {
  if (isOutsideChina(point)) return point;
  const [x, y] = [point.lng - 105, point.lat - 35];
  const root = Math.sqrt(1 - ECCENTRICITY_2 * Math.sin(point.lat * RADIAN) ** 2);
  const metresPerRadianLat = (SEMI_MAJOR_M * (1 - ECCENTRICITY_2)) / root ** 3;
  const metresPerRadianLng = (SEMI_MAJOR_M / root) * Math.cos(point.lat * RADIAN);
  return {
    lat: point.lat + northMetres(x, y) / (metresPerRadianLat * RADIAN),
    lng: point.lng + eastMetres(x, y) / (metresPerRadianLng * RADIAN),
  };
}

function northMetres(x: number, y: number): number {
  const polynomial = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * Math.sqrt(Math.abs(x));
  return (
    polynomial +
    ripple(6, 20, x) +
    ripple(2, 20, x) +
    ripple(1, 20, y) +
    ripple(1 / 3, 40, y) +
    ripple(1 / 12, 160, y) +
    ripple(1 / 30, 320, y)
  );
}

function eastMetres(x: number, y: number): number {
  const polynomial = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * Math.sqrt(Math.abs(x));
  return (
    polynomial +
    ripple(6, 20, x) +
    ripple(2, 20, x) +
    ripple(1, 20, x) +
    ripple(1 / 3, 40, x) +
    ripple(1 / 12, 150, x) +
    ripple(1 / 30, 300, x)
  );
}

/** One sine term, `amplitude` in metres before its common factor of two thirds, `frequency` in half turns per degree. */
function ripple(frequency: number, amplitude: number, degrees: number): number {
  return (amplitude * 2 * Math.sin(frequency * degrees * Math.PI)) / 3;
}

/** GCJ-02 → BD-09: a small turn and stretch, then a shift. */
function bd09({ lat, lng }: Degrees): Degrees {
  const radius = Math.hypot(lng, lat) + 0.000_02 * Math.sin(lat * BD_PERIOD);
  const angle = Math.atan2(lat, lng) + 0.000_003 * Math.cos(lng * BD_PERIOD);
  return { lat: radius * Math.sin(angle) + 0.006, lng: radius * Math.cos(angle) + 0.0065 };
}

function isOutsideChina({ lat, lng }: Degrees): boolean {
  return lng < 72.004 || lng > 137.8347 || lat < 0.8293 || lat > 55.8271;
}
