/**
 * Takes out of pictures and films what they say beside the picture: place, time, camera, names (EXIF, XMP, IPTC, comments), and whatever
 * stands behind their end. What is needed to show them stays: colour profile, and the way up, which a JPEG only tells in its EXIF.
 * Every function gives null for a file that is broken.
 */

const SOI = 0xd8;
const EOI = 0xd9;
const SOS = 0xda;
const APP0 = 0xe0;
const APP1 = 0xe1;
const APP2 = 0xe2;
const APP14 = 0xee;
const APP15 = 0xef;
const COM = 0xfe;

/** A JPEG's segments up to the end of its picture; of the application's own ones JFIF, the colour profile and Adobe's colours stay. */
export function stripJpeg(content: Buffer): Buffer | null {
  const kept: Buffer[] = [content.subarray(0, 2)];
  let orientation = 1;
  let isLed = false;
  for (let at = 2; at + 2 <= content.length; ) {
    if (content[at] !== 0xff) return null;
    const marker = content[at + 1] ?? 0;
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    if (marker === EOI) {
      if (!isLed) return null;
      kept.push(content.subarray(at, at + 2));
      return Buffer.concat(orientation === 1 ? kept : [...kept.slice(0, 1), orientationOnly(orientation), ...kept.slice(1)]);
    }
    if (marker === SOI || marker === 0 || at + 4 > content.length) return null;
    const end = at + 2 + content.readUInt16BE(at + 2);
    if (end < at + 4 || end > content.length) return null;
    const segment = content.subarray(at, end);
    if (marker === APP1) orientation = orientationOf(segment.subarray(4)) ?? orientation;
    if (staysInJpeg(marker, segment)) kept.push(segment);
    at = end;
    if (marker !== SOS) continue;
    isLed = true;
    const scan = endOfScan(content, at);
    kept.push(content.subarray(at, scan));
    at = scan;
  }
  return null;
}

function staysInJpeg(marker: number, segment: Buffer): boolean {
  if (marker === COM) return false;
  if (marker < APP0 || marker > APP15) return true;
  if (marker === APP0) return segment.toString('latin1', 4, 8) === 'JFIF';
  if (marker === APP2) return segment.toString('latin1', 4, 15) === 'ICC_PROFILE';
  return marker === APP14;
}

/** Where the next marker stands behind the picture's own bytes, in which 0xff is followed by 0 or a restart mark. */
function endOfScan(content: Buffer, from: number): number {
  for (let at = content.indexOf(0xff, from); at >= 0; at = content.indexOf(0xff, at + 1)) {
    const next = content[at + 1] ?? 0;
    if (next !== 0 && next !== 0xff && (next < 0xd0 || next > 0xd7)) return at;
  }
  return content.length;
}

const EXIF = 'Exif\0\0';
const ORIENTATION_TAG = 0x0112;
const SHORT = 3;

/** The way up (1 to 8) that an EXIF segment tells; null if it tells none. */
function orientationOf(segment: Buffer): number | null {
  if (segment.toString('latin1', 0, 6) !== EXIF) return null;
  const tiff = segment.subarray(6);
  const order = tiff.toString('latin1', 0, 2);
  if ((order !== 'II' && order !== 'MM') || tiff.length < 8) return null;
  const short = (at: number): number => (at + 2 > tiff.length ? 0 : order === 'II' ? tiff.readUInt16LE(at) : tiff.readUInt16BE(at));
  const directory = order === 'II' ? tiff.readUInt32LE(4) : tiff.readUInt32BE(4);
  const end = Math.min(directory + 2 + 12 * short(directory), tiff.length - 11);
  for (let entry = directory + 2; entry < end; entry += 12) {
    if (short(entry) !== ORIENTATION_TAG || short(entry + 2) !== SHORT) continue;
    const value = short(entry + 8);
    return value >= 1 && value <= 8 ? value : null;
  }
  return null;
}

