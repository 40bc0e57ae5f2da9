import { QwError } from '../../model/index.ts';

/** Refuses an expression, and says where in it: `from` counts characters from 0, people count from 1. */
export function refuse(message: string, text: string, from: number): never {
  const before = text.slice(0, from);
  const line = before.split('\n').length;
  const column = from - (before.lastIndexOf('\n') + 1) + 1;
  throw new QwError('BAD_INPUT', `${line}:${column}: parse error: ${message}`, {
    hint: 'the guide `grafana.md` lists what of PromQL is understood',
  });
}

/** What the values themselves forbid, known only when they are there. */
export function impossible(message: string): never {
  throw new QwError('TELEMETRY_QUERY', message);
}
