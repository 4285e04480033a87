#!/usr/bin/python3
"""Makes the table of function names that an image with function_names = True carries, as an object file.

  function_names.py --nm LLVM_NM --output TABLE.o make --cxxfilt LLVM_CXXFILT ELF
  function_names.py --nm LLVM_NM --output STAMP check FIRST.elf SECOND.elf     fails unless the functions of both lie alike

The image is linked without the table, the table is made of its symbols, and it is linked again with it. The table lies
behind the text, so that no function moves (workarounds of errata depend on where one lies); `check` makes sure of that.
Addresses count from the first function, because the image may be started elsewhere than it is linked.

The table, little-endian (kernel/panic/function_names.h reads it):

  u32 blocks, u32 distance of EnkelBoot from the first function
  blocks times: u32 distance of its first function from the first of all, u32 distance of its entries from the table's start
  entries: LEB128 distance from the function before, u8 letters shared with the name before, u8 further letters, these;
           the first of a block has distance 0 and shares nothing

A block has at most 16 functions. The last function has no name: it stands where the text ends.
"""

import argparse
import pathlib
import re
import struct
import subprocess
import sys

BLOCK = 16  # functions
LONGEST = 96  # letters
_SYMBOL = b"enkel_function_names"
_SECTION = b".data.rel.ro.enkel_function_names"  # constants that every layout has behind the text
_MARK = "EnkelBoot"
_SHT_PROGBITS, _SHT_SYMTAB, _SHT_STRTAB = 1, 2, 3
_SHF_WRITE, _SHF_ALLOC = 1, 2
_HEADER = 64  # bytes, of an ELF file's
_SECTION_HEADER = 64


def shorten(name):
    """A demangled name without parameters, less what tells little: template arguments, tags, unnamed namespaces."""
    name = name.replace("(anonymous namespace)::", "").replace("std::__1::", "std::")
    name = re.sub(r"\[abi:\w+\]", "", name)
    if "operator" not in name:  # whose sign may be a bracket
        while (shorter := re.sub(r"<[^<>]*>", "", name)) != name:
            name = shorter
    return name if len(name) <= LONGEST else name[: LONGEST - 3] + "..."


def functions_of(nm_output):
    """Returns the sorted [(address, mangled name)] of the functions in what `llvm-nm` prints."""
    functions = {}
    for line in nm_output.splitlines():
        fields = line.split(maxsplit=2)
        if len(fields) != 3:
            continue
        address, kind, name = int(fields[0], 16), fields[1], fields[2]
        # The assembler's marks ($x) and the compiler's local labels are no names.
        if kind in "tTwW" and not name.startswith(("$", ".L")):
            # Of names for one place a global one is the best known.
            if address not in functions or kind in "TW" and functions[address][0] in "tw":
                functions[address] = (kind, name)
    return sorted((address, name) for address, (_, name) in functions.items())


def leb128(value):
    """`value` seven bits a byte, the lowest first."""
    result = bytearray()
    while value >= 0x80:
        result.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes(result) + bytes([value])


def table_of(functions, mark):
    """The bytes of the table of the sorted [(address, name)]; the last one's name is empty; `mark`: EnkelBoot's address."""
    base = functions[0][0]
    entries, index = bytearray(), []
    blocks = [functions[i : i + BLOCK] for i in range(0, len(functions), BLOCK)]
    start = 8 + 8 * len(blocks)
    for block in blocks:
        index.append((block[0][0] - base, start + len(entries)))
        before_address, before = block[0][0], b""
        for address, name in block:
            letters = name.encode("ascii", "replace")
            shared = 0
            while shared < min(len(letters), len(before)) and letters[shared] == before[shared]:
                shared += 1
            entries += leb128(address - before_address) + bytes([shared, len(letters) - shared]) + letters[shared:]
            before_address, before = address, letters
    return struct.pack("<II", len(blocks), mark - base) + b"".join(struct.pack("<II", *pair) for pair in index) + bytes(entries)


