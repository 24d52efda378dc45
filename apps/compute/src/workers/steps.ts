import type { ActionStep } from '@zun/contracts';
import { toUtcTime, type Clock } from '@zun/domain';
import { SuspendedError } from '../engine/stopping.js';

/** The steps of one action, as its events show them. */
export class Steps {
  readonly list: ActionStep[] = [];

  constructor(private readonly clock: Clock) {}

  /** Does `work` as the step `name`, and records when and how it ended. */
  async record<T>(name: string, work: () => Promise<T>): Promise<T> {
    const step: ActionStep = { name, startTime: this.time(), finishTime: null, result: null, traceback: null };
    this.list.push(step);
    try {
      const result = await work();
      this.end(step, 'Success', null);
      return result;
    } catch (error) {
      if (!(error instanceof SuspendedError)) this.end(step, 'Error', traceback(error));
      throw error;
    }
  }

  private end(step: ActionStep, result: 'Success' | 'Error', text: string | null): void {
    step.finishTime = this.time();
    step.result = result;
    step.traceback = text;
  }

  private time(): string {
    return toUtcTime(this.clock.now());
  }
}

/** For admins: where it went wrong, and what was behind it. */
function traceback(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const own = error.stack ?? error.message;
  return error.cause === undefined ? own : `${own}\nCaused by: ${traceback(error.cause)}`;
}
