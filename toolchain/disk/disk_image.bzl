"""disk_image(): a disk or SD card with one FAT partition.

    disk_image(
        name = "card",
        files = {"//apps/hello:rpi3": "kernel8.img"},
    )

makes card.img, the same bytes wherever it is made. Write it to a card, or give it to QEMU: -drive if=sd,format=raw,...
"""

def _disk_image_impl(ctx):
    image = ctx.actions.declare_file(ctx.label.name + ".img")
    arguments = ctx.actions.args()
    arguments.add("--output", image)
    arguments.add("--mebibytes", ctx.attr.mebibytes)
    arguments.add("--mtools", ctx.executable._mtools)
    inputs = []
    for target, path in ctx.attr.files.items():
        files = target[DefaultInfo].files.to_list()
        if len(files) != 1:
            fail("%s is not one file" % target.label)
        arguments.add("--file", files[0], format = path + "=%s")
        inputs += files
    for name, file in [("--boot-sector", ctx.file.boot_sector), ("--boot-loader", ctx.file.boot_loader)]:
        if file:
            arguments.add(name, file)
            inputs.append(file)
    ctx.actions.run(
        executable = ctx.executable._make_disk,
        arguments = [arguments],
        inputs = inputs,
        outputs = [image],
        tools = [ctx.executable._mtools],
        mnemonic = "Disk",
        progress_message = "Making %s" % image.short_path,
    )
    return [DefaultInfo(files = depset([image]), runfiles = ctx.runfiles([image]))]

disk_image = rule(
    implementation = _disk_image_impl,
    doc = "A disk with one FAT partition: NAME.img.",
    attrs = {
        "boot_loader": attr.label(allow_single_file = True, doc = "Goes into the second sector and those behind it."),
        "boot_sector": attr.label(allow_single_file = True, doc = "Its code goes into the first sector."),
        "files": attr.label_keyed_string_dict(allow_files = True, doc = "What goes where: {label: path on the disk}."),
        "mebibytes": attr.int(
            default = 16,
            doc = "The disk's size, a power of two, as SD cards in QEMU want it.",
            values = [8, 16, 32, 64, 128, 256, 512, 1024],
        ),
        "_make_disk": attr.label(cfg = "exec", default = "//toolchain/disk:make_disk", executable = True),
        "_mtools": attr.label(
            allow_single_file = True,
            cfg = "exec",
            default = "@mtools//:mtools",
            executable = True,
        ),
    },
)
