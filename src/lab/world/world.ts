import { messageOf } from '../../model/index.ts';
import type { Adversary } from './adversary.ts';
import { Clients } from './clients.ts';
import { EventHeap } from './event-heap.ts';
import { History } from './history.ts';
import { Network } from './network.ts';
import { epochMs, WorldNode, type NodePort } from './node.ts';
import { theLeader, type Fault, type Plan } from './plan.ts';
import { Violation, type ProtocolUnderTest } from './protocol.ts';
import { Random } from './random.ts';

const tickUs = 10_000;
const clientTickUs = 50_000;
/** After healing, all requests must be answered and all nodes equal within this. */
const livenessUs = 60_000_000;
/** A world with more events than this runs away. */
const maxEvents = 3_000_000;

export interface Outcome {
  violation: { invariant: string; message: string; atUs: number } | undefined;
  /** Messages delivered between nodes. */
  messages: number;
  /** Requests answered. */
  answered: number;
  /** Sequences in the one history. */
  sequences: number;
  /** Whether what was left could decide; if not, only safety was judged. */
  recoverable: boolean;
  endedUs: number;
}

/** Runs a plan to its end or to the first broken law. `log` gets one line for each transition. */
export function runWorld<Message>(
  plan: Plan,
  protocol: ProtocolUnderTest<Message>,
  log?: (line: string) => void,
): Outcome {
  return new World(plan, protocol, log).run();
}

class World<Message> {
  readonly #plan: Plan;
  readonly #protocol: ProtocolUnderTest<Message>;
  readonly #log: ((line: string) => void) | undefined;
  readonly #events = new EventHeap<() => void>();
  readonly #network: Network;
  readonly #history = new History();
  readonly #nodes = new Map<number, WorldNode<Message>>();
  readonly #adversaries = new Map<number, Adversary<Message>>();
  readonly #clients: Clients;
  readonly #port: NodePort<Message>;
  #nowUs = 0;
  #messages = 0;
  #lost = 0;
  #healed = false;
  #core: WorldNode<Message>[] = [];
  #recoverable = true;
  /** How long the history was when the last client had its answer; adversaries may go on to make it longer. */
  #goal: number | undefined;
  #isOver = false;

