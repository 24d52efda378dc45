import { request } from 'node:http';

/**
 * One call of the container engine's API over its socket.
 * @param {string} socket
 * @param {string} method
 * @param {string} path
 * @param {{ body?: Buffer | string, type?: string, timeoutMs?: number }} [options]
 * @returns {Promise<string>} the body of the answer; throws when the engine refuses
 */
export function engineCall(socket, method, path, { body, type = 'application/json', timeoutMs = 60_000 } = {}) {
  return new Promise((resolve, reject) => {
    const headers = body === undefined ? {} : { 'Content-Type': type, 'Content-Length': Buffer.byteLength(body) };
    const call = request({ socketPath: socket, method, path, headers, timeout: timeoutMs }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk) => (text += chunk));
      response.on('error', reject);
      response.on('end', () => {
        const refused = (response.statusCode ?? 500) >= 400 || /"errorDetail"/.test(text);
        if (refused) reject(new Error(`${method} ${path} answers ${response.statusCode}: ${text.trim().slice(0, 500)}`));
        else resolve(text);
      });
    });
    call.on('timeout', () => call.destroy(new Error(`${method} ${path}: no answer`)));
    call.on('error', reject);
    call.end(body);
  });
}

/**
 * The engine's version; throws when it does not answer.
 * @param {string} socket
 * @returns {Promise<string>}
 */
export async function engineVersion(socket) {
  return JSON.parse(await engineCall(socket, 'GET', '/version', { timeoutMs: 5_000 })).Version;
}
