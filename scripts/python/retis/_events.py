# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
"""Files, readers and events."""

import base64
import json
import os

from . import _native
from ._sections import FACTORIES, Bytes, Packet, Section, Tracking

# Upstream's sections, and fields of one's choice: attributes of every event, whatever the file
# has.
KNOWN = frozenset(
    "common kernel userspace tracking skb-tracking skb-drop packet skb netns dev ovs "
    "ovs-detrace nft ct startup fields".split()
)

SINGLE_LINE, UTC, LINK_LAYER = 1, 2, 4


def plugin_dirs():
    """Where sections get their types and their text from."""
    dirs = os.environ.get("RETIS_PLUGIN_PATH", "").split(":")
    dirs.append(os.path.join(os.path.dirname(__file__), "plugins"))
    return [os.fsencode(d) for d in dirs if d and os.path.isdir(d)]


class Event(_native.Event):
    """One event. Sections are attributes: event.skb_drop, event["skb-drop"]."""

    __slots__ = ()

    def __new__(cls, *args, **kwargs):
        raise TypeError("No constructor defined for Event")

    def __getitem__(self, name):
        try:
            value = getattr(self, name)
        except AttributeError:
            value = None
        if value is None:
            raise KeyError(name)
        return value

    def __contains__(self, name):
        return getattr(self, name, None) is not None

    def __iter__(self):
        raise TypeError("'Event' object is not iterable")

    def sections(self):
        """Names of the sections that are there, sorted, as attributes have them."""
        return sorted(name.replace("-", "_") for name in self.to_dict())

    def raw(self):
        """The same as to_dict()."""
        return self.to_dict()

    def show(self, multi_line=True, utc=False, link_layer=False):
        """The event's text, as "retis print" has it."""
        flags = UTC * utc | LINK_LAYER * link_layer | SINGLE_LINE * (not multi_line)
        text = self._print(flags)
        # Of a start, or once the file is gone, there is one form.
        return text if multi_line else " ".join(line.strip() for line in text.splitlines())

    def __str__(self):
        return self._print(0)

    def __repr__(self):
        return repr(self.to_dict())


class EventSeries:
    """Events of one packet, in their order. Iterating restarts at the first one."""

    __slots__ = ("_events", "_next")

    def __init__(self, events):
        self._events = events
        self._next = 0

    def __len__(self):
        return len(self._events)

    def __iter__(self):
        self._next = 0
        return self

    def __next__(self):
        if self._next >= len(self._events):
            raise StopIteration
        self._next += 1
        return self._events[self._next - 1]

    def __repr__(self):
        ts = self._events[0].common.timestamp
        return f"PyEventSeries(ts = {ts}, n_events = {len(self)})"


def is_sorted(path):
    """Does the file hold series? Of what can be read once only, nothing is known."""
    if not os.path.isfile(path):
        return False
    return _native.Stream(path, False, plugin_dirs())._sorted()


class EventReader(_native.Stream):
    """The events of a file, one after the other, in constant memory."""

    def __new__(cls, path, *, _range=False):
        if is_sorted(path):
            raise RuntimeError(
                "Cannot create a EventReader from a sorted file. Use an SeriesReader instead"
            )
        return super().__new__(cls, path, _range, plugin_dirs())

    @classmethod
    def with_rotation(cls, path):
        """The same, going on with the files of a rotated set that come behind this one."""
        return cls(path, _range=True)

    def to_arrow(self):
        """A pyarrow.RecordBatchReader of what was not read yet."""
        import pyarrow

        return pyarrow.RecordBatchReader.from_stream(self)


class SeriesReader:
    """The series of a sorted file."""

    __slots__ = ("_stream",)

    def __init__(self, path):
        if not is_sorted(path):
            raise RuntimeError(
                "Cannot create a SeriesReader from an unsorted file. Use an EventReader instead"
            )
        self._stream = _native.Stream(path, False, plugin_dirs())

    def __iter__(self):
        return self

    def __next__(self):
        events = self._stream._next_series()
        if not events:
            raise StopIteration
        return EventSeries(events)


class EventFile:
    """An event file, of whichever kind."""

    __slots__ = ("_path", "_range", "_sorted")

    def __init__(self, path, *, _range=False):
        self._path = path
        self._range = _range
        # Opens it once, so that what can't be read is told here.
        if os.path.isfile(path) or not os.path.exists(path):
            self._sorted = _native.Stream(path, False, plugin_dirs())._sorted()
        else:
            self._sorted = False
        if _range and self._sorted:
            raise RuntimeError("Cannot use rotation on event series")

    @classmethod
    def with_rotation(cls, path):
        """The same, with the files of a rotated set that come behind this one."""
        return cls(path, _range=True)

    def sorted(self):
        """Does it hold series of events ("retis sort -o")?"""
        return self._sorted

    def events(self):
        """A new EventReader, from the beginning."""
        return EventReader(self._path, _range=self._range)

    def series(self):
        """A new SeriesReader, from the beginning."""
        return SeriesReader(self._path)


def encode_base64(data):
    return base64.b64encode(data).decode("ascii")


_native.register(
    Event,
    Section,
    Tracking,
    Packet,
    Bytes,
    FACTORIES,
    KNOWN,
    json.loads,
    encode_base64,
)
