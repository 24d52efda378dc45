/** An async iterable that others push into. */
export interface EventQueue<T> extends AsyncIterable<T> {
  push(item: T): void;
  /** What was pushed is still delivered, then the iteration ends. */
  end(): void;
  /** What was pushed is still delivered, then the iteration throws. */
  fail(error: Error): void;
}

export function eventQueue<T>(): EventQueue<T> {
  const items: T[] = [];
  let wake: () => void = () => undefined;
  let ended: { error: Error | null } | null = null;
  const close = (error: Error | null): void => {
    ended ??= { error };
    wake();
  };
  const isEnded = (): { error: Error | null } | null => ended;
  async function* iterate(): AsyncGenerator<T> {
    for (;;) {
      while (items.length > 0) yield items.shift()!;
      const end = isEnded();
      if (end?.error) throw end.error;
      if (end) return;
      await new Promise<void>((resolve) => (wake = resolve));
    }
  }
  return {
    push: (item) => {
      items.push(item);
      wake();
    },
    end: () => close(null),
    fail: close,
    [Symbol.asyncIterator]: iterate,
  };
}
