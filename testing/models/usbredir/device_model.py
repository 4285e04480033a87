"""The program of models from outside: started, commanded, and asked what it saw."""

import subprocess
import threading
import time

from testing.linux_peer import peer


def at_root_port(path):
    """QEMU's arguments for a model that listens on a socket: on raspi3b's root port, at high speed."""
    return ["-chardev", f"socket,id=chip,path={path}", "-device", "usb-redir,chardev=chip,port=1"]


def behind_two_hubs(path):
    """The same where a 3 B+ has its chip. QEMU's hubs are full speed."""
    return ["-chardev", f"socket,id=chip,path={path}", "-device", "usb-hub,port=1", "-device", "usb-hub,port=1.1",
            "-device", "usb-redir,chardev=chip,port=1.1.1"]


class Chip(peer.Program):
    """The model as a process, with the other end of `wire`; it listens on the socket `path`."""

    def __init__(self, program, model, path, wire, packet=512):
        self.lines = []
        self._condition = threading.Condition()
        self._has_ended = False
        self.process = subprocess.Popen([program, f"--model={model}", f"--socket={path}", wire, f"--packet={packet}"],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def command(self, text):
        self.process.stdin.write(text.encode() + b"\n")
        self.process.stdin.flush()

    def ask(self, text, answer):
        """Says a command and waits for a new line that begins with `answer`; the line."""
        def found():
            return [line for line in self.lines if line.startswith(answer)]

        before = len(found())
        self.command(text)
        while len(found()) == before:
            if self.process.poll() is not None:
                raise AssertionError("the model has ended")
            time.sleep(0.005)
        return found()[-1]

    def unplug(self):
        """Takes the chip out, with whatever is under way."""
        self.ask("unplug", "unplugged")

    def counters(self):
        """What the chip counted, by name."""
        words = self.ask("counters", "counters").split()[1:]
        return {name: int(value) for name, value in (word.split("=") for word in words)}

    def violations(self):
        """What the chip's driver did against the rules, as lines."""
        return [line for line in self.lines if line.startswith("violation")]
