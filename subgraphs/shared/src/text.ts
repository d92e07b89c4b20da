import { isBlank } from './domain/text.ts';
import { errorsOf } from './errors.ts';

const { refuse } = errorsOf({});

/**
 * A text as it is kept: without spaces around it.
 * @param most how many characters it may have.
 * @throws HubError VALIDATION_FAILED that tells `most`, for a longer one, one that shows nothing, or one with control characters
 */
export function requireText(text: string, most: number, ...field: string[]): string {
  const kept = text.trim();
  // Control characters break lists and exports, and nobody types them.
  if (isBlank(kept) || kept.length > most || /\p{Cc}/u.test(kept))
    throw refuse('VALIDATION_FAILED', { field, details: { characters: most } });
  return kept;
}

/** The same of a text that may be absent; null where nothing is said. */
export const optionalText = (text: string | null | undefined, most: number, ...field: string[]): string | null =>
  text?.trim() ? requireText(text, most, ...field) : null;
