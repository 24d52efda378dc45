import { expect, it } from 'vitest';
import type { Credentials } from './api-client.js';
import { atTerminal, type Step } from './terminal.js';

/** What the tour is taken on. */
export interface TerminalTour {
  readonly credentials: Credentials;
  /** A running container; it may be interactive or not. */
  readonly container: string;
  /** Makes a container with a shell of its own that waits for somebody, and returns its name. */
  shell(): Promise<string>;
}

/** Somebody works in a shell: types, resizes the window, interrupts a command. */
const AT_WORK: readonly Step[] = [
  ['see', 'press Enter'],
  ['see', '# '],
  ['type', 'stty size\r'],
  ['see', '24 80'],
  ['type', 'echo spo""ken\r'],
  ['see', 'spoken'],
  ['resize', 41, 132],
  // The window is resized by a request of its own, which may come a little later than what is typed.
  ['type', 'while [ "$(stty size)" != "41 132" ]; do sleep 0.1; done; echo resi""zed\r'],
  ['see', 'resized'],
  // Interrupted once it runs: a Ctrl-C that comes while the shell reads on is the shell's.
  ['type', 'sh -c \'echo sle""eping; sleep 500\'; echo "status "$((100 + $?))\r'],
  ['see', 'sleeping'],
  ['type', '\u0003'],
  ['see', '# '],
  ['type', 'echo ali""ve\r'],
  ['see', 'alive'],
  // A Ctrl-D that comes before the shell asks for more is lost.
  ['see', '# '],
];

/** The shell has said its prompt before anybody listened, and says it again. */
const IN_A_CONTAINER: readonly Step[] = [AT_WORK[0]!, ['type', '\r'], ...AT_WORK.slice(1), ['type', 'exit\r'], ['end']];

/** The clients' own terminals: what a person does with them. */
export function terminalTour(of: () => TerminalTour): void {
  it('works in a shell with zun exec --interactive, and leaves it with Ctrl-D', async () => {
    const { credentials, container } = of();
    const command = ['zun', 'exec', '--interactive', container, '/bin/sh'];
    const { code } = await atTerminal(credentials, command, [...AT_WORK, ['type', '\u0004'], ['end']]);
    expect(code).toBe(0);
  });

  it('works in a shell with openstack appcontainer exec --interactive, and leaves it with exit', async () => {
    const { credentials, container } = of();
    const command = ['openstack', 'appcontainer', 'exec', '--interactive', container, '/bin/sh'];
    const { code } = await atTerminal(credentials, command, [...AT_WORK, ['type', 'exit\r'], ['end']]);
    expect(code).toBe(0);
  });

  it.each([['zun'], ['openstack', 'appcontainer']])(
    'works in the shell that a container is with %s … attach, and ends it',
    async (...client) => {
      const { credentials, shell } = of();
      const { code } = await atTerminal(credentials, [...client, 'attach', await shell()], IN_A_CONTAINER);
      expect(code).toBe(0);
    },
  );

  it.each([['zun'], ['openstack', 'appcontainer']])('works in a new container with %s … run --interactive', async (...client) => {
    const { credentials } = of();
    const command = [...client, 'run', '--interactive', '--cpu', '0.1', '--memory', '64', 'busybox', '/bin/sh'];
    const { code } = await atTerminal(credentials, command, IN_A_CONTAINER);
    expect(code).toBe(0);
  });
}
