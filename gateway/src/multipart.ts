/**
 * The file of a form (`multipart/form-data`, RFC 7578) as it streams in: the first part that has a file name; parts before it are passed
 * over, what follows it is left unread. Nothing is kept but one chunk and the length of a boundary.
 */

/** A file as a form sends it. */
export interface FormFile {
  name: string;
  content: AsyncIterable<Buffer>;
}

/** The form is cut or is no form. */
export class FormError extends Error {}

const MOST_HEAD = 8 * 1024;
/** Fields before the file are few and short. */
const MOST_PARTS = 20;

/** The boundary of a form's content type; null if it is no form. */
export function boundaryOf(contentType: string): string | null {
  if (!/^multipart\/form-data\s*;/i.test(contentType)) return null;
  const [, quoted, plain] = /;\s*boundary=(?:"([^"]{1,70})"|([^\s;"]{1,70}))/i.exec(contentType) ?? [];
  return quoted ?? plain ?? null;
}

/** The first file of a form. @throws FormError if it has none. */
export async function fileOfForm(body: AsyncIterable<Buffer>, boundary: string): Promise<FormFile> {
  const parts = new Parts(body, boundary);
  for (let n = 0; n < MOST_PARTS; n++) {
    const head = await parts.next();
    if (head === null) break;
    const name = fileNameOf(head);
    if (name !== null) return { name, content: parts.content() };
    for await (const _ of parts.content());
  }
  throw new FormError('the form has no file');
}

/** The file name that a part's head gives; null for an ordinary field. Browsers send it in UTF-8, with quotes escaped. */
function fileNameOf(head: string): string | null {
  const disposition = /^content-disposition:\s*form-data\s*;(.*)$/im.exec(head)?.[1];
  const name = disposition === undefined ? undefined : /;?\s*filename="((?:[^"\\]|\\.)*)"/i.exec(disposition)?.[1];
  return name === undefined ? null : name.replace(/%22/g, '"').replace(/\\(.)/g, '$1');
}

/** Reads a form part by part. */
class Parts {
  readonly #chunks: AsyncIterator<Buffer>;
  readonly #mark: Buffer;
  #known: Buffer = Buffer.from('\r\n');
  #isOver = false;

  constructor(body: AsyncIterable<Buffer>, boundary: string) {
    this.#chunks = body[Symbol.asyncIterator]();
    this.#mark = Buffer.from(`\r\n--${boundary}`);
  }

  /** The head of the next part; null at the end of the form. */
  async next(): Promise<string | null> {
    for await (const _ of this.content());
    while (this.#known.length < this.#mark.length + 2) await this.#more();
    this.#known = this.#known.subarray(this.#mark.length);
    if (this.#known.subarray(0, 2).equals(Buffer.from('--'))) return null;
    for (;;) {
      const end = this.#known.indexOf('\r\n\r\n');
      if (end >= 0) {
        const head = this.#known.toString('utf8', 0, end);
        this.#known = this.#known.subarray(end + 4);
        this.#isOver = false;
        return head;
      }
      if (this.#known.length > MOST_HEAD) throw new FormError('a part has too long a head');
      await this.#more();
    }
  }

  /** What is left of the present part. */
  async *content(): AsyncGenerator<Buffer> {
    while (!this.#isOver) {
      const end = this.#known.indexOf(this.#mark);
      // The last bytes may be the beginning of a boundary.
      const sure = end >= 0 ? end : Math.max(0, this.#known.length - this.#mark.length + 1);
      const content = this.#known.subarray(0, sure);
      this.#known = this.#known.subarray(sure);
      this.#isOver = end >= 0;
      if (content.length > 0) yield content;
      if (!this.#isOver) await this.#more();
    }
  }

  async #more(): Promise<void> {
    const { value, done } = await this.#chunks.next();
    if (done) throw new FormError('the form is cut');
    this.#known = Buffer.concat([this.#known, value]);
  }
}
