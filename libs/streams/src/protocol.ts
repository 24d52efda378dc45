/** The protocol that both ends switch to: bytes, both ways, each way ended on its own. */
export const STREAM_PROTOCOL = 'zun-stream/1';

/** The path that is dialled. */
export const STREAM_PATH = '/streams';

/** The header that carries the token. Not the path: that is written into logs. */
export const TOKEN_HEADER = 'zun-stream-token';

/** A peer that has vanished without a word is noticed after about this long. */
export const KEEP_ALIVE_MS = 15_000;
