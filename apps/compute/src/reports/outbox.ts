import { Inject, Injectable } from '@nestjs/common';
import {
  actionFinished,
  actionProgressed,
  containersListed,
  containersObserved,
  hostReport,
  hostStarted,
  imageProgressed,
  imageSettled,
  SCHEDULER,
  type ActionFinished,
  type ActionProgressed,
  type ContainerObservation,
  type ContainersListed,
  type Contract,
  type HostReport,
  type ImageProgressed,
  type ImageSettled,
} from '@zun/contracts';
import { PARTS, type ComputeParts } from '../parts.js';

/** Observations in one message. */
const BATCH = 100;
const FIRST_RETRY_MS = 200;
const MAX_RETRY_MS = 5_000;

interface Letter {
  readonly contract: Contract<object>;
  readonly payload: object;
  readonly requestId?: string;
  /** Of no use later: dropped when it cannot be sent now. */
  readonly isFleeting?: boolean;
}

/**
 * Everything this host tells the schedulers, in order. What cannot be sent waits until the broker is back: the end of an action
 * always, of observations the latest of each container, of the host's own reports the latest; progress is dropped.
 */
@Injectable()
export class Outbox {
  /** By key: a newer letter takes the place of an older one that says the same thing. */
  private readonly letters = new Map<string, Letter>();
  private isSending = false;
  private sent: Promise<void> = Promise.resolve();
  private retryNow = new AbortController();
  private isClosed = false;
  /** True once a scheduler has been asked for this host's unfinished actions. */
  hasAskedForWork = false;

  constructor(@Inject(PARTS) private readonly parts: ComputeParts) {}

  /** Asks for every unfinished action of this host. */
  started(): void {
    this.post('started', { contract: hostStarted, payload: { host: this.parts.options.host } });
  }

  host(report: HostReport): void {
    this.post('host', { contract: hostReport, payload: report });
  }

  observed(observations: readonly ContainerObservation[]): void {
    for (const observation of observations)
      this.post(`observed ${observation.uuid}`, { contract: containersObserved, payload: observation });
  }

  /** Says what is here; what was said of that before is out of date. */
  listed(list: ContainersListed): void {
    this.post('listed', { contract: containersListed, payload: list });
  }

  progressed(progress: ActionProgressed): void {
    this.post(`progressed ${progress.containerUuid}`, { contract: actionProgressed, payload: progress, isFleeting: true });
  }

  finished(outcome: ActionFinished, requestId: string): void {
    this.letters.delete(`progressed ${outcome.containerUuid}`);
    this.post(`finished ${outcome.actionId}`, { contract: actionFinished, payload: outcome, requestId });
  }

  imageProgressed(progress: ImageProgressed): void {
    this.post(`image progressed ${progress.uuid}`, { contract: imageProgressed, payload: progress, isFleeting: true });
  }

  imageSettled(outcome: ImageSettled, requestId: string): void {
    this.letters.delete(`image progressed ${outcome.uuid}`);
    this.post(`image settled ${outcome.uuid} ${outcome.revision}`, { contract: imageSettled, payload: outcome, requestId });
  }

  /** The link is back: what waits is sent at once. */
  hurry(): void {
    this.retryNow.abort();
    this.retryNow = new AbortController();
  }

  /** Sends what it can within `graceMs` and then gives up; the rest is asked for again after the next start. */
  async close(graceMs: number): Promise<void> {
    this.hurry();
    const late = new AbortController();
    await Promise.race([this.sent, this.parts.clock.sleep(graceMs, late.signal)]);
    this.isClosed = true;
    late.abort();
    this.hurry();
  }

  private post(key: string, letter: Letter): void {
    if (this.isClosed) return;
    // To the end: what is newer must not arrive before what was said in between.
    this.letters.delete(key);
    this.letters.set(key, letter);
    if (!this.isSending) this.sent = this.sendAll();
  }

  private async sendAll(): Promise<void> {
    this.isSending = true;
    let delay = FIRST_RETRY_MS;
    while (this.letters.size > 0 && !this.isClosed) {
      const batch = this.nextBatch();
      if (await this.trySend(batch)) {
        delay = FIRST_RETRY_MS;
        this.settle(batch);
      } else {
        this.settle(batch.filter(([, letter]) => letter.isFleeting));
        await this.parts.clock.sleep(delay, this.retryNow.signal);
        delay = Math.min(delay * 2, MAX_RETRY_MS);
      }
    }
    // No await between the last look at the letters and this, or a letter could be left lying.
    this.isSending = false;
  }

  /** The oldest letter; if that is an observation, those right behind it go with it. */
  private nextBatch(): [key: string, letter: Letter][] {
    const batch: [string, Letter][] = [];
    for (const entry of this.letters) {
      const isObservation = entry[1].contract === containersObserved;
      if (batch.length > 0 && (!isObservation || batch.length === BATCH)) break;
      batch.push(entry);
      if (!isObservation) break;
    }
    return batch;
  }

  private async trySend(batch: [string, Letter][]): Promise<boolean> {
    const [[, { contract, payload, requestId }]] = batch as [[string, Letter]];
    const { host } = this.parts.options;
    const content = contract === containersObserved ? { host, observations: batch.map(([, letter]) => letter.payload) } : payload;
    try {
      await this.parts.transport.send(SCHEDULER, contract, content, { requestId });
      if (contract === hostStarted) this.hasAskedForWork = true;
      return true;
    } catch (error) {
      this.parts.logger.debug({ err: error, type: contract.type }, 'a report waits for the broker');
      return false;
    }
  }

  /** Forgets letters that are done with, unless newer ones have taken their place meanwhile. */
  private settle(batch: [string, Letter][]): void {
    for (const [key, letter] of batch) if (this.letters.get(key) === letter) this.letters.delete(key);
  }
}
