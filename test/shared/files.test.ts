/** What an uploaded file is, and what it must not say: the place, the camera, the person. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contentOf } from '../../subgraphs/shared/src/files.content.ts';
import { stripJpeg, stripMp4, stripPng, stripWebp } from '../../subgraphs/shared/src/files.strip.ts';
import { CAMERA, exif, JPEG, jpegWithNotes, LATITUDE, mp4WithNotes, PNG, pngWithNotes, WEBP, webpWithNotes } from '../pictures.ts';

/** Nothing of the notes is left. */
function expectSilent(content: Buffer): void {
  expect(content.includes(CAMERA)).toBe(false);
  expect(content.includes(LATITUDE)).toBe(false);
  expect(content.includes('34.68')).toBe(false);
}

describe('a picture', () => {
  it('that is a JPEG keeps itself, its colours and its way up, and loses notes, comments and what stands behind its end', () => {
    const notes = jpegWithNotes(6);
    expect(notes.includes(CAMERA) && notes.includes(LATITUDE)).toBe(true);
    const stripped = stripJpeg(notes)!;
    expectSilent(stripped);
    // All of the picture is there, behind a note of 36 bytes that tells the way up.
    expect(stripped.subarray(0, 2)).toEqual(JPEG.subarray(0, 2));
    expect(stripped.subarray(-(JPEG.length - 2))).toEqual(JPEG.subarray(2));
    expect(stripped.length).toBe(JPEG.length + 36);
    expect(stripped.toString('latin1', 6, 10)).toBe('Exif');
    expect(stripped.readUInt16BE(30)).toBe(6);
  });

  it('that is a JPEG the right way up has no note at all', () => {
    expect(stripJpeg(jpegWithNotes(1))).toEqual(JPEG);
    expect(stripJpeg(jpegWithNotes(99))).toEqual(JPEG);
    expect(stripJpeg(JPEG)).toEqual(JPEG);
  });

  it('that is a PNG or a WebP keeps itself alone', () => {
    expect(pngWithNotes().includes(LATITUDE)).toBe(true);
    expect(stripPng(pngWithNotes())).toEqual(PNG);
    expect(webpWithNotes().includes(LATITUDE)).toBe(true);
    expect(stripWebp(webpWithNotes())).toEqual(WEBP);
  });

  it('that is a film keeps its size and its boxes, and says nothing of its place', () => {
    const film = mp4WithNotes();
    const stripped = stripMp4(film)!;
    expectSilent(stripped);
    expect(stripped.length).toBe(film.length);
    expect(stripped.subarray(stripped.indexOf('mdat'))).toEqual(film.subarray(film.indexOf('mdat')));
  });

  it('that is cut or changed is refused or stripped, never a fault, and never tells', () => {
    const pictures = [
      [jpegWithNotes(), stripJpeg],
      [pngWithNotes(), stripPng],
      [webpWithNotes(), stripWebp],
      [mp4WithNotes(), stripMp4],
    ] as const;
    for (const [picture, strip] of pictures) {
      for (let length = 12; length < picture.length; length++) strip(picture.subarray(0, length));
      fc.assert(
        fc.property(fc.array(fc.tuple(fc.nat(picture.length - 1), fc.nat(255)), { minLength: 1, maxLength: 8 }), (changes) => {
          const changed = Buffer.from(picture);
          for (const [at, byte] of changes) if (at >= 12) changed[at] = byte;
          const stripped = strip(changed);
          expect(stripped === null || stripped.length <= changed.length + 36).toBe(true);
        }),
        { numRuns: 500 },
      );
    }
    expect(stripJpeg(JPEG.subarray(0, JPEG.length - 2))).toBeNull();
    expect(stripPng(PNG.subarray(0, PNG.length - 4))).toBeNull();
    const nested = Buffer.concat(Array.from({ length: 4_000 }, (_, n) => box(8 * (4_000 - n))));
    expect(stripMp4(nested)).toBeNull();
  });

  it('with many small notes is stripped at once', () => {
    const note = Buffer.concat([Buffer.from([0xff, 0xe1, 0, 18]), Buffer.from('Exif\0\0MM\0*\0\0\0\x08\xff\xff', 'latin1')]);
    const picture = Buffer.concat([JPEG.subarray(0, 2), ...Array.from({ length: 100_000 }, () => note), JPEG.subarray(2)]);
    const startedAt = performance.now();
    expect(stripJpeg(picture)).toEqual(JPEG);
    expect(performance.now() - startedAt).toBeLessThan(2_000);
  });
});

function box(size: number): Buffer {
  const head = Buffer.from('\0\0\0\0moov', 'latin1');
  head.writeUInt32BE(size);
  return head;
}

describe('a kind of file', () => {
  const kind = (content: Buffer | string, name = '') => contentOf(Buffer.from(content as string), name)?.mediaType;
  const archive = (...names: string[]) => `PK\x03\x04 [Content_Types].xml ${names.join(' ')}`;

  it('is told by its first bytes, whatever it is called', () => {
    expect([kind(JPEG, 'a.txt'), kind(PNG), kind(WEBP), kind(mp4WithNotes())]).toEqual([
      'image/jpeg',
      'image/png',
      'image/webp',
      'video/mp4',
    ]);
    expect(kind('%PDF-1.7')).toBe('application/pdf');
    expect(kind(archive('word/document.xml'))).toMatch(/wordprocessingml/);
    expect(kind(archive('xl/workbook.xml'))).toMatch(/spreadsheetml/);
    expect([kind('代码,名称', 'a.CSV'), kind('说明'), kind('{"a":[1]}'), kind('{not json')]).toEqual([
      'text/csv',
      'text/plain',
      'application/json',
      'text/plain',
    ]);
  });

  it('is refused where it could run, hide something or is not known', () => {
    const refused = [
      'MZ\x90\0',
      '\x7fELF',
      '#!/bin/sh\0',
      '<html><script>alert(1)</script>',
      '  <svg onload="x">',
      '<?xml version="1.0"?>',
      archive('word/document.xml', 'word/vbaProject.bin'),
      archive('classes.dex'),
      'GIF89a\x01\0',
    ];
    for (const content of refused) expect(contentOf(Buffer.from(content, 'latin1'), 'photo.jpg'), content).toBeNull();
    expect(contentOf(Buffer.from('\0\0\0\x18ftypheic', 'latin1'), 'a.heic')).toBeNull();
    expect(contentOf(Buffer.from([0xc4, 0xe3, 0xba, 0xc3]), 'gbk.txt')).toBeNull();
    expect(exif().length).toBeGreaterThan(50);
  });
});
