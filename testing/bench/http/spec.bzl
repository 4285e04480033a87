"""image_spec(): the description of how an image's board runs it (testing/runner/README.md), as a file."""

load("//toolchain:image_test.bzl", "ImageInfo")

def _image_spec_impl(ctx):
    spec = ctx.attr.image[ImageInfo].board.spec
    return [DefaultInfo(files = depset([spec]), runfiles = ctx.runfiles([spec]))]

image_spec = rule(
    implementation = _image_spec_impl,
    attrs = {"image": attr.label(mandatory = True, providers = [ImageInfo])},
)
