/** Small pictures, 8 by 4, and what cameras write beside them: the place, the camera, the way up. */
import { crc32 } from 'node:zlib';

export const JPEG = Buffer.from(
  '/9j/4AAQSkZJRgABAQAAAQABAAD/4gHYSUNDX1BST0ZJTEUAAQEAAAHIAAAAAAQwAABtbnRyUkdCIFhZWiAH4AABAAEAAAAAAABhY3NwAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAQAA9tYAAQAAAADTLQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAlkZXNjAAAA8AAAACRyWFlaAAABFAAAABRnWFlaAAABKAAAABRiWFlaAAABPAAAABR3dHB0AAABUAAAABRyVFJDAAABZAAAAChnVFJDAAABZAAAAChiVFJDAAABZAAAAChjcHJ0AAABjAAAADxtbHVjAAAAAAAAAAEAAAAMZW5VUwAAAAgAAAAcAHMAUgBHAEJYWVogAAAAAAAAb6IAADj1AAADkFhZWiAAAAAAAABimQAAt4UAABjaWFlaIAAAAAAAACSgAAAPhAAAts9YWVogAAAAAAAA9tYAAQAAAADTLXBhcmEAAAAAAAQAAAACZmYAAPKnAAANWQAAE9AAAApbAAAAAAAAAABtbHVjAAAAAAAAAAEAAAAMZW5VUwAAACAAAAAcAEcAbwBvAGcAbABlACAASQBuAGMALgAgADIAMAAxADb/2wBDABsSFBcUERsXFhceHBsgKEIrKCUlKFE6PTBCYFVlZF9VXVtqeJmBanGQc1tdhbWGkJ6jq62rZ4C8ybqmx5moq6T/2wBDARweHigjKE4rK06kbl1upKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKT/wAARCAAEAAgDASIAAhEBAxEB/8QAFQABAQAAAAAAAAAAAAAAAAAAAAT/xAAbEAABBAMAAAAAAAAAAAAAAAAAAQIDERIhMf/EABUBAQEAAAAAAAAAAAAAAAAAAAQF/8QAGBEAAwEBAAAAAAAAAAAAAAAAAQIRADH/2gAMAwEAAhEDEQA/AJHyPkrNbrmgAGAnNXVVURRBv//Z',
  'base64',
);
export const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAgAAAAECAYAAACzzX7wAAAAKElEQVR4AYSMsQ0AAAjCCIfg/5/4la7oAqRbU2LuWxqHCGOX4Hw/FhYAAP//nvyeMQAAAAZJREFUAwAmqBQhhpdQXwAAAABJRU5ErkJggg==',
  'base64',
);
export const WEBP = Buffer.from(
  'UklGRioCAABXRUJQVlA4WAoAAAAgAAAABwAAAwAASUNDUMgBAAAAAAHIAAAAAAQwAABtbnRyUkdCIFhZWiAH4AABAAEAAAAAAABhY3NwAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAQAA9tYAAQAAAADTLQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAlkZXNjAAAA8AAAACRyWFlaAAABFAAAABRnWFlaAAABKAAAABRiWFlaAAABPAAAABR3dHB0AAABUAAAABRyVFJDAAABZAAAAChnVFJDAAABZAAAAChiVFJDAAABZAAAAChjcHJ0AAABjAAAADxtbHVjAAAAAAAAAAEAAAAMZW5VUwAAAAgAAAAcAHMAUgBHAEJYWVogAAAAAAAAb6IAADj1AAADkFhZWiAAAAAAAABimQAAt4UAABjaWFlaIAAAAAAAACSgAAAPhAAAts9YWVogAAAAAAAA9tYAAQAAAADTLXBhcmEAAAAAAAQAAAACZmYAAPKnAAANWQAAE9AAAApbAAAAAAAAAABtbHVjAAAAAAAAAAEAAAAMZW5VUwAAACAAAAAcAEcAbwBvAGcAbABlACAASQBuAGMALgAgADIAMAAxADZWUDggPAAAALABAJ0BKggABAAEAGglsAJ0APRsHAAA+p43VB54HbyvjrInc2Rhr+VvGfz/1lHeH/Xd5v5Lv7d9lAAAAA==',
  'base64',
);

/** Something in every note that no stripped picture holds. */
export const CAMERA = 'POCKET-CAMERA-77';
/** 34°41′ N, as EXIF writes degrees and minutes. */
export const LATITUDE = Buffer.from([0, 0, 0, 34, 0, 0, 0, 1, 0, 0, 0, 41, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1]);

const ASCII = 2;
const SHORT = 3;
const LONG = 4;
const RATIONAL = 5;

