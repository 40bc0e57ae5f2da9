import { extname } from 'node:path';
import { QwError, readConfiguration, type Configuration, type ConfigurationIssue } from '../model/index.ts';
import { runInThread } from '../platform/index.ts';
import { checkedConfiguration as schema } from './parts.ts';
import { checkSecrets } from './secrets.ts';

/** Reading a configuration text: what is in it, or every error at once. */

export interface ConfigurationText {
  yaml: string;
  /** For messages. */
  file: string;
}

export interface ConfigurationRead {
  /** As written, for the ledger. */
  document: unknown;
  /** What a watcher needs to know before anything else. */
  server: Configuration['server'];
}

interface Reading {
  issues: ConfigurationIssue[];
  /** Absent when there are issues. */
  found?: ConfigurationRead;
}

/** A text longer than this, a few hundred checks, would hold the event loop longer than 100 ms. */
const inlineCharacters = 50_000;

/** Throws CONFIG_INVALID with the issues, unreadable secrets among them. */
export async function readConfigurationText(text: ConfigurationText): Promise<ConfigurationRead> {
  const { issues, found } = text.yaml.length > inlineCharacters ? await readApart(text) : await read(text);
  if (found) return found;
  throw invalid(issues, text.file);
}

/** All that a text says, for whoever runs one part of it and no watcher. Throws as `readConfigurationText` does. */
export async function configurationOf({ yaml, file }: ConfigurationText): Promise<Configuration> {
  const result = readConfiguration(yaml, file, schema);
  const issues = result.ok ? await checkSecrets(result.configuration, file) : result.issues;
  if (result.ok && issues.length === 0) return result.configuration;
  throw invalid(issues, file);
}

function invalid(issues: readonly ConfigurationIssue[], file: string): QwError {
  const what = `the configuration has ${issues.length} ${issues.length === 1 ? 'error' : 'errors'}`;
  return new QwError('CONFIG_INVALID', what, { where: file, facts: { issues } });
}

export async function read({ yaml, file }: ConfigurationText): Promise<Reading> {
  const result = readConfiguration(yaml, file, schema);
  if (!result.ok) return { issues: result.issues };
  const { configuration, document } = result;
  const issues = await checkSecrets(configuration, file);
  return issues.length > 0 ? { issues } : { issues, found: { document, server: configuration.server } };
}

/** The thread's module has the same extension as this one: sources in development, compiled when published. */
function readApart(text: ConfigurationText): Promise<Reading> {
  return runInThread(new URL(`./reading-thread${extname(import.meta.url)}`, import.meta.url), text);
}
