import { Injectable } from '@nestjs/common';
import { Settlement, type ClaimVerdict, type ProposedClaim } from '@zun/persistence';

interface Waiting {
  readonly proposal: ProposedClaim;
  readonly resolve: (verdict: ClaimVerdict) => void;
  readonly reject: (error: unknown) => void;
}

/** Claims per transaction at most: a transaction holds its hosts' rows. */
const MAX_BATCH = 50;

/** Gathers the claims that come while a transaction runs into the next one: a burst costs few commits, a single claim no wait. */
@Injectable()
export class ClaimBatcher {
  private waiting: Waiting[] = [];
  private isRunning = false;

  constructor(private readonly settlement: Settlement) {}

  claim(proposal: ProposedClaim): Promise<ClaimVerdict> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ proposal, resolve, reject });
      if (!this.isRunning) void this.run();
    });
  }

  private async run(): Promise<void> {
    this.isRunning = true;
    while (this.waiting.length > 0) await this.runBatch(this.waiting.splice(0, MAX_BATCH));
    this.isRunning = false;
  }

  private async runBatch(batch: readonly Waiting[]): Promise<void> {
    // Every scheduler takes hosts in the same order, so that they wait for each other instead of deadlocking.
    const ordered = [...batch].sort((a, b) => a.proposal.hostname.localeCompare(b.proposal.hostname));
    try {
      const verdicts = await this.settlement.claim(ordered.map(({ proposal }) => proposal));
      ordered.forEach(({ resolve }, index) => resolve(verdicts[index]!));
    } catch (error) {
      for (const { reject } of ordered) reject(error);
    }
  }
}
