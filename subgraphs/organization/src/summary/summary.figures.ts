import { FigureRegistry } from '../../../shared/src/figures.ts';
import { statFigures } from '../area/stat.figures.ts';
import { compoundFigures } from '../compound/compound.figures.ts';

/** Every figure of this department (§4.5). */
export const figures = new FigureRegistry([...compoundFigures, ...statFigures]);
