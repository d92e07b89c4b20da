import { FigureRegistry } from '../../../shared/src/figures.ts';
import { caseFigures } from '../case/case.figures.ts';
import { reportFigures } from '../report/report.figures.ts';

/** Every figure of this department (§7.10). */
export const figures = new FigureRegistry([...reportFigures, ...caseFigures]);
