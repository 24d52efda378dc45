"""Runs a command under a pseudo-terminal and does what a person would: looks, types, resizes the window.

Usage: terminal.py <steps> <command>...   Steps are a list in JSON: ["see", regex], ["type", text], ["resize", rows, columns], ["end"].
Prints {"code", "screen", "missed"} as JSON: how the command ended, all it showed, and the first step that could not be done.
"""
import fcntl
import json
import os
import pty
import re
import select
import signal
import struct
import sys
import termios
import time

STEP_S = 30


def set_size(fd, rows, columns):
    fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack('HHHH', rows, columns, 0, 0))


def main():
    steps, command = json.loads(sys.argv[1]), sys.argv[2:]
    pid, fd = pty.fork()
    if pid == 0:
        time.sleep(0.2)
        os.execvp(command[0], command)
    set_size(fd, 24, 80)
    screen, seen, missed, ended = '', 0, None, False
    for step in steps:
        if step[0] == 'type':
            os.write(fd, step[1].encode())
            continue
        if step[0] == 'resize':
            set_size(fd, step[1], step[2])
            os.kill(pid, signal.SIGWINCH)
            continue
        deadline = time.time() + STEP_S
        while True:
            found = step[0] == 'see' and re.search(step[1], screen[seen:])
            if found:
                seen += found.end()
            if found or ended or time.time() > deadline:
                break
            if select.select([fd], [], [], 0.2)[0]:
                try:
                    data = os.read(fd, 65536)
                except OSError:
                    data = b''
                ended = not data
                screen += data.decode(errors='replace')
        if not found and not (step[0] == 'end' and ended):
            missed = step
            os.kill(pid, signal.SIGKILL)
            break
    _, status = os.waitpid(pid, 0)
    print(json.dumps({'code': os.waitstatus_to_exitcode(status), 'screen': screen, 'missed': missed}))


main()
