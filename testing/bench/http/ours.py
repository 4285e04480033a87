"""//apps/http as a subject of machine.py."""

import machine
import symbols

FIELDS = "NAME,SPEC,IMAGE,ELF,EMULATOR,CARD"

# What runs once a request, and what gives a frame to the card.
_REQUEST = "_ZN3net4http10Connection12BeginRequestEm"
_SEND = "_ZN7drivers10net_virtio9VirtioNet8TransmitEtN3net6PacketE"


def subject(text, plugin):
    """The board's name, and the app on it; `text`: FIELDS."""
    name, spec, image, elf_path, emulator, card = text.split(",")
    elf = symbols.read(elf_path)
    return name, machine.Subject(
        spec=spec, image=image, emulator=emulator, card=card, arguments=("-append", "ip=10.0.2.15/24"), plugin=plugin,
        from_=elf.first_instruction, request=elf.address_of(_REQUEST), send=elf.address_of(_SEND))
