"""oci_image(): one static program as an image of the Open Container Initiative, without a daemon.

    oci_image(
        name = "hello.oci",
        program = "//apps/hello:linux",
        architecture = "amd64",
    )

makes the folder NAME: an image layout, the same bytes wherever it is made. skopeo, podman, buildah and umoci read it:

    podman run oci:bazel-bin/apps/hello/linux.oci
    skopeo copy oci:bazel-bin/apps/hello/linux.oci docker://registry/hello
"""

def _oci_image_impl(ctx):
    layout = ctx.actions.declare_directory(ctx.label.name)
    arguments = ctx.actions.args()
    arguments.add("--output", layout.path)
    arguments.add("--program", ctx.file.program)
    arguments.add("--name", ctx.attr.program_name)
    arguments.add("--architecture", ctx.attr.architecture)
    arguments.add_all(ctx.attr.ports, before_each = "--port")
    ctx.actions.run(
        executable = ctx.executable._make_oci,
        arguments = [arguments],
        inputs = [ctx.file.program],
        outputs = [layout],
        mnemonic = "Oci",
        progress_message = "Making %s" % layout.short_path,
    )
    return [DefaultInfo(files = depset([layout]), runfiles = ctx.runfiles([layout]))]

oci_image = rule(
    implementation = _oci_image_impl,
    doc = "An image layout (a folder): one layer with one program, which is its entry point.",
    attrs = {
        "architecture": attr.string(mandatory = True, values = ["amd64", "arm64"]),
        "ports": attr.int_list(doc = "TCP ports that the program listens at."),
        "program": attr.label(allow_single_file = True, mandatory = True, doc = "Static: nothing else is in the image."),
        "program_name": attr.string(default = "app", doc = "What it is called in the image's root."),
        "_make_oci": attr.label(cfg = "exec", default = "//toolchain/disk:make_oci", executable = True),
    },
)
