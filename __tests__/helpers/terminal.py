"""terminal.py PROGRAM...: runs a program on a terminal of its own; stdin is the keyboard, stdout the screen. The end of stdin hangs up."""

import fcntl
import os
import pty
import select
import struct
import sys
import termios

pid, master = pty.fork()
if pid == 0:
    fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 1000, 0, 0))  # no line is so long that it wraps
    os.execvp(sys.argv[1], sys.argv[1:])
while True:
    readable = select.select([0, master], [], [])[0]
    try:
        if master in readable:
            os.write(1, os.read(master, 65536))
        if 0 in readable:
            typed = os.read(0, 65536)
            if not typed:
                break
            os.write(master, typed)
    except OSError:  # the program has ended
        break
os.close(master)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) & 0xFF)
