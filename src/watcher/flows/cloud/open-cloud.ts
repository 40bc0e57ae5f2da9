import { messageOf, QwError, type FlowSettings } from '../../../model/index.ts';
import type { CloudCounts, CloudNames, DurableFlowSink } from '../../../observe/index.ts';
import type { Clock, Log } from '../../../platform/index.ts';
import { LogFolder } from './log-folder.ts';
import { PushInbox } from './push-inbox.ts';

export interface CloudPorts {
  names: CloudNames;
  sink: DurableFlowSink;
  clock: Clock;
  log: Log;
}

/** Flow logs of clouds, as the configuration wants them. */
export interface CloudInputs {
  /** Resolves when everything in it outlives a crash. Rejects with NOT_FOUND and OVERLOADED. */
  push(name: string, body: string): Promise<void>;
  /** What is wrong with folders and entries, in sentences. */
  problems(): string[];
  close(): Promise<void>;
}

/** `directory`: where it is remembered what was read. */
export function openCloud(flows: FlowSettings, directory: string, ports: CloudPorts): CloudInputs {
  const { names, sink, clock } = ports;
  const unusable: string[] = [];
  /** One that cannot be read as it is configured leaves the others alone. */
  const opened = <Input>(name: string, open: () => Input): [string, Input][] => {
    try {
      return [[name, open()]];
    } catch (thrown) {
      unusable.push(`the log ${name} is not read: ${messageOf(thrown)}`);
      return [];
    }
  };
  const folders = flows.cloud.flatMap((settings) =>
    opened(settings.name, () => new LogFolder({ settings, directory, ...ports })),
  );
  const inboxes = new Map(
    flows.push.flatMap((settings) => opened(settings.name, () => new PushInbox(settings, names, sink, clock))),
  );
  return {
    push: async (name, body) => {
      const inbox = inboxes.get(name);
      if (!inbox) throw new QwError('NOT_FOUND', `nothing is pushed to ${JSON.stringify(name)} here`);
      await inbox.take(body);
    },
    problems: () => [
      ...unusable,
      ...folders.flatMap(([, folder]) => folder.problems),
      ...folders.flatMap(([name, folder]) => sentencesOf(name, folder.counts)),
      ...[...inboxes].flatMap(([name, inbox]) => sentencesOf(name, inbox.counts)),
    ],
    close: async () => {
      await Promise.all(folders.map(([, folder]) => folder.close()));
    },
  };
}

function sentencesOf(name: string, { malformed, skippedData }: Readonly<CloudCounts>): string[] {
  const faults = [...malformed].map(([fault, count]) => `${count} ${fault}`);
  return [
    ...(faults.length > 0 ? [`entries of the log ${name} cannot be read: ${faults.join(', ')}`] : []),
    ...(skippedData > 0 ? [`the cloud kept no records of ${skippedData} intervals in the log ${name} (SKIPDATA)`] : []),
  ];
}
