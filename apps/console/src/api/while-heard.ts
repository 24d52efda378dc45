/**
 * Passes on what comes, and tells when nothing has come for too long: a connection whose other end has vanished never says so.
 * @param onSilence ends the source
 */
export async function* whileHeard<T>(source: AsyncIterable<T>, limitMs: number, onSilence: () => void): AsyncGenerator<T> {
  let timer = setTimeout(onSilence, limitMs);
  try {
    for await (const piece of source) {
      clearTimeout(timer);
      timer = setTimeout(onSilence, limitMs);
      yield piece;
    }
  } finally {
    clearTimeout(timer);
  }
}
