import { tokensOf, type Token } from './lexer.ts';
import { refuse } from './problem.ts';

/** Walks over the words of an expression, one ahead. */
export class TokenReader {
  readonly text: string;
  readonly #tokens: readonly Token[];
  #index = 0;

  constructor(text: string) {
    this.text = text;
    this.#tokens = tokensOf(text);
  }

  get next(): Token {
    return this.#at(this.#index);
  }

  get afterNext(): Token {
    return this.#at(this.#index + 1);
  }

  atEnd(): boolean {
    return this.next.type === 'end';
  }

  take(): Token {
    const token = this.next;
    this.#index++;
    return token;
  }

  is(sign: string): boolean {
    return this.next.type === 'sign' && this.next.text === sign;
  }

  takeSign(sign: string): boolean {
    const found = this.is(sign);
    if (found) this.#index++;
    return found;
  }

  expectSign(sign: string): void {
    if (!this.takeSign(sign)) this.unexpected(JSON.stringify(sign));
  }

  /** Keywords are written in any case. */
  isWord(word: string): boolean {
    return this.next.type === 'word' && this.next.text.toLowerCase() === word;
  }

  takeWord(word: string): boolean {
    const found = this.isWord(word);
    if (found) this.#index++;
    return found;
  }

  expect(type: Token['type'], what: string): Token {
    if (this.next.type !== type) this.unexpected(what);
    return this.take();
  }

  refuse(message: string): never {
    return refuse(message, this.text, this.next.from);
  }

  unexpected(wanted: string): never {
    const { type, text } = this.next;
    return this.refuse(
      `unexpected ${type === 'end' ? 'end of input' : JSON.stringify(text.slice(0, 100))}, expected ${wanted}`,
    );
  }

  #at(index: number): Token {
    return this.#tokens[Math.min(index, this.#tokens.length - 1)] ?? { type: 'end', text: '', from: this.text.length };
  }
}
