"""What the aspects of this folder share: the neighbours of a target, whatever the rule calls its attributes."""

def dependencies(rule_attr):
    """All targets in the attributes of a rule, for an aspect with attr_aspects = ["*"].

    Args:
      rule_attr: `ctx.rule.attr` of an aspect.
    Returns:
      A list of Target; those behind a transition are in it too.
    """
    found = []
    for name in dir(rule_attr):
        value = getattr(rule_attr, name)
        if type(value) == "Target":
            found.append(value)
        elif type(value) == "list":
            found += [item for item in value if type(item) == "Target"]
        elif type(value) == "dict":
            found += [item for item in value.keys() if type(item) == "Target"]
    return found

def is_ours(label):
    """Whether a label is of this workspace, when Enkel is the main one and when it is another's external repository."""
    return label.workspace_name == Label("//:any").workspace_name
