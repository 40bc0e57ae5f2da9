/** One operation as its client saw it: called, and returned with an output unless the client never heard of it again. */
export interface Operation<Input, Output> {
  /** Operations of different partitions don't touch each other; each partition is judged alone (Horn and Kroening 2015). */
  partition: string | number;
  call: number;
  /** `Infinity` when no answer came: it may have taken effect at any time after the call, or not at all. */
  return: number;
  input: Input;
  output: Output | undefined;
}

/** What a sequential object does. States are values: `step` gives a new one. */
export interface Model<State, Input, Output> {
  initial: State;
  /** The state after the operation; undefined when it could not have given this output. */
  step(state: State, input: Input, output: Output | undefined): State | undefined;
  /** Equal keys mean equal states. */
  key(state: State): string | number;
}

/** `unknown`: the bound of steps was reached before an answer. */
export type Verdict = 'linearizable' | 'not linearizable' | 'unknown';

/** A call or a return, in a doubly linked list in order of time, from which operations are lifted and put back. */
interface Mark {
  operation: number;
  /** The mark of the operation's return; undefined if this is it. */
  match: Mark | undefined;
  next: Mark | undefined;
  previous: Mark | undefined;
}

/**
 * Whether there is an order of the operations, in accord with real time, that a sequential object explains: the search
 * of Wing and Gong (1993) with Lowe's cache of states that were seen (2017).
 */
export function judge<State, Input, Output>(
  operations: readonly Operation<Input, Output>[],
  model: Model<State, Input, Output>,
  maxSteps = 1_000_000,
): Verdict {
  const partitions = Map.groupBy(operations, (operation) => operation.partition);
  let verdict: Verdict = 'linearizable';
  for (const part of partitions.values()) {
    const one = judgePart(part, model, maxSteps);
    if (one === 'not linearizable') return one;
    if (one === 'unknown') verdict = one;
  }
  return verdict;
}

function judgePart<State, Input, Output>(
  operations: readonly Operation<Input, Output>[],
  model: Model<State, Input, Output>,
  maxSteps: number,
): Verdict {
  const head = linked(operations);
  const done: { call: Mark; before: State }[] = [];
  const seen = new Set<string>();
  let bits = 0n;
  let state = model.initial;
  let returnsLeft = operations.filter((operation) => operation.return !== Infinity).length;
  let mark = head.next;
  for (let steps = 0; returnsLeft > 0; steps++) {
    if (steps > maxSteps) return 'unknown';
    const operation = mark && operations[mark.operation];
    if (mark?.match && operation) {
      const next = model.step(state, operation.input, operation.output);
      const after = bits | (1n << BigInt(mark.operation));
      const place = next === undefined ? '' : `${after.toString(36)} ${model.key(next)}`;
      if (next !== undefined && !seen.has(place)) {
        seen.add(place);
        done.push({ call: mark, before: state });
        bits = after;
        state = next;
        if (operation.return !== Infinity) returnsLeft -= 1;
        lift(mark);
        mark = head.next;
      } else {
        mark = mark.next;
      }
      continue;
    }
    // A return that nothing explains, or the end: the last choice was wrong.
    const last = done.pop();
    if (!last) return 'not linearizable';
    state = last.before;
    bits &= ~(1n << BigInt(last.call.operation));
    if (operations[last.call.operation]?.return !== Infinity) returnsLeft += 1;
    putBack(last.call);
    mark = last.call.next;
  }
  return 'linearizable';
}

/** At the same time calls come before returns, which allows more orders: clocks are not finer than that. */
function linked(operations: readonly Operation<unknown, unknown>[]): Mark {
  const marks: { at: number; isReturn: boolean; mark: Mark }[] = [];
  for (const [at, operation] of operations.entries()) {
    const end: Mark = { operation: at, match: undefined, next: undefined, previous: undefined };
    const call: Mark = { operation: at, match: end, next: undefined, previous: undefined };
    marks.push(
      { at: operation.call, isReturn: false, mark: call },
      { at: operation.return, isReturn: true, mark: end },
    );
  }
  marks.sort((a, b) => (a.at === b.at ? Number(a.isReturn) - Number(b.isReturn) : a.at < b.at ? -1 : 1));
  const head: Mark = { operation: -1, match: undefined, next: undefined, previous: undefined };
  let last = head;
  for (const { mark } of marks) {
    mark.previous = last;
    last.next = mark;
    last = mark;
  }
  return head;
}

function lift(call: Mark): void {
  unlink(call);
  if (call.match) unlink(call.match);
}

function putBack(call: Mark): void {
  if (call.match) link(call.match);
  link(call);
}

function unlink(mark: Mark): void {
  if (mark.previous) mark.previous.next = mark.next;
  if (mark.next) mark.next.previous = mark.previous;
}

function link(mark: Mark): void {
  if (mark.previous) mark.previous.next = mark;
  if (mark.next) mark.next.previous = mark;
}
