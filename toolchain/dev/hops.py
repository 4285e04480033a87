"""The essays docs/life_of_*.md name each hop as `path/file.cc: Function`; this finds hops that are gone."""

import re

_HOP = re.compile(r"`([\w./-]+\.(?:h|cc|c|S)): ([\w:~]+)`")
_COMMENT = re.compile(r"//[^\n]*|/\*.*?\*/", re.DOTALL)


def is_essay(path):
    return re.fullmatch(r"docs/life_of_\w+\.md", path) is not None


def parse(essay):
    """The (file, function) pairs of an essay, in order."""
    return _HOP.findall(essay)


def defines(source, path, function):
    """Whether `source` holds the label or function `function`; a mention in a comment does not count."""
    code = _COMMENT.sub("", source)
    name = re.escape(function.rsplit("::", 1)[-1])
    if path.endswith(".S"):
        # A label, or a macro that makes one: FUNCTION(name), FUNCTION name.
        return re.search(rf"^\s*(?:{name}:|[A-Z_]+[ (]\s*{name}\b)", code, re.MULTILINE) is not None
    # A definition: the name, its parameters, and a body before the next semicolon.
    return re.search(rf"\b{name}\s*\([^;{{}}]*\)[^;{{}}()]*(?:\([^;{{}}]*\)[^;{{}}]*)?{{", code) is not None


def check(essay, read):
    """The problems of an essay. `read` gives the text of a file of the tree, or None."""
    pairs = parse(essay)
    if not pairs:
        return ["names no hop at all"]
    problems = []
    for path, function in pairs:
        source = read(path)
        if source is None:
            problems.append(f"{path} is gone ({function})")
        elif not defines(source, path, function):
            problems.append(f"{path} defines no {function}")
    return problems
