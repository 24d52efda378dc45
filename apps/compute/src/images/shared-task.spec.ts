import { describe, expect, it, vi } from 'vitest';
import { SharedTask } from './shared-task.js';

const gone = new Error('gone');

/** Work that ends when told to, or with its signal. */
function held() {
  let resolve!: (value: string) => void;
  const work = vi.fn(
    (signal: AbortSignal) =>
      new Promise<string>((done, reject) => {
        resolve = done;
        signal.addEventListener('abort', () => reject(signal.reason as Error));
      }),
  );
  return { work, resolve: (value: string) => resolve(value) };
}

describe('work that several wait for', () => {
  it('is done once, for all of them', async () => {
    const { work, resolve } = held();
    const task = new SharedTask(work);
    const joined = [task.join(), task.join(new AbortController().signal)];
    resolve('done');
    expect(await Promise.all(joined)).toEqual(['done', 'done']);
    expect(work).toHaveBeenCalledOnce();
  });

  it('goes on for the others when one does not wait any more', async () => {
    const { work, resolve } = held();
    const task = new SharedTask(work);
    const leaving = new AbortController();
    const first = task.join(leaving.signal);
    const second = task.join();
    leaving.abort(gone);
    await expect(first).rejects.toBe(gone);
    expect(task.isAbandoned).toBe(false);
    resolve('done');
    expect(await second).toBe('done');
  });

  it('is given up with the last', async () => {
    const { work } = held();
    const task = new SharedTask(work);
    const leaving = new AbortController();
    const only = task.join(leaving.signal);
    leaving.abort(gone);
    await expect(only).rejects.toBe(gone);
    expect(task.isAbandoned).toBe(true);
    expect(work.mock.calls[0]![0].reason).toBe(gone);
  });

  it('tells all of them how it failed', async () => {
    const task = new SharedTask(() => Promise.reject(gone));
    await expect(task.join()).rejects.toBe(gone);
    await expect(task.join(new AbortController().signal)).rejects.toBe(gone);
  });
});
