#!/usr/bin/env node
/**
 * Spreads connections over several ports on loopback, in turn; one that refuses is passed over.
 * Usage: balancer.mjs <port> <port behind it>...
 */
import { connect, createServer } from 'node:net';

const [front, ...behind] = process.argv.slice(2).map(Number);
let next = 0;

createServer({ allowHalfOpen: true }, (client) => {
  client.on('error', () => client.destroy());
  const first = next++ % behind.length; // of this connection, as others advance it meanwhile
  forward(client, [...behind.slice(first), ...behind.slice(0, first)]);
}).listen(front, '127.0.0.1');

/**
 * @param {import('node:net').Socket} client
 * @param {number[]} ports to try, in this order
 */
function forward(client, [port, ...others]) {
  if (port === undefined) return void client.destroy();
  const server = connect({ port, host: '127.0.0.1', noDelay: true, allowHalfOpen: true });
  const refused = () => forward(client, others);
  server.once('error', refused);
  server.once('connect', () => {
    server.off('error', refused);
    server.on('error', () => client.destroy());
    client.on('close', () => server.destroy()); // the other way round, `pipe` ends the client after the last byte
    client.setNoDelay(true);
    client.pipe(server).pipe(client);
  });
}
