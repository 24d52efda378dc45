import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { whileHeard } from './while-heard.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('ends a source that has fallen silent, counted from the last piece', async () => {
  let next: (piece: string) => void = () => undefined;
  async function* source(): AsyncGenerator<string> {
    for (;;) yield await new Promise<string>((resolve) => (next = resolve));
  }
  const onSilence = vi.fn();
  const pieces = whileHeard(source(), 1000, onSilence);
  const first = pieces.next();
  await vi.advanceTimersByTimeAsync(900);
  next('a');
  expect(await first).toEqual({ value: 'a', done: false });
  void pieces.next();
  await vi.advanceTimersByTimeAsync(900);
  expect(onSilence).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(100);
  expect(onSilence).toHaveBeenCalledOnce();
});

it('leaves no timer behind', async () => {
  async function* source(): AsyncGenerator<string> {
    yield 'a';
  }
  for await (const piece of whileHeard(source(), 1000, () => undefined)) expect(piece).toBe('a');
  expect(vi.getTimerCount()).toBe(0);
});
