import { createReadStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { Command } from 'commander';
import {
  certificateStatementText,
  certificateText,
  formatInstant,
  maxCertificateBytes,
  messageOf,
  QwError,
  readCertificate,
  rememberSignatures,
  verifyCertificate,
  type CertificateVerification,
  type CertifiedOutage,
  type KeptLedger,
  type OutageCertificate,
} from '../../model/index.ts';
import { Client, withClient, type ClientOptions } from '../client.ts';
import { Output, state } from '../output.ts';

const maxGenesisBytes = 1_048_576;

export function certificateCommand(): Command {
  const command = new Command('certificate').description('Records of outages that anyone can verify offline');
  command.addCommand(
    withClient(new Command('export').description('Write the certificate of an incident'))
      .requiredOption('--incident <id>', 'the incident, as `incident list` names it')
      .option('--after <file>', 'an earlier certificate: show that the ledger has grown from its ledger')
      .option('--out <file>', 'where to (default: standard output)')
      .option('--json', 'print JSON: the certificate itself, or with --out {"file","bytes"}')
      .action(async (options: ClientOptions & { incident: string; after?: string; out?: string; json?: boolean }) => {
        const since = options.after === undefined ? '' : `?since=${(await readKept(options.after)).size}`;
        const path = `/incidents/${encodeURIComponent(options.incident)}/certificate${since}`;
        const text = certificateText(await (await Client.open(options)).get<OutageCertificate>(path));
        if (options.out === undefined) {
          process.stdout.write(text);
          return;
        }
        const file = options.out;
        await writeFile(file, text).catch((cause: unknown) => {
          throw new QwError('BAD_INPUT', `cannot write the certificate: ${messageOf(cause)}`, { where: file, cause });
        });
        const bytes = Buffer.byteLength(text);
        new Output(options.json ?? false).result({ file, bytes }, () => [
          `${file}: ${bytes} bytes`,
          `verify it anywhere with: quorumwatch certificate verify ${file} --genesis genesis.json`,
        ]);
      }),
  );
  command.addCommand(
    new Command('verify')
      .description('Check a certificate against the genesis of its cluster; needs no network and no watcher')
      .argument('<files...>', 'certificates, *.outage.json')
      .requiredOption('--genesis <file>', 'the genesis that you trust, from a source of your own')
      .option('--after <file>', 'an earlier certificate: the ledger must have grown from its ledger')
      .option('--json', 'print {"ok","reason","detail","steps","outage"}, for several files one a line with "file"')
      .action(async (files: string[], options: { genesis: string; after?: string; json?: boolean }) => {
        const { certificateCrypto } = await import('../../watcher/index.ts');
        const genesis = parseGenesis(await readBounded(options.genesis, maxGenesisBytes), options.genesis);
        const crypto = rememberSignatures(certificateCrypto);
        const output = new Output(options.json ?? false);
        const kept = options.after === undefined ? undefined : await readKept(options.after);
        for (const file of files) {
          const result = verifyCertificate(crypto, await readBounded(file, maxCertificateBytes), genesis, kept);
          if (files.length === 1) output.result(result, () => linesOf(result));
          else output.result({ file, ...result }, () => [`${file}: ${headline(result)}`]);
          if (!result.ok) process.exitCode = 1;
        }
      }),
  );
  return command;
}

const marks = { passed: 'ok', absent: '--', failed: 'NO', 'not-reached': '  ' } as const;

function headline({ reason, detail, outage }: CertificateVerification): string {
  return outage ? (outageLines(outage)[0] ?? '') : `REFUSED: ${reason}: ${detail}`;
}

function linesOf(result: CertificateVerification): string[] {
  const steps = result.steps.map(({ step, outcome, text }) => `${marks[outcome]}  ${step.padEnd(10)}  ${text}`);
  if (!result.outage) return [...steps, headline(result)];
  return [...steps, ...outageLines(result.outage), ...certificateStatementText(result.outage.policy)];
}

function outageLines({ cluster, check, from, until, transitions, incident, title }: CertifiedOutage): string[] {
  const end = until === undefined ? 'not ended in this certificate' : formatInstant(until);
  return [
    `VALID: ${title} (cluster ${cluster}, incident ${incident}), ${check} from ${formatInstant(from)} to ${end}`,
    ...transitions.map((one) => {
      const rule = `${one.rule.name}, ${one.rule.need} of ${one.rule.of}`;
      const sides = [
        `for: ${one.for.join(', ') || 'nobody'}`,
        ...(one.against.length > 0 ? [`against: ${one.against.join(', ')}`] : []),
        ...(one.silent.length > 0 ? [`silent: ${one.silent.join(', ')}`] : []),
      ];
      return `  ${formatInstant(one.since)}  ${state(one.from)} -> ${state(one.to)}  (${rule}; ${sides.join('; ')})`;
    }),
  ];
}

/** One byte more than fits is read, so that the verifier says itself that it is too large. */
async function readBounded(file: string, most: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of createReadStream(file, { end: most })) chunks.push(chunk as Buffer);
  } catch (cause) {
    throw new QwError('BAD_INPUT', `cannot read the file: ${messageOf(cause)}`, { where: file, cause });
  }
  return Buffer.concat(chunks);
}

/** The ledger that an earlier certificate is of; whoever kept it has verified it then. */
async function readKept(file: string): Promise<KeptLedger> {
  const read = readCertificate(await readBounded(file, maxCertificateBytes));
  if ('reason' in read) {
    throw new QwError('BAD_INPUT', `the earlier certificate is none: ${read.detail}`, { where: file });
  }
  return read.certificate.seal;
}

function parseGenesis(bytes: Buffer, where: string): unknown {
  try {
    return JSON.parse(bytes.toString());
  } catch (cause) {
    throw new QwError('BAD_INPUT', `the genesis is not JSON: ${messageOf(cause)}`, { where, cause });
  }
}
