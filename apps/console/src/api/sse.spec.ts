import { expect, it } from 'vitest';
import { readEvents, type ServerSentEvent } from './sse.js';

async function* pieces(...texts: string[]): AsyncGenerator<string> {
  yield* texts;
}

async function read(...texts: string[]): Promise<ServerSentEvent[]> {
  const events: ServerSentEvent[] = [];
  for await (const event of readEvents(pieces(...texts))) events.push(event);
  return events;
}

it('reads event, id and data of several lines', async () => {
  expect(await read('event: container\nid: 7\ndata: a\ndata: b\n\n')).toEqual([{ event: 'container', id: '7', data: 'a\nb' }]);
});

it('keeps the id until there is another, and begins each message without a name', async () => {
  const events = await read('event: hello\nid: 1\ndata: x\n\ndata:y\n\n');
  expect(events[1]).toEqual({ event: 'message', id: '1', data: 'y' });
});

it('does not care where the text is cut', async () => {
  const text = 'event: a\r\nid: 1\r\ndata: {"b":"c: d"}\r\n\r\n';
  for (let at = 0; at <= text.length; at += 1) {
    expect(await read(text.slice(0, at), text.slice(at)), String(at)).toEqual([{ event: 'a', id: '1', data: '{"b":"c: d"}' }]);
  }
});

it('tells nothing of comments, of fields that it does not know, and of what has no end', async () => {
  expect(await read(': alive\n\nretry: 2000\n\ndata: cut')).toEqual([]);
});
