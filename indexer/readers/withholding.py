"""Which states of each content system keep an item from readers, and which keys say when it is to be seen.

A system is told by its columns or keys; JSON, tables, SQLite, SQL and XML are read by the same rules. Numbers mean
something else in each: 1 is a draft of Mezzanine and the published state of Drupal.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from indexer.content.publication_states import DRAFTS, SHOWN, plain_state

_SIGNS = re.compile(r"[\W_]+")
_STATED = ("status", "state", "published", "ispublished")
"""Keys that say of an item without a day of publication that it is published."""
_PAGE, _OTHER = "page of the site", "of another kind than a post"
_OLD = "older version of an article"
_UNPUBLISHED, _PASSWORD = "not published", "protected by a password"


class Rule(NamedTuple):
    """What one key must say, or must not say, of an item that is shown."""

    key: str
    shown: frozenset[str] = frozenset()
    """The values that are shown; without any, all but those that hide. A missing key hides nothing."""
    hides: frozenset[str] = frozenset()
    why: str = _UNPUBLISHED
    empty: bool = True
    """Whether a key that says nothing is as good as one that shows."""


class System(NamedTuple):
    """A content system: what tells its items, what hides them, and what its keys of time are read as."""

    marks: tuple[frozenset[str], ...]
    """Keys without their signs; all of one set must be there."""
    rules: tuple[Rule, ...]
    times: Mapping[str, str] = {}

    def withheld(self, told: Mapping[str, object]) -> str:
        """Why an item with these plain keys is not to be shown, or an empty text."""
        for rule in self.rules:
            if rule.key in told and _is_broken(rule, told):
                said = plain_state(told[rule.key])
                return "draft" if said in DRAFTS and rule.why == _UNPUBLISHED else rule.why
        return ""

    @property
    def knows_states(self) -> bool:
        """Whether it says of each state whether it is shown."""
        return any(rule.shown and rule.key.endswith(("status", "state")) for rule in self.rules)


def plain_key(key: str) -> str:
    """A key without signs and in small letters."""
    return _SIGNS.sub("", key).casefold()


def plain_keys(item: Mapping[str, object]) -> dict[str, object]:
    """What an item says, by its plain keys."""
    return {plain_key(str(key)): value for key, value in item.items()}


def system_of(told: Mapping[str, object]) -> System | None:
    """The system that an item with these plain keys is of, if it can be told."""
    return _of_keys(frozenset(told))


def withheld_by_system(item: Mapping[str, object]) -> str:
    """Why the system of an item keeps it from readers, or an empty text."""
    told = plain_keys(item)
    system = system_of(told)
    return system.withheld(told) if system else ""


def times_of_system(item: Mapping[str, object]) -> dict[str, object]:
    """The times of an item that its system calls by names of its own, by the names that the conventions know."""
    told = plain_keys(item)
    system = system_of(told)
    times = system.times if system else {}
    return {name: told[key] for key, name in times.items() if plain_state(told.get(key)) not in ("", "0")}


@lru_cache(4_096)
def _of_keys(keys: frozenset[str]) -> System | None:
    return next((system for system in _SYSTEMS if any(marks <= keys for marks in system.marks)), None)


def _is_broken(rule: Rule, told: Mapping[str, object]) -> bool:
    said = plain_state(told[rule.key])
    if is_nothing(told[rule.key]):
        return not rule.empty and not any(plain_state(told.get(key)) in SHOWN for key in _STATED)
    parts = [part if part.lstrip("-").isdecimal() else part.strip("-") for part in said.split(",")]
    return any(part in rule.hides or (bool(rule.shown) and part not in rule.shown) for part in parts)


def is_nothing(value: object) -> bool:
    """Whether a column says nothing: null, an empty text, or the day that MySQL writes for none."""
    return value is None or not str(value).strip() or value == b"" or str(value).startswith("0000-00-00")


def _marks(*sets: str) -> tuple[frozenset[str], ...]:
    return tuple(frozenset(one.split()) for one in sets)


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_NO = _words("0 false no f n off")
_ONLY_POSTS = Rule("posttype", _words("post"), why=_OTHER)
_NOTHING = frozenset("-")
"""A rule that shows only this hides an item if its key says anything: no state is a sign alone."""
_NO_PASSWORD = Rule("postpassword", _NOTHING, why=_PASSWORD)
_OTHER_KINDS = _words(
    "page attachment nav-menu-item revision custom-css customize-changeset oembed-cache user-request wp-block"
    " wp-template wp-template-part wp-global-styles wp-navigation wp-font-family wp-font-face product"
    " product-variation shop-order shop-order-refund shop-coupon acf-field acf-field-group acf-post-type acf-taxonomy"
    " elementor-library feedback flamingo-inbound flamingo-contact wpcf7-contact-form wpforms nf-sub jp-mem-plan"
    " jp-pay-order jp-pay-product mc4wp-form scheduled-action postman-sent-mail"
)
"""What WordPress and its widespread extensions keep among the posts: letters of readers and orders as well."""
GHOST = System(
    _marks(
        "visibility commentid",
        "visibility mobiledoc",
        "visibility lexical",
        "visibility featureimage customexcerpt",
    ),
    (
        Rule("type", hides=_words("page"), why=_PAGE),
        Rule("page", _NO, why=_PAGE),
        Rule("visibility", _words("public"), why="not public"),
        Rule("status", _words("published scheduled")),
    ),
)
PUBLII = System(
    _marks("featuredimageid modifiedat status"),
    (
        Rule("status", hides=_words("is-page"), why=_PAGE),
        Rule("status", _words("published featured excluded-homepage"), why="draft", empty=False),
    ),
)
WORDPRESS = System(
    _marks("poststatus postcontent", "poststatus posttype"),
    (
        Rule("posttype", hides=_OTHER_KINDS, why=_OTHER),
        Rule("poststatus", _words("publish future"), empty=False),
        _NO_PASSWORD,
    ),
)
_SYSTEMS = (
    GHOST,
    PUBLII,
    System(  # Dotclear
        _marks("poststatus postcontentxhtml"), (_ONLY_POSTS, Rule("poststatus", _words("1")), _NO_PASSWORD)
    ),
    System(  # b2evolution
        _marks("poststatus postdatestart"), (Rule("poststatus", _words("published")),), {"postdatestart": "publish_on"}
    ),
    WORDPRESS,
    System(  # Joomla: archived articles (2) are seen as well; 5 is the access of guests
        _marks("introtext", "publishup"),
        (Rule("state", _words("1 2"), why="draft"), Rule("access", _words("1 5 public"))),
    ),
    System(  # Textpattern: 4 is live, 5 sticky
        _marks("textilebody status", "annotate authorid status"), (Rule("status", _words("4 5 live sticky")),)
    ),
    System(  # Movable Type: 2 is released, 4 to be released at its time
        _marks("entrystatus entrytitle", "entrystatus entrytext"),
        (Rule("entryclass", _words("entry"), why=_PAGE), Rule("entrystatus", _words("2 4"))),
    ),
    System(_marks("gendescription status"), (Rule("status", _words("2")),)),  # Mezzanine
    System(  # Zinnia
        _marks("startpublication endpublication loginrequired"),
        (Rule("status", _words("2")), Rule("loginrequired", _NO)),
    ),
    System(_marks("cachedcontent contenttype status"), (Rule("status", _words("2 published")),)),  # Habari
    System(  # TYPO3
        _marks("t3verwsid", "crdate tstamp hidden", "crdate tstamp deleted"),
        (
            Rule("deleted", _NO),
            Rule("hidden", _NO, why="draft"),
            Rule("t3verwsid", _words("0"), why="draft"),
            Rule("pid", hides=_words("-1"), why="draft"),
            Rule("fegroup", _words("0 -1")),
        ),
        {"starttime": "embargo_until", "endtime": "expires"},
    ),
    System(  # Contao
        _marks("published start stop tstamp"),
        (Rule("published", _words("1"), why="draft", empty=False),),
        {"start": "embargo_until", "stop": "expires"},
    ),
    System(_marks("registrationrequired templatename"), (Rule("registrationrequired", _NO),)),  # Django's flat pages
    System(_marks("live urlpath"), (Rule("live", _words("1 true t"), why="draft"), Rule("expired", _NO))),  # Wagtail
    System(  # django-simple-history, Hibernate Envers
        _marks("historytype historyid", "rev revtype"),
        (Rule("historytype", _NOTHING, why=_OLD), Rule("revtype", _NOTHING, why=_OLD)),
    ),
    System(  # Directus
        _marks("datecreated status", "status usercreated"), (Rule("status", hides=_words("archived"), why="draft"),)
    ),
    System(  # Strapi
        _marks("publishedat createdat updatedat"), (Rule("publishedat", why="draft", empty=False),)
    ),
)
