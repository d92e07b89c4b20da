/** Error codes of this department beside the common ones (§5.5); they come with its commands. */
export const VOLUNTEER_ERRORS = {} as const;
