"""Which states of each content system keep an item from readers, and which keys say when it is to be seen.

A system is told by its columns or keys; JSON, tables, SQLite, SQL and XML are read by the same rules. Numbers mean
something else in each: 1 is a draft of Mezzanine and the published state of Drupal.
"""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import NamedTuple

from indexer.content.publication_states import DRAFTS, SHOWN, Withheld, plain_key, plain_state

_STATES = ("status", "state")
_PUBLIC_WORDS = frozenset(word for word in SHOWN if len(word) > 2)
"""The words of states that readers see, without letters and numbers."""
_SURELY_PUBLIC = frozenset("published public live online".split())
"""Those that are no step before publication: what is approved may wait."""
_FOR_ALL = frozenset("everyone everybody anyone all world listed".split())
_MOST_KIND = 40
_STATED = ("status", "state", "published", "ispublished", "islive", "ispublic", "isonline", "isvisible")
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
    of_databases: bool = False
    """Whether its keys are too common to tell an item of JSON."""

    def withheld(self, told: Mapping[str, object]) -> str:
        """Why an item with these plain keys is not to be shown, or an empty text."""
        for rule in self.rules:
            if rule.key in told and _is_broken(rule, told):
                said = plain_state(told[rule.key])
                if rule.why == _OTHER:
                    return other_kind(told[rule.key])
                return "draft" if said in DRAFTS and rule.why == _UNPUBLISHED else rule.why
        return ""

    @property
    def knows_states(self) -> bool:
        """Whether it says of each state whether it is shown."""
        return any(rule.shown and rule.key.endswith(("status", "state")) for rule in self.rules)


def plain_keys(item: Mapping[str, object]) -> dict[str, object]:
    """What an item says, by its plain keys."""
    return {plain_key(str(key)): value for key, value in item.items()}


def system_of(keys: Iterable[str], *, in_database: bool = False) -> System | None:
    """The system that an item with these keys is of, if it can be told: by some keys only in a database."""
    named = list(keys)
    return _of_keys(_MARKS.intersection(named).union(_MARKS.intersection(map(plain_key, named))), in_database)


def other_kind(kind: object) -> str:
    """Why a post of another type is none, and which type it is."""
    return f"{_OTHER}: {str(kind)[:_MOST_KIND]}"


def is_other_kind(kind: object) -> bool:
    """Whether a type of posts is one that WordPress and its extensions keep for themselves."""
    return plain_state(kind) in _OTHER_KINDS


def doubted_kind(key: str, kind: object) -> Withheld | None:
    """The type of a post, where it sounds like one of designs or letters; a setting lets it through."""
    return Withheld("", key, kind) if plain_state(kind).rsplit("-", 1)[-1] in _DOUBTFUL_ENDS else None


def withheld_by_system(item: Mapping[str, object], *, in_database: bool = False) -> str:
    """Why the system of an item keeps it from readers, or an empty text."""
    system = system_of(map(str, item), in_database=in_database)
    return system.withheld(plain_keys(item)) if system else ""


def times_of_system(item: Mapping[str, object]) -> dict[str, object]:
    """The times of an item that its system calls by names of its own, by the names that the conventions know."""
    system = system_of(map(str, item))
    if not (system and system.times):
        return {}
    told = plain_keys(item)
    return {name: told[key] for key, name in system.times.items() if plain_state(told.get(key)) not in ("", "0")}


@lru_cache(4_096)
def _of_keys(keys: frozenset[str], in_database: bool) -> System | None:
    asked = (one for one in _SYSTEMS if in_database or not one.of_databases)
    return next((system for system in asked if any(marks <= keys for marks in system.marks)), None)


def _is_broken(rule: Rule, told: Mapping[str, object]) -> bool:
    said = plain_state(told[rule.key])
    if is_nothing(told[rule.key]):
        return not (rule.empty or says_published(told))
    parts = [part if part.lstrip("-").isdecimal() else part.strip("-") for part in said.split(",")]
    shown = rule.shown
    if shown and rule.key.endswith(_STATES):  # an export may write the words of the numbers
        shown = shown | (_PUBLIC_WORDS if all(map(str.isdecimal, shown)) else _SURELY_PUBLIC)
    if shown and rule.key == "visibility":
        shown = shown | _FOR_ALL
    return any(part in rule.hides or (bool(shown) and part not in shown) for part in parts)


