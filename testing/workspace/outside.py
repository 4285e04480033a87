"""Whether an executed action reached for the machine's own files: its command line and inputs, from Bazel's execution log."""

import re

# Absolute paths that an action may name: the shells and the interpreter of scripts.
_ALLOWED = re.compile(r"^/(bin/(ba)?sh|usr/bin/(env|python3)|dev/null)$")
_ABSOLUTE = re.compile(r"(?:^|[=:,]|-I|-L|-isystem|-iquote|-B)(/(?:usr|lib|lib64|bin|opt|home|root|etc|tmp)\b[^\s:,]*)")


def paths(action):
    """The words and inputs of an executed action that name a place of the machine."""
    named = [path for word in action["commandArgs"] for path in _ABSOLUTE.findall(word)]
    inputs = [entry["path"] for entry in action["inputs"] if entry["path"].startswith("/")]
    return [path for path in named + inputs if not _ALLOWED.match(path)]
