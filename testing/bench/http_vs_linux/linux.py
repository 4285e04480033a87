"""Linux as a guest that serves what //apps/http serves, as a subject of machine.py."""

import dataclasses
import os

import machine
import symbols

FIELDS = "BOARD,KERNEL,INITRAMFS,SERVER"

# Where a kernel's first instruction lies: of a bzImage behind its real-mode part, 1 MiB into
# RAM; of an arm64 Image where QEMU puts it, 2 MiB into virt's RAM.
_FIRST = {"pc": 0x100000, "virt": 0x40200000}

# Without `cryptomgr.notests` the kernel tests its ciphers, for as many instructions again as all the rest of its start.
_WORDS = "quiet cryptomgr.notests rdinit=/init panic=-1 console="
_CONSOLES = {"pc": "ttyS0", "virt": "ttyAMA0"}


@dataclasses.dataclass(frozen=True)
class Guest:
    """Linux on one board."""

    board: str
    subject: machine.Subject
    size: int  # bytes of kernel and initramfs


def guest(text, ours):
    """`text`: FIELDS; `ours`: {board: our subject}, whose machine is the guest's too."""
    board, kernel, initramfs, server_path = text.split(",")
    server = symbols.read(server_path)
    subject = dataclasses.replace(
        ours[board], image=kernel,
        arguments=("-initrd", os.path.abspath(initramfs), "-append", _WORDS + _CONSOLES[board]),
        from_=_FIRST[board], request=server.address_of("request_begins"), send=server.address_of("answer_is_sent"))
    return Guest(board, subject, os.path.getsize(kernel) + os.path.getsize(initramfs))
