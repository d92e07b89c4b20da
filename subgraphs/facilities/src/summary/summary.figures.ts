import { FigureRegistry } from '../../../shared/src/figures.ts';
import { coverageFigures } from '../coverage/coverage.figures.ts';
import { facilityFigures } from '../facility/facility.figures.ts';
import { standardFigures } from '../standard/standard.figures.ts';

const ORDER = ['FAC_1', 'FAC_1G', 'FAC_2', 'FAC_3', 'FAC_4', 'FAC_5', 'FAC_7', 'FAC_13'];

/** Every figure of this department (§6.6), in its order. */
export const figures = new FigureRegistry(
  [...standardFigures, ...coverageFigures, ...facilityFigures].sort((a, b) => ORDER.indexOf(a.key) - ORDER.indexOf(b.key)),
);
