"""disc_image(): a disc (ISO 9660) that starts one program on BIOS and on UEFI machines.

    disc_image(
        name = "disc",
        image = "//apps/hello:pc",
    )

makes disc.iso, the same bytes wherever it is made. Burn it, give it to QEMU (-cdrom), or write it to a USB stick with dd:
it is a disk, too.
"""

def _disc_image_impl(ctx):
    disc = ctx.actions.declare_file(ctx.label.name.replace(".iso", "") + ".iso")
    files = {
        "--config": ctx.file._config,
        "--cd": ctx.file._cd,
        "--efi": ctx.file._efi,
        "--hybrid": ctx.file._hybrid,
        "--image": ctx.file.image,
        "--mtools": ctx.file._mtools,
        "--xorriso": ctx.file._xorriso,
    }
    arguments = ctx.actions.args()
    arguments.add("--output", disc)
    for name, file in files.items():
        arguments.add(name, file)
    ctx.actions.run(
        executable = ctx.executable._make_disc,
        arguments = [arguments],
        inputs = files.values(),
        outputs = [disc],
        tools = ctx.files._xorriso_libraries,
        mnemonic = "Disc",
        progress_message = "Making %s" % disc.short_path,
    )
    return [DefaultInfo(files = depset([disc]), runfiles = ctx.runfiles([disc]))]

def _tool(label):
    return attr.label(allow_single_file = True, cfg = "exec", default = label)

disc_image = rule(
    implementation = _disc_image_impl,
    doc = "A disc that starts a Multiboot2 image by GRUB: NAME.iso, or NAME where that ends so.",
    attrs = {
        "image": attr.label(allow_single_file = True, mandatory = True, doc = "What is started."),
        "_cd": _tool("@grub//:cd.img"),
        "_config": _tool("//toolchain/disk:grub.cfg"),
        "_efi": _tool("@grub//:bootx64.efi"),
        "_hybrid": _tool("@grub//:hybrid.img"),
        "_make_disc": attr.label(cfg = "exec", default = "//toolchain/disk:make_disc", executable = True),
        "_mtools": _tool("@mtools//:mtools"),
        "_xorriso": _tool("@xorriso//:bin/xorriso"),
        "_xorriso_libraries": attr.label(cfg = "exec", default = "@xorriso//:libraries"),
    },
)
