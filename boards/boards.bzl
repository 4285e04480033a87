"""The boards that a unikernel() is built for when it names none. A new board is one folder and one line here."""

BOARDS = [
    str(Label("//boards/linux:linux")),
    str(Label("//boards/linux:linux_aarch64")),
    str(Label("//boards/pc:pc")),
    str(Label("//boards/rpi3:rpi3")),
    str(Label("//boards/virt:virt")),
]

_CORTEX_A53 = str(Label("//toolchain/constraints:aarch64_cortex_a53"))

# Boards whose code is compiled alike share a platform, and so everything compiled for it, but what is linked. Another
# board has its own, which board() makes.
SHARED_PLATFORMS = {
    str(Label("//boards/rpi3:rpi3")): _CORTEX_A53,
    str(Label("//boards/virt:virt")): _CORTEX_A53,
}

# What a board's image is carried in (//toolchain/disk:media.bzl): a card, a disc, a container's image and its architecture.
MEDIA = {
    str(Label("//boards/linux:linux")): "oci amd64",
    str(Label("//boards/linux:linux_aarch64")): "oci arm64",
    str(Label("//boards/pc:pc")): "iso",
    str(Label("//boards/rpi3:rpi3")): "sdcard",
}
