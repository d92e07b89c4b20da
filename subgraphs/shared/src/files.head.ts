import type { Claims } from './claims.ts';

/** Name of the header with the head of a request for files, base64url of JSON. */
export const FILE_HEADER = 'hub-file';

/** What the gateway says of a request for files, instead of a signed body. */
export interface FileHead {
  hub: Claims;
  /** The file's name as its sender calls it; uploads alone. */
  name?: string;
}
