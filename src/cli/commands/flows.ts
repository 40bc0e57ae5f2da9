import { Command } from 'commander';
import { chartCommand } from './flows/chart.ts';
import { collectCommand } from './flows/collect.ts';
import { decodeCommand } from './flows/decode.ts';
import { generateCommand } from './flows/generate.ts';
import { insightsCommand } from './flows/insights.ts';
import { privacyCommands } from './flows/privacy.ts';
import { importCommand } from './flows/import.ts';
import { queryCommand } from './flows/query.ts';
import { replayCommand } from './flows/replay.ts';
import { sqlCommand } from './flows/sql.ts';
import { flowStatusCommand } from './flows/status.ts';
import { topCommand } from './flows/top.ts';
import { viewsCommand } from './flows/views.ts';

export function flowsCommand(): Command {
  const command = new Command('flows').description('Records of network flows: NetFlow, IPFIX, sFlow');
  for (const one of [
    collectCommand(),
    flowStatusCommand(),
    replayCommand(),
    importCommand(),
    decodeCommand(),
    generateCommand(),
    ...privacyCommands(),
  ]) {
    command.addCommand(one);
  }
  for (const one of [topCommand(), queryCommand(), chartCommand(), insightsCommand(), sqlCommand(), viewsCommand()]) {
    command.addCommand(one);
  }
  return command;
}
