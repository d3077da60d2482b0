# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
"""Sections, and what upstream's Python makes of those that are not just fields."""

import enum

from . import _native


def to_scapy(data):
    try:
        from scapy.all import Ether
    except ImportError as err:
        raise ImportError("Could not import scapy.all") from err
    return Ether(bytes(data))


class Bytes(bytes):
    """Bytes of a packet."""

    def to_scapy(self):
        """The packet as scapy's Ether."""
        return to_scapy(self)


class Section(_native.Fields):
    """A section of an event, or a group of fields in one."""

    __slots__ = ()

    def raw(self):
        """The same as to_dict()."""
        return self.to_dict()

    def show(self):
        """The section's text, as "retis print" has it; of a group, that of its dict."""
        return str(self)

    def __str__(self):
        text = self._text()
        return repr(self) if text is None else text

    def __repr__(self):
        return repr(self.to_dict())

    def __dir__(self):
        return sorted(set(self._names()) | {"to_dict", "raw", "show"})


class Tracking(Section):
    """What a packet is known by."""

    __slots__ = ()

    def tracking_id(self):
        """A number of 128 bits that all events of the packet have."""
        return (self.timestamp << 64) | self.orig_head

    def match(self, other):
        """Is it the same packet, or a clone of it?"""
        return self.tracking_id() == other.tracking_id()

    def strict_match(self, other):
        """Is it the same packet, and no clone?"""
        return self.match(other) and self.skb == other.skb


class Packet(Section):
    """A packet's bytes."""

    __slots__ = ()

    def to_scapy(self):
        """The packet as scapy's Ether."""
        return to_scapy(self.data if isinstance(self.data, bytes) else _decode(self.data))


def _decode(text):
    import base64

    return Bytes(base64.b64decode(text))


class Wrapped:
    """An object with other attributes than the fields of the section it is made of."""

    __slots__ = ("_fields",)

    def __init__(self, fields):
        self._fields = fields

    def to_dict(self):
        return self._fields.to_dict()

    raw = to_dict

    def show(self):
        return str(self)

    def __str__(self):
        return str(self._fields)

    def __repr__(self):
        return repr(self._fields)


class NamedEnum(enum.Enum):
    """Equal to the number, too, that upstream has for it; printed as JSON has it."""

    def __init__(self, text):
        self.text = text

    def __int__(self):
        return list(type(self)).index(self)

    def __eq__(self, other):
        return self is other or (isinstance(other, int) and int(self) == other)

    __hash__ = None

    def __str__(self):
        return self.text

    def __repr__(self):
        return repr(self.text)

    @classmethod
    def of(cls, text):
        return next((e for e in cls if e.text == text), text)


class CtState(NamedEnum):
    Established = "established"
    Related = "related"
    New = "new"
    Reply = "reply"
    RelatedReply = "related_reply"
    Untracked = "untracked"


class ZoneDir(NamedEnum):
    Original = "Original"
    Reply = "Reply"
    Default = "Default"
    NONE = "None"


class CtIpVersion(NamedEnum):
    V4 = "v4"
    V6 = "v6"


class NatDirection(NamedEnum):
    Src = "src"
    Dst = "dst"


class OneOf(Wrapped):
    """A variant: one attribute, named KEY."""

    __slots__ = ("_key", "_value")

    def __init__(self, fields, key, value):
        super().__init__(fields)
        self._key = key
        self._value = value

    def __getattr__(self, name):
        if name == self._key:
            return self._value
        raise AttributeError(f"'{type(self).__name__}' object has no attribute '{name}'")

    def __dir__(self):
        return [self._key, "to_dict"]


def variant(prefix, key):
    """The class that upstream has for it: CtProto_Tcp."""
    name = prefix + "_" + "".join(word.capitalize() for word in key.split("_"))
    return type(name, (OneOf,), {"__slots__": ()})


VARIANTS = {
    key: variant("CtProto", key) for key in ("tcp", "udp", "icmp", "sctp")
}


class CtIp(Wrapped):
    __slots__ = ()

    def __getattr__(self, name):
        value = getattr(self._fields, name)
        return CtIpVersion.of(value) if name == "version" else value


