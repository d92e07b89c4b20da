import { errorsOf } from '../../shared/src/errors.ts';

/** Codes of this department beside the common ones (§4.3), and what makes an error of one. */
export const { ERRORS, refuse } = errorsOf({
  AREA_CODE_REUSED: {
    zh: '该代码曾用于不同的区划，所答为当前（或最后）使用者；可用 at 指定日期。',
    en: 'The code was used for several places; the answer is the present (or last) holder. Use `at` to choose.',
    when: 'Warning: without `at`, a code that several places bore (§3.2).',
  },
});
