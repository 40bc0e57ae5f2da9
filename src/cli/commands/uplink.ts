import { Command, InvalidArgumentError } from 'commander';
import {
  formatDuration,
  parseDuration,
  QwError,
  type ApiDrillAnswer,
  type ApiPage,
  type ApiSwitchAnswer,
  type ApiUplink,
  type ApiUplinkFamily,
  type ApiUplinks,
  type ApiUplinkSwitch,
} from '../../model/index.ts';
import { Client, withClient, type ClientOptions } from '../client.ts';
import { Output } from '../output.ts';

type Options = ClientOptions & { json?: boolean };
type Switches = ApiPage<ApiUplinkSwitch>;

const switchesShown = 5;

export function uplinkCommand(): Command {
  const command = new Command('uplink').description(
    'Ways out to the Internet: how they are, which carries what, and switching',
  );
  const inner = (name: string, description: string) =>
    withClient(new Command(name).description(description)).option('--json', 'print JSON');
  command.addCommand(
    inner('list', 'Uplinks, how they are, and which of them carry new connections').action(async (options: Options) => {
      const found = await (await Client.open(options)).get<ApiUplinks>('/uplinks');
      const output = new Output(options.json ?? false);
      output.result(found.uplinks, () =>
        found.uplinks.length === 0
          ? ['no uplinks: add a section `uplinks` to the configuration (docs/guide/uplinks.md)']
          : [...output.table(columns, found.uplinks.flatMap(rowsOf)), ...policyLines(found)],
      );
    }),
  );
  command.addCommand(
    inner('status', 'One uplink, or all: what each watcher thinks of it, and the last switches')
      .argument('[name]')
      .action(async (name: string | undefined, options: Options) => {
        const client = await Client.open(options);
        const found = await client.get<ApiUplinks>('/uplinks');
        const { items } = await client.get<Switches>(`/uplinks/switches?limit=${switchesShown}`);
        const uplinks = found.uplinks.filter((one) => name === undefined || one.name === name);
        if (name !== undefined && uplinks.length === 0) throw unknownUplink(name, found);
        new Output(options.json ?? false).result({ ...found, uplinks, switches: items }, () => [
          ...uplinks.flatMap(uplinkLines),
          ...policyLines(found),
          ...(items.length > 0 ? ['', 'last switches'] : []),
          ...items.flatMap((one) => switchLines(one, found.policy.mode)),
        ]);
      }),
  );
  command.addCommand(
    inner('switch', 'Send the traffic over this uplink, or leave the choice to the watcher again')
      .argument('[name]')
      .option('--automatic', 'leave the choice to the watcher again')
      .option('--dry-run', 'say what would be changed, and change nothing')
      .action(async (name: string | undefined, options: Options & { automatic?: boolean; dryRun?: boolean }) => {
        if ((name === undefined) === (options.automatic !== true)) {
          throw new QwError('BAD_INPUT', 'expected either the name of an uplink or --automatic', {
            hint: '`quorumwatch uplink list` shows the names',
          });
        }
        const body = { uplink: name ?? null, dryRun: options.dryRun ?? false };
        const answer = await (await Client.open(options)).post<ApiSwitchAnswer>('/uplinks/switch', body);
        new Output(options.json ?? false).result(answer, () => receiptLines(answer));
      }),
  );
  command.addCommand(
    inner('drill', 'Fail an uplink on purpose for a while, measure how the traffic leaves it, and restore it')
      .argument('<name>')
      .option('--for <duration>', 'how long, 1s to 60s', drillDuration, 10_000)
      .action(async (name: string, options: Options & { for: number }) => {
        const client = await Client.open(options);
        const started = await client.post<ApiDrillAnswer>('/uplinks/drill', { uplink: name, forMs: options.for });
        const output = new Output(options.json ?? false);
        output.note(`${name} is failed until ${started.endsAt}`);
        const drill = await drillEnd(client, started);
        output.result(drill, () => [
          `${drill.outcome}: ${drill.text}`,
          ...drill.families.map(
            ({ family, to, detectedAfterMs, switchedAfterMs }) =>
              `  IPv${family}: detected after ${milliseconds(detectedAfterMs)}, switched after ${milliseconds(switchedAfterMs)}${to === undefined ? '' : ` to ${to}`}`,
          ),
        ]);
        if (drill.outcome !== 'passed') process.exitCode = 1;
      }),
  );
  return command;
}

const columns = ['uplink', 'family', 'state', 'since (UTC)', 'carries', 'loss', 'RTT', 'usual', 'why'];
const askEveryMs = 500;
const graceMs = 15_000;

/** The drill's record, which comes a little after its end. */
async function drillEnd(client: Client, { id, uplink, endsAt }: ApiDrillAnswer) {
  const untilMs = Date.parse(endsAt) + graceMs;
  for (;;) {
    const { uplinks } = await client.get<ApiUplinks>('/uplinks');
    const drill = uplinks.find(({ name }) => name === uplink)?.lastDrill;
    if (drill?.id === id) return drill;
    if (Date.now() > untilMs) {
      throw new QwError('NOT_FOUND', `the drill of ${uplink} left no record`, {
        hint: '`quorumwatch uplink status` shows whether it is still running',
      });
    }
    await new Promise((resolve) => setTimeout(resolve, askEveryMs));
  }
}

function drillDuration(text: string): number {
  const duration = parseDuration(text);
  if (duration === undefined || duration < 1000 || duration > 60_000)
    throw new InvalidArgumentError('expected 1s to 60s.');
  return duration;
}

