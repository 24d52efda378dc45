import { Inject, Injectable } from '@nestjs/common';
import type { RunAction, RunActions } from '@zun/contracts';
import { DomainError } from '@zun/domain';
import { Stopping } from '../engine/stopping.js';
import { PARTS, type ComputeParts } from '../parts.js';
import { Outbox } from '../reports/outbox.js';
import { ActionRunner } from './action-runner.js';
import { Activity } from './activity.js';
import { FinishedActions } from './finished-actions.js';
import { NewestActions } from './newest-actions.js';

const REMEMBERED_ACTIONS = 1_000;
const REMEMBERED_CONTAINERS = 10_000;

interface Job {
  readonly message: RunAction;
  readonly abandon: AbortController;
}

/** One worker for each container: what is asked of one is done one after the other in the order it came, of several at once. */
@Injectable()
export class ContainerWorkers {
  /** Jobs by container, the one under way first; a container without any is not in here. */
  private readonly queues = new Map<string, Job[]>();
  private readonly running = new Set<Promise<void>>();
  private readonly newest = new NewestActions(REMEMBERED_CONTAINERS);
  private readonly finished = new FinishedActions(REMEMBERED_ACTIONS);

  constructor(
    @Inject(PARTS) private readonly parts: ComputeParts,
    @Inject(ActionRunner) private readonly runner: ActionRunner,
    @Inject(Activity) private readonly activity: Activity,
    @Inject(Outbox) private readonly outbox: Outbox,
    @Inject(Stopping) private readonly stopping: Stopping,
  ) {}

  /**
   * Takes the actions of a container on; one that is known already is not done again, and if it has ended its end is told again. A
   * message that is out of date is ignored: what it asks for may have been done, and undone, since.
   */
  accept({ actions, newestActionId }: RunActions): void {
    if (this.stopping.signal.aborted) return;
    if (this.newest.note(actions[0]!.spec.uuid, newestActionId)) for (const message of actions) this.take(message);
  }

  private take(message: RunAction): void {
    const known = this.finished.get(message.actionId);
    if (known) return this.outbox.finished(known, message.requestId);
    const { uuid } = message.spec;
    const queue = this.queues.get(uuid) ?? [];
    if (queue.some((job) => job.message.actionId === message.actionId)) return;
    if (message.action === 'delete') abandonCreates(queue);
    queue.push({ message, abandon: new AbortController() });
    if (queue.length === 1) this.startWorker(uuid, queue);
  }

  /** Waits for what is under way; what has not begun is left for the next start. */
  async drain(): Promise<void> {
    await Promise.allSettled([...this.running]);
  }

  private startWorker(uuid: string, queue: Job[]): void {
    this.queues.set(uuid, queue);
    this.activity.begin(uuid);
    const work = this.workOff(queue).finally(() => {
      this.queues.delete(uuid);
      this.running.delete(work);
      this.activity.end(uuid);
    });
    this.running.add(work);
  }

  private async workOff(queue: Job[]): Promise<void> {
    for (let job = queue[0]; job && !this.stopping.signal.aborted; job = queue[0]) {
      await this.runOne(job);
      queue.shift();
    }
  }

  private async runOne({ message, abandon }: Job): Promise<void> {
    const { actionId, requestId, action, spec } = message;
    const fields = { actionId, requestId, action, uuid: spec.uuid };
    this.parts.logger.info(fields, 'an action begins');
    try {
      const outcome = await this.runner.run(message, AbortSignal.any([abandon.signal, this.stopping.signal]));
      if (!outcome) return;
      this.finished.add(outcome);
      this.outbox.finished(outcome, requestId);
      this.parts.logger.info({ ...fields, failure: outcome.failure }, 'an action has ended');
    } catch (error) {
      // A defect of ours. The action stays unfinished, and the schedulers will ask for it again.
      this.parts.logger.error({ ...fields, err: error }, 'an action broke off');
    }
  }
}

/** A container that is to be deleted need not be pulled for any longer. */
function abandonCreates(queue: readonly Job[]): void {
  const reason = new DomainError('conflict', 'conflict', 'The container was deleted while it was being created.');
  for (const { message, abandon } of queue)
    if (message.action === 'create' || message.action === 'rebuild') abandon.abort(reason);
}
