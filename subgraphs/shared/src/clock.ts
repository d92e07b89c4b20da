/** The present instant. The only place that reads the clock for a rule or a figure, so that a test can hold it (`vi.setSystemTime`). */
export const now = (): Date => new Date();
