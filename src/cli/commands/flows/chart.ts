import { Command } from 'commander';
import type { FlowAnswer } from '../../../model/index.ts';
import { Output } from '../../output.ts';
import { displayWidth } from '../../text/display-width.ts';
import { say } from '../../text/speech.ts';
import { askFlows, shortRate, trustLines, valueCells, withQuestion, type AskOptions } from './asking.ts';
import { drawBars } from './draw-chart.ts';

interface ChartOptions extends AskOptions {
  unicode: boolean;
}

const height = 8;
const widthWithoutTerminal = 80;
const widestName = 40;

export function chartCommand(): Command {
  const command = new Command('chart').description('Traffic over time, drawn in the terminal');
  return withQuestion(command, { by: ['source'], limit: 8 })
    .option('--no-unicode', 'only letters that every terminal has')
    .option('--json', 'print JSON')
    .action(async (options: ChartOptions) => {
      const answer = await askFlows(options, { charted: Math.min(20, options.limit) });
      const output = new Output(options.json ?? false);
      // Blanks of a chart have their meaning, so that it is no row of a table.
      if (options.json) output.emit(answer);
      else for (const line of [...chartOf(answer, options), ...trustLines(answer)]) output.say(line);
    });
}

function chartOf(answer: FlowAnswer, { measure, unicode }: ChartOptions): string[] {
  const width = Math.max(20, process.stdout.columns ?? widthWithoutTerminal);
  const steps = answer.at.length;
  const all = Array.from({ length: steps }, (_, step) =>
    answer.courses.reduce((sum, { rates }) => sum + (rates[step] ?? 0), 0),
  );
  const scale = shortRate(Math.max(...all, 0), measure);
  const bars = drawBars(all, { width: width - scale.length - 2, height, unicode });
  const edge = unicode ? '│' : '|';
  const lines = bars.map((bar, line) => `${(line === 0 ? scale : '').padStart(scale.length)} ${edge}${bar}`);
  const names = answer.courses.map(({ row }) => nameOf(answer, row));
  const room = Math.min(widestName, Math.max(...names.map(displayWidth), 0));
  const courses = answer.courses.map(({ rates }, at) => {
    const most = shortRate(Math.max(...rates, 0), measure).padStart(12);
    const name = fitted(names[at] ?? '', room);
    const [line = ''] = drawBars(rates, { width: Math.max(1, width - room - 15), height: 1, unicode });
    return `${name} ${edge}${line}${most}`;
  });
  return [...lines, `${' '.repeat(scale.length)} ${times(answer, width - scale.length - 2)}`, ...courses];
}

const nameOf = ({ rows, groupBy }: FlowAnswer, row: number): string => {
  const found = rows[row];
  return found ? valueCells(found, groupBy).join(' ') : say('all others');
};

function fitted(name: string, room: number): string {
  let text = name;
  while (displayWidth(text) > room) text = text.slice(0, -1);
  return text + ' '.repeat(room - displayWidth(text));
}

/** When the chart begins and ends (UTC). */
function times({ from, to }: FlowAnswer, width: number): string {
  const [begin, end] = [from, to].map((time) => `${time.slice(0, 16)}Z`);
  return `${begin}${' '.repeat(Math.max(1, width - 2 * (begin?.length ?? 0)))} ${end}`;
}