/** A directory of EXIF at an offset: entries of at most four bytes stand in it, others behind it. */
function directory(at: number, entries: readonly [tag: number, type: number, count: number, value: Buffer][]): Buffer {
  const table = Buffer.alloc(2 + 12 * entries.length + 4);
  table.writeUInt16BE(entries.length);
  const behind: Buffer[] = [];
  let free = at + table.length;
  entries.forEach(([tag, type, count, value], n) => {
    const entry = 2 + 12 * n;
    table.writeUInt16BE(tag, entry);
    table.writeUInt16BE(type, entry + 2);
    table.writeUInt32BE(count, entry + 4);
    if (value.length <= 4) value.copy(table, entry + 8);
    else {
      table.writeUInt32BE(free, entry + 8);
      behind.push(value);
      free += value.length;
    }
  });
  return Buffer.concat([table, ...behind]);
}

/** What a telephone writes: its name, that it was held upright, where it was. */
export function exif(orientation = 6): Buffer {
  const camera = Buffer.from(`${CAMERA}\0`);
  const main = (gpsAt: number): Buffer =>
    directory(8, [
      [0x010f, ASCII, camera.length, camera],
      [0x0112, SHORT, 1, Buffer.from([0, orientation])],
      [0x8825, LONG, 1, Buffer.from([0, 0, 0, gpsAt])],
    ]);
  const gpsAt = 8 + main(0).length;
  const gps = directory(gpsAt, [
    [1, ASCII, 2, Buffer.from('N\0')],
    [2, RATIONAL, 3, LATITUDE],
  ]);
  return Buffer.concat([Buffer.from('MM\0*\0\0\0\x08', 'latin1'), main(gpsAt), gps]);
}

const segment = (marker: number, content: Buffer): Buffer => {
  const head = Buffer.from([0xff, marker, 0, 0]);
  head.writeUInt16BE(content.length + 2, 2);
  return Buffer.concat([head, content]);
};

/** The JPEG with notes of all kinds, and a second picture behind its end as telephones put it there. */
export function jpegWithNotes(orientation = 6): Buffer {
  const notes = [
    segment(0xe1, Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), exif(orientation)])),
    segment(0xe1, Buffer.from(`http://ns.adobe.com/xap/1.0/\0<x:xmpmeta>${CAMERA}</x:xmpmeta>`)),
    segment(0xed, Buffer.from(`Photoshop 3.0\0${CAMERA}`)),
    segment(0xfe, Buffer.from(CAMERA)),
  ];
  return Buffer.concat([JPEG.subarray(0, 2), ...notes, JPEG.subarray(2), Buffer.from(CAMERA), JPEG]);
}

function chunk(name: string, content: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(name, 'latin1'), content]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(content.length);
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}

export function pngWithNotes(): Buffer {
  const afterHead = 8 + 25;
  const notes = [chunk('eXIf', exif()), chunk('tEXt', Buffer.from(`Comment\0${CAMERA}`)), chunk('tIME', Buffer.alloc(7))];
  return Buffer.concat([PNG.subarray(0, afterHead), ...notes, PNG.subarray(afterHead), Buffer.from(CAMERA)]);
}

export function webpWithNotes(): Buffer {
  const content = exif();
  const note = Buffer.alloc(8 + content.length + (content.length % 2));
  note.write('EXIF', 'latin1');
  note.writeUInt32LE(content.length, 4);
  content.copy(note, 8);
  const picture = Buffer.concat([WEBP, note]);
  picture[20] = (picture[20] ?? 0) | 0x08;
  picture.writeUInt32LE(picture.length - 8, 4);
  return Buffer.concat([picture, Buffer.from(CAMERA)]);
}

const box = (name: string, ...contents: Buffer[]): Buffer => {
  const content = Buffer.concat(contents);
  const head = Buffer.alloc(8);
  head.writeUInt32BE(8 + content.length);
  head.write(name, 4, 'latin1');
  return Buffer.concat([head, content]);
};

/** A film's boxes around nothing, with notes of its place in two of them. */
export function mp4WithNotes(): Buffer {
  const place = Buffer.from(`\xa9xyz+34.6836+112.4540/${CAMERA}`, 'latin1');
  const notes = box('udta', place);
  return Buffer.concat([
    box('ftyp', Buffer.from('isom\0\0\x02\0isommp41', 'latin1')),
    box('moov', box('mvhd', Buffer.alloc(100)), box('trak', box('tkhd', Buffer.alloc(84)), notes), notes, box('meta', place)),
    box('mdat', Buffer.from('the film itself')),
  ]);
}
