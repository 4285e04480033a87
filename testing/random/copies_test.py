"""A virtual machine that goes on from a snapshot finds out that it is a copy, and takes a new seed before its next byte.

The arguments start QEMU. The snapshot is a migration to a file, as the machine waits for a line.
"""

import os
import sys
import tempfile
import time
import unittest
import uuid

from testing.usb import machine

COMMAND = None
ORIGINAL, FIRST_COPY, SECOND_COPY = (str(uuid.UUID(int=0x0123456789ABCDEF << 64 | i)) for i in (1, 2, 3))


class Copies(unittest.TestCase):

    def start(self, guid=None, add_arguments=()):
        device = ["-device", f"vmgenid,guid={guid}"] if guid else []
        started = machine.Machine([*COMMAND, *device, *add_arguments])
        self.addCleanup(started.stop)
        return started

    def resume(self, guid, state):
        """A copy that has its state: what is typed before that is lost."""
        copy = self.start(guid, state)
        deadline = time.monotonic() + 30
        while not self.is_running(copy):
            self.assertLess(time.monotonic(), deadline, "the snapshot was not loaded")
        return copy

    def is_running(self, of):
        try:
            return "VM status: running" in of.monitor("info status")
        except (FileNotFoundError, ConnectionRefusedError):
            return False  # QEMU has not made its monitor yet

    def read(self, of):
        """What the program says next: generation, seeds, bytes."""
        return tuple(of.wait_for_line(name).split()[1] for name in ("generation", "seeds", "bytes"))

    def ask(self, of):
        of.type("\n")
        return self.read(of)

    def snapshot(self, of):
        folder = tempfile.TemporaryDirectory(dir=os.environ.get("TEST_TMPDIR"))
        self.addCleanup(folder.cleanup)
        path = os.path.join(folder.name, "state")
        of.monitor("migrate_set_parameter max-bandwidth 1G")
        of.monitor(f'migrate "exec:cat > {path}"')
        self.assertIn("completed", of.monitor("info migrate"))
        return ["-incoming", f"exec:cat {path}"]

    def test_a_machine_is_told_which_copy_it_is(self):
        # The first three fields are little-endian there. [VMGENID]
        self.assertEqual(self.read(self.start(ORIGINAL))[0], uuid.UUID(ORIGINAL).bytes_le.hex())

    def test_a_machine_without_the_device_is_not(self):
        self.assertEqual(self.read(self.start())[:2], ("none", "1"))

    def test_each_copy_takes_a_new_seed_before_its_next_byte_and_once(self):
        original = self.start(ORIGINAL)
        self.assertEqual(self.read(original)[1], "1")
        self.assertEqual(self.ask(original)[1], "1")
        state = self.snapshot(original)
        streams = set()
        for guid, seeds in ((FIRST_COPY, "2"), (FIRST_COPY, "2"), (SECOND_COPY, "2"), (ORIGINAL, "1")):
            copy = self.resume(guid, state)
            for _ in range(2):
                generation, count, stream = self.ask(copy)
                self.assertEqual(generation, uuid.UUID(guid).bytes_le.hex())
                self.assertEqual(count, seeds, guid)
                streams.add(stream)
        self.assertEqual(len(streams), 8, "two copies gave the same bytes")


if __name__ == "__main__":
    COMMAND = [os.path.abspath(sys.argv[1]), *sys.argv[2:]]
    unittest.main(argv=sys.argv[:1])
