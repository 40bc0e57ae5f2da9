import { Command } from 'commander';
import { collectCommand } from './flows/collect.ts';
import { decodeCommand } from './flows/decode.ts';
import { privacyCommands } from './flows/privacy.ts';
import { importCommand } from './flows/import.ts';
import { replayCommand } from './flows/replay.ts';

export function flowsCommand(): Command {
  const command = new Command('flows').description('Records of network flows: NetFlow, IPFIX, sFlow');
  for (const one of [collectCommand(), replayCommand(), importCommand(), decodeCommand(), ...privacyCommands()]) {
    command.addCommand(one);
  }
  return command;
}
