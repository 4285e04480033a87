"""No cost has grown beyond its budget, and docs/costs.md tells each of them. Arguments: budget, page, measurements."""

import json
import re
import sys
import unittest

_GENEROUS = 1.25  # a budget above this many times the cost is none


def read_budget(text):
    """Returns {name: {board: limit}} of budget.txt, whose first line names the boards: "# rpi3 pc the most ...".

    The limit is None where budget.txt has a "-": what is not the kernel's own doing.
    """
    heading, *lines = text.splitlines()
    boards = heading.split(" the most")[0].split()[1:]
    budget = {}
    for line in lines:
        *limits, name = line.split(maxsplit=len(boards))
        budget[name] = dict(zip(boards, (None if limit == "-" else int(limit) for limit in limits)))
    return budget


def problems(budget, measurement):
    """Returns a sentence for each cost of a board that is not as its budget says."""
    board, costs = measurement["board"], measurement["costs"]
    found = [f"{board}: {name}: no such cost, but a budget" for name in budget if name not in costs]
    for name, cost in costs.items():
        if board not in budget.get(name, {}):
            found.append(f"{board}: {name}: {cost} instructions, and no budget")
            continue
        limit = budget[name][board]
        if limit is None:
            continue
        if cost > limit:
            found.append(f"{board}: {name}: {cost} instructions, more than the {limit} of its budget")
        elif limit > cost * _GENEROUS + 20:
            found.append(f"{board}: {name}: {cost} instructions: lower the budget of {limit}")
    return found


class BudgetTest(unittest.TestCase):
    def test_every_cost_is_within_its_budget(self):
        for measurement in MEASUREMENTS:
            self.assertEqual(problems(BUDGET, measurement), [])

    def test_the_page_tells_every_cost(self):
        named = set(re.findall(r"^\| (.+?) +\|", PAGE, re.MULTILINE))
        self.assertLessEqual(set(BUDGET), named)

    def test_what_grows_is_found(self):
        budget = read_budget("# rpi3  pc the most instructions of ...\n  100 200 lock and unlock\n  9 - wake\n")
        self.assertEqual(problems(budget, {"board": "pc", "costs": {"lock and unlock": 200, "wake": 999}}), [])
        self.assertIn("more than the 200", problems(budget, {"board": "pc", "costs": {"lock and unlock": 201, "wake": 1}})[0])
        self.assertIn("lower the budget", problems(budget, {"board": "rpi3", "costs": {"lock and unlock": 10, "wake": 9}})[0])
        self.assertEqual(len(problems(budget, {"board": "pc", "costs": {"other": 1}})), 3)


if __name__ == "__main__":
    with open(sys.argv[1], encoding="utf-8") as file:
        BUDGET = read_budget(file.read())
    with open(sys.argv[2], encoding="utf-8") as file:
        PAGE = file.read()
    MEASUREMENTS = []
    for path in sys.argv[3:]:
        with open(path, encoding="utf-8") as file:
            MEASUREMENTS.append(json.load(file))
    unittest.main(argv=sys.argv[:1])
