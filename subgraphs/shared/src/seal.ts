import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Keys } from './signature.ts';

/** Bytes of a mark: enough that nobody guesses one, short enough for a cursor. */
const MARK_BYTES = 12;

/** Marks a text that goes out to a client and comes back, a cursor for instance, so that a changed one is noticed. */
export class Seal {
  readonly #secrets: Buffer[];

  /** Marks are made with the first key and taken from any; `purpose` keeps apart what is made with the same key. */
  constructor(keys: Keys, purpose: string) {
    this.#secrets = keys.map(({ secret }) => createHmac('sha256', secret).update(purpose).digest());
  }

  mark(text: string): string {
    return this.#mark(text, 0).toString('base64url');
  }

  holds(text: string, mark: string): boolean {
    const given = Buffer.from(mark, 'base64url');
    // A text with something after the last byte decodes alike, and is another text.
    if (given.length !== MARK_BYTES || given.toString('base64url') !== mark) return false;
    return this.#secrets.some((_, index) => timingSafeEqual(this.#mark(text, index), given));
  }

  #mark(text: string, index: number): Buffer {
    return createHmac('sha256', this.#secrets[index] as Buffer)
      .update(text)
      .digest()
      .subarray(0, MARK_BYTES);
  }
}
