"""Repositories that Bazel 4.2 wants to load though a C++ build needs nothing of them.

Their real ones come from the network; these hold just what the loading phase touches.
"""

def _impl(rctx):
    rctx.file("WORKSPACE", "workspace(name = \"%s\")\n" % rctx.name)
    for path, content in rctx.attr.files.items():
        rctx.file(path, content, executable = path.endswith(".sh"))

stub_repository = repository_rule(
    implementation = _impl,
    attrs = {"files": attr.string_dict(mandatory = True)},
)
