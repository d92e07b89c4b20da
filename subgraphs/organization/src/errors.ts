/** Codes of this department beside the common ones (§4.3); those of its commands come with them. */
export const ORGANIZATION_ERRORS = {
  /** A warning: without `at`, a code that several places bore answers with the present holder (§3.2). */
  AREA_CODE_REUSED: {
    zh: '该代码曾用于不同的区划，所答为当前（或最后）使用者；可用 at 指定日期。',
    en: 'The code was used for several places; the answer is the present (or last) holder. Use `at` to choose.',
  },
} as const;
