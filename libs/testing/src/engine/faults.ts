import { EngineRefusedError, EngineUnavailableError, type Clock, type DomainError } from '@zun/domain';

/**
 * Ways in which an engine fails:
 * - `unavailable`: does not answer, nothing is done;
 * - `lost-reply`: does it, but the answer is lost;
 * - `refused`: says no, nothing is done;
 * - `slow`: answers after `ms`;
 * - `held`: answers when {@link Faults.release} is called;
 * - `silent`: does it and never answers, as if the caller had died meanwhile;
 * - `none`: no fault; lets a call pass before the one that is meant.
 */
export type FaultKind = 'unavailable' | 'lost-reply' | 'refused' | 'slow' | 'held' | 'silent' | 'none';

export interface Fault {
  readonly kind: FaultKind;
  /** How many calls it hits. @default 1 */
  readonly times?: number;
  /** slow: milliseconds. */
  readonly ms?: number;
  /** refused: what is thrown. */
  readonly error?: DomainError;
}

/** Faults that hit the named verbs of a fake, first come first served. */
export class Faults<Verb extends string> {
  private readonly pending = new Map<Verb, Fault[]>();
  private readonly held: (() => void)[] = [];

  constructor(private readonly clock: Clock) {}

  /** The next calls of `verb` fail so. */
  inject(verb: Verb, fault: Fault): void {
    const queue = this.pending.get(verb) ?? [];
    queue.push(...Array.from({ length: fault.times ?? 1 }, () => fault));
    this.pending.set(verb, queue);
  }

  /** Lets every held call go on. */
  release(): void {
    for (const go of this.held.splice(0)) go();
  }

  /** Calls that wait for {@link release}. */
  get heldCalls(): number {
    return this.held.length;
  }

  /** Runs `work` as the next fault for `verb` wants it. */
  async apply<T>(verb: Verb, work: () => T | Promise<T>): Promise<T> {
    const fault = this.pending.get(verb)?.shift();
    if (fault?.kind === 'unavailable') throw new EngineUnavailableError(new Error(`fault in ${verb}`));
    if (fault?.kind === 'refused') throw fault.error ?? new EngineRefusedError(`${verb} refused`);
    if (fault?.kind === 'slow') await this.clock.sleep(fault.ms ?? 0);
    if (fault?.kind === 'held') await new Promise<void>((go) => this.held.push(go));
    const result = await work();
    if (fault?.kind === 'silent') await new Promise<never>(() => undefined);
    if (fault?.kind === 'lost-reply') throw new EngineUnavailableError(new Error(`reply of ${verb} lost`));
    return result;
  }
}
