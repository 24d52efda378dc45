/** Where a host is to dial, and the secret that lets it in, once. Travels in a message; the stream itself never does. */
export interface StreamTicket {
  /** `http://…` or `https://…` of the API copy that waits. */
  readonly url: string;
  readonly token: string;
}

/** The protocol that both ends switch to: bytes, both ways, each way ended on its own. */
export const STREAM_PROTOCOL = 'zun-stream/1';

/** The path that is dialled. */
export const STREAM_PATH = '/streams';

/** The header that carries the token. Not the path: that is written into logs. */
export const TOKEN_HEADER = 'zun-stream-token';
