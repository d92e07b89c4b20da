/** What shows nothing: spaces, controls, formats, fillers, a blank of Braille, and marks without anything that they mark. */
const SHOWS_NOTHING = /[\p{Z}\p{C}\p{M}\p{Default_Ignorable_Code_Point}\u2800]/gu;

/** Has a text no character that anybody can see? */
export const isBlank = (text: string): boolean => text.replaceAll(SHOWS_NOTHING, '') === '';
