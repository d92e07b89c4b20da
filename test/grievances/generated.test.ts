import { playDepartment } from '../commands/play.ts';
import { stage } from './commands.ts';

playDepartment(stage);
