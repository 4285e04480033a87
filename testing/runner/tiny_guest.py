"""Makes images of a few instructions, so that the tests need no compiler."""

import struct

PAGE = 4096

# mov $1000,%ecx; 1: dec %ecx; jnz 1b; cld; xor %eax,%eax; mov $0x200000,%edi; mov $100,%ecx; rep stosb
X86_LOOP = bytes.fromhex("b9e8030000 49 75fd fc 31c0 bf00002000 b964000000 f3aa")
# mov $16,%al; out %al,$0xf4; 1: hlt; jmp 1b
X86_MAIN = bytes.fromhex("b010 e6f4 f4 ebfd")
# An instruction that does not exist, with no interrupt table to handle it: ud2
X86_TRIPLE_FAULT = bytes.fromhex("0f0b")

# mov w0, #1000; 1: subs w0, w0, #1; b.ne 1b; nop
AARCH64_LOOP = struct.pack("<4I", 0x52807D00, 0x71000400, 0x54FFFFE1, 0xD503201F)
# b .
AARCH64_MAIN = struct.pack("<I", 0x14000000)

EM_X86_64 = 62
EM_AARCH64 = 183


def elf(machine, address, head, main, has_pvh_note=False):
    """Returns an ELF file with `head` at `address` and symbol _start, followed by `main` with symbol main.

    With a PVH note the entry of the ELF header is a wrong one: the note decides.
    """
    code = head + main
    note = struct.pack("<III4sI", 4, 4, 18, b"Xen\0", address) if has_pvh_note else b""
    names = b"\0_start\0main\0"
    symbol_table = bytes(24) + _symbol(1, address) + _symbol(8, address + len(head))
    symbols_at = 64 + 2 * 56
    names_at = symbols_at + len(symbol_table)
    note_at = names_at + len(names) + (-(names_at + len(names)) % 8)
    sections_at = note_at + len(note) + (-(note_at + len(note)) % 8)
    header = b"\x7fELF\x02\x01\x01" + bytes(9)
    entry = address + len(head) if has_pvh_note else address
    header += struct.pack("<HHIQQQIHHHHHH", 2, machine, 1, entry, 64, sections_at, 0, 64, 56, 2, 64, 3, 0)
    header += struct.pack("<IIQQQQQQ", 1, 7, PAGE, address, address, len(code), len(code), PAGE)
    header += struct.pack("<IIQQQQQQ", 4, 4, note_at, 0, 0, len(note), len(note), 4)
    sections = bytes(64)
    sections += struct.pack("<IIQQQQIIQQ", 0, 2, 0, 0, symbols_at, len(symbol_table), 2, 1, 8, 24)
    sections += struct.pack("<IIQQQQIIQQ", 0, 3, 0, 0, names_at, len(names), 0, 0, 1, 0)
    parts = {0: header, symbols_at: symbol_table, names_at: names, note_at: note, sections_at: sections}
    file = bytearray(PAGE)
    for position, data in parts.items():
        file[position : position + len(data)] = data
    return bytes(file) + code


def _symbol(name, address):
    return struct.pack("<IBBHQQ", name, 0x12, 0, 1, address, 0)


def x86_speaker(address, text, status):
    """Returns code at `address` that writes `text` to the debug console (port 0xe9) and ends QEMU by isa-debug-exit.

    `status`: the value written to port 0xf4, or None to loop for ever instead.
    """
    # mov $text,%esi; mov $length,%ecx; mov $0xe9,%dx; rep outsb
    # mov $status,%al; out %al,$0xf4
    end = b"" if status is None else b"\xb0" + bytes([status]) + bytes.fromhex("e6f4")
    end += bytes.fromhex("ebfe")  # 1: jmp 1b
    size = 5 + 5 + 4 + 2 + len(end)
    code = b"\xbe" + struct.pack("<I", address + size) + b"\xb9" + struct.pack("<I", len(text))
    return code + bytes.fromhex("66bae900 f36e") + end + text
