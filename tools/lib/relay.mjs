/**
 * Run as a process of its own, inside another network namespace: takes connections on a free port of its loopback and passes them on to
 * a unix socket, which is reached from every namespace. Prints the port, and ends with its standard input.
 */
import { connect, createServer } from 'node:net';

const target = String(process.argv[2]);
const server = createServer((client) => {
  const service = connect(target);
  client.pipe(service).pipe(client);
  client.on('error', () => service.destroy());
  service.on('error', () => client.destroy());
});
server.listen(0, '127.0.0.1', () => {
  const address = /** @type {import('node:net').AddressInfo} */ (server.address());
  process.stdout.write(`${address.port}\n`);
});
process.stdin.resume().on('end', () => process.exit());
