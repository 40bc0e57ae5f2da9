import {
  formatInstant,
  kindOf,
  messageOf,
  type ApiObjectiveBundle,
  type ApiObjectiveReport,
  type Incident,
} from '../../model/index.ts';
import { added, compliance, errorBudget, type Outage } from '../../report/index.ts';
import { expectedOf, presentOutage, type Stand } from './present.ts';

/** Each is a file of some ten kilobytes. */
const maxCertificates = 500;

export interface ReportParts {
  network: string;
  month: string;
  /** Of the month, oldest first. */
  outages: readonly Outage[];
  incident: (id: string) => Incident | undefined;
  /** An outage certificate, verified. Rejects where none can be made. */
  certificate: (incident: Incident) => Promise<string>;
  /** What certificates are verified with; undefined in a network that has none. */
  genesis: string | undefined;
}

/** A month with what proves its outages: `report.json`, `report.md`, `genesis.json` and one certificate an incident. */
export async function makeReport(stand: Omit<Stand, 'firing'>, parts: ReportParts): Promise<ApiObjectiveBundle> {
  const { objective, checks, span, now, measured } = stand;
  const proofs = await prove(parts);
  const tally = added(measured.parts);
  const good = compliance(tally);
  const { leftPercent, ...budget } = errorBudget(tally, objective.goal, expectedOf(stand));
  const report: ApiObjectiveReport = {
    format: 'quorumwatch-availability-1',
    network: parts.network,
    objective: {
      name: objective.name,
      goal: objective.goal,
      indicator: kindOf(objective),
      unit: objective.indicator.uptime ? 'ms' : 'count',
      timeZone: objective['time-zone'],
    },
    checks: checks.map(({ name }) => name),
    month: parts.month,
    from: formatInstant(span.from),
    to: formatInstant(span.to),
    madeAt: formatInstant(now),
    final: span.to <= now,
    ...(good !== undefined && { compliance: good, met: budget.left >= 0 }),
    total: tally.total,
    bad: tally.bad,
    ...(measured.apartMs !== undefined && { apartMs: measured.apartMs }),
    budget: { ...budget, ...(leftPercent !== undefined && { leftPercent }) },
    outages: parts.outages.map((outage) => ({
      ...presentOutage(outage, now),
      ...(outage.incident === undefined
        ? { unproved: 'no incident was open: it was over before one opened, or was known to be maintenance' }
        : proofs.get(outage.incident)?.told),
    })),
    ...(measured.problem !== undefined && { problem: measured.problem }),
  };
  const certificates = [...proofs.values()].flatMap(({ file }) => file ?? []);
  const genesis = parts.genesis === undefined ? [] : [{ path: 'genesis.json', text: parts.genesis }];
  return {
    report,
    files: [
      ...genesis,
      ...certificates,
      { path: 'report.json', text: `${JSON.stringify(report, undefined, 2)}\n` },
      { path: 'report.md', text: readable(report) },
    ],
  };
}

interface Proof {
  told: { certificate: string } | { unproved: string };
  file?: { path: string; text: string };
}

/** One after the other: a certificate must not keep the disk busy. */
async function prove({ outages, incident, certificate }: ReportParts): Promise<Map<string, Proof>> {
  const proofs = new Map<string, Proof>();
  for (const id of new Set(outages.flatMap((outage) => outage.incident ?? []))) {
    const known = incident(id);
    if (!known || proofs.size >= maxCertificates) {
      const unproved = known ? `a report holds ${maxCertificates} certificates` : 'the incident is not known any more';
      proofs.set(id, { told: { unproved } });
      continue;
    }
    const path = `certificates/${id}.outage.json`;
    try {
      proofs.set(id, { told: { certificate: path }, file: { path, text: await certificate(known) } });
    } catch (thrown) {
      proofs.set(id, { told: { unproved: messageOf(thrown) } });
    }
  }
  return proofs;
}

/** For people, as a page of Markdown. */
function readable(report: ApiObjectiveReport): string {
  const { objective, outages } = report;
  const percent = (value: number | undefined) => (value === undefined ? 'unknown' : `${value.toFixed(4)} %`);
  const amount = (value: number) =>
    objective.unit === 'ms' ? `${(value / 60_000).toFixed(1)} min` : String(Math.round(value * 100) / 100);
  const cell = (text: string) => text.replaceAll('|', String.raw`\|`);
  return [
    `# ${objective.name}, ${report.month}`,
    '',
    `- Goal: ${objective.goal} %, by ${objective.indicator}; days and months of ${objective.timeZone}`,
    `- Reached: ${percent(report.compliance)}${report.met === undefined ? '' : report.met ? (report.final ? ' (met)' : ' (so far)') : ' (missed)'}`,
    `- Bad: ${amount(report.bad)} of ${amount(report.total)}; error budget ${amount(report.budget.total)}, left ${amount(report.budget.left)}`,
    ...(report.apartMs === undefined ? [] : [`- Unknown or in maintenance, in neither: ${amount(report.apartMs)}`]),
    `- From ${report.from} to ${report.to}; made ${report.madeAt}${report.final ? '' : ', before the month was over'}`,
    ...(report.problem === undefined ? [] : [`- Not complete: ${report.problem}`]),
    '',
    ...(outages.length === 0
      ? ['No check was down.']
      : [
          '| check | from | to | minutes | incident | proof |',
          '|---|---|---|---|---|---|',
          ...outages.map(
            ({ check, from, to, durationMs, incident, certificate, unproved }) =>
              `| ${cell(check)} | ${from} | ${to ?? 'goes on'} | ${(durationMs / 60_000).toFixed(1)} | ${incident ?? ''} | ${cell(certificate ?? unproved ?? '')} |`,
          ),
        ]),
    '',
    `Each certificate is verified with \`quorumwatch certificate verify FILE --genesis genesis.json\`.`,
    '',
  ].join('\n');
}
