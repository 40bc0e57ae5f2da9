import { Command, Option } from 'commander';
import { applyCommand, exportCommand, planCommand } from './commands/configuration.ts';
import { alertCommand } from './commands/alert.ts';
import { auditCommand } from './commands/audit.ts';
import { certificateCommand } from './commands/certificate.ts';
import { checkCommand } from './commands/check.ts';
import { dashboardCommand } from './commands/dashboard.ts';
import { demoCommand } from './commands/demo.ts';
import { doctorCommand } from './commands/doctor.ts';
import { eventsCommand } from './commands/events.ts';
import { groupCommand } from './commands/group.ts';
import { flowsCommand } from './commands/flows.ts';
import { importCommand } from './commands/import.ts';
import { incidentCommand } from './commands/incident.ts';
import { initCommand } from './commands/init.ts';
import { joinCommand } from './commands/join.ts';
import { ledgerCommand } from './commands/ledger.ts';
import { memberCommand } from './commands/member.ts';
import { metricsCommand } from './commands/metrics.ts';
import { mirrorCommand } from './commands/mirror.ts';
import { natCommand } from './commands/nat.ts';
import { notifyCommand } from './commands/notify.ts';
import { onCallCommand } from './commands/on-call.ts';
import { performanceCommand } from './commands/performance.ts';
import { probeCommand } from './commands/probe.ts';
import { simCommand } from './commands/sim.ts';
import { sloCommand } from './commands/slo.ts';
import { snoozeCommand } from './commands/snooze.ts';
import { statusCommand } from './commands/status.ts';
import { statusPageCommand } from './commands/status-page.ts';
import { tokenCommand } from './commands/token.ts';
import { uplinkCommand } from './commands/uplink.ts';
import { userCommand } from './commands/user.ts';
import { upCommand } from './commands/up.ts';
import { languages } from '../model/index.ts';
import { showExamples } from './examples.ts';
import { say } from './text/speech.ts';
import { version } from './version.ts';

/** All commands, in the order of the help. */
export function createProgram(): Command {
  const program = new Command('quorumwatch')
    .description('A network watch that one broken, partitioned or lying watcher cannot fool.')
    .version(version, '-V, --version')
    .addOption(
      new Option(
        '--language <code>',
        'language of help, errors and tables (default: QW_LANGUAGE, else that of the system)',
      ).choices(languages),
    )
    .addHelpText('after', () => ['', say('Examples:'), ...examples.map(exampleLine)].join('\n'));
  for (const command of [
    upCommand(),
    initCommand(),
    joinCommand(),
    checkCommand(),
    planCommand(),
    applyCommand(),
    exportCommand(),
    probeCommand(),
    statusCommand(),
    eventsCommand(),
    incidentCommand(),
    snoozeCommand(),
    alertCommand(),
    sloCommand(),
    onCallCommand(),
    groupCommand(),
    uplinkCommand(),
    statusPageCommand(),
    metricsCommand(),
    dashboardCommand(),
    ledgerCommand(),
    memberCommand(),
    performanceCommand(),
    notifyCommand(),
    demoCommand(),
    certificateCommand(),
    importCommand(),
    flowsCommand(),
    natCommand(),
    userCommand(),
    tokenCommand(),
    auditCommand(),
    mirrorCommand(),
    doctorCommand(),
    simCommand(),
  ]) {
    program.addCommand(command);
  }
  showExamples(program);
  return program;
}

const examples = [
  ['quorumwatch up', 'watch what this machine uses; prints the address of the page'],
  ['quorumwatch up --config quorumwatch.yaml', 'watch what the file says'],
  ['quorumwatch up --watchers 4', 'four watchers on this machine that agree'],
  ['quorumwatch probe icmp 127.0.0.1 --count 5', 'one probe type against one host'],
  ['quorumwatch status --watch', 'verdicts of the running watcher'],
  ['quorumwatch doctor', 'what this machine allows, and how to fix what it does not'],
] as const;

const exampleLine = ([command, meaning]: (typeof examples)[number]) => `  ${command.padEnd(42)}  ${say(meaning)}`;
