#!/usr/bin/python3
"""Packs an initramfs: initramfs.py OUTPUT INIT MODULE...   INIT becomes /init, the modules /modules/0, /modules/1, ...

The same input gives the same bytes: no times, no owners, numbers in order.
"""

import sys

FOLDER, PROGRAM, FILE = 0o040755, 0o100755, 0o100644


def entry(number, name, mode, data=b""):
    """One entry of a cpio archive of the kind "newc": Linux, Documentation/driver-api/early-userspace/buffer-format.rst."""
    path = name.encode() + b"\0"
    fields = [number, mode, 0, 0, 1, 0, len(data), 0, 0, 0, 0, len(path), 0]
    head = b"070701" + b"".join(b"%08x" % field for field in fields) + path
    return head + bytes(-len(head) % 4) + data + bytes(-len(data) % 4)


def initramfs(init, modules):
    """The archive's bytes."""
    entries = [("init", PROGRAM, init), ("modules", FOLDER, b"")]
    entries += [(f"modules/{i}", FILE, module) for i, module in enumerate(modules)]
    parts = [entry(number, *fields) for number, fields in enumerate(entries, 1)]
    return b"".join(parts) + entry(0, "TRAILER!!!", 0)


def main(output, init, *modules):
    def read(path):
        with open(path, "rb") as file:
            return file.read()

    with open(output, "wb") as file:
        file.write(initramfs(read(init), [read(module) for module in modules]))


if __name__ == "__main__":
    main(*sys.argv[1:])
