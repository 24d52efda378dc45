import type { Duplex } from 'node:stream';
import { toDomainError, type StreamEnd } from '@zun/domain';
import { receiveFrames, sendFrame } from '@zun/streams';
import type { RawData, WebSocket } from 'ws';
import { KeepAlive, type Liveness } from './keep-alive.js';
import { wholeCharacters } from './whole-characters.js';

/** Codes that a websocket closes with, and what they say. */
export const CLOSE = { ended: 1000, goingAway: 1001, broken: 1011 } as const;

/** Output that waits for the client, before the container must wait, too. */
const MAX_WAITING_BYTES = 256 * 1024;
/** The reason of a close fits into a control frame. */
const MAX_REASON_BYTES = 123;

export interface SessionOptions {
  readonly liveness: Liveness;
  /** Milliseconds between two signs of life. */
  readonly everyMs: number;
  /** A better reason for the end than the host could know, if there is one. */
  readonly explain: () => Promise<string | null>;
}

/** Joins a client's websocket to the stream of a host until one of them ends, and then ends the other. */
export async function carry(client: WebSocket, host: Duplex, { liveness, everyMs, explain }: SessionOptions): Promise<void> {
  host.on('error', () => undefined);
  client.on('error', () => undefined);
  client.on('message', (data) => type(client, host, data));
  client.once('close', () => host.destroy());
  const alive = new KeepAlive(client, liveness, everyMs);
  try {
    let lastWord = '{}';
    const output = receiveFrames(host, { keepOpen: true, onLastWord: (word) => void (lastWord = word.toString()) });
    for await (const piece of wholeCharacters(output)) {
      alive.noteOutput();
      await say(client, piece);
    }
    await flushed(client);
    const { reason = 'It has ended.' } = JSON.parse(lastWord) as Partial<StreamEnd>;
    close(client, CLOSE.ended, (await explain()) ?? reason);
  } catch (error) {
    close(client, CLOSE.broken, (await explain().catch(() => null)) ?? toDomainError(error).detail);
  } finally {
    alive.stop();
    host.destroy();
  }
}

/** @param reason cut to what fits */
export function close(client: WebSocket, code: number, reason: string): void {
  let bytes = Buffer.from(reason).subarray(0, MAX_REASON_BYTES);
  // Not within a character.
  while (bytes.length > 0 && Buffer.from(bytes.toString()).length !== bytes.length) bytes = bytes.subarray(0, -1);
  if (client.readyState === client.OPEN) client.close(code, bytes.toString());
}

/** Text and bytes alike are what was typed. A client that types faster than the container reads is read no further. */
function type(client: WebSocket, host: Duplex, data: RawData): void {
  if (host.destroyed || host.writableEnded) return;
  const bytes = Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data as Buffer);
  if (bytes.length === 0 || sendFrame(host, bytes)) return;
  client.pause();
  host.once('drain', () => client.resume());
  host.once('close', () => client.resume());
}

async function say(client: WebSocket, piece: Buffer): Promise<void> {
  if (client.readyState !== client.OPEN) return;
  const sent = new Promise<void>((resolve) => client.send(piece, { binary: true }, () => resolve()));
  if (client.bufferedAmount > MAX_WAITING_BYTES) await sent;
}

/** Until all was sent: whoever closes earlier cuts slow clients short. */
async function flushed(client: WebSocket): Promise<void> {
  while (client.readyState === client.OPEN && client.bufferedAmount > 0) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
