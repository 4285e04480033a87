#!/usr/bin/python3
"""Stands in for an emulator in run_image_test: behaves as its first argument says."""

import os
import signal
import sys
import time

PANIC = """
*** PANIC: page fault: write to a read-only page ***
  rip 0x0000000000101234  rsp 0x0000000000200000
backtrace:
  #0 0x0000000000101234
  #1 0x0000000000105678
*** END OF PANIC ***
"""


def say(text):
    sys.stdout.write(text)
    sys.stdout.flush()


def end(status):
    sys.stdout.flush()
    os._exit(status)


def announce():
    """Tells the test, by the file `note.waits`, that the program has done all but to hang."""
    with open(sys.argv[2] + ".waits", "w", encoding="ascii"):
        pass


def wait_for_ever():
    announce()
    while True:
        time.sleep(3600)


def returns_zero():
    say("hello\r\n\n[enkel] exit 0\r\n")
    end(33)


def returns_seven():
    say("hello\n\n[enkel] exit 7\n")
    end(35)


def panics():
    say(PANIC)
    end(35)


def panics_and_hangs():
    say(PANIC)
    wait_for_ever()


def panics_and_starts_anew():
    say(PANIC)
    returns_zero()


def hangs():
    say("step 1\nstep 2\nstep")
    wait_for_ever()


def exits_early():
    say("hello\n")
    end(35)


def resets():
    say("hello\n")
    end(0)


def triple_faults():
    with open("qemu.log", "w", encoding="ascii") as log:
        log.write("CPU Reset (CPU 0)\nEAX=00000000 EBX=00000000\nEIP=0000fff0 EFL=00000002\n")
        log.write("Triple fault\n")
    end(0)


def forgets_the_closing_line():
    say("hello\n")
    end(33)


def breaks_off_the_closing_line():
    say("hello\n\n[enkel] exit 0")
    end(33)


def says_zero_but_ends_with_failure():
    say("\n[enkel] exit 0\n")
    end(35)


def does_not_start():
    sys.stderr.write("fake-emulator: -M mars: unsupported machine type\n")
    sys.stderr.flush()
    end(1)


def is_killed():
    say("hello\n")
    os.kill(os.getpid(), signal.SIGSEGV)


def floods():
    line = b"0123456789abcdefghijklmnopqrstuvwxyz" * 3 + b"\n"
    block = line * 10_000
    for _ in range(100_000_000 // len(block) + 1):
        sys.stdout.buffer.write(block)
    say("\n[enkel] exit 0\n")
    end(33)


def floods_without_an_end_of_line():
    for _ in range(100):
        sys.stdout.buffer.write(b"x" * 1_000_000)
    say("\n\n[enkel] exit 0\n")
    end(33)


def floods_for_ever():
    announce()
    while True:
        sys.stdout.buffer.write(b"again\n" * 10_000)


def prints_garbage():
    sys.stdout.buffer.write(bytes(range(256)) * 40 + b"\xff\xfe\x00\x1b[2J\n\n[enkel] exit 0\n")
    end(33)


def closes_its_output_and_lives_on():
    say("bye\n")
    os.close(1)
    os.close(2)
    wait_for_ever()


def closes_its_output_and_ends():
    say("\n[enkel] exit 0\n")
    os.close(1)
    os.close(2)
    os._exit(33)


def leaves_a_child_behind():
    """The child keeps the console open, and the file `child` tells who it is."""
    child = os.fork()
    if child == 0:
        wait_for_ever()
    with open(sys.argv[2], "w", encoding="ascii") as file:
        file.write(str(child))
    returns_zero()


def leaves_a_child_in_its_own_session_behind():
    has_session, session_writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.setsid()
        os.write(session_writer, b"s")
        wait_for_ever()
    # Until then it is in the emulator's process group, and would be killed with it.
    os.read(has_session, 1)
    with open(sys.argv[2], "w", encoding="ascii") as file:
        file.write(str(child))
    returns_zero()


def ignores_sigterm():
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    say("I stay\n")
    with open(sys.argv[2], "w", encoding="ascii") as file:
        file.write(str(os.getpid()))
    wait_for_ever()


def logs_a_guest_error():
    with open("qemu.log", "w", encoding="ascii") as log:
        log.write("bcm2835_property: unhandled tag 0x00030043\n")
        log.write("Invalid write at addr 0x3F00, size 4, reason: rejected\n")
    returns_zero()


def asks_twice():
    say("name?\n")
    name = sys.stdin.readline()
    say("age?\n")
    say("input: " + repr(name + sys.stdin.readline()) + "\n")
    returns_zero()


def reads_its_input():
    say("input: " + repr(sys.stdin.read()) + "\n")
    returns_zero()


if __name__ == "__main__":
    globals()[sys.argv[1]]()
