import { Help, type Argument, type Command, type Option } from 'commander';
import { fillTemplate, formatDuration, readTemplate } from '../../model/index.ts';
import { displayWidth, wrapped } from './display-width.ts';
import { say } from './speech.ts';

/** Puts everything that commander shows into the language that is spoken. In English it leaves the words as they are. */
export function translateProgram(command: Command): void {
  command.description(say(command.description()));
  for (const argument of command.registeredArguments) argument.description = say(argument.description);
  for (const option of command.options) translateOption(option);
  command.helpOption('-h, --help', say('display help for command'));
  if (command.commands.length > 0) command.helpCommand('help [command]', say('display help for command'));
  command.configureHelp({
    styleTitle: say,
    displayWidth,
    boxWrap: wrapped,
    optionDescription: (option) => parenthesesIn(new Help().optionDescription(withReadableDefault(option))),
    argumentDescription: (argument) => parenthesesIn(new Help().argumentDescription(withReadableDefault(argument))),
  });
  command.configureOutput({ outputError: (text, write) => write(translatedError(text)) });
  for (const inner of command.commands) translateProgram(inner);
}

function translateOption(option: Option): void {
  option.description = say(option.description);
  if (option.defaultValueDescription !== undefined)
    option.defaultValueDescription = say(option.defaultValueDescription);
}

/** Commander shows what a default was made into: people write `1h` and `a,b`, and nothing for nothing. */
function withReadableDefault<Described extends Option | Argument>(described: Described): Described {
  const value: unknown = described.defaultValue;
  if (value === '' || (Array.isArray(value) && value.length === 0))
    return changed(described, { defaultValue: undefined });
  const text = described.defaultValueDescription ?? defaultText(value, 'flags' in described ? described.flags : '');
  return text === undefined ? described : changed(described, { defaultValueDescription: text });
}

function defaultText(value: unknown, flags: string): string | undefined {
  if (Array.isArray(value)) return value.join(',');
  if (typeof value !== 'number') return undefined;
  if (flags.includes('<duration>')) return formatDuration(value);
  return flags.includes('<size>') ? sizeText(value) : undefined;
}

const changed = <Described extends object>(described: Described, changes: Partial<Option>): Described =>
  Object.assign(Object.create(Object.getPrototypeOf(described) as object) as Described, described, changes);

const sizeText = (bytes: number): string =>
  bytes % 2 ** 30 === 0 ? `${bytes / 2 ** 30}GiB` : `${Math.round(bytes / 2 ** 20)}MiB`;

/** What commander adds behind a description: `(choices: "a", "b", default: "a")`. */
function parenthesesIn(description: string): string {
  return description.replace(/\((?:choices|default|preset|env): [^()]*\)$/, (found) =>
    found.replaceAll(/(choices|default|preset|env): /g, (_all, word: string) => `${say(word)}: `),
  );
}

/** Commander's own sentences; braces stand for what it fills in. */
export const usageErrors = [
  "unknown option '{0}'",
  "unknown command '{0}'",
  "missing required argument '{0}'",
  "required option '{0}' not specified",
  "option '{0}' argument missing",
  "option '{0}' argument '{1}' is invalid. Allowed choices are {2}.",
  "option '{0}' argument '{1}' is invalid. {2}",
  "command-argument value '{1}' is invalid for argument '{0}'. Allowed choices are {2}.",
  "command-argument value '{1}' is invalid for argument '{0}'. {2}",
  "option '{0}' cannot be used with option '{1}'",
  "too many arguments for '{0}'. Expected {1} argument but got {2}.",
  "too many arguments for '{0}'. Expected {1} arguments but got {2}.",
  'too many arguments. Expected {0} argument but got {1}.',
  'too many arguments. Expected {0} arguments but got {1}.',
  '(Did you mean {0}?)',
  '(Did you mean one of {0}?)',
] as const;

function translatedError(text: string): string {
  return text
    .split('\n')
    .map((line) => {
      const [, frame = '', sentence = ''] = /^(error: )?(.*)$/.exec(line) ?? [];
      return (frame === '' ? '' : `${say('error')}: `) + translatedSentence(sentence);
    })
    .join('\n');
}

function translatedSentence(sentence: string): string {
  for (const template of usageErrors) {
    const values = readTemplate(template, sentence);
    // The reason that a command gives for refusing a value is a text of ours.
    if (values)
      return fillTemplate(
        say(template),
        Object.fromEntries(Object.entries(values).map(([place, value]) => [place, say(value)])),
      );
  }
  return say(sentence);
}
