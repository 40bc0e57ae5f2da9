import { pino, type Logger } from 'pino';

/**
 * The log. `error`: somebody must act; `warning`: something is wrong and the watch goes on; `info`: what an operator
 * wants to read a day later (transitions, actions, starts and stops); `debug`: single probes and messages.
 */
export interface Log {
  debug(message: string, facts?: LogFacts): void;
  info(message: string, facts?: LogFacts): void;
  warning(message: string, facts?: LogFacts): void;
  error(message: string, facts?: LogFacts): void;
}

export type LogFacts = Readonly<Record<string, unknown>>;
export type LogLevel = keyof Log;

const names: Record<number, string> = { 20: 'debug', 30: 'info', 40: 'warning', 50: 'error' };

export interface LogOptions {
  level: LogLevel;
  /** JSON lines for machines, or one readable line an event. */
  format: 'json' | 'text';
  write(line: string): void;
}

export function createLog(options: LogOptions): Log {
  const level = options.level === 'warning' ? 'warn' : options.level;
  const stream = { write: (line: string) => options.write(options.format === 'json' ? line : readable(line)) };
  const logger = pino(
    { level, base: null, timestamp: pino.stdTimeFunctions.isoTime, redact: ['token', 'password'] },
    stream,
  );
  return {
    debug: (message, facts) => write(logger, 'debug', message, facts),
    info: (message, facts) => write(logger, 'info', message, facts),
    warning: (message, facts) => write(logger, 'warn', message, facts),
    error: (message, facts) => write(logger, 'error', message, facts),
  };
}

/** A log that is nowhere written, for parts that run without one. */
export const silentLog: Log = { debug: () => {}, info: () => {}, warning: () => {}, error: () => {} };

function write(logger: Logger, level: 'debug' | 'info' | 'warn' | 'error', message: string, facts?: LogFacts): void {
  if (facts) logger[level](facts, message);
  else logger[level](message);
}

function readable(line: string): string {
  const { level, time, msg, ...facts } = JSON.parse(line) as { level: number; time: string; msg: string } & LogFacts;
  const rest = Object.entries(facts).map(
    ([key, value]) => `${key}=${typeof value === 'string' ? quote(value) : JSON.stringify(value)}`,
  );
  return `${time.slice(11, 23)} ${(names[level] ?? 'info').padEnd(7)} ${[msg, ...rest].join('  ')}\n`;
}

function quote(text: string): string {
  return /^[\w.:/@%+-]+$/.test(text) ? text : JSON.stringify(text);
}
