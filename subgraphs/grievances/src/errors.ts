import { errorsOf } from '../../shared/src/errors.ts';

/** Codes of this department beside the common ones (§7.9), and what makes an error of one. */
export const { ERRORS, refuse } = errorsOf({});
