import type { LogOptions } from '@zun/driver-api';
import { EngineRefusedError } from '@zun/domain';
import { eventQueue, type EventQueue } from './event-queue.js';
import type { FakeContainer, FakeLine } from './fake-world.js';

/** Adds to a container's log, and tells whoever follows it. */
export function write(container: FakeContainer, line: FakeLine): void {
  container.log.push(line);
  for (const follower of container.followers) follower.push(line);
}

/** What was written, by these options; and what will be, when it is followed. */
export function readLog(container: FakeContainer, options: LogOptions): AsyncIterable<Uint8Array> {
  if (!options.stdout && !options.stderr) throw new EngineRefusedError('choose a stream', { errorClass: 'invalid' });
  const wanted = container.log.filter(({ stream, atMs }) => options[stream] && atMs >= (options.since ?? 0) * 1000);
  const lines = options.tail === null ? wanted : wanted.slice(Math.max(0, wanted.length - options.tail));
  return options.follow ? follow(container, lines, options) : chunks(lines.map((line) => textOf(line, options)));
}

/** What a line of the log is for whoever asked with these options. */
function textOf({ text, atMs }: FakeLine, { timestamps }: LogOptions): string {
  return timestamps ? `${new Date(atMs).toISOString()} ${text}` : text;
}

/** These lines, and those that come until the container ends. Of one that does not run: these. */
function follow(container: FakeContainer, lines: readonly FakeLine[], options: LogOptions): AsyncIterable<Uint8Array> {
  const queue = eventQueue<FakeLine>();
  for (const line of lines) queue.push(line);
  const stop = (): void => queue.end();
  container.followers.add(queue);
  options.signal?.addEventListener('abort', stop, { once: true });
  if (options.signal?.aborted || container.process?.exitCode !== null) stop();
  return read(container, queue, options);
}

async function* read(container: FakeContainer, queue: EventQueue<FakeLine>, options: LogOptions): AsyncGenerator<Uint8Array> {
  try {
    for await (const line of queue) if (options[line.stream]) yield Buffer.from(textOf(line, options));
  } finally {
    container.followers.delete(queue);
  }
}

async function* chunks(texts: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield Buffer.from(text);
}
