import { open } from 'node:fs/promises';
import { Command, Option } from 'commander';
import {
  messageOf,
  mirrorDirections,
  mirrorProtocols,
  QwError,
  usualSnapBytes,
  type ApiMirror,
  type ApiMirrorPlan,
  type Milliseconds,
  type MirrorCollector,
} from '../../model/index.ts';
import { Client, withClient, type ClientOptions } from '../client.ts';
import { Output } from '../output.ts';
import { filled } from '../text/filled.ts';
import { say } from '../text/speech.ts';
import { bytes, duration, number, usualRingBytes } from './mirror-options.ts';
import { mirrorReceiveCommand } from './mirror-receive.ts';

type Options = ClientOptions & { json?: boolean };

interface StartOptions extends Options {
  interface: string[];
  network: string[];
  tag: string[];
  peer: string[];
  protocol: string[];
  direction: string;
  ring?: number;
  snap?: number;
  vxlan?: string;
  vni: number;
  port: number;
  device?: string;
  for: Milliseconds;
  keep: Milliseconds;
  purpose: string;
  on?: string;
  dryRun?: boolean;
}

const vxlanPort = 4789;
const dayMs = 86_400_000;

export function mirrorCommand(): Command {
  const command = new Command('mirror').description('Copies of packets, for which two people are needed');
  for (const one of [listCommand(), startCommand(), ...changeCommands(), readCommand(), mirrorReceiveCommand()])
    command.addCommand(one);
  return command;
}

function inner(name: string, description: string): Command {
  return withClient(new Command(name).description(description)).option('--json', 'print JSON');
}

function listCommand(): Command {
  return inner('list', 'Mirrors that are not long over, newest first').action(async (options: Options) => {
    const { items } = await (await Client.open(options)).get<{ items: ApiMirror[] }>('/mirrors');
    const output = new Output(options.json ?? false);
    const columns = ['id', 'state', 'what', 'collector', 'until (UTC)', 'by', 'approved by', 'packets', 'purpose'];
    output.result(items, () =>
      items.length === 0 ? ['nothing is mirrored'] : output.table(columns, items.map(rowOf)),
    );
  });
}

function startCommand(): Command {
  return inner('start', 'Propose a mirror; it begins when another person approves it within 15 minutes')
    .requiredOption('--interface <names...>', 'interfaces whose packets are copied')
    .option('--network <prefixes...>', 'only packets from or to these networks', [])
    .option('--tag <names...>', 'the same by names that the configuration has under mirrors.tags', [])
    .option('--peer <prefixes...>', 'only packets whose other end is in these networks', [])
    .option('--protocol <names...>', `only these: ${Object.keys(mirrorProtocols).join(', ')}, or numbers`, [])
    .addOption(new Option('--direction <direction>').choices([...mirrorDirections]).default('both'))
    .option('--ring <size>', 'collect in files here, of so many bytes together (default: 256MiB)', bytes)
    .option('--snap <bytes>', `bytes kept of each packet in files (default: ${usualSnapBytes})`, number(14, 262_144))
    .option('--vxlan <address>', 'send copies there as VXLAN')
    .option('--vni <number>', 'network identifier of VXLAN', number(0, 0xff_ffff), 1)
    .option('--port <port>', 'port of VXLAN', number(1, 65_535), vxlanPort)
    .option('--device <name>', 'send copies out of this interface')
    .requiredOption('--for <duration>', 'how long, at most 24h', duration)
    .option('--keep <duration>', 'how long files stay after the end, then they are shredded', duration, dayMs)
    .requiredOption('--purpose <text>', 'what it is for; it stands in the ledger')
    .option('--on <watcher>', 'the watcher that carries it out (default: the one that is asked)')
    .option('--dry-run', 'print what would be done, and ask nobody')
    .action(async (options: StartOptions) => {
      const { network: networks, tag: tags, peer: peers, direction, keep, purpose, on: watcher } = options;
      const body = {
        ...(watcher !== undefined && { watcher }),
        interfaces: options.interface,
        networks,
        tags,
        peers,
        protocols: options.protocol.map((one) => (/^\d+$/.test(one) ? Number(one) : one)),
        direction,
        collector: collectorOf(options),
        durationMs: options.for,
        keepMs: keep,
        purpose,
      };
      const client = await Client.open(options);
      const output = new Output(options.json ?? false);
      if (options.dryRun) {
        const plan = await client.post<ApiMirrorPlan>('/mirrors/plan', body);
        output.result(plan, () => plan.steps);
        return;
      }
      const made = await client.post<ApiMirror>('/mirrors', body);
      output.result(made, () => [
        filled(
          say('mirror {0} waits until {1} for another person: quorumwatch mirror approve {0}'),
          made.id,
          made.lapsesAt,
        ),
      ]);
    });
}

