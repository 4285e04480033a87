"""Reads what the tools need from an ELF file (64 bits, little endian): its entry and the addresses of its symbols."""

import dataclasses
import struct

_PT_NOTE = 4
_SHT_SYMTAB = 2
_SHN_UNDEF = 0
_XEN_ELFNOTE_PHYS32_ENTRY = 18  # [PVH]: where a monitor enters the image, in 32-bit protected mode


class ElfError(Exception):
    """The file is not an ELF file that this module can read, or lacks a symbol."""


@dataclasses.dataclass(frozen=True)
class Elf:
    """The addresses of one ELF file."""

    path: str
    entry: int  # of the ELF header
    pvh_entry: int | None  # of the PVH note, if there is one
    symbols: dict[str, tuple[int, ...]]  # defined symbols: name to addresses, in the file's order

    @property
    def first_instruction(self):
        """The address of the first instruction of the image that the machine executes."""
        return self.entry if self.pvh_entry is None else self.pvh_entry

    def address_of(self, name):
        """Returns the address of the only symbol `name`. Raises ElfError."""
        addresses = set(self.symbols.get(name, ()))
        if len(addresses) != 1:
            raise ElfError(f"{self.path} has {len(addresses)} symbols named {name}, where one is needed")
        return addresses.pop()


def read(path):
    """Reads the ELF file at `path`. Raises ElfError, OSError."""
    with open(path, "rb") as file:
        data = file.read()
    try:
        return _parse(path, data)
    except (struct.error, IndexError, ValueError) as error:
        raise ElfError(f"{path} is a broken ELF file: {error}") from None


def _parse(path, data):
    if data[:6] != b"\x7fELF\x02\x01":
        raise ElfError(f"{path} is no ELF file of 64 bits, little endian")
    entry, program_offset, section_offset = struct.unpack_from("<QQQ", data, 24)
    program_size, program_count, section_size, section_count = struct.unpack_from("<HHHH", data, 54)
    pvh_entry = None
    for i in range(program_count):
        kind, _, offset, _, _, size = struct.unpack_from("<IIQQQQ", data, program_offset + i * program_size)
        if kind == _PT_NOTE and pvh_entry is None:
            pvh_entry = _pvh_entry(data[offset : offset + size])
    sections = [
        struct.unpack_from("<IIQQQQII", data, section_offset + i * section_size) for i in range(section_count)
    ]
    symbols = {}
    for _, kind, _, _, offset, size, link, _ in sections:
        if kind == _SHT_SYMTAB:
            _, _, _, _, names_offset, names_size, _, _ = sections[link]
            _add_symbols(symbols, data[offset : offset + size], data[names_offset : names_offset + names_size])
    return Elf(path, entry, pvh_entry, {name: tuple(addresses) for name, addresses in symbols.items()})


def _add_symbols(symbols, table, names):
    for name_offset, _, _, section, address, _ in struct.iter_unpack("<IBBHQQ", table):
        if section != _SHN_UNDEF and name_offset != 0:
            name = names[name_offset : names.index(b"\0", name_offset)].decode()
            symbols.setdefault(name, []).append(address)


def _pvh_entry(notes):
    position = 0
    while position + 12 <= len(notes):
        name_size, size, kind = struct.unpack_from("<III", notes, position)
        name_at = position + 12
        at = name_at + (name_size + 3) // 4 * 4
        if kind == _XEN_ELFNOTE_PHYS32_ENTRY and notes[name_at : name_at + name_size] == b"Xen\0":
            return int.from_bytes(notes[at : at + min(size, 8)], "little")
        position = at + (size + 3) // 4 * 4
    return None
