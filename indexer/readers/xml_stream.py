"""Elements of an XML file one by one, as they end: no more of it is held in memory than one of them."""

import xml.etree.ElementTree as ET  # nosec B405 - expat bounds what entities may grow to
from collections.abc import Callable, Iterator, Sequence
from typing import BinaryIO

from indexer.content.document import UnfitError
from indexer.readers.bounds import BoundedStream


def local_name(element: ET.Element) -> str:
    """The name of an element without its namespace."""
    return str(element.tag).rsplit("}", 1)[-1]


def elements(
    opened: BinaryIO,
    wanted: Callable[[Sequence[str]], bool],
    most: int,
    label: Callable[[ET.Element], str] = local_name,
) -> Iterator[ET.Element]:
    """Each element that is wanted, by the names of what it stands in and its own, which comes last.

    `label` tells the name of an element.

    An element is empty again when the next one is asked for. It may have at most so many bytes, as may what stands
    between two ends of others, which are forgotten at once. Raises UnfitError where the XML ends or breaks too early;
    what stood before it was given.
    """
    names: list[str] = []
    opening: list[ET.Element] = []
    inside = 0
    stream = BoundedStream(opened, most)
    try:
        for event, element in ET.iterparse(stream, events=("start", "end")):  # noqa: S314  # nosec B314
            if event == "start":
                names.append(label(element))
                opening.append(element)
                if not inside and wanted(names):
                    inside = len(names)
                continue
            if wanted(names):
                yield element
                element.clear()
            if not inside or inside == len(names):
                inside = 0
                element.clear()
                if len(opening) > 1:
                    del opening[-2][-1]
                stream.restart()
            names.pop()
            opening.pop()
    except ET.ParseError as broken:
        line, _ = broken.position
        raise UnfitError(f"is no well-formed XML: {broken.msg}", line) from broken
    except LookupError as unknown:
        raise UnfitError(f"declares an encoding that is not known: {unknown}") from unknown
    except ValueError as unread:  # of several bytes a letter
        raise UnfitError(f"declares an encoding that is not read: {unread}") from unread
