import type { ActionFinished } from '@zun/contracts';

/** The ends of the latest actions, to be told again when one is asked for that has been done. */
export class FinishedActions {
  private readonly byId = new Map<number, ActionFinished>();

  constructor(private readonly capacity: number) {}

  get(actionId: number): ActionFinished | undefined {
    return this.byId.get(actionId);
  }

  add(outcome: ActionFinished): void {
    this.byId.delete(outcome.actionId);
    this.byId.set(outcome.actionId, outcome);
    if (this.byId.size > this.capacity) this.byId.delete(this.byId.keys().next().value!);
  }
}
