"""What is in an image and why: the link of an image once more, with the linker's map and all relocations, and a report."""

load("@bazel_tools//tools/build_defs/cc:action_names.bzl", "ACTION_NAMES")

def _library_arguments(contexts):
    """(arguments, files, flags) of the libraries of linking contexts, as cc_common.link orders them."""
    arguments, files, flags = [], [], []
    inputs = depset(transitive = [context.linker_inputs for context in contexts], order = "topological")
    for linker_input in inputs.to_list():
        flags += linker_input.user_link_flags
        files += linker_input.additional_inputs
        for library in linker_input.libraries:
            archive = library.static_library or library.pic_static_library
            files.append(archive)
            if library.alwayslink:
                arguments += ["-Wl,-whole-archive", archive.path, "-Wl,-no-whole-archive"]
            else:
                arguments.append(archive.path)
    return arguments, files, flags

def surface_report(ctx, toolchain, features, name, board, contexts, elf, table):
    """The report on an image, made when somebody asks for it.

    Args:
      ctx: of a rule with the attributes _cxxfilt, _llvm_libraries and _surface.
      toolchain: the C++ toolchain's info.
      features: the feature configuration of the image's link.
      name: of the image.
      board: BoardInfo.
      contexts: the linking contexts of the image's link.
      elf: File, the image with symbols, which the second link must equal.
      table: File or None: an object of the image's link besides.

    Returns:
      File.
    """
    again = ctx.actions.declare_file(name + ".surface.elf")
    link_map = ctx.actions.declare_file(name + ".surface.map")
    report = ctx.actions.declare_file(name + ".surface.txt")
    libraries, files, flags = _library_arguments(contexts)
    flags += board.link_flags + ([table.path] if table else []) + ["-Wl,--emit-relocs", "-Wl,-Map=" + link_map.path]
    files += board.link_inputs + ([table] if table else [])
    command = cc_common.get_memory_inefficient_command_line(
        action_name = ACTION_NAMES.cpp_link_executable,
        feature_configuration = features,
        variables = cc_common.create_link_variables(
            cc_toolchain = toolchain,
            feature_configuration = features,
            is_linking_dynamic_library = False,
            is_static_linking_mode = True,
            output_file = again.path,
            user_link_flags = flags,
        ),
    )
    ctx.actions.run(
        arguments = libraries + command,
        executable = cc_common.get_tool_for_action(
            action_name = ACTION_NAMES.cpp_link_executable,
            feature_configuration = features,
        ),
        inputs = depset(files, transitive = [toolchain.all_files]),
        mnemonic = "SurfaceLink",
        outputs = [again, link_map],
        progress_message = "Linking %s with its map" % ctx.label,
    )
    ctx.actions.run(
        arguments = [
            "--elf",
            again.path,
            "--map",
            link_map.path,
            "--shipped",
            elf.path,
            "--cxxfilt",
            ctx.executable._cxxfilt.path,
            "--board",
            board.name,
            "--output",
            report.path,
        ],
        executable = ctx.executable._surface,
        inputs = [again, link_map, elf],
        mnemonic = "Surface",
        outputs = [report],
        tools = [ctx.executable._cxxfilt] + ctx.files._llvm_libraries,
        progress_message = "Reporting what is in %s" % ctx.label,
    )
    return report
