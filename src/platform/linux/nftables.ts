import { spawn } from 'node:child_process';
import { QwError } from '../../model/index.ts';

/** `nft` works on a transaction of the kernel; longer than this and something is badly wrong. */
const timeoutMs = 10_000;
const largestOutputBytes = 1024 * 1024;
/** Of a router with ten thousands of rules. */
const largestRulesetBytes = 32 * 1024 * 1024;

/** Runs a script of `nft` as one transaction: all of it or nothing. Throws UNSUPPORTED with what `nft` said. */
export async function applyNft(script: string): Promise<void> {
  const { status, errors } = await nft(['-f', '-'], script);
  if (status !== 0)
    throw new QwError('UNSUPPORTED', `nft: ${errors.trim()}`, { hint: 'run as root; install nftables' });
}

/** A table as `nft list table` prints it, without counters; undefined when it is not there. */
export async function listNftTable(family: string, name: string): Promise<string | undefined> {
  const { status, output, errors } = await nft(['--stateless', 'list', 'table', family, name], '');
  if (status === 0) return output;
  if (/No such file or directory/.test(errors)) return undefined;
  throw new QwError('UNSUPPORTED', `nft: ${errors.trim()}`, { hint: 'run as root; install nftables' });
}

/** All rules, without what is in named sets, as `nft -j list ruleset` prints them (libnftables-json(5)). Throws UNSUPPORTED with what `nft` said. */
export async function readNftRuleset(): Promise<unknown> {
  const { status, output, errors } = await nft(['-j', '--terse', 'list', 'ruleset'], '', largestRulesetBytes);
  if (status !== 0)
    throw new QwError('UNSUPPORTED', `nft: ${errors.trim()}`, { hint: 'run as root; install nftables' });
  try {
    return JSON.parse(output) as unknown;
  } catch {
    throw new QwError('UNSUPPORTED', `nft: its list of rules is longer than ${largestRulesetBytes} bytes, or cut off`);
  }
}

function nft(
  words: string[],
  input: string,
  mostBytes = largestOutputBytes,
): Promise<{ status: number | null; output: string; errors: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn('nft', words, { stdio: ['pipe', 'pipe', 'pipe'], timeout: timeoutMs });
    let output = '';
    let errors = '';
    child.stdout.on('data', (chunk: Buffer) => {
      if (output.length < mostBytes) output += chunk.toString();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      if (errors.length < largestOutputBytes) errors += chunk.toString();
    });
    child.once('error', (error) =>
      reject(new QwError('UNSUPPORTED', `the program nft: ${error.message}`, { hint: 'apt-get install nftables' })),
    );
    child.once('close', (status) => resolve({ status, output, errors }));
    // A program that ends before it has read its input breaks the pipe; its exit status says why.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
  });
}