function unknownUplink(name: string, { uplinks }: ApiUplinks): QwError {
  const names = uplinks.map((uplink) => uplink.name).join(', ');
  return new QwError('NOT_FOUND', `there is no uplink ${name}`, {
    hint: names === '' ? 'none is configured' : `there are: ${names}`,
  });
}

function rowsOf({ name, chosen, families }: ApiUplink): string[][] {
  return families.map((one) => [
    chosen ? `${name} (chosen)` : name,
    `IPv${one.family}`,
    stateOf(one),
    one.since?.slice(0, 19).replace('T', ' ') ?? '',
    one.serving === null ? '?' : one.serving ? 'yes' : 'no',
    `${one.lossPercent.toFixed(1)} %`,
    milliseconds(one.rttMs),
    milliseconds(one.usualRttMs),
    one.reason,
  ]);
}

function stateOf({ state, holdLeftMs }: ApiUplinkFamily): string {
  if (state !== 'held' || holdLeftMs === undefined) return state;
  return `held, ${formatDuration(Math.ceil(holdLeftMs / 1000) * 1000)} left`;
}

function uplinkLines(uplink: ApiUplink): string[] {
  const { name, device, priority, weight, families, lastDrill, drillOverdue } = uplink;
  return [
    `${name}  device ${device}, priority ${priority}, weight ${weight}${uplink.chosen ? ', chosen by an operator' : ''}`,
    ...families.flatMap((one) => [
      `  IPv${one.family} by ${one.gatewayNow ?? one.gateway}${one.gatewayNow === undefined ? '' : ` (${one.gateway})`}: ${stateOf(one)}${one.serving === true ? ', carries new connections' : ''}: ${one.reason}`,
      `    loss ${one.lossPercent.toFixed(1)} %, RTT ${milliseconds(one.rttMs)} (usual ${milliseconds(one.usualRttMs)}), jitter ${milliseconds(one.jitterMs)}, flapping ${one.flapPercent.toFixed(0)} %`,
      ...(one.verdict ? [`    verdict ${one.verdict.state}`] : []),
      ...one.opinions.map(
        ({ watcher, state, reason, silent }) =>
          `      ${watcher}: ${state}${silent ? ', not heard' : ''}${reason === undefined ? '' : `, ${reason}`}`,
      ),
    ]),
    lastDrill ? `  last drill ${lastDrill.startedAt}: ${lastDrill.outcome}, ${lastDrill.text}` : '  never drilled',
    ...(drillOverdue ? ['  no drill has passed in the last 30 days'] : []),
    '',
  ];
}

function policyLines({ policy, here, drill, choice }: ApiUplinks): string[] {
  const { mode, act, dryRun, actor } = policy;
  return [
    `mode ${mode}, act ${act}${dryRun ? ' (dry run)' : ''}${actor === undefined ? '' : `, switched by ${actor}`}`,
    ...(choice
      ? [
          `${choice.uplink} was chosen by ${choice.by} at ${choice.since}; it stands, over restarts too, until \`quorumwatch uplink switch --automatic\``,
        ]
      : []),
    ...(drill ? [`a drill of ${drill.uplink} runs until ${drill.endsAt}`] : []),
    ...(here.waitingRecords > 0 ? [`${here.waitingRecords} switches are not agreed yet`] : []),
    ...here.problems.map((problem) => `problem on ${here.watcher}: ${problem}`),
  ];
}

function switchLines(one: ApiUplinkSwitch, mode: ApiUplinks['policy']['mode']): string[] {
  // In failover mode the first of the list carries everything.
  const carriers = (names: readonly string[]) =>
    names.slice(0, mode === 'failover' ? 1 : undefined).join(', ') || 'none';
  const { timings, plainNetwatch } = one;
  const steps = [
    ...(timings.lastAnswerBeforeMs === undefined
      ? []
      : [`last answer ${milliseconds(timings.lastAnswerBeforeMs)} before`]),
    `kernel switched ${milliseconds(timings.switchedAfterMs)} after the decision`,
  ];
  return [
    one.cause === 'repair'
      ? `  ${one.time}  IPv${one.family}  ${carriers(one.to)}  routes were put back by ${one.by}`
      : `  ${one.time}  IPv${one.family}  ${carriers(one.from)} -> ${carriers(one.to)}  ${one.cause}, by ${one.by}`,
    `    ${steps.join(', ')}${one.receipt.verified ? '' : ', not as wanted'}`,
    ...(plainNetwatch ? [`    plain Netwatch: ${plainText(plainNetwatch)}`] : []),
    ...one.receipt.problems.map((problem) => `    ${problem}`),
  ];
}

function plainText({ notices, outage }: NonNullable<ApiUplinkSwitch['plainNetwatch']>): string {
  if (notices === 'never' || !outage) return 'would not have noticed';
  const span = `${formatDuration(outage.leastMs)} to ${formatDuration(outage.mostMs)} of outage`;
  return notices === 'surely' ? span : `${span}, if it noticed at all`;
}

function receiptLines({ receipts }: ApiSwitchAnswer): string[] {
  if (receipts.length === 0) return ['nothing changes'];
  return receipts.flatMap(({ family, serving, dryRun, verified, commands, problems, tookMs }) => [
    `IPv${family}: ${dryRun ? 'would be carried' : 'carried'} by ${serving.join(', ') || 'nobody'}${dryRun ? '' : `, ${verified ? 'as wanted' : 'not as wanted'}, ${milliseconds(tookMs)}`}`,
    ...commands.map((line) => `  ${line}`),
    ...problems.map((problem) => `  problem: ${problem}`),
  ]);
}

function milliseconds(value: number | undefined): string {
  if (value === undefined) return '-';
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ms`;
}
