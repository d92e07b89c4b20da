/** Confirmed minutes from which a star level holds (§5.2.6): 100, 300, 600, 1 000, 1 500 hours. */
const STAR_MINUTES = [6_000, 18_000, 36_000, 60_000, 90_000];

/** Star level 0–5 of confirmed minutes; for the volunteer himself and his certificate, never listed or compared. */
export const starLevel = (minutes: number): number => STAR_MINUTES.filter((least) => minutes >= least).length;
