#!/usr/bin/env node
/**
 * Spreads connections over several ports on loopback, in turn; one that refuses is passed over.
 * Usage: balancer.mjs <port> <port behind it>...
 */
import { connect, createServer } from 'node:net';

const [port, ...behind] = process.argv.slice(2).map(Number);
let next = 0;

createServer({ allowHalfOpen: true }, (client) => {
  client.on('error', () => client.destroy());
  forward(client, behind.length);
}).listen(port, '127.0.0.1');

/**
 * @param {import('node:net').Socket} client
 * @param {number} triesLeft
 */
function forward(client, triesLeft) {
  if (triesLeft === 0) return void client.destroy();
  const target = /** @type {number} */ (behind[next++ % behind.length]);
  const server = connect({ port: target, host: '127.0.0.1', noDelay: true, allowHalfOpen: true });
  const refused = () => forward(client, triesLeft - 1);
  server.once('error', refused);
  server.once('connect', () => {
    server.off('error', refused);
    server.on('error', () => client.destroy());
    server.on('close', () => client.destroy());
    client.on('close', () => server.destroy());
    client.setNoDelay(true);
    client.pipe(server).pipe(client);
  });
}
