#!/usr/bin/python3
"""What is in an image, how many bytes each, and why: who refers to it, from the entry on.

  surface.py --elf ELF --map MAP --shipped ELF --cxxfilt LLVM_CXXFILT --board BOARD --output REPORT

ELF is the image linked once more with its relocations (--emit-relocs), MAP the linker's map of that; both
must be made of the same functions and variables. Each input section of
the map is a node, each relocation an edge; the shortest way from the entry is why a thing is there. The report lists

  system call   what a program can ask the kernel for (sys_NAME)
  driver        code that talks to a device
  parser        code that reads what may be hostile: a boot loader's tables, a device's answers, packets, RAM of a crash
  protocol      code that speaks with strangers: everything in net, but the parsers of its formats
  kernel, board, library, program      everything else, by folder or by name
"""

import argparse
import bisect
import collections
import dataclasses
import pathlib
import re
import struct
import subprocess
import sys

KINDS = ("system call", "driver", "parser", "protocol", "kernel", "board", "library", "program")

# Where input from outside is read: a folder, or the object files of one ("*": all, each by its name). Kept by hand: who adds a fuzz test adds its
# folder here.
PARSERS = {
    "boards/pc": ("acpi.o", "multiboot2.o", "pvh.o"),
    "boards/rpi3": ("mailbox.o",),
    "kernel/boot": ("program_words.o",),
    "kernel/boot/device_tree": (),
    "kernel/panic": ("crash_record.o",),
    "net/wire": ("*",),
}

_LIBRARIES = {
    "libbuiltins": "compiler-rt",
    "liblibcxx_": "libc++",
    "liblibcxxabi": "libc++abi",
    "liblibunwind": "libunwind",
    "libmusl": "musl",
}

_KIND_OF_ROOM = {"boards": "board", "drivers": "driver", "kernel": "kernel", "net": "protocol"}

_INPUT = re.compile(r"\s*([0-9a-f]+)\s+[0-9a-f]+\s+([0-9a-f]+)\s+\d+\s{9}(\S+?)(?:\(([^()]+\.o)\))?:\((.+)\)$")
_NOT_LOADED = (".debug", ".rela", ".symtab", ".strtab", ".shstrtab", ".comment")
_SHT_RELA, _SHT_SYMTAB = 4, 2
_SHF_ALLOC = 2


@dataclasses.dataclass(frozen=True)
class Node:
    """One input section of the image."""

    address: int
    size: int
    path: str  # of the archive or object file, from the workspace's root
    member: str  # of the archive
    section: str

    @property
    def name(self):
        """The function or variable, where it has a section of its own; else the object file."""
        match = re.match(r"\.(?:text|rodata|data\.rel\.ro|data|bss|tdata|tbss)\.(?:boot\.|unlikely\.)?(.+)", self.section)
        return match[1] if match else f"{self.member or pathlib.PurePath(self.path).name}:{self.section}"


def workspace_path(path):
    """A path of an output or source file from the workspace's root; of an external one from "external/"."""
    path = re.sub(r"^bazel-out/[^/]+/bin/", "", path)
    return path.removeprefix("external/enkel/")


def read_map(lines):
    """The nodes of a map of ld.lld, by address; those without bytes left out."""
    nodes = []
    for line in lines:
        if match := _INPUT.match(line):
            address, size, path, member, section = match.groups()
            if int(size, 16) and int(address, 16) and not section.startswith(_NOT_LOADED):
                nodes.append(Node(int(address, 16), int(size, 16), workspace_path(path), member or "", section))
    return sorted(nodes, key=lambda node: node.address)


def read_relocations(elf):
    """(entry, [(place, target address)]) of an ELF file with its relocations."""
    entry, section_offset = struct.unpack_from("<Q8xQ", elf, 24)
    size, count = struct.unpack_from("<HH", elf, 58)
    sections = [struct.unpack_from("<IIQQQQIIQQ", elf, section_offset + i * size) for i in range(count)]
    edges = []
    for _, kind, _, _, offset, length, link, info, _, _ in sections:
        if kind != _SHT_RELA or not sections[info][2] & _SHF_ALLOC:
            continue
        symbols_at = sections[link][4]
        for place, what, addend in struct.iter_unpack("<QQq", elf[offset : offset + length]):
            _, symbol_kind, _, section, value, _ = struct.unpack_from("<IBBHQQ", elf, symbols_at + 24 * (what >> 32))
            if section:
                # Only a section's own symbol needs the addend to tell what is meant; an addend of -4 is the CPU's.
                edges.append((place, value + addend if symbol_kind & 15 == 3 else value))
    return entry, edges


def contents(elf):
    """The sorted (name, size) of the functions and variables of an ELF file: what it is made of, wherever that lies."""
    section_offset = struct.unpack_from("<Q", elf, 40)[0]
    size, count = struct.unpack_from("<HH", elf, 58)
    sections = [struct.unpack_from("<IIQQQQIIQQ", elf, section_offset + i * size) for i in range(count)]
    found = []
    for _, kind, _, _, offset, length, link, _, _, _ in sections:
        if kind == _SHT_SYMTAB:
            names = sections[link][4]
            for name, info, _, section, _, symbol_size in struct.iter_unpack("<IBBHQQ", elf[offset : offset + length]):
                text = elf[names + name : elf.index(b"\0", names + name)]
                # The compiler's own labels stay in a file only when relocations need them, and a patch around an
                # erratum lies where addresses make it necessary.
                if section and info & 15 in (1, 2) and not text.startswith((b".L", b"__CortexA53843419_")):
                    found.append((text, symbol_size))
    return sorted(found)


