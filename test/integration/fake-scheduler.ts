import { actionFinished, findUnplaced, SCHEDULER, SCHEDULER_CONTRACTS, type ActionFinished, type Contract } from '@zun/contracts';
import type { Transport } from '@zun/transport';
import { setTimeout as sleep } from 'node:timers/promises';

/** Listens in a scheduler's place, and remembers. */
export class FakeScheduler {
  private readonly received: { type: string; payload: object }[] = [];

  constructor(private readonly transport: Transport) {}

  async serve(): Promise<void> {
    const contracts = SCHEDULER_CONTRACTS as readonly Contract<object, unknown>[];
    const registrations = contracts.map((contract) => ({
      contract,
      handler: (payload: object) => {
        this.received.push({ type: contract.type, payload });
        return contract.type === findUnplaced.type ? { unplaced: [] } : undefined;
      },
    }));
    await this.transport.serve(SCHEDULER, registrations);
  }

  /** What came under one contract, in order. */
  of<TPayload extends object>(contract: Contract<TPayload>): TPayload[] {
    return this.received.filter(({ type }) => type === contract.type).map(({ payload }) => payload as TPayload);
  }

  async untilFinished(actionId: number, limitMs = 30_000): Promise<ActionFinished> {
    for (let waited = 0; waited < limitMs; waited += 10) {
      const outcome = this.of(actionFinished).find((finished) => finished.actionId === actionId);
      if (outcome) return outcome;
      await sleep(10);
    }
    throw new Error(`action ${actionId} has not ended; last seen: ${JSON.stringify(this.received.slice(-3))}`);
  }

  /** When a container was last started, as the latest end of an action told. */
  startedAt(uuid: string): string | null {
    return (
      this.of(actionFinished)
        .filter(({ containerUuid }) => containerUuid === uuid)
        .at(-1)?.observation?.startedAt ?? null
    );
  }
}
