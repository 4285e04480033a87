"""The boards that a unikernel() is built for when it names none. A new board is one folder and one line here."""

BOARDS = [
    str(Label("//boards/linux:linux")),
    str(Label("//boards/linux:linux_aarch64")),
    str(Label("//boards/pc:pc")),
    str(Label("//boards/rpi3:rpi3")),
    str(Label("//boards/virt:virt")),
]
