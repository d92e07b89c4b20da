/** Error codes of this department beside the common ones (§6.5); those of its commands come with them. */
export const FACILITY_ERRORS = {
  NO_ORIGINS: { zh: '没有可测算的小区。', en: 'There are no compounds to walk from.' },
  PARAMETER_RANGE: { zh: '参数超出范围。', en: 'A parameter is out of range.' },
} as const;
