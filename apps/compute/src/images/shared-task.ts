/** Work that any number wait for: it is done once, and given up when the last of them does not wait any more. */
export class SharedTask<T> {
  private readonly abandon = new AbortController();
  private readonly work: Promise<T>;
  private waiting = 0;

  /** @param work is begun at once; it is to end when its signal aborts */
  constructor(work: (signal: AbortSignal) => Promise<T>) {
    this.work = work(this.abandon.signal);
    // Whoever still waits is told; when nobody does, nobody minds.
    this.work.catch(() => undefined);
  }

  /** Nobody waits for it any more: it is of no use to newcomers. */
  get isAbandoned(): boolean {
    return this.abandon.signal.aborted;
  }

  /** @throws what the work throws; the reason of `signal` when that aborts before the work has ended */
  async join(signal?: AbortSignal): Promise<T> {
    this.waiting++;
    try {
      return await (signal ? Promise.race([this.work, rejectOnAbort(signal)]) : this.work);
    } finally {
      if (--this.waiting === 0) this.abandon.abort(signal?.reason);
    }
  }
}

function rejectOnAbort(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const give = (): void => reject(signal.reason as Error);
    if (signal.aborted) give();
    else signal.addEventListener('abort', give, { once: true });
  });
}
