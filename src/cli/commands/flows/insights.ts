import { Command } from 'commander';
import { flowInsightText, flowSpeechOf, formatInstant, type FlowInsight } from '../../../model/index.ts';
import { systemClock } from '../../../platform/index.ts';
import { Client } from '../../client.ts';
import { Output } from '../../output.ts';
import { spokenLanguage } from '../../text/speech.ts';
import { inFolder, withFolder, withTime, type TimeOptions } from './asking.ts';

export function insightsCommand(): Command {
  const command = new Command('insights').description(
    'New peers, scans, beacons, unusual volumes, exhausted pools, interfaces that will be full',
  );
  return withTime(withFolder(command), 86_400_000)
    .option('--json', 'print JSON')
    .action(async (options: TimeOptions) => {
      const items = await ask(options);
      const output = new Output(options.json ?? false);
      output.result(items, () => (items.length === 0 ? ['nothing stands out'] : tableOf(output, items)));
    });
}

function tableOf(output: Output, items: readonly FlowInsight[]): string[] {
  const speech = flowSpeechOf(spokenLanguage());
  return output.table(
    ['severity', 'what', 'summary', 'filter'],
    items.map((insight) => [
      speech.line(`severity.${insight.severity}`),
      speech.line(`kind.${insight.kind}`),
      flowInsightText(insight, speech),
      insight.filter,
    ]),
  );
}

async function ask(options: TimeOptions): Promise<FlowInsight[]> {
  const to = options.to ?? systemClock.now();
  const from = options.from ?? to - options.last;
  if (options.dir !== undefined) return inFolder(options.dir, (desk) => desk.insights({ from, to }));
  const query = `from=${formatInstant(from)}&to=${formatInstant(to)}`;
  return (await (await Client.open(options)).get<{ items: FlowInsight[] }>(`/flows/insights?${query}`)).items;
}
