"""costs_measurement(): one run of the image of costs under -icount, as a JSON file."""

load("//toolchain:image_test.bzl", "ImageInfo", "image_files")

def _costs_measurement_impl(ctx):
    image = ctx.attr.image[ImageInfo]
    board = image.board
    output = ctx.actions.declare_file(ctx.label.name + ".json")
    ctx.actions.run(
        executable = ctx.executable._measure,
        arguments = [
            "--spec",
            board.spec.path,
            "--image",
            image.image.path,
            "--elf",
            image.elf.path,
            "--file",
            "emulator=" + board.emulator.path,
            "--argument=-icount",
            "--argument=shift=%d,sleep=off" % ctx.attr.icount_shift,
            "--ns_per_instruction",
            str(1 << ctx.attr.icount_shift),
            "--output",
            output.path,
        ],
        inputs = depset(
            image_files(image, board.spec) + [ctx.file._qemu_version],
            transitive = [board.emulator_files],
        ),
        outputs = [output],
        mnemonic = "Costs",
        progress_message = "Measuring costs on %s" % board.name,
    )
    return [DefaultInfo(files = depset([output]), runfiles = ctx.runfiles([output]))]

costs_measurement = rule(
    implementation = _costs_measurement_impl,
    attrs = {
        "icount_shift": attr.int(mandatory = True, doc = "An instruction is 2^this nanoseconds: one tick of the counter."),
        "image": attr.label(mandatory = True, providers = [ImageInfo]),
        "_measure": attr.label(cfg = "exec", default = ":measure", executable = True),
        "_qemu_version": attr.label(allow_single_file = True, default = "@host_qemu//:version.txt"),
    },
)
