import { printable } from '../output.ts';

/** The log of a launched watcher goes on to stderr under its name. */
export class ForwardedLog {
  readonly #name: string;
  readonly #json: boolean;

  constructor(name: string, json: boolean) {
    this.#name = name;
    this.#json = json;
  }

  write(line: string): void {
    process.stderr.write(this.#json ? `${this.#named(line)}\n` : `${this.#name}  ${printable(line)}\n`);
  }

  #named(line: string): string {
    try {
      return JSON.stringify({ watcher: this.#name, ...(JSON.parse(line) as object) });
    } catch {
      // What ends a program is written for people.
      return JSON.stringify({ watcher: this.#name, level: 50, msg: line });
    }
  }
}
