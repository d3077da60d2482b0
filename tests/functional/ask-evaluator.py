#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Makes up conditions on the events of a file of JSON lines, evaluates them by what the
# documentation says, and compares with what "retis print -m" lets through:
#   ask-evaluator.py RETIS FILE.json FILE NUMBER SEED
import ipaddress
import json
import random
import subprocess
import sys

retis, lines, stored, number, seed = sys.argv[1:6]
draw = random.Random(int(seed))
events = [json.loads(line) for line in open(lines)]
events = [e for e in events if "startup" not in e and "loss" not in e]
ENUMS = {"skb-drop.drop_reason"}


def leaves(value, path, out):
    """Values by path; a path of a group or section has None."""
    if isinstance(value, dict):
        if path:
            out.setdefault(path, set()).add(None)
        for key, inner in value.items():
            leaves(inner, f"{path}.{key}" if path else key, out)
    elif not isinstance(value, list):
        out.setdefault(path, set()).add(value)


known = {}
for event in events:
    leaves(event, "", known)
for path in list(known):
    if path.startswith(("packet.data", "kernel.stack_trace", "packet.packet")):
        del known[path]


def find(event, path):
    for key in path.split("."):
        if not isinstance(event, dict) or key not in event:
            return None
        event = event[key]
    return event


def as_address(text):
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None


def literal(value):
    """A value of the language, and what it is."""
    if isinstance(value, bool):
        return draw.choice([("true" if value else "false"), str(int(value))]), value
    if isinstance(value, int):
        near = max(0, value + draw.choice([-1, 0, 0, 0, 1])) if value >= 0 else value
        near = min(near, 2**64 - 1)
        return (hex(near) if near >= 0 and draw.random() < 0.2 else str(near)), near
    quote = '"' if "'" in value else "'"
    return f"{quote}{value}{quote}", value


ORDER = {
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}


def usable(value):
    if isinstance(value, str):
        return value and value.isprintable() and value.isascii() and not set("'\"") & set(value)
    return True


def term():
    path = draw.choice(sorted(known))
    values = [v for v in known[path] if usable(v)]
    value = draw.choice(sorted(values, key=repr)) if values else None

    if value is None or draw.random() < 0.1:
        def alone(event):
            found = find(event, path)
            if path in ENUMS or isinstance(found, str):
                return True
            return bool(found) if isinstance(found, (bool, int)) else found is not None
        return path, alone
    if draw.random() < 0.15:
        some = [literal(draw.choice(sorted(values, key=repr)))
                for _ in range(draw.randint(1, 3)) if None not in values]
        if some:
            text = f"{path} in {{{', '.join(t for t, _ in some)}}}"
            return text, lambda e: find(e, path) is not None and find(e, path) in [v for _, v in some]
    if isinstance(value, str):
        op = draw.choice(["==", "!="])
    else:
        op = draw.choice(sorted(ORDER))
    text, want = literal(value)

    def compare(event):
        found = find(event, path)
        return found is not None and not isinstance(found, dict) and ORDER[op](found, want)
    return f"{path} {op} {text}", compare


def expression(depth):
    """One level without parentheses: from left to right."""
    text, test = operand(depth)
    for _ in range(draw.choice([0, 0, 1, 1, 2])):
        more, other = operand(depth)
        if draw.random() < 0.5:
            text += draw.choice([" and ", " && "]) + more
            test = (lambda a, b: lambda e: a(e) and b(e))(test, other)
        else:
            text += draw.choice([" or ", " || "]) + more
            test = (lambda a, b: lambda e: a(e) or b(e))(test, other)
    return text, test


def operand(depth):
    if depth and draw.random() < 0.4:
        text, test = expression(depth - 1)
        text = f"({text})"
    else:
        text, test = term()
    if draw.random() < 0.2:
        return draw.choice(["not ", "!"]) + text, lambda e: not test(e)
    return text, test


matched = 0
for _ in range(int(number)):
    text, test = expression(2)
    got = subprocess.run([retis, "print", "--format", "json", "-m", text, stored],
                         capture_output=True, text=True)
    if got.returncode:
        sys.exit(f"refused: {text}\n{got.stderr}")
    seen = [e for e in map(json.loads, got.stdout.splitlines())
            if "startup" not in e and "loss" not in e]
    wanted = [e for e in events if test(e)]
    if seen != wanted:
        sys.exit(f"{len(seen)} events pass instead of {len(wanted)}: {text}")
    matched += len(wanted)
print(f"{number} conditions, {len(events)} events, {matched} matches")
