import { QwError, type LedgerRequest, type SignedRequest } from '../../model/index.ts';
import { Decider } from './decide.ts';
import type { Draft } from './draft.ts';
import { everyCheck } from './policies/every-check.ts';
import { takeOver } from './takeover.ts';

type Said<Kind extends LedgerRequest['kind']> = SignedRequest & { request: Extract<LedgerRequest, { kind: Kind }> };

/** A watcher's own opinions: they are recorded as they were signed, and the verdicts they touch are decided anew. */
export function observe(draft: Draft, said: Said<'observe'>, waiting: Iterable<string>): void {
  const { signer: watcher, number, signature, request } = said;
  const { opinions } = request;
  const foreign = opinions.find((opinion) => opinion.watcher !== watcher);
  if (foreign) throw new QwError('FORBIDDEN', `${watcher} speaks for ${foreign.watcher}`, { hint: ownOnly });
  if (new Set(opinions.map(({ check }) => check)).size < opinions.length) {
    throw new QwError('BAD_INPUT', `${watcher} has two opinions on one check`);
  }
  if (number <= draft.window(watcher).observed) throw overtaken(watcher);
  draft.emit({ kind: 'observations', body: { watcher, number, opinions, signature } });
  const decider = new Decider(draft, waiting);
  for (const { check } of opinions) decider.decide(check);
  decider.settle();
}

/** A member's word about whom it hears; when that makes somebody silent or heard again, much may follow. */
export function hear(draft: Draft, said: Said<'presence'>, waiting: Iterable<string>): void {
  const { signer: watcher, number, signature, request } = said;
  const { silent } = request;
  const known = new Set(draft.membership.watchers.map(({ id }) => id));
  const stranger = silent.find((id) => !known.has(id) || id === watcher);
  if (stranger !== undefined) throw new QwError('BAD_INPUT', `${watcher} can't say that it does not hear ${stranger}`);
  if (number <= draft.window(watcher).present) throw overtaken(watcher);
  const before = new Set(draft.presence.silent);
  const presence = draft.emit({ kind: 'presence', body: { watcher, number, silent, signature } });
  const after = new Set(draft.presence.silent);
  const changed = [...before, ...after].filter((id) => before.has(id) !== after.has(id));
  if (changed.length === 0) return;
  const decider = new Decider(draft, waiting);
  for (const name of everyCheck(draft)) {
    const { judges = [] } = draft.plan.planned(name) ?? {};
    if (changed.some((id) => judges.includes(id))) decider.decide(name, presence);
  }
  decider.settle();
  takeOver(draft);
}

const ownOnly = 'a watcher speaks for itself only';

function overtaken(watcher: string): QwError {
  return new QwError('CONFLICT', `${watcher} has said something newer since`, {
    hint: 'say what is true now, under a new number',
    facts: { overtaken: true },
  });
}
