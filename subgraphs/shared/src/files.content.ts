/**
 * What an uploaded file is, by its content: its first bytes decide, never its name or what the sender calls it. Pictures and films lose
 * what they say beside the picture (place, camera, person), see `files.strip.ts`.
 */
import { stripJpeg, stripMp4, stripPng, stripWebp } from './files.strip.ts';

/** A type that is accepted. */
export interface Content {
  mediaType: string;
  /** Ending of a file's name. */
  ending: string;
  /** Gives the content without what it says beside the picture; null if it is broken. Absent where there is nothing of the kind. */
  strip?: (content: Buffer) => Buffer | null;
}

const JPEG: Content = { mediaType: 'image/jpeg', ending: 'jpg', strip: stripJpeg };
const PNG: Content = { mediaType: 'image/png', ending: 'png', strip: stripPng };
const WEBP: Content = { mediaType: 'image/webp', ending: 'webp', strip: stripWebp };
const MP4: Content = { mediaType: 'video/mp4', ending: 'mp4', strip: stripMp4 };
const PDF: Content = { mediaType: 'application/pdf', ending: 'pdf' };
const DOCX: Content = { mediaType: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document', ending: 'docx' };
const XLSX: Content = { mediaType: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', ending: 'xlsx' };
const JSON_TEXT: Content = { mediaType: 'application/json', ending: 'json' };
const CSV: Content = { mediaType: 'text/csv', ending: 'csv' };
const TEXT: Content = { mediaType: 'text/plain', ending: 'txt' };

/** Everything that is accepted, for messages. */
export const ACCEPTED: readonly string[] = [JPEG, PNG, WEBP, MP4, PDF, DOCX, XLSX, JSON_TEXT, CSV, TEXT].map(({ mediaType }) => mediaType);

/** Brands of MP4 films that are no HEIC pictures and no QuickTime. */
const FILM_BRANDS = /^(isom|iso[2-9]|mp4[12]|avc1|M4V |dash)$/;

/** What the content is; null for anything that is not accepted. `name` only tells kinds of text apart. */
export function contentOf(content: Buffer, name: string): Content | null {
  const begins = (bytes: string, at = 0): boolean => content.subarray(at, at + bytes.length).equals(Buffer.from(bytes, 'latin1'));
  if (begins('\xff\xd8\xff')) return JPEG;
  if (begins('\x89PNG\r\n\x1a\n')) return PNG;
  if (begins('RIFF') && begins('WEBP', 8)) return WEBP;
  if (begins('%PDF-')) return PDF;
  if (begins('ftyp', 4)) return FILM_BRANDS.test(content.toString('latin1', 8, 12)) ? MP4 : null;
  if (begins('PK\x03\x04')) return officeOf(content);
  return isText(content) ? textOf(content, name) : null;
}

/** A workbook or a text of Office: its archive names its main part; one with macros is refused. */
function officeOf(archive: Buffer): Content | null {
  const holds = (name: string): boolean => archive.includes(name, 0, 'latin1');
  if (!holds('[Content_Types].xml') || holds('vbaProject.bin')) return null;
  if (holds('word/document.xml')) return DOCX;
  return holds('xl/workbook.xml') ? XLSX : null;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what a text has none of
const NO_TEXT = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]/;

/** A text in UTF-8 without control characters. What a browser would run is none: it is never served to be shown, and yet. */
function isText(content: Buffer): boolean {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(content);
    return !NO_TEXT.test(text) && !/^\s*<(!doctype|html|svg|script|\?xml)/i.test(text);
  } catch {
    return false;
  }
}

function textOf(content: Buffer, name: string): Content {
  if (/\.csv$/i.test(name)) return CSV;
  if (!/^\s*[{[]/.test(content.toString('utf8', 0, 100))) return TEXT;
  try {
    JSON.parse(content.toString('utf8'));
    return JSON_TEXT;
  } catch {
    return TEXT;
  }
}
