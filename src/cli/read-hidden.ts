import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';

/** A line of standard input for each question; at a terminal with the questions, and without showing what is typed. */
export async function readHidden(questions: readonly string[]): Promise<string[]> {
  const isTerminal = process.stdin.isTTY;
  const silence = new Writable({ write: (_chunk, _encoding, done) => done() });
  // One reader for all: what is pasted comes at once, and the next reader would miss it.
  const lines = createInterface({ input: process.stdin, output: silence, terminal: isTerminal });
  const answers: string[] = [];
  const ask = () => {
    const question = questions[answers.length];
    if (isTerminal && question !== undefined) process.stderr.write(question);
  };
  ask();
  try {
    for await (const line of lines) {
      answers.push(line);
      if (isTerminal) process.stderr.write('\n');
      if (answers.length === questions.length) break;
      ask();
    }
  } finally {
    lines.close();
  }
  return answers;
}
