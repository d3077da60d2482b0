#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Says in retis' words what Open vSwitch says of actions of its datapath.

ovs-told.py LENGTH: of a packet that long. Standard input is what ofproto/trace or
dpctl/dump-flows print, standard output a line for each action that such a packet meets; behind
a line "== LABEL" each of them begins with that.
"""
import re
import sys

LENGTH = int(sys.argv[1])
KEYS = {"eth": "ethernet"}


def split_list(text):
    """Splits at the commas that are in no parentheses."""
    parts, depth, start = [], 0, 0
    for at, char in enumerate(text):
        depth += (char == "(") - (char == ")")
        if char == "," and not depth:
            parts.append(text[start:at])
            start = at + 1
    return [part for part in parts + [text[start:]] if part]


def split_call(text):
    """NAME(ARGS) to both; of arguments NAME=VALUE and NAME(VALUE) a dictionary."""
    name, _, inside = text.partition("(")
    inside = inside[:-1]
    args = {}
    for part in split_list(inside):
        label, _, value = re.sub(r"^([a-z0-9_]+)\((.*)\)$", r"\1=\2", part).partition("=")
        args[label] = value
    return name, inside, args


def tell_tunnel(args):
    src = args.get("src") or args.get("ipv6_src", "0.0.0.0")
    dst = args.get("dst") or args.get("ipv6_dst")
    told = "tunnel_set id %d src %s dst %s tos %d ttl %d" % (
        int(args.get("tun_id", "0"), 0), src, dst, int(args.get("tos", "0"), 0),
        int(args.get("ttl", "0"), 0))
    return told + (" dport " + args["tp_dst"] if "tp_dst" in args else "")


def tell_set(inside, _):
    key, _, args = split_call(inside)
    return tell_tunnel(args) if key == "tunnel" else "set_masked " + KEYS.get(key, key)


def tell_mpls(name, args):
    return "%s label %s tc %s bos %s ttl %s type 0x%04x" % (
        name, args["label"], args["tc"], args["bos"], args["ttl"], int(args["eth_type"], 0))


def tell_ct(_, args):
    flags = ["commit"] if "commit" in args or "force_commit" in args else []
    flags += ["force"] if "force_commit" in args else []
    told = "ct zone " + args.get("zone", "0")
    if "nat" in args:
        nat = split_call("nat(%s)" % args["nat"])[2]
        flags += [flag for flag in ("persistent", "hash", "random") if flag in nat]
        told += " nat" + "".join("(%s=%s)" % (way, nat[way]) for way in nat if way in ("src", "dst"))
    return told + (" " + ",".join(flags) if flags else "")


def tell_vlan(_, args):
    return "push_vlan vid %s pcp %s proto 0x%04x" % (
        args["vid"], args["pcp"], int(args.get("tpid", "0x8100"), 0))


TELL = {
    "set": tell_set,
    "ct": tell_ct,
    "push_vlan": tell_vlan,
    "push_mpls": lambda _, args: tell_mpls("push_mpls", args),
    "add_mpls": lambda _, args: tell_mpls("add_mpls", args),
    "pop_mpls": lambda _, args: "pop_mpls type 0x%04x" % int(args["eth_type"], 0),
    "push_eth": lambda _, args: "push_eth %s > %s" % (args["src"], args["dst"]),
    "push_nsh": lambda inside, _: "push_nsh",
    "recirc": lambda inside, _: "recirc " + inside,
    "trunc": lambda inside, _: "trunc " + inside,
    "meter": lambda inside, _: "meter " + inside,
    "hash": lambda inside, _: "hash alg %d basis %s" % (
        inside.startswith("sym_"), split_call(inside)[1]),
    "userspace": lambda _, args: "userspace port " + args["pid"],
    "sample": lambda _, args: "sample %.2f%%" % float(args["sample"].rstrip("%")),
    "check_pkt_len": lambda _, args: "check_pkt_len " + args["size"],
    "clone": lambda inside, _: "clone",
}


def follow(name, inside, args):
    """The actions inside of an action that the packet meets."""
    if name == "clone":
        return inside
    if name == "check_pkt_len":
        return args["gt" if LENGTH > int(args["size"]) else "le"]
    return args["actions"] if name == "sample" and args["sample"] == "100.0%" else ""


def tell(label, actions):
    for action in split_list(actions):
        if action == "drop":
            continue
        name, inside, args = split_call(action)
        if action.isdigit():
            print(label + "exec oport", action)
        else:
            print(label + "exec", TELL[name](inside, args) if name in TELL else name)
        tell(label, follow(name, inside, args))


def main():
    label = ""
    for line in sys.stdin:
        found = re.search(r"(?:^Datapath actions: |, actions:)(.*)", line)
        if line.startswith("== "):
            label = line[3:-1] + " "
        elif found:
            tell(label, found[1])


main()