def object_with(table, like):
    """A relocatable ELF file that holds `table` under _SYMBOL, for the machine of the ELF file `like`."""
    names = b"\0" + _SYMBOL + b"\0" + _SECTION + b"\0.symtab\0.strtab\0"
    at = {name: names.index(name + b"\0") for name in (_SYMBOL, _SECTION, b".symtab", b".strtab")}
    symbols = bytes(24) + struct.pack("<IBBHQQ", at[_SYMBOL], 0x11, 2, 1, 0, len(table))  # global, object, hidden
    body, headers = bytearray(), [bytes(_SECTION_HEADER)]

    def add(name, kind, flags, content, link=0, info=0, entry_size=0):
        body.extend(bytes(-len(body) % 8))
        offset = _HEADER + len(body)
        headers.append(struct.pack("<IIQQQQIIQQ", at[name], kind, flags, 0, offset, len(content), link, info, 8, entry_size))
        body.extend(content)

    add(_SECTION, _SHT_PROGBITS, _SHF_ALLOC | _SHF_WRITE, table)
    add(b".symtab", _SHT_SYMTAB, 0, symbols, link=3, info=1, entry_size=24)
    add(b".strtab", _SHT_STRTAB, 0, names)
    body.extend(bytes(-len(body) % 8))
    machine = struct.unpack_from("<H", like, 18)[0]
    flags = struct.unpack_from("<I", like, 48)[0]
    header = b"\x7fELF\x02\x01\x01".ljust(16, b"\0") + struct.pack(
        "<HHIQQQIHHHHHH", 1, machine, 1, 0, 0, _HEADER + len(body), flags, _HEADER, 0, 0, _SECTION_HEADER, len(headers), 3
    )
    return header + bytes(body) + b"".join(headers)


def _run(*command, **more):
    return subprocess.run(command, check=True, capture_output=True, text=True, **more).stdout


def make(options):
    """Writes the table of an ELF file."""
    elf = pathlib.Path(options.elf).read_bytes()
    end = end_of_text(elf)
    functions = _functions(options, options.elf, end)
    mark = next(address for address, name in functions if name == _MARK)
    demangled = _run(options.cxxfilt, "--no-params", input="\n".join(name for _, name in functions)).splitlines()
    named = [(address, shorten(name)) for (address, _), name in zip(functions, demangled, strict=True)]
    table = table_of(named + [(end, "")], mark)
    pathlib.Path(options.output).write_bytes(object_with(table, elf))


def _functions(options, path, end):
    everything = functions_of(_run(options.nm, "--defined-only", path))
    return [(address, name) for address, name in everything if address < end]


def end_of_text(elf):
    """One past the last address of an ELF file's executable segments."""
    offset = struct.unpack_from("<Q", elf, 32)[0]
    size, count = struct.unpack_from("<HH", elf, 54)
    ends = [0]
    for i in range(count):
        kind, flags, _, address, _, _, length, _ = struct.unpack_from("<IIQQQQQQ", elf, offset + i * size)
        if kind == 1 and flags & 1:
            ends.append(address + length)
    return max(ends)


def check(options):
    """Compares where the functions of two ELF files lie."""
    layouts = []
    for path in (options.elf, options.second):
        functions = _functions(options, path, end_of_text(pathlib.Path(path).read_bytes()))
        layouts.append([(address - functions[0][0], name) for address, name in functions])
    if layouts[0] != layouts[1]:
        sys.exit(f"function_names: the functions of {options.elf} and {options.second} do not lie alike")
    pathlib.Path(options.output).write_text("alike\n", encoding="ascii")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--nm", required=True)
    parser.add_argument("--output", required=True)
    commands = parser.add_subparsers(required=True)
    maker = commands.add_parser("make")
    maker.add_argument("--cxxfilt", required=True)
    maker.add_argument("elf")
    maker.set_defaults(command=make)
    checker = commands.add_parser("check")
    checker.add_argument("elf")
    checker.add_argument("second")
    checker.set_defaults(command=check)
    options = parser.parse_args()
    options.command(options)


if __name__ == "__main__":
    main()
