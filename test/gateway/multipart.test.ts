/** The file of a form, however its bytes arrive. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { boundaryOf, FormError, fileOfForm } from '../../gateway/src/multipart.ts';

const BOUNDARY = '----form-7';

async function* inPieces(content: Buffer, cuts: readonly number[]): AsyncGenerator<Buffer> {
  let at = 0;
  for (const cut of [...cuts.map((each) => each % (content.length + 1)).sort((a, b) => a - b), content.length]) {
    if (cut > at) yield content.subarray(at, cut);
    at = Math.max(at, cut);
  }
}
const part = (head: string, content: Buffer | string): Buffer =>
  Buffer.concat([
    Buffer.from(`--${BOUNDARY}\r\nContent-Disposition: form-data; ${head}\r\n\r\n`),
    Buffer.from(content as string),
    Buffer.from('\r\n'),
  ]);
const END = Buffer.from(`--${BOUNDARY}--\r\n`);

async function read(form: Buffer, cuts: readonly number[] = []): Promise<{ name: string; content: Buffer }> {
  const { name, content } = await fileOfForm(inPieces(form, cuts), BOUNDARY);
  const chunks: Buffer[] = [];
  for await (const chunk of content) chunks.push(chunk);
  return { name, content: Buffer.concat(chunks) };
}

describe('a form', () => {
  it('gives its file whole, wherever the pieces are cut and whatever the file holds', async () => {
    const piece = fc.oneof(
      fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
      fc.constantFrom('\r\n', `\r\n--${BOUNDARY.slice(0, 8)}`, '--', `--${BOUNDARY}x`.slice(0, -4), '\r').map((text) => Buffer.from(text)),
    );
    const property = fc.asyncProperty(fc.array(piece, { maxLength: 12 }), fc.array(fc.nat(), { maxLength: 30 }), async (pieces, cuts) => {
      const content = Buffer.concat(pieces);
      const form = Buffer.concat([part('name="note"', '现场'), part('name="file"; filename="a.jpg"', content), part('name="x"', 'y'), END]);
      expect(await read(form, cuts)).toEqual({ name: 'a.jpg', content });
    });
    await fc.assert(property, { numRuns: 300 });
  });

  it('gives the name as it was typed', async () => {
    expect((await read(Buffer.concat([part('name="f"; filename="现场 \\"一\\".jpg"', 'x'), END]))).name).toBe('现场 "一".jpg');
    expect((await read(Buffer.concat([part('name="f"; filename="a%22b.jpg"\r\nContent-Type: image/jpeg', 'x'), END]))).name).toBe(
      'a"b.jpg',
    );
  });

  it('without a file, cut, or with a head without end is refused', async () => {
    const whole = Buffer.concat([part('name="f"; filename="a.jpg"', 'content'), END]);
    await expect(read(Buffer.concat([part('name="note"', 'a'), END]))).rejects.toThrow(FormError);
    await expect(read(whole.subarray(0, whole.length - END.length - 2))).rejects.toThrow(FormError);
    await expect(read(Buffer.from(`--${BOUNDARY}\r\n${'a'.repeat(20_000)}`))).rejects.toThrow(FormError);
    await expect(read(Buffer.alloc(0))).rejects.toThrow(FormError);
  });

  it('is known by its content type', () => {
    expect(boundaryOf('multipart/form-data; boundary=abc')).toBe('abc');
    expect(boundaryOf('multipart/form-data; charset=utf-8; boundary="a b"')).toBe('a b');
    expect([boundaryOf('image/jpeg'), boundaryOf('multipart/form-data'), boundaryOf('')]).toEqual([null, null, null]);
  });
});
