import { connect } from 'node:net';

/**
 * Connects and returns the first bytes the server sends; throws when it does not.
 * @param {number | string} at port on loopback, or path of a socket
 * @param {Buffer} [hello] what to send first
 * @returns {Promise<Buffer>}
 */
export function greeting(at, hello) {
  return new Promise((resolve, reject) => {
    const socket = typeof at === 'number' ? connect(at, '127.0.0.1') : connect(at);
    socket.setTimeout(2_000, () => socket.destroy(new Error(`connected to ${at}, but it says nothing`)));
    socket.once('connect', () => hello && socket.write(hello));
    socket.once('data', (data) => {
      resolve(data);
      socket.destroy();
    });
    socket.once('error', reject);
    socket.once('close', () => reject(new Error(`${at} closed the connection`)));
  });
}

/**
 * Somebody listens here; throws when not.
 * @param {number} port on loopback
 * @returns {Promise<void>}
 */
export function listens(port) {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      resolve();
      socket.destroy();
    });
    socket.once('error', reject);
  });
}

/**
 * Fetches a page on loopback; throws unless it answers with the expected status.
 * @param {string} url
 * @param {(status: number) => boolean} [expected]
 */
export async function page(url, expected = (status) => status < 400) {
  const response = await fetch(url, { signal: AbortSignal.timeout(5_000) });
  const text = await response.text();
  if (!expected(response.status)) throw new Error(`${url} answers ${response.status} ${text.slice(0, 300)}`);
  return text;
}
