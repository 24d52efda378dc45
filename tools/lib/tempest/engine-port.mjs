import { createServer, request } from 'node:http';
import { hasImage } from '../images.mjs';
import { isFree } from '../ports.mjs';

/** Where the plugin looks for an engine; it cannot be told another. */
const PORT = 2375;

/**
 * Gives the plugin's own Docker client the engine on TCP, on loopback, as long as the tests run; when somebody listens there already, that
 * is the engine. A pull of an image that the engine has is answered at once: there may be no registry within reach.
 * @param {string} socket the engine's
 * @returns {Promise<() => Promise<void>>} what ends it
 */
export async function openEnginePort(socket) {
  if (!(await isFree(PORT))) return async () => undefined;
  const server = createServer((incoming, answer) => {
    void pulledAlready(socket, incoming).then((isThere) => {
      if (isThere) return answer.end(`${JSON.stringify({ status: 'Image is up to date' })}\n`);
      const { method, url: path, headers } = incoming;
      const call = request({ socketPath: socket, method, path, headers }, (reply) => {
        answer.writeHead(reply.statusCode ?? 502, reply.headers);
        reply.pipe(answer);
      });
      call.on('error', () => answer.destroy());
      return incoming.pipe(call);
    });
  });
  await /** @type {Promise<void>} */ (new Promise((resolve) => server.listen(PORT, '127.0.0.1', resolve)));
  return async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
}

/**
 * @param {string} socket
 * @param {import('node:http').IncomingMessage} incoming
 */
async function pulledAlready(socket, { method, url = '' }) {
  const { pathname, searchParams: query } = new URL(url, 'http://engine');
  const image = query.get('fromImage');
  if (method !== 'POST' || !pathname.endsWith('/images/create') || image === null) return false;
  return hasImage(socket, `${image}:${query.get('tag') ?? 'latest'}`);
}
