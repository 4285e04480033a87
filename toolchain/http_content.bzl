"""http_content(): files that a web server of net/http serves out of its image.

    load("@enkel//toolchain:http_content.bzl", "http_content")

    http_content(
        name = "pages",
        srcs = glob(["pages/**"]),
        strip_prefix = "pages",
    )

    #include "apps/http/pages.h"
    server.Get("/*", http::ContentHandler(content::pages));

Each with its media type by its name, an entity tag, and compressed where that saves a tenth or more: all of it at build
time, none of it in the program.
"""

load("@rules_cc//cc:defs.bzl", "cc_library")

def _path_of(file, package, strip_prefix):
    """Where a file appears: its place in the package, without the prefix."""
    place = file.short_path
    for prefix in [package, strip_prefix]:
        if prefix:
            if not place.startswith(prefix + "/"):
                fail("%s does not lie in %s" % (file.short_path, prefix))
            place = place[len(prefix) + 1:]
    return "/" + place

def _source_impl(ctx):
    package = ctx.label.package
    source = ctx.actions.declare_file(ctx.attr.library + ".cc")
    header = ctx.actions.declare_file(ctx.attr.library + ".h")
    compressed = ctx.actions.declare_directory(ctx.attr.library + ".gzip")
    arguments = ctx.actions.args()
    arguments.add("--zlib", ctx.file._zlib)
    arguments.add("--name", ctx.attr.library)
    arguments.add("--source", source)
    arguments.add("--header", header)
    arguments.add("--include", (package + "/" if package else "") + header.basename)
    arguments.add("--gzip-dir", compressed.path)
    if ctx.attr.modified:
        arguments.add("--modified", ctx.attr.modified)
    for file in ctx.files.srcs:
        arguments.add(file, format = _path_of(file, package, ctx.attr.strip_prefix).replace("%", "%%") + "=%s")
    ctx.actions.run(
        executable = ctx.executable._make_content,
        arguments = [arguments],
        inputs = ctx.files.srcs + [ctx.file._zlib],
        outputs = [source, header, compressed],
        mnemonic = "Content",
        progress_message = "Embedding %s" % ctx.label,
    )
    return [
        DefaultInfo(files = depset([source, header, compressed])),
        OutputGroupInfo(
            compressed = depset([compressed]),
            header = depset([header]),
            source = depset([source]),
        ),
    ]

_source = rule(
    implementation = _source_impl,
    attrs = {
        "library": attr.string(mandatory = True),
        "modified": attr.string(),
        "srcs": attr.label_list(allow_files = True, mandatory = True),
        "strip_prefix": attr.string(),
        "_make_content": attr.label(cfg = "exec", default = "//toolchain/content:make_content", executable = True),
        "_zlib": attr.label(allow_single_file = True, cfg = "exec", default = "@llvm//:lib/libz.so.1"),
    },
)

def http_content(name, srcs, strip_prefix = "", modified = "", **kwargs):
    """A library with files to serve: content::NAME in NAME.h.

    Args:
      name: of the library, and of the table in it: a word of C++.
      srcs: the files.
      strip_prefix: a folder of the package that is not part of their paths.
      modified: the day of their last change, "2026-11-22", for Last-Modified; it changes with them. Without it answers
        carry none: entity tags, which are hashes, tell clients more, and change by themselves.
      **kwargs: visibility, testonly, ..., as everywhere.
    """
    hidden = {
        "tags": ["manual"],
        "testonly": kwargs.get("testonly", False),
        "visibility": ["//visibility:private"],
    }
    _source(name = name + ".generated", library = name, srcs = srcs, strip_prefix = strip_prefix, modified = modified, **hidden)
    for group in ["source", "header", "compressed"]:
        native.filegroup(name = name + "." + group, srcs = [name + ".generated"], output_group = group, **hidden)
    cc_library(
        name = name,
        srcs = [name + ".source"],
        hdrs = [name + ".header"],
        # Actions run in the folder that all paths begin in.
        copts = ["--embed-dir=.", "-Wno-c23-extensions"],
        linkstatic = True,
        textual_hdrs = srcs + [name + ".compressed"],
        deps = [Label("//net/http:content")],
        **kwargs
    )