class CtTuple(Wrapped):
    __slots__ = ()

    @property
    def ip(self):
        return CtIp(self._fields.ip)

    @property
    def proto(self):
        proto = self._fields.proto
        for key, kind in VARIANTS.items():
            value = getattr(proto, key, None)
            if value is not None:
                return kind(proto, key, value)
        return proto


class CtConn(Wrapped):
    """A connection."""

    __slots__ = ()

    def __getattr__(self, name):
        if name in ("state", "parent"):
            raise AttributeError(name)
        value = getattr(self._fields, name)
        if value is not None and name in ("orig", "reply"):
            return CtTuple(value)
        return ZoneDir.of(value) if name == "zone_dir" else value

    def to_dict(self):
        values = self._fields.to_dict()
        return {k: v for k, v in values.items() if k not in ("state", "parent")}

    def __repr__(self):
        return repr(self.to_dict())


class CtEvent(Wrapped):
    """Connection tracking: the connection is `base`."""

    __slots__ = ()

    @property
    def state(self):
        return CtState.of(self._fields.state)

    @property
    def base(self):
        return CtConn(self._fields)

    @property
    def parent(self):
        parent = getattr(self._fields, "parent", None)
        return None if parent is None else CtConn(parent)


class Ufid(Wrapped):
    """An id of 128 bits, as four numbers."""

    __slots__ = ()

    def to_dict(self):
        return list(self._fields)

    def show(self):
        a, b, c, d = self._fields
        return f"{a:08x}-{b >> 16:04x}-{b & 0xffff:04x}-{c >> 16:04x}-{c & 0xffff:04x}{d:08x}"

    def __str__(self):
        return self.show()


class OvsFields(Wrapped):
    """What happened in Open vSwitch."""

    __slots__ = ()
    OP_TYPES = {"exec": 0, "put": 1}
    ACTION_FIELDS = ("recirc_id", "queue_id")

    def __getattr__(self, name):
        value = getattr(self._fields, name)
        if name == "ufid" and value is not None:
            return Ufid(value)
        return self.OP_TYPES.get(value, value) if name == "op_type" else value


class OvsNat(Wrapped):
    __slots__ = ()

    def __getattr__(self, name):
        value = getattr(self._fields, name)
        return NatDirection.of(value) if name == "dir" and value is not None else value


class OvsCt(Wrapped):
    __slots__ = ()

    def __getattr__(self, name):
        value = getattr(self._fields, name)
        return OvsNat(value) if name == "nat" and value is not None else value


class OvsAction(Wrapped):
    __slots__ = ()

    def __getattr__(self, name):
        if name in ("recirc_id", "queue_id"):
            return getattr(self._fields, name)
        raise AttributeError(f"'{type(self).__name__}' object has no attribute '{name}'")

    @property
    def action(self):
        kind = getattr(self._fields, "action", None)
        if kind is None:
            return None
        cls = variant("OvsAction", kind)
        return cls(self._fields, kind if kind in ("output", "recirc", "ct") else
                   "reason" if kind == "drop" else "_0", self._argument(kind))

    def _argument(self, kind):
        if kind == "drop":
            return getattr(self._fields, "reason", None)
        if kind == "ct":
            return OvsCt(self._fields)
        return self._fields if kind in ("output", "recirc") else None


OVS_NAMES = {"flow_operation": "Operation", "action_execute": "Action", "flow_lookup": "DpLookup"}
OVS_CLASSES = {}


def make_ovs(fields):
    """By the kind of event: one attribute that is called so."""
    kind = fields.event_type
    if kind not in OVS_CLASSES:
        name = OVS_NAMES.get(kind) or "".join(w.capitalize() for w in str(kind).split("_"))
        OVS_CLASSES[kind] = type(f"OvsEvent_{name}", (OneOf,), {"__slots__": ()})
    view = OvsAction(fields) if kind == "action_execute" else OvsFields(fields)
    return OVS_CLASSES[kind](fields, kind, view)


class Detrace(OvsFields):
    """Flows of Open vSwitch."""

    __slots__ = ()


class TrackingInfo(Wrapped):
    """An event's place in a series."""

    __slots__ = ()

    def __getattr__(self, name):
        return getattr(self._fields, name)


FACTORIES = {"ct": CtEvent, "ovs": make_ovs, "ovs-detrace": Detrace, "tracking": TrackingInfo}
