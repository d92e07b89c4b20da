import { dayOf } from './day.ts';
import type { CommunityRow } from './organization.types.ts';
import { randomOf } from './random.ts';
import type { Place, Point } from './world.types.ts';

/** Facts lie in [from, to). */
export const HORIZON = { from: '2022-07-01', to: '2026-07-01' } as const;
/** First day of all dated state. */
export const BEGINNING = '2022-01-01';
/** Spans of the facts: everywhere, and of the story's places before that. */
export const FACTS = { from: dayOf('2024-01-01'), to: dayOf('2026-07-01') };
export const STORY_FACTS = { from: dayOf('2022-07-01'), to: dayOf('2023-01-01') };

/** The real extent of the district, rounded inwards. */
export const EXTENT = { south: 34.62, north: 34.7, west: 112.33, east: 112.44 } as const;
/** Degrees that a point keeps from the edge. */
const EDGE = 0.001;
const STREET_COLUMNS = 4;
const METRES_PER_LAT = 111_195;
const METRES_PER_LNG = METRES_PER_LAT * Math.cos((34.66 * Math.PI) / 180);

const MOVED = '410305001005';
const STORY_STREETS = ['410305001000', '410305004000'];

/** A community as the generators need it. */
export interface Community extends CommunityRow {
  index: number;
  /** 1 … of its street. */
  streetIndex: number;
  /** Facts of July to December 2022 too: 王府庄, 南昌路, 湖北路. */
  story: boolean;
  /** Every additive figure is above zero here: 王府庄 and the first community of the story's streets. */
  complete: boolean;
  /** Name without 居民委员会. */
  shortName: string;
}

export interface Ground {
  district: Place;
  streets: Place[];
  communities: Community[];
}

/** @throws Error when the district or a community's street is missing among the places */
export function groundOf(places: readonly Place[]): Ground {
  const district = places.find((place) => place.kind === 'DISTRICT');
  if (!district) throw new Error('buildWorld: no place of kind DISTRICT');
  const byCode = (a: Place, b: Place): number => (a.code < b.code ? -1 : 1);
  const streets = places.filter((place) => place.kind === 'STREET').sort(byCode);
  const rows = Math.ceil(streets.length / STREET_COLUMNS);
  const communities: Community[] = [];
  for (const [position, street] of streets.entries()) {
    const members = places.filter((place) => place.kind === 'COMMUNITY' && currentStreet(place) === street.id).sort(byCode);
    const cell = cellOf(EXTENT, position % STREET_COLUMNS, Math.floor(position / STREET_COLUMNS), STREET_COLUMNS, rows);
    for (const [streetIndex, place] of members.entries()) {
      communities.push(communityOf(place, street, streetIndex, members.length, cell, communities.length, district.id));
    }
  }
  return { district, streets, communities };
}

type Cell = { south: number; north: number; west: number; east: number };

function communityOf(
  place: Place,
  street: Place,
  streetIndex: number,
  siblings: number,
  cell: Cell,
  index: number,
  districtId: string,
): Community {
  const columns = Math.ceil(Math.sqrt(siblings));
  const inner = cellOf(cell, streetIndex % columns, Math.floor(streetIndex / columns), columns, Math.ceil(siblings / columns));
  const random = randomOf(`centre ${place.code}`);
  const location = {
    lat: inner.south + (inner.north - inner.south) * (0.4 + 0.2 * random.next()),
    lng: inner.west + (inner.east - inner.west) * (0.4 + 0.2 * random.next()),
  };
  const story = place.code === MOVED || STORY_STREETS.includes(street.code);
  return {
    id: place.id,
    code: place.code,
    name: place.name,
    streetId: street.id,
    location: rounded(location),
    since: entryOf(place, districtId),
    index,
    streetIndex: streetIndex + 1,
    story,
    complete: place.code === MOVED || (story && streetIndex === 0),
    shortName: place.name.replace(/居民委员会$/, ''),
  };
}

function currentStreet(place: Place): string | undefined {
  return place.membership.find((row) => row.current)?.streetId;
}

/** First day in the district, not before the beginning. */
function entryOf(place: Place, districtId: string): string {
  const starts = place.membership.filter((row) => row.districtId === districtId).map((row) => row.recordedFrom ?? '');
  const first = starts.sort()[0] ?? '';
  return first > BEGINNING ? first : BEGINNING;
}

function cellOf(outer: Cell, column: number, row: number, columns: number, rows: number): Cell {
  const width = (outer.east - outer.west) / columns;
  const height = (outer.north - outer.south) / rows;
  return {
    west: outer.west + column * width,
    east: outer.west + (column + 1) * width,
    south: outer.south + row * height,
    north: outer.south + (row + 1) * height,
  };
}

/** A point `metres` away in a direction, kept inside the extent. */
export function pointNear(centre: Point, metres: number, direction: number): Point {
  return rounded({
    lat: clamp(centre.lat + (metres * Math.cos(direction)) / METRES_PER_LAT, EXTENT.south + EDGE, EXTENT.north - EDGE),
    lng: clamp(centre.lng + (metres * Math.sin(direction)) / METRES_PER_LNG, EXTENT.west + EDGE, EXTENT.east - EDGE),
  });
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}

function rounded(point: Point): Point {
  return { lat: Math.round(point.lat * 1e6) / 1e6, lng: Math.round(point.lng * 1e6) / 1e6 };
}
