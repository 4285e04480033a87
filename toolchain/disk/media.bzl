"""What an app's image is carried in: :rpi3.sdcard, :pc.iso, :linux.oci. Built when asked for."""

load("//boards:boards.bzl", "MEDIA")
load(":disc_image.bzl", "disc_image")
load(":disk_image.bzl", "disk_image")
load(":oci_image.bzl", "oci_image")

def _sdcard(name, image, **kwargs):
    disk_image(
        name = name,
        files = {
            image: "kernel8.img",
            str(Label("//boards/rpi3:config.txt")): "config.txt",
            str(Label("//boards/rpi3:card.txt")): "README.txt",
            str(Label("//toolchain/disk:boot_scr")): "boot.scr",
        },
        **kwargs
    )

def media(name, board, app, serves, **kwargs):
    """What `name`, an app's image for a board, is carried in; nothing, for a board that has no such thing.

    Args:
      name: of the image's target.
      board: the board's whole label.
      app: what the program is called.
      serves: its TCP ports.
      **kwargs: testonly, visibility.
    """

    # A medium is a copy of the image with tools to fetch around it: built for whoever names it, a test for one.
    on_request = ["manual"]
    kind, _, detail = MEDIA.get(board, "").partition(" ")
    if kind == "sdcard":
        _sdcard(name = name + ".sdcard", image = name, tags = on_request, **kwargs)
    elif kind == "iso":
        disc_image(name = name + ".iso", image = name, tags = on_request, **kwargs)
    elif kind == "oci":
        oci_image(
            name = name + ".oci",
            architecture = detail,
            ports = serves,
            program = name,
            program_name = app,
            tags = on_request,
            **kwargs
        )
