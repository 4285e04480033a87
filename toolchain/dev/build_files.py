"""The names of the targets of a package, without Bazel: its BUILD file, and the macros that this loads, run as Python.

Starlark is near enough to Python for that. Each rule and each macro from outside the tree only notes its `name`; the
tree's own macros run, so that what they make is known, too.
"""

import builtins
import functools
import pathlib


class _Anything:
    """Whatever a .bzl file does at its top with what Bazel offers there: attr.label(...), platform_common.X."""

    def __getattr__(self, name):
        return self

    def __call__(self, *unused_arguments, **unused_named):
        return self

    def __getitem__(self, key):
        return self

    def __add__(self, other):
        return other

    __radd__ = __add__


class _Native:
    """The module `native` of a macro."""

    def __init__(self, package, note):
        self._package = package
        self._note = note

    def package_name(self):
        return self._package

    def repository_name(self):
        return "@"

    def glob(self, *unused_arguments, **unused_named):
        return []

    def __getattr__(self, name):
        return self._note


class _Scope(dict):
    """The names that a file sees; one that nobody gave is of Bazel's own: a rule, or whatever."""

    def __init__(self, missing, **names):
        super().__init__(**names)
        self._missing = missing

    def __missing__(self, name):
        if hasattr(builtins, name):
            raise KeyError(name)
        return self._missing


class Package:
    """Runs the BUILD file of a folder of the tree."""

    def __init__(self, top, folder):
        self._top = pathlib.Path(top)
        self._folder = folder
        self._loaded = {}
        self.names = set()
        self._run(self._top / folder / "BUILD.bazel", folder, missing=self._note)

    def _note(self, *unused_arguments, name=None, **unused_named):
        if name is not None:
            self.names.add(name)
        return _Anything()

    def _run(self, path, folder, missing):
        scope = _Scope(
            missing,
            glob=lambda *unused_arguments, **unused_named: [],
            load=None,
            native=_Native(self._folder, self._note),
            package=lambda **unused_named: None,
            rule=lambda **unused_named: self._note,
            select=lambda choices, **unused_named: next(iter(choices.values())),
            struct=lambda **unused_named: _Anything(),
            Label=str,
        )
        scope["load"] = functools.partial(self._load, scope, folder)
        exec(compile(path.read_text(encoding="utf-8"), str(path), "exec"), scope)  # pylint: disable=exec-used
        return scope

    def _load(self, scope, folder, label, *symbols, **renamed):
        names = dict(renamed, **{symbol: symbol for symbol in symbols})
        if label.startswith("@"):
            scope.update({name: self._note for name in names})
            return
        where, _, file = label.rpartition(":")
        where = where.removeprefix("//") if where else folder
        if (where, file) not in self._loaded:
            self._loaded[where, file] = self._run(self._top / where / file, where, missing=_Anything())
        scope.update({name: self._loaded[where, file][symbol] for name, symbol in names.items()})
