# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
"""Events of retis, a packet tracer, from its files and from those of upstream's.

    import retis

    for event in retis.EventReader("retis.data"):
        if event.skb_drop:
            print(event.kernel.symbol, event.skb_drop.drop_reason)

Sections of an event, and the fields in them, are attributes; those that the event does
not have are None. What can't be read of a file is skipped with a RuntimeWarning.
"""

from ._events import Event, EventFile, EventReader, EventSeries, SeriesReader

__all__ = ["Event", "EventFile", "EventReader", "EventSeries", "SeriesReader"]
