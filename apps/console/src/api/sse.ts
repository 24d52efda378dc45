/** One message of an event stream. */
export interface ServerSentEvent {
  readonly event: string;
  readonly data: string;
  /** The last one that was sent, with this message or before; empty: none yet. */
  readonly id: string;
}

/**
 * Reads `text/event-stream` as the HTML standard says (9.2.6). Not EventSource, which cannot send a token.
 * Comments keep the connection alive and are not told of; `retry` is ignored.
 */
export async function* readEvents(chunks: AsyncIterable<string>): AsyncGenerator<ServerSentEvent> {
  let [event, id] = ['', ''];
  let data: string[] = [];
  for await (const line of readLines(chunks)) {
    if (line === '') {
      if (data.length > 0) yield { event: event || 'message', data: data.join('\n'), id };
      event = '';
      data = [];
      continue;
    }
    const [, field, value] = /^([^:]*)(?:: ?)?(.*)$/s.exec(line)!;
    if (field === 'event') event = value!;
    else if (field === 'data') data.push(value!);
    else if (field === 'id' && !value!.includes('\0')) id = value!;
  }
}

/** Lines without their ends: CR LF, LF or CR. What follows the last end is no line. */
async function* readLines(chunks: AsyncIterable<string>): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of chunks) {
    rest += chunk;
    // A CR at the end may be the half of a CR LF.
    const whole = rest.endsWith('\r') ? rest.slice(0, -1) : rest;
    const lines = whole.split(/\r\n|\n|\r/);
    const last = lines.pop()!;
    rest = last + rest.slice(whole.length);
    yield* lines;
  }
}
