"""The rules of the rooms (ARCHITECTURE.md), enforced over the dependency graph.

Every `bazel test` runs the aspect `rooms` over all that it touches (.bazelrc), through platform transitions too, and
stops with a sentence such as

    //net/tcp:tcp (room net) imports //kernel/event:loop (room kernel/event); net may import: kernel/base

A violation is mended by moving code, seldom by a change of the table; a change of the table needs a decision record.
"""

load(":graph.bzl", "dependencies", "is_ours")

# room: what it may import besides itself. A room is a folder with all below it that is no room of its own. An entry
# with a colon is one target; "@" is any external library. The kernel's rooms from the lowest up: base, arch, panic, metrics,
# log, memory, interrupt, time, random, event, boot, libc; kernel/boot:board is the contract that boards implement, and anyone's to call.
ROOMS = {
    "apps": [
        "boards/machine",
        "kernel/base",
        "kernel/boot:main_arguments",
        "kernel/event",
        "kernel/interrupt",
        "kernel/log",
        "kernel/metrics",
        "kernel/panic",
        "kernel/random",
        "kernel/time",
        "net/http",
        "net/socket",
        "toolchain/packages",
        "@",
    ],
    "boards": ["drivers", "kernel", "net:device"],
    "boards/machine": ["boards:board", "kernel", "net"],
    "drivers": ["kernel/base", "kernel/interrupt:controller", "net:device"],
    "kernel/arch": ["kernel/base"],
    "kernel/base": [],
    "kernel/boot": ["kernel/arch", "kernel/base", "kernel/event", "kernel/memory", "kernel/panic", "kernel/random"],
    "kernel/event": [
        "kernel/arch",
        "kernel/base",
        "kernel/boot:board",
        "kernel/interrupt",
        "kernel/memory",
        "kernel/metrics",
        "kernel/panic",
        "kernel/time",
    ],
    "kernel/interrupt": ["kernel/arch", "kernel/base", "kernel/boot:board", "kernel/metrics", "kernel/panic"],
    "kernel/libc": ["kernel"],
    "kernel/log": ["kernel/arch", "kernel/base", "kernel/boot:board", "kernel/panic"],
    "kernel/memory": ["kernel/arch", "kernel/base", "kernel/boot:board", "kernel/panic"],
    "kernel/metrics": ["kernel/arch", "kernel/base"],
    # The kernel's own numbers as metrics: above the rooms that keep them, which know nothing of it.
    "kernel/metrics/standard": ["kernel"],
    "kernel/panic": ["kernel/arch", "kernel/base", "kernel/boot:board"],
    "kernel/random": ["kernel/arch", "kernel/base", "kernel/boot:board", "kernel/panic", "toolchain/packages", "@"],
    "kernel/time": ["kernel/arch", "kernel/base", "kernel/boot:board", "kernel/interrupt", "kernel/panic"],
    "net": ["kernel/base"],
    "testing": ["apps", "boards", "drivers", "kernel", "net", "toolchain", "@"],
    "toolchain": ["testing", "@"],
}

# Tests sit beside what they test and may use what their room may not.
TEST_ROOMS = ["testing", "toolchain", "@"]

# Purpose-made trees for the tests of this file; the path below plays the workspace's root.
_TESTDATA = "toolchain/dev/testdata/rooms/"

# A folder of the tree is imported when one target's compilation takes another's.
_COMPILES = ["cc_binary", "cc_library", "cc_test"]

RoomsInfo = provider(
    doc = "What the aspect `rooms` found.",
    fields = {"violations": "depset of sentences, for a target and all below"},
)

def _place(label):
    """The (folder, name) of a label as the table writes them; an external one has the folder "@"."""
    if not is_ours(label):
        return "@", label.name
    package = label.package
    if (package + "/").startswith(_TESTDATA):
        package = package[len(_TESTDATA):]
    return package, label.name

def _within(folder, room):
    return folder == room or folder.startswith(room + "/")

def room_of(folder):
    """The innermost room that a folder lies in, or None."""
    found = None
    for room in ROOMS:
        if _within(folder, room) and (found == None or len(room) > len(found)):
            found = room
    return found

def may_import(room, folder, name, testonly):
    """Whether a target of `room` may import the target `name` in `folder` ("@" for an external one)."""
    for allowed in ROOMS[room] + (TEST_ROOMS if testonly else []):
        if ":" in allowed:
            if "%s:%s" % (folder, name) == allowed:
                return True
        elif _within(folder, allowed):
            return True
    return room_of(folder) == room

def _imports(ctx):
    attributes = [getattr(ctx.rule.attr, name, []) for name in ["deps", "hdrs", "srcs", "textual_hdrs"]]
    return [item.label for attribute in attributes for item in attribute]

def _violations(target, ctx):
    folder, _ = _place(target.label)
    room = room_of(folder)
    if room == None:
        return ["%s lies in no room; toolchain/dev/rooms.bzl lists them" % target.label]
    found = []
    for label in _imports(ctx):
        other_folder, other_name = _place(label)
        if not may_import(room, other_folder, other_name, ctx.rule.attr.testonly):
            found.append("%s (room %s) imports %s (room %s); %s may import: %s" % (
                target.label,
                room,
                label,
                room_of(other_folder) or other_folder,
                room,
                ", ".join(ROOMS[room]) or "nothing else",
            ))
    return found

def _rooms_impl(target, ctx):
    found = []
    if is_ours(target.label) and ctx.rule.kind in _COMPILES:
        found = _violations(target, ctx)
        if found and not (target.label.package + "/").startswith(_TESTDATA):
            fail("\n" + "\n".join(found))
    below = [item[RoomsInfo].violations for item in dependencies(ctx.rule.attr) if RoomsInfo in item]
    return [RoomsInfo(violations = depset(found, transitive = below))]

rooms = aspect(
    implementation = _rooms_impl,
    doc = "Fails when a target of this workspace imports what its room may not; in testdata it only tells RoomsInfo.",
    attr_aspects = ["*"],
)
