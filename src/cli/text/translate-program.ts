import { Help, type Command, type Option } from 'commander';
import { fillTemplate, readTemplate } from '../../model/index.ts';
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
    optionDescription: (option) => parenthesesIn(new Help().optionDescription(option)),
    argumentDescription: (argument) => parenthesesIn(new Help().argumentDescription(argument)),
  });
  command.configureOutput({ outputError: (text, write) => write(translatedError(text)) });
  for (const inner of command.commands) translateProgram(inner);
}

function translateOption(option: Option): void {
  option.description = say(option.description);
  if (option.defaultValueDescription !== undefined)
    option.defaultValueDescription = say(option.defaultValueDescription);
}

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
