import { errorsOf } from '../../shared/src/errors.ts';

/** Codes of this department beside the common ones (§6.5), and what makes an error of one. */
export const { ERRORS, refuse } = errorsOf({
  NO_ORIGINS: { zh: '没有可测算的小区。', en: 'There are no compounds to walk from.', when: 'A coverage run finds no compound to walk from.' },
  PARAMETER_RANGE: { zh: '参数超出范围。', en: 'A parameter is out of range.', when: 'A coverage run with a threshold outside 100 to 5,000 m, or without kinds.' },
});