def says_published(told: Mapping[str, object]) -> bool:
    """Whether another key than a day of publication says that an item with these plain keys is published."""
    stated = any(plain_state(told.get(key)) in SHOWN for key in _STATED)
    return stated or any(plain_state(told.get(key)) in _NO for key in ("draft", "isdraft"))


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
    " wp-template wp-template-part wp-global-styles wp-navigation wp-font-family wp-font-face product order orders"
    " product-variation shop-order shop-order-refund shop-order-placehold shop-coupon shop-webhook shop-subscription"
    " wc-booking wc-membership-plan wc-user-membership acf acf-field acf-field-group acf-post-type acf-taxonomy"
    " acf-ui-options-page elementor-library elementor-font elementor-icons elementor-snippet e-landing-page"
    " e-floating-buttons feedback flamingo-inbound flamingo-outbound flamingo-contact wpcf7-contact-form wpforms"
    " nf-sub frm-form-actions frm-styles frm-display forminator-forms forminator-polls forminator-quizzes"
    " happyforms-message sureforms-entry wpuf-forms wpuf-profile wpuf-input html-form jp-mem-plan jp-pay-order"
    " jp-pay-product mc4wp-form scheduled-action postman-sent-mail wp-log download edd-payment edd-discount edd-log"
    " edd-license edd-subscription give-forms give-payment give-log vc4-templates vc-grid-item vc-settings templatera"
    " fl-builder-template fl-theme-layout et-pb-layout et-template et-theme-builder et-theme-options et-header-layout"
    " et-body-layout et-footer-layout et-code-snippet fusion-template fusion-element fusion-tb-section"
    " fusion-tb-layout fusion-icons fusion-form slide tdb-templates tdc-review tdc-review-email tds-email tds-locker"
    " bricks-template ct-template oxy-user-library brizy-template astra-advanced-hook gp-elements kadence-form"
    " kadence-element oceanwp-library cs-template cs-global-block cs-user-templates cs-header cs-footer cs-layout"
    " spectra-popup popup popup-theme popupbuilder tablepress-table ml-slider ml-slide soliloquy envira envira-album"
    " modula-gallery rank-math-schema rank-math-locations amp-validated-url redirect-rule vip-legacy-redirect forum"
    " topic reply bp-email polylang-mo tribe-rsvp-attendees tribe-tpp-attendees mec-books mec-email lp-order"
    " llms-order llms-engagement llms-email sfwd-transactions sfwd-essays sfwd-assignment memberpressproduct"
    " memberpressrule memberpressgroup memberpresscoupon mp-reminder mailpoet-page advanced-ads advanced-ads-plcmnt"
    " acm-code ad ads advert adverts sidebar custom-sidebar guest-author wp-types-group wp-types-user-group"
    " wp-types-term-group view-template pods-pod pods-field pods-group pods-template meta-box mb-post-type"
    " mb-taxonomy itsec-dashboard cookielawinfo code-snippet wpcode custom-css-js safecss spucpt thirstylink"
    " pretty-link shortcoder psppnotif-workflow"
)
"""What WordPress and its widespread extensions keep among the posts: letters of readers and orders as well."""
_DOUBTFUL_ENDS = _words(
    "inbound submission submissions subscriber subscribers subscription subscriptions feedback form forms coupon"
    " coupons popup popups layout layouts template templates revision revisions snippet snippets redirect redirects"
    " log logs ticket tickets email emails booking bookings appointment appointments payment payments invoice"
    " invoices transaction transactions donation donations customer customers"
)
"""What the type of a post ends in that is hardly one of articles: it is named, and a setting lets it through."""
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
_JOOMLA = System(  # archived articles (2) are seen as well; 5 is the access of guests
    _marks("introtext", "publishup"),
    (Rule("state", _words("1 2"), why="draft"), Rule("access", _words("1 5 public"))),
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
    _JOOMLA._replace(marks=_marks("introtext sectionid featured", "introtext sectionid xreference")),
    System(  # Joomla up to 1.5, where 0 is the access of all, and 1 that of members
        _marks("introtext sectionid mask createdbyalias", "introtext sectionid titlealias createdbyalias"),
        (Rule("state", _words("1"), why="draft"), Rule("access", _words("0 public"))),
    ),
    _JOOMLA,
    System(  # Typecho
        _marks("cid allowfeed authorid"),
        (
            Rule("type", _words("post page"), why=_OTHER),
            Rule("status", _words("publish")),
            Rule("password", _NOTHING, why=_PASSWORD),
        ),
    ),
    System(  # Textpattern: 4 is live, 5 sticky
        _marks("textilebody status", "annotate authorid status"), (Rule("status", _words("4 5")),)
    ),
    System(  # Movable Type: 2 is released, 4 to be released at its time
        _marks("entrystatus entrytitle", "entrystatus entrytext"),
        (Rule("entryclass", _words("entry"), why=_PAGE), Rule("entrystatus", _words("2 4"))),
    ),
    System(_marks("gendescription status", "insitemap expirydate status"), (Rule("status", _words("2")),)),  # Mezzanine
    System(  # Zinnia
        _marks("startpublication endpublication loginrequired"),
        (Rule("status", _words("2")), Rule("loginrequired", _NO)),
    ),
    System(_marks("cachedcontent contenttype status"), (Rule("status", _words("2")),)),  # Habari
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
    System(_marks("historytype historyid"), (Rule("historytype", _NOTHING, why=_OLD),)),  # django-simple-history
    System(_marks("rev revtype"), (Rule("revtype", _NOTHING, why=_OLD),), of_databases=True),  # Hibernate Envers
    System(  # Directus: `dateCreated` is a word of schema.org
        _marks("date_created status", "status usercreated", "status userupdated"),
        (Rule("status", hides=_words("archived"), why="draft"),),
    ),
    System(  # Strapi
        _marks("publishedat createdat updatedat"), (Rule("publishedat", why="draft", empty=False),)
    ),
)
_MARKS = frozenset(key for system in _SYSTEMS for marks in system.marks for key in marks)
"""Keys that tell a system; no others need be remembered."""