  constructor(plan: Plan, protocol: ProtocolUnderTest<Message>, log: ((line: string) => void) | undefined) {
    this.#plan = plan;
    this.#protocol = protocol;
    this.#log = log;
    const count = plan.members + plan.spares;
    const ids = Array.from({ length: count }, (_, at) => at + 1);
    this.#network = new Network(plan.network, count, plan.seed);
    this.#port = {
      plan,
      protocol,
      checker: protocol.checker((id) => this.#nodes.get(id)?.instance, plan.tuning),
      history: this.#history,
      nowUs: () => this.#nowUs,
      schedule: (delayUs, run) => this.#events.push(this.#nowUs + delayUs, run),
      send: (from, to, message) => this.#send(from, to, message),
      answer: (from, id, result) => this.#carry(from, 0, () => this.#clients.onReply(from, id, result, this.#nowUs)),
      refuse: (from, id) => this.#carry(from, 0, () => this.#clients.onRefusal(id)),
      log: (node, line) => this.#note(`node ${node} ${line}`),
    };
    const allies = plan.adversaries.map(({ node }) => node).sort((one, other) => one - other);
    for (const { node, strategy } of plan.adversaries) {
      this.#note(`node ${node} is an adversary: ${strategy}`);
      const random = new Random(plan.seed, `adversary ${node}`);
      const send = (to: number, message: Message) => this.#send(node, to, message);
      const nowMs = () => epochMs + Math.floor(this.#nowUs / 1000);
      const port = { id: node, members: ids, allies, tuning: plan.tuning, random, nowMs, send };
      this.#adversaries.set(node, protocol.adversary(strategy, port));
    }
    for (const id of ids) if (!this.#adversaries.has(id)) this.#nodes.set(id, new WorldNode(id, this.#port));
    const honest = [...this.#nodes.keys()];
    this.#clients = new Clients(
      plan.clients,
      honest,
      this.#history,
      new Random(plan.seed, 'clients'),
      (node, id, bytes) => this.#carry(0, node, () => this.#nodes.get(node)?.ask(id, bytes)),
    );
  }

  run(): Outcome {
    let violation: Outcome['violation'];
    try {
      this.#begin();
      this.#loop();
      this.#clients.judge();
    } catch (error) {
      const invariant = error instanceof Violation ? error.invariant : 'broken-rule';
      violation = { invariant, message: messageOf(error), atUs: this.#nowUs };
      this.#note(`VIOLATION ${messageOf(error)}`);
    }
    return {
      violation,
      messages: this.#messages,
      answered: this.#clients.answered,
      sequences: this.#history.length,
      recoverable: this.#recoverable,
      endedUs: this.#nowUs,
    };
  }

  #begin(): void {
    for (const node of this.#nodes.values()) {
      node.start();
      this.#repeat(node.id * 37, tickUs, () => node.tick(), node);
    }
    for (const adversary of this.#adversaries.values()) this.#repeat(0, tickUs, () => adversary.tick());
    for (const request of this.#plan.requests) {
      this.#events.push(request.atUs, () => this.#clients.request(request, this.#nowUs));
    }
    for (const fault of this.#plan.faults) {
      if (fault.type === 'set-back' || fault.type === 'restore-backup')
        this.#events.push(fault.atUs - fault.byUs, () => this.#target(fault.node)?.backUp());
      this.#events.push(fault.atUs, () => this.#strike(fault));
    }
    this.#events.push(this.#plan.safetyUs, () => this.#heal());
    this.#repeat(clientTickUs, clientTickUs, () => {
      this.#clients.tick(this.#nowUs);
      if (this.#healed) this.#lookForEnd();
    });
  }

  #loop(): void {
    for (let count = 0; !this.#isOver; count++) {
      const next = this.#events.pop();
      if (!next) return;
      if (count > maxEvents) throw new Violation('runaway', `${maxEvents} events and no end`);
      this.#nowUs = next.timeUs;
      next.event();
    }
  }

  #repeat(firstUs: number, everyUs: number, run: () => void, node?: WorldNode<Message>): void {
    const again = () => {
      if (!node || node.pausedUntilUs <= this.#nowUs) run();
      this.#events.push(this.#nowUs + everyUs, again);
    };
    this.#events.push(firstUs, again);
  }

  #send(from: number, to: number, message: Message): void {
    if (from === to) return;
    const bytes = this.#plan.encoded ? this.#protocol.encode(message) : undefined;
    this.#carry(from, to, () => {
      this.#messages += 1;
      const received = bytes ? this.#protocol.decode(bytes) : message;
      if (received === undefined) {
        // An adversary may send what nobody can read.
        if (this.#adversaries.has(from)) return;
        throw new Violation('codec', `a message of node ${from} cannot be decoded`);
      }
      this.#adversaries.get(to)?.receive(from, received);
      this.#nodes.get(to)?.receive(from, received);
    });
  }

  #carry(from: number, to: number, arrive: () => void): void {
    for (const atUs of this.#network.arrivals(from, to, this.#nowUs)) {
      const arrived = () => {
        const pausedUntilUs = this.#nodes.get(to)?.pausedUntilUs ?? 0;
        if (pausedUntilUs > this.#nowUs) {
          this.#events.push(pausedUntilUs, arrived);
          return;
        }
        this.#network.arrived(from, to);
        arrive();
      };
      this.#events.push(atUs, arrived);
    }
  }

  #strike(fault: Fault): void {
    const untilUs = this.#nowUs + ('forUs' in fault ? fault.forUs : 0);
    const node = 'node' in fault ? this.#target(fault.node) : undefined;
    switch (fault.type) {
      case 'crash':
        node?.crash(fault.loss);
        this.#restartAfter(node, fault.downUs);
        return;
      case 'pause':
        if (node) node.pausedUntilUs = untilUs;
        break;
      case 'partition':
        this.#network.partition(
          fault.mode,
          fault.oneWay,
          untilUs,
          fault.salt,
          fault.aroundLeader ? this.#target(theLeader)?.id : undefined,
        );
        break;
      case 'clog':
        this.#network.clog(fault.from, fault.to, untilUs);
        break;
      case 'jump':
        node?.jump(fault.byMs);
        break;
      case 'slow-disk':
        node?.slowDown(untilUs, fault.addedUs);
        break;
      case 'disk-error':
        node?.failNextSync(() => this.#restartAfter(node, fault.downUs));
        break;
      case 'damage':
        this.#damage(node, fault);
        break;
      case 'amnesia':
        this.#forget(node, fault);
        break;
      case 'set-back':
        if (!node || node.isDead || !this.#mayLose()) break;
        if (!node.setBack()) this.#lost -= 1;
        this.#restartAfter(node, fault.downUs);
        break;
      case 'restore-backup':
        if (!node || node.isDead || !this.#mayLose()) break;
        if (!node.restoreBackup()) this.#lost -= 1;
        this.#restartAfter(node, fault.downUs);
        break;
      case 'operate':
        this.#operate(fault.salt);
    }
    this.#note(`fault ${JSON.stringify(fault)}`);
  }

  #target(id: number): WorldNode<Message> | undefined {
    if (id !== theLeader) return this.#nodes.get(id);
    return [...this.#nodes.values()].find((node) => node.instance?.leads());
  }

  /** The atlas: as many disks may be lost for good as the protocol survives, and no more. */
  #mayLose(): boolean {
    if (this.#lost >= this.#protocol.damageBound(this.#plan.members) - this.#adversaries.size) return false;
    this.#lost += 1;
    return true;
  }

  /** What rotted shows at the next start at once; a misdirected write lies in wait until the node stops some day. */
  #damage(node: WorldNode<Message> | undefined, fault: Extract<Fault, { type: 'damage' }>): void {
    if (!node || node.isDead || !this.#mayLose()) return;
    if (!node.damage()) this.#lost -= 1;
    else if (fault.how === 'rot') node.crash('nothing');
    this.#restartAfter(node, fault.downUs);
  }

  #forget(node: WorldNode<Message> | undefined, { downUs }: Extract<Fault, { type: 'amnesia' }>): void {
    if (!node || node.isDead || !this.#mayLose()) return;
    if (downUs === undefined) return node.eraseDisk();
    node.forget();
    this.#restartAfter(node, downUs);
  }

  #restartAfter(node: WorldNode<Message> | undefined, downUs: number): void {
    this.#events.push(this.#nowUs + downUs, () => node?.start());
  }

  #operate(salt: number): void {
    const ids = [...this.#nodes.keys()];
    for (const node of this.#nodes.values()) {
      if (!node.instance || node.pausedUntilUs > this.#nowUs) continue;
      this.#protocol.operate(node.instance, ids, this.#plan.members, new Random(salt, 'operator'));
      node.pump();
    }
  }

  /** The end of all faults, for a quorum at least: everybody else may stay dead (as in TigerBeetle's VOPR). */
  #heal(): void {
    this.#healed = true;
    this.#network.heal();
    for (const node of this.#nodes.values()) {
      node.pausedUntilUs = 0;
      node.slowDown(0, 0);
      node.failNextSync(undefined);
      if (this.#protocol.needsClocks?.(this.#plan.tuning)) node.setClockRight();
      node.start();
    }
    this.#core = this.#chooseCore(new Random(this.#plan.seed, 'core'));
    this.#recoverable = this.#core.length > 0;
    if (!this.#recoverable) {
      this.#isOver = true;
      return;
    }
    for (const node of this.#nodes.values()) {
      if (this.#core.includes(node)) continue;
      node.crash('torn');
      node.isDead = true;
    }
    this.#clients.useOnly(this.#core.map((node) => node.id));
    this.#note(`healed: ${this.#core.map((node) => node.id).join(' ')}`);
  }

  #chooseCore(random: Random): WorldNode<Message>[] {
    const alive = random.shuffled([...this.#nodes.values()].filter((node) => node.instance));
    for (let size = random.chance(0.5) ? 1 : alive.length; size <= alive.length; size++) {
      // Who may have forgotten what it said, or may find out that it has, follows the others, who must do without it.
      const voters = alive.slice(0, size).filter((node) => !node.hasForgotten && !node.wasSetBack);
      const ids = voters.map((node) => node.id);
      if (alive.every((node) => node.instance?.isQuorum(ids))) return alive.slice(0, size);
    }
    return [];
  }

  #lookForEnd(): void {
    const ahead = this.#core.reduce((best, node) => (node.applied > best.applied ? node : best));
    const members = ahead.instance?.members() ?? [];
    if (this.#clients.areDone) this.#goal ??= this.#history.length;
    const goal = this.#goal ?? 0;
    // Who has no vote waits for a checkpoint, and there may be none to come.
    const waits = (node: WorldNode<Message>) =>
      node.hasForgotten || (node.wasSetBack && node.instance?.hasVote?.() === false);
    const behind = this.#core.find((node) => members.includes(node.id) && !waits(node) && node.applied < goal);
    if (this.#clients.areDone && !behind) this.#isOver = true;
    else if (this.#nowUs > this.#plan.safetyUs + livenessUs) {
      const what = behind ? `node ${behind.id} is at ${behind.applied} of ${goal}` : 'a client waits';
      throw new Violation('liveness', `${livenessUs / 1_000_000} s after healing ${what}`);
    }
  }

  #note(line: string): void {
    this.#log?.(`${(this.#nowUs / 1000).toFixed(3)} ${line}`);
  }
}
