import { FigureRegistry } from '../../../shared/src/figures.ts';
import { recordFigures } from '../record/record.figures.ts';
import { volunteerFigures } from '../volunteer/volunteer.figures.ts';

/** Every figure of this department (§5.6). */
export const figures = new FigureRegistry([...recordFigures, ...volunteerFigures]);
