import { convert, EARTH_RADIUS_M, type GeoPoint, parsePoint } from './domain/geo.ts';
import { HubError } from './errors.ts';

/** `NearInput` of common.graphql. */
export interface Near extends GeoPoint {
  metres: number;
}

const MAX_METRES = 50_000;

/** SQL: great-circle metres (haversine) between a row's WGS-84 columns and a point given as two SQL expressions. */
export const metresBetween = (lat: string, lng: string, toLat: string, toLng: string): string =>
  `${EARTH_RADIUS_M} * 2 * asin(least(1, sqrt(` +
  `sin(radians(${toLat} - ${lat}) / 2) ^ 2 + cos(radians(${lat})) * cos(radians(${toLat})) * sin(radians(${toLng} - ${lng}) / 2) ^ 2)))`;

/** The point asked, in WGS-84, checked; nothing of the asker is stored (facilities §6.3). */
export function pointOf(near: Near): { lat: number; lng: number; metres: number } {
  if (near.metres < 1 || near.metres > MAX_METRES) throw new HubError('LIMIT_EXCEEDED', { limit: MAX_METRES, metres: near.metres });
  const { lat, lng } = convert(parsePoint(near), 'WGS84');
  return { lat, lng, metres: near.metres };
}