class Graph:
    """Who refers to whom."""

    def __init__(self, nodes, entry, edges):
        self.nodes = nodes
        self._starts = [node.address for node in nodes]
        targets = collections.defaultdict(set)
        for place, target in edges:
            source, referred = self.at(place), self.at(target)
            if source is not None and referred is not None and source != referred:
                targets[source].add(referred)
        self.came_from = {}
        root = self.at(entry)
        if root is None:
            raise ValueError("the map does not hold the entry")
        # Unwind tables refer to every function: they are no reason for one.
        self._search(root, targets)

    def _search(self, root, targets):
        queue = collections.deque([root])
        self.came_from[root] = None
        while queue:
            index = queue.popleft()
            for target in sorted(targets[index]):
                if target not in self.came_from and not self.nodes[target].section.startswith((".eh_frame", ".gcc_except")):
                    self.came_from[target] = index
                    queue.append(target)

    def at(self, address):
        """The index of the node that holds an address; None when none does."""
        index = bisect.bisect_right(self._starts, address) - 1
        if index >= 0 and address < self.nodes[index].address + self.nodes[index].size:
            return index
        return None

    def why(self, index):
        """The names from the entry to a node; empty when nothing refers to it (the linker was told to keep it)."""
        if index not in self.came_from:
            return []
        names = []
        while index is not None:
            names.append(self.nodes[index].name)
            index = self.came_from[index]
        return names[::-1]


def classify(node):
    """The (kind, name) of a node but for system calls, which lie in kernel/libc."""
    folder = str(pathlib.PurePath(node.path).parent)
    if node.path.startswith("<"):
        return "library", "linker"  # strings that several have in common, tables that it makes
    for parser, members in PARSERS.items():
        if (folder == parser and (node.member in members or "*" in members)) or (not members and (folder + "/").startswith(parser + "/")):
            name = f"{folder}/{node.member.removesuffix('.o')}" if members else folder
            return "parser", name
    if folder.startswith("toolchain/"):
        for prefix, library in _LIBRARIES.items():
            if pathlib.PurePath(node.path).name.startswith(prefix):
                return "library", library
        return "library", folder
    if folder.startswith("external/"):
        return "library", folder.split("/")[1]
    top = folder.split("/")[0]
    if top in _KIND_OF_ROOM:
        return _KIND_OF_ROOM[top], folder
    return "program", folder


def items_of(graph):
    """{(kind, name): (bytes, why)}."""
    size, nearest = collections.Counter(), {}
    for index, node in enumerate(graph.nodes):
        keys = [classify(node)]
        if node.section.startswith(".text.sys_"):
            keys.append(("system call", node.section.removeprefix(".text.sys_")))
        way = graph.why(index)
        for key in keys:
            size[key] += node.size
            if key not in nearest or (way and (not nearest[key] or len(way) < len(nearest[key]))):
                nearest[key] = way
    return {key: (size[key], nearest[key]) for key in size}


def _demangled(names, cxxfilt):
    if not names or not cxxfilt:
        return names
    text = "\n".join(names)
    return subprocess.run([cxxfilt, "--no-params"], input=text, check=True, capture_output=True, text=True).stdout.splitlines()


def report(items, board, cxxfilt=None):
    """The lines of the report; `cxxfilt`: the path of llvm-cxxfilt, for names that people know."""
    items = {key: (size, _demangled(way, cxxfilt)) for key, (size, way) in items.items()}
    lines = [f"# What is in the image for {board}, and the shortest way from the entry to it.", f"# {'KIND':<12}{'BYTES':>8}  NAME"]
    for kind in KINDS:
        for (item_kind, name), (size, way) in sorted(items.items()):
            if item_kind == kind:
                lines.append(f"{kind:<14}{size:>8}  {name}")
                if kind in ("system call", "driver", "parser", "protocol"):
                    lines.append(f"{'':<24}why: {' > '.join(way) or 'the linker script keeps it'}")
    return lines


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--elf", required=True)
    parser.add_argument("--map", required=True)
    parser.add_argument("--shipped", required=True)
    parser.add_argument("--board", required=True)
    parser.add_argument("--cxxfilt", required=True)
    parser.add_argument("--output", required=True)
    options = parser.parse_args()
    with open(options.map, encoding="utf-8") as file:
        nodes = read_map(file)
    elf = pathlib.Path(options.elf).read_bytes()
    if contents(elf) != contents(pathlib.Path(options.shipped).read_bytes()):
        sys.exit(f"surface: {options.shipped} is linked otherwise than {options.elf}: the report would not be about it")
    entry, edges = read_relocations(elf)
    items = items_of(Graph(nodes, entry, edges))
    if not any(kind == "program" for kind, _ in items):
        sys.exit("surface: no program is in the map: this tool does not know its form")
    pathlib.Path(options.output).write_text("\n".join(report(items, options.board, options.cxxfilt)) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