/** An EXIF segment that tells the way up and nothing else. */
function orientationOnly(orientation: number): Buffer {
  const tiff = Buffer.alloc(26);
  tiff.write('MM\0*', 0, 'latin1');
  tiff.writeUInt32BE(8, 4);
  tiff.writeUInt16BE(1, 8);
  tiff.writeUInt16BE(ORIENTATION_TAG, 10);
  tiff.writeUInt16BE(SHORT, 12);
  tiff.writeUInt32BE(1, 14);
  tiff.writeUInt16BE(orientation, 18);
  const head = Buffer.from([0xff, APP1, 0, 2 + EXIF.length + tiff.length]);
  return Buffer.concat([head, Buffer.from(EXIF, 'latin1'), tiff]);
}

/** Chunks that are needed to show the picture, or an animated one. Whatever else there is says something beside it. */
const PNG_CHUNKS = /^(IHDR|PLTE|IDAT|IEND|tRNS|cHRM|gAMA|iCCP|sBIT|sRGB|cICP|mDCV|cLLI|bKGD|hIST|pHYs|acTL|fcTL|fdAT)$/;

/** A PNG's chunks up to its end. */
export function stripPng(content: Buffer): Buffer | null {
  const kept = [content.subarray(0, 8)];
  for (let at = 8; at + 12 <= content.length; ) {
    const end = at + 12 + content.readUInt32BE(at);
    if (end > content.length) return null;
    const name = content.toString('latin1', at + 4, at + 8);
    if (PNG_CHUNKS.test(name)) kept.push(content.subarray(at, end));
    if (name === 'IEND') return Buffer.concat(kept);
    at = end;
  }
  return null;
}

const WEBP_CHUNKS = /^(VP8 |VP8L|VP8X|ALPH|ANIM|ANMF|ICCP)$/;
/** Bits of VP8X that say that EXIF and XMP follow. */
const WEBP_SAYS_MORE = 0x0c;

/** A WebP's chunks within the length that it says it has. */
export function stripWebp(content: Buffer): Buffer | null {
  const whole = 8 + content.readUInt32LE(4);
  if (whole > content.length + 1) return null;
  const kept: Buffer[] = [Buffer.from(content.subarray(0, 12))];
  for (let at = 12; at + 8 <= Math.min(whole, content.length); ) {
    const size = content.readUInt32LE(at + 4);
    const end = at + 8 + size + (size % 2);
    if (at + 8 + size > content.length) return null;
    const name = content.toString('latin1', at, at + 4);
    const chunk = Buffer.from(content.subarray(at, end));
    if (name === 'VP8X' && size > 0) chunk[8] = (chunk[8] ?? 0) & ~WEBP_SAYS_MORE;
    if (WEBP_CHUNKS.test(name)) kept.push(chunk);
    at = end;
  }
  if (kept.length === 1) return null;
  const stripped = Buffer.concat(kept);
  stripped.writeUInt32LE(stripped.length - 8, 4);
  return stripped;
}

/** Boxes of a film that hold others, and those that say something beside the film: made free space in place, since others are found by offset. */
const FILM_FOLDERS = /^(moov|trak|mdia|minf|moof|traf)$/;
const FILM_SAYS_MORE = /^(udta|meta|uuid)$/;
const FREE = Buffer.from('free', 'latin1');

/** Boxes stand in each other no deeper in any film. */
const MOST_DEPTH = 10;

/** An MP4 with what its boxes say beside the film overwritten. */
export function stripMp4(content: Buffer): Buffer | null {
  const film = Buffer.from(content);
  return clearBoxes(film, 0, film.length, 0) ? film : null;
}

function clearBoxes(film: Buffer, from: number, to: number, depth: number): boolean {
  if (depth > MOST_DEPTH) return false;
  for (let at = from; at < to; ) {
    if (at + 8 > to) return false;
    const short = film.readUInt32BE(at);
    const head = short === 1 ? 16 : 8;
    if (at + head > to) return false;
    const size = short === 1 ? Number(film.readBigUInt64BE(at + 8)) : short === 0 ? to - at : short;
    const end = at + size;
    if (size < head || end > to) return false;
    const name = film.toString('latin1', at + 4, at + 8);
    if (FILM_SAYS_MORE.test(name)) {
      FREE.copy(film, at + 4);
      film.fill(0, at + head, end);
    } else if (FILM_FOLDERS.test(name) && !clearBoxes(film, at + head, end, depth + 1)) return false;
    at = end;
  }
  return true;
}