function collectorOf({ ring, snap, vxlan, vni, port, device }: StartOptions): MirrorCollector {
  const given = [ring, vxlan, device].filter((one) => one !== undefined).length;
  if (given > 1) throw new QwError('BAD_INPUT', `expected one of --ring, --vxlan and --device, found ${given}`);
  if (given === 1 && ring === undefined && snap !== undefined)
    throw new QwError('BAD_INPUT', '--snap is for files: copies that leave this machine are whole');
  if (vxlan !== undefined) return { kind: 'vxlan', address: vxlan, vni, port };
  if (device !== undefined) return { kind: 'device', device };
  return { kind: 'ring', sizeBytes: ring ?? usualRingBytes, snapBytes: snap ?? usualSnapBytes };
}

function changeCommands(): Command[] {
  const change = (verb: 'approve' | 'stop', description: string) =>
    inner(verb, description)
      .argument('<id>')
      .action(async (id: string, options: Options) => {
        const client = await Client.open(options);
        const made = await client.post<ApiMirror>(`/mirrors/${encodeURIComponent(id)}/${verb}`);
        new Output(options.json ?? false).result(made, () => [changedText(made)]);
      });
  return [
    change('approve', 'Approve a mirror that another person has proposed'),
    change('stop', 'Withdraw a mirror, or end it before its time'),
  ];
}

function changedText({ id, state, approved, stopped }: ApiMirror): string {
  // The watcher that carries it out ends it a moment after it was asked to.
  if (state === 'running' && stopped) return filled(say('mirror {0} is being stopped'), id);
  if (!approved || stopped) return filled(say('mirror {0} is {1}'), id, say(state));
  return filled(say('mirror {0} is {1}, until {2} at most'), id, say(state), approved.endsAt);
}

function readCommand(): Command {
  return inner('read', 'Get the captured packets as a pcapng file; the ledger says who reads them and why')
    .argument('<id>')
    .requiredOption('--out <file>', 'a new file')
    .requiredOption('--why <text>', 'what they are read for')
    .action(async (id: string, { out, why, ...options }: Options & { out: string; why: string }) => {
      const client = await Client.open(options);
      const pieces = client.postForBytes(`/mirrors/${encodeURIComponent(id)}/read`, { why });
      // Before a file is made, so that a refusal leaves none.
      const first = await pieces.next();
      const file = await open(out, 'wx', 0o600).catch((cause: unknown) => {
        throw new QwError('BAD_INPUT', `cannot write the packets: ${messageOf(cause)}`, { where: out, cause });
      });
      let written = 0;
      try {
        for (let piece = first; !piece.done; piece = await pieces.next()) {
          await file.write(piece.value);
          written += piece.value.length;
        }
      } finally {
        await file.close();
      }
      new Output(options.json ?? false).result({ file: out, bytes: written }, () => [
        filled(say('{0} bytes in {1}'), written, out),
      ]);
    });
}

function rowOf({ id, state, policy, by, approved, lapsesAt, figures, ended }: ApiMirror): string[] {
  const { interfaces, networks, peers, protocols, direction, watcher, collector } = policy;
  const filter = [...networks, ...peers.map((peer) => `with ${peer}`), ...protocols].join(' ');
  const where = { ring: 'files', vxlan: 'vxlan', device: 'device' }[collector.kind];
  const to =
    collector.kind === 'vxlan' ? ` ${collector.address}` : collector.kind === 'device' ? ` ${collector.device}` : '';
  const until = approved?.endsAt ?? lapsesAt;
  return [
    id,
    say(state),
    `${interfaces.join(' ')} (${watcher}) ${direction}: ${filter}`,
    `${where}${to}`,
    until.slice(0, 19).replace('T', ' '),
    by,
    approved?.by ?? '-',
    String(figures?.packets ?? ended?.packets ?? '-'),
    policy.purpose,
  ];
}
