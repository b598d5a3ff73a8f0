"""Conditions and filters, printed in the query language; read again, they mean the same."""

from datetime import UTC, datetime, timedelta

from search.query.fields import FILTER_FIELDS, parameter_of
from search.query.model import (
    AllOf,
    AnyOf,
    Condition,
    FilterClause,
    Filters,
    Near,
    Not,
    ParsedText,
    Phrase,
    Prefix,
)


def reworded(asked: ParsedText) -> str:
    """Plain words first, then what every hit must satisfy. Filters outside a condition are printed elsewhere."""
    parts = asked.condition.parts if isinstance(asked.condition, AllOf) else (asked.condition,)
    borne = [worded(part) for part in parts if isinstance(part, FilterClause)]
    others = [worded(part) for part in parts if part is not None and not isinstance(part, FilterClause)]
    return " ".join(filter(None, (asked.plain.strip(), *others, _joined(" AND ", borne))))


def worded(condition: Condition) -> str:
    """One condition; several parts are put in parentheses."""
    match condition:
        case AllOf(parts):
            return _joined(" AND ", [worded(part) for part in parts])
        case AnyOf(parts):
            return _joined(" OR ", [worded(part) for part in parts])
        case Not(Phrase() as phrase):
            return f"-{worded(phrase)}"
        case Not(Near() as near):
            return f"NOT ({worded(near)})"
        case Not(part):
            return f"NOT {worded(part)}"
        case Near(first, second, distance):
            sides = [_joined(" OR ", [worded(phrase) for phrase in side]) for side in (first, second)]
            return f" NEAR/{distance} ".join(sides)
        case Phrase(text, field, _, True):
            return f"{_field(field)}={text}"
        case Phrase(text, field, within):
            return f'{_field(field)}"{text}"' + (f"~{within}" if within else "")
        case Prefix(text, field):
            return f"{_field(field)}{text}*"
        case FilterClause(filters):
            return _joined(" AND ", _filters(filters))


def _joined(operator: str, parts: list[str]) -> str:
    return f"({operator.join(parts)})" if len(parts) > 1 else "".join(parts)


def _field(name: str) -> str:
    return "" if name == "text" else f"{name}:"


def _filters(filters: Filters) -> list[str]:
    said = []
    for name in dict.fromkeys((*FILTER_FIELDS, *filters.choices)):
        choice, typed = filters[name], parameter_of(name)
        said += [_joined(" OR ", [f'{typed}:"{value}"' for value in choice.include])] if choice.include else []
        said += [f'-{typed}:"{value}"' for value in choice.exclude]
    edges = (("after", filters.since), ("before", filters.until))
    return said + [f"{typed}:{_moment(edge)}" for typed, edge in edges if edge is not None]


def _moment(edge: int) -> str:
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=edge)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
