import { formatDuration, messageOf, type RunAction } from '../../model/index.ts';
import { readSecret, redact, runProgram, type Secret } from '../../platform/index.ts';
import type { ActionFinding } from '../finding.ts';
import { scriptEnvironment } from './variables.ts';

/**
 * Runs a program with Netwatch's variables in its environment. `${NAME}` in the action's own variables stands for a
 * variable of the watcher's environment, and its value is struck out of the output that goes into the receipt.
 */
export async function runScript(
  action: RunAction,
  variables: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<ActionFinding> {
  const environment = scriptEnvironment(variables);
  const secrets: Secret[] = [];
  try {
    for (const [name, text] of Object.entries(action.environment)) {
      const secret = await readSecret({ text });
      if (secret.reveal() !== text) secrets.push(secret);
      environment[name] = secret.reveal();
    }
  } catch (error) {
    return { outcome: 'failed', text: messageOf(error) };
  }
  const { command, shell, timeoutMs } = action;
  const result = await runProgram({ command, shell, environment, timeoutMs, signal });
  if (result.error !== undefined) return { outcome: 'failed', text: result.error };
  const output = redact(result.output, secrets);
  const rest = {
    ...(output === '' ? {} : { output }),
    ...(result.exitCode === undefined ? {} : { exitCode: result.exitCode }),
  };
  if (result.aborted) return { outcome: 'failed', text: 'ended because the watcher stopped', cutOff: true, ...rest };
  if (result.timedOut)
    return { outcome: 'failed', text: `ended after its time limit of ${formatDuration(timeoutMs)}`, ...rest };
  if (result.exitCode === 0) return { outcome: 'done', text: 'ended with exit code 0', ...rest };
  const how =
    result.exitCode === undefined
      ? `was ended by ${result.signal ?? 'a signal'}`
      : `ended with exit code ${result.exitCode}`;
  return { outcome: 'failed', text: how, ...rest };
}
