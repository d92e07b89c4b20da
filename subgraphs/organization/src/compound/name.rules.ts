/** A name as it is compared: width, case, spaces and punctuation make no other name (e.g. 长安 一号院 and 长安1号院 differ, （南）院 and (南)院 do not). */
export const normalName = (name: string): string =>
  name
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[\p{P}\p{S}\p{Z}\p{C}]/gu, '');
