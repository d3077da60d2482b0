#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Makes a flow for each kind of action of Open vSwitch's datapath.

ovs-flows.py DATAPATH: in this network namespace, whose port 1 packets come in by and
whose port 2 they leave by. Prints, for each flow that the kernel took, the UDP port it is
for and what retis is to tell of it. The tools of Open vSwitch can't say all of this.
"""
import socket
import struct
import sys

GENL_ID_CTRL, CTRL_CMD_GETFAMILY, CTRL_ATTR_FAMILY_ID, CTRL_ATTR_FAMILY_NAME = 16, 3, 1, 2
NLM_F_REQUEST, NLM_F_ACK, NLMSG_ERROR = 1, 4, 2
OVS_FLOW_CMD_NEW = 1
KEY, ACTIONS, MASK, UFID = 1, 2, 7, 9


def attr(kind, payload=b""):
    return struct.pack("HH", 4 + len(payload), kind) + payload + bytes(-len(payload) % 4)


def u16(n):
    return struct.pack("H", n)


def u32(*n):
    return struct.pack("%dI" % len(n), *n)


def be(form, *n):
    return struct.pack(">" + form, *n)


def ip(text):
    return socket.inet_aton(text)


def request(sock, family, command, body):
    head = struct.pack("IHHII", 20 + len(body), family, NLM_F_REQUEST | NLM_F_ACK, 1, 0)
    sock.send(head + struct.pack("BBH", command, 1, 0) + body)
    answer = sock.recv(65536)
    kind, = struct.unpack_from("H", answer, 4)
    return answer, -struct.unpack_from("i", answer, 16)[0] if kind == NLMSG_ERROR else 0


def find_family(sock, name):
    answer, _ = request(sock, GENL_ID_CTRL, CTRL_CMD_GETFAMILY,
                        attr(CTRL_ATTR_FAMILY_NAME, name.encode() + b"\0"))
    sock.recv(65536)
    at = 20
    while at < len(answer):
        length, kind = struct.unpack_from("HH", answer, at)
        if kind == CTRL_ATTR_FAMILY_ID:
            return struct.unpack_from("H", answer, at + 4)[0]
        at += (length + 3) & ~3
    raise SystemExit("no family " + name)


def key(port, recirc, mask=False):
    """Of packets that come in by port 1; as a mask, what of it counts."""
    whole = 0xffffffff
    return (attr(3, u32(whole if mask else 1)) + attr(4, bytes(12)) +
            attr(6, be("H", 0xffff if mask else 0x0800)) +
            attr(7, bytes(8) + bytes([0xff if mask else 17, 0, 0, 0])) +
            attr(10, be("HH", 0, (0xffff if mask else port) if port else 0)) +
            attr(20, u32(whole if mask else recirc)))


OUT = (attr(1, u32(2)), "exec oport 2")
CLEAR = attr(16)
CT_NAT = attr(1) + attr(2, u16(7)) + attr(6, attr(1) + attr(3, ip("10.0.9.5")) +
    attr(4, ip("10.0.9.7")) + attr(5, u16(4000)) + attr(6, u16(4010)) + attr(7) + attr(8))
TUNNEL = (attr(0, be("Q", 42)) + attr(1, ip("10.0.0.8")) + attr(2, ip("10.0.0.9")) +
          attr(3, b"\4") + attr(4, b"\x40") + attr(10, be("H", 4789)))
MPLS = 100 << 12 | 1 << 9 | 1 << 8 | 64
ETH = bytes([2, 0, 0, 0, 0, 3, 2, 0, 0, 0, 0, 4])

# Each an action, and what is told of it and of what follows from it.
FLOWS = [
    [(attr(4, be("HH", 0x8100, 0x7005)), "exec push_vlan vid 5 pcp 3 proto 0x8100"),
     (attr(5), "exec pop_vlan"), OUT],
    [(attr(3, attr(7, ip("10.0.9.1") + ip("10.0.9.2") + bytes([17, 0, 33, 0]))),
      "exec set_masked ipv4"), OUT],
    [(attr(11, attr(7, bytes(10) + bytes([33, 0]) + bytes(10) + bytes([255, 0]))),
      "exec set_masked ipv4"), OUT],
    [(attr(8, u32(0, 5)), "exec hash alg 0 basis 5"), (attr(13, u32(64)), "exec trunc 64"), OUT],
    [(attr(6, attr(1, u32(0xffffffff)) + attr(2, CLEAR)), "exec sample 100.00%", "exec ct_clear"),
     (attr(20, CLEAR), "exec clone", "exec ct_clear"), OUT],
    [(attr(21, attr(1, u16(200)) + attr(2, attr(8, u32(0, 1))) + attr(3, CLEAR)),
      "exec check_pkt_len 200", "exec ct_clear"), (attr(19, u32(3)), "exec meter 3"), OUT],
    [(attr(9, be("IH", MPLS, 0x8847) + bytes(2)),
      "exec push_mpls label 100 tc 1 bos 1 ttl 64 type 0x8847"),
     (attr(10, be("H", 0x0800)), "exec pop_mpls type 0x0800"), OUT],
    [(attr(22, be("IH", MPLS, 0x8847) + u16(1)),
      "exec add_mpls label 100 tc 1 bos 1 ttl 64 type 0x8847"), OUT],
    [(attr(15), "exec pop_eth"),
     (attr(14, ETH), "exec push_eth 02:00:00:00:00:03 > 02:00:00:00:00:04"), OUT],
    [(attr(17, attr(28, attr(1, bytes([0, 63, 1, 3]) + be("I", 0x1ff)) + attr(2, bytes(16)))),
      "exec push_nsh")],
    [(attr(3, attr(16, TUNNEL)),
      "exec tunnel_set id 42 src 10.0.0.8 dst 10.0.0.9 tos 4 ttl 64 dport 4789"), OUT],
    # To whom upcalls of this processor go, which is nobody.
    [(attr(2, attr(1, u32(77))), "exec userspace port 77", "upcall (action) port 0",
      "upcall_ret ret -107"), OUT],
    [(attr(23, attr(1, CLEAR)), "exec dec_ttl"), OUT],
    [(attr(24, u32(5)), "exec drop 5")],
    [(attr(25, attr(1, u32(9)) + attr(2, b"cookie")), "exec psample group 9"), OUT],
    # What comes behind the clone is not lost with what the clone goes through.
    [(attr(12, CT_NAT), "exec ct zone 7 nat(src=10.0.9.5-10.0.9.7:4000-4010) "
      "commit,persistent,hash"),
     (attr(20, attr(7, u32(9))), "exec clone", "exec recirc 0x9",
      "[recirc_id 0x9] exec ct zone 8 nat", "[recirc_id 0x9] exec oport 2"),
     (CLEAR, "exec ct_clear"), OUT],
]


def add_flow(sock, family, datapath, port, recirc, actions):
    ufid = u32(0x0a1b2c3d, 0x4e5f6071, recirc, port)
    body = struct.pack("i", datapath) + attr(KEY, key(port, recirc)) + attr(UFID, ufid)
    body += attr(MASK, key(port, recirc, True)) + attr(ACTIONS, actions)
    return request(sock, family, OVS_FLOW_CMD_NEW, body)[1]


def main():
    sock = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 16)
    family = find_family(sock, "ovs_flow")
    datapath = socket.if_nametoindex(sys.argv[1])
    add_flow(sock, family, datapath, 0, 9, attr(12, attr(2, u16(8)) + attr(6)) + OUT[0])
    for port, flow in enumerate(FLOWS, 7001):
        error = add_flow(sock, family, datapath, port, 0, b"".join(a[0] for a in flow))
        if error:
            print("%s: not taken: error %d" % (flow[0][1], error), file=sys.stderr)
            continue
        for action in flow:
            for told in action[1:]:
                print(port, told)


main()
