"""How programs that measure //apps/http are told of its boards."""

# Board: (CPU, QEMU's network card).
BOARDS = {
    "pc": ("x86_64", "virtio-net-pci"),
    "virt": ("aarch64", "virtio-net-device"),
}

def _files(board):
    return [
        "//testing/bench/http:%s.spec" % board,
        "//apps/http:" + board,
        "//apps/http:%s.elf" % board,
        "@host_qemu//:qemu-system-" + BOARDS[board][0],
    ]

_PLUGIN = "//testing/bench/http:count_requests.so"

BOARD_ARGUMENTS = [
    "--plugin",
    "$(rootpath %s)" % _PLUGIN,
] + [
    word
    for board, (_, card) in BOARDS.items()
    for word in [
        "--board",
        ",".join([board] + ["$(rootpath %s)" % file for file in _files(board)] + [card]),
    ]
]

BOARD_DATA = [
    _PLUGIN,
    "@host_qemu//:emulators",
] + [file for board in BOARDS for file in _files(board)]
