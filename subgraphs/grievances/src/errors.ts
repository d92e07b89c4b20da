/** Error codes of this department beside the common ones (§7.2, §7.9); they come with its commands. */
export const GRIEVANCE_ERRORS = {} as const;
