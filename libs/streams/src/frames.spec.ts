import { duplexPair, PassThrough, type Duplex } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { receiveFrames, sendFrames } from './frames.js';

async function collect(stream: Duplex): Promise<string> {
  let text = '';
  for await (const chunk of receiveFrames(stream)) text += chunk.toString();
  return text;
}

async function* chunksOf(...texts: string[]): AsyncGenerator<Buffer> {
  for (const text of texts) yield Buffer.from(text);
}

describe('frames', () => {
  it('arrive as they were sent', async () => {
    const [host, api] = duplexPair();
    const [text] = await Promise.all([collect(api), sendFrames(host, chunksOf('one', '', 'two'))]);
    expect(text).toBe('onetwo');
  });

  it('survive being cut anywhere on the way', async () => {
    const whole = new PassThrough();
    await sendFrames(whole, chunksOf('hello', ' ', 'world'));
    const bytes = Buffer.concat((await whole.toArray()) as Buffer[]);
    for (let size = 1; size <= bytes.length; size++) {
      const pieces = new PassThrough();
      for (let at = 0; at < bytes.length; at += size) pieces.write(bytes.subarray(at, at + size));
      pieces.end();
      expect(await collect(pieces)).toBe('hello world');
    }
  });

  it('that stop without the last one are an error, not an end', async () => {
    const stream = new PassThrough();
    stream.end(Buffer.from([0, 0, 0, 0, 5, 104, 101]));
    await expect(collect(stream)).rejects.toMatchObject({ errorClass: 'unavailable' });
  });

  it('break the stream when their source fails', async () => {
    const [host, api] = duplexPair();
    // eslint-disable-next-line require-yield -- a source that fails at once
    async function* failing(): AsyncGenerator<Buffer> {
      throw new Error('engine gone');
    }
    const received = collect(api);
    await expect(sendFrames(host, failing())).rejects.toThrow('engine gone');
    api.destroy();
    await expect(received).rejects.toBeDefined();
  });
});
