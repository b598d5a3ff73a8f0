"""What is no article: is each a rejection or a sound article, in bounded time and memory, and does the run go on?"""

import os
import resource
import shutil
import socket
import sys
from collections import Counter
from pathlib import Path

import msgspec
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from indexer.content.document import ContentWarning, ReadArticle
from indexer.content.files import source_files
from indexer.content.parsing import parse
from indexer.content.reader import FileReport, KnownFiles, read
from indexer.reindex import reindex
from indexer.reuse import REPORTS
from search.article import Article
from search.index.directory import IndexFolder
from search.index.manifest import Rejected
from search.index.store import ARTICLES, Store
from torture.apart import run_apart
from torture.archive import small_recipe, write_articles
from torture.exports import HUGE, MUST_END, SOUND, write_exports

MEMORY = 2_500 * 2**20
"""Bytes of address space that a run over all cases may take, libraries included."""
SECONDS = 120
"""Processor time that it may take."""
BIG = 100_000_000
_FIELDS = "title description publishedAt date updatedAt lang externalId source category tags sentiment coverImage draft"
_VALUES = (
    "5 -1 1.5 .nan .inf true null ~ 2026-01-01 0001-01-01 9999-12-31 2026-01-01T00:00:00 9999-12-31T23:59:59-14:00"
    " [] {} [a] [[a]] {a: b} [1, true, null] !!binary aGk= !!set {a} '' ' ' \"\\0\" \"\\e[31m\" 1:30:00 0x1F"
    " {key: [a]} {name: {a: b}} {regular: [a]} &a [*a] !!python/object/apply:os.system [id]"
).split(" ")


def _bomb(levels: int) -> str:
    names = "abcdefghijklmnop"
    lines = ["a: &a [x, x, x, x, x, x, x, x, x]"]
    lines += [f"{names[n]}: &{names[n]} [{', '.join([f'*{names[n - 1]}'] * 9)}]" for n in range(1, levels)]
    return "\n".join([*lines, f"title: *{names[levels - 1]}"])


def _merge_bomb(levels: int) -> str:
    names = "abcdefghijklmnop"
    lines = ["a: &a {k: v}"]
    lines += [f"{names[n]}: &{names[n]} {{<<: [{', '.join([f'*{names[n - 1]}'] * 9)}]}}" for n in range(1, levels)]
    return "\n".join([*lines, "title: t"])


def _texts() -> dict[str, bytes]:
    """Files of text that is none, or too much of it, by name."""
    fronts = {
        "alias-bomb": _bomb(10),
        "merge-bomb": _merge_bomb(10),
        "time-bomb": _bomb(9).replace("title:", "publishedAt:"),
        "image-bomb": _bomb(9).replace("title: *i", "coverImage: {raw: *i}"),
        "endless": "title: &a [*a]",
        "deep-lists": "title: " + "[" * 200_000,
        "deep-dashes": "title:\n " + "- " * 200_000,
        "deep-mappings": "title: " + "{a: " * 100_000,
        "many-digits": "title: 0x" + "f" * 100_000,
        "sexagesimal": "title: " + ":".join(["59"] * 5_000),
        "many-fields": "\n".join(f"f{n}: {n}" for n in range(50_000)),
        "surrogate": 'title: "\\ud800"',
        "unhashable": "? [a]\n: b",
    }
    files = {name: f"---\n{front}\n---\nText.\n".encode() for name, front in fronts.items()}
    whole = b"---\ntitle: t\n---\n"
    return files | {
        "binary": bytes(range(256)) * 1_000,
        "nothing": b"",
        "no-end": b"---\ntitle: t\n" + b"a: b\n" * 10_000,
        "only-dashes": b"---\n---\n",
        "nuls": whole + b"a\0b\n" * 1_000,
        "utf-16": "---\ntitle: t\n---\n".encode("utf-16"),
        "one-line": whole + b"a" * 1_000_000,
        "quotes": whole + b">" * 300_000,
        "emphasis": whole + b"*a* " * 50_000,
        "brackets": whole + b"[" * 300_000,
        "mojibake": whole + "â€™".encode() * 50_000,
        "backticks": whole + b" ".join(b"`" * n for n in range(2_000)),
    }


def _nested() -> dict[str, str]:
    """Files by name whose parts lie in each other, or whose headers have no end: once around each would take hours."""
    levels = range(1, 900)
    subtrees = (
        f"{'*' * n} h{n} :t{n}:u{n}:\n:PROPERTIES:\n:EXPORT_FILE_NAME: nested-{n}\n:END:\nText.\n" for n in levels[:300]
    )
    return {
        "directives.rst": "".join(f"{' ' * n}.. note::\n\n" for n in levels) + f"{' ' * 900}{'word_ `x ' * 50_000}\n",
        "subtrees.org": "".join(subtrees),
        "sender.eml": "Subject: t\nFrom: " + '"' * 30_000 + "\n\nText.\n",
        "headings.html": f"<title>t</title><main>{'<h1><div>' * 400}{'<p>word</p>' * 100_000}</main>",
    }


def write_cases(content: Path, huge_bytes: int = HUGE) -> None:
    """Everything that nobody would call an article, and some sound ones among it."""
    write_articles(content, "sound")
    write_exports(content / "exports", huge_bytes)
    bad = content / "bad"
    bad.mkdir()
    for name, written in _texts().items():
        (bad / f"{name}.md").write_bytes(written)
    for name, text in _nested().items():
        (bad / name).write_text(text, encoding="utf-8")
    for field in _FIELDS.split():
        for number, value in enumerate(_VALUES):
            (bad / f"{field}-{number}.md").write_text(f"---\n{field}: {value}\n---\nText.\n", encoding="utf-8")
    with (bad / "big.md").open("wb") as big:
        big.write(b"---\ntitle: t\n---\n")
        big.truncate(BIG)
    (bad / "same.md").write_text("---\ntitle: small\n---\n")
    (bad / "same.MD").write_text("---\ntitle: large\n---\n")
    _write_strange_names(content, bad)


def _write_strange_names(content: Path, bad: Path) -> None:
    """Links, cycles, pipes, sockets, devices, folders that bear an article's name, names that cannot be shown."""
    outside = content.parent / "outside"
    outside.mkdir(exist_ok=True)
    (outside / "secret.md").write_text("---\ntitle: a secret\n---\n")
    (bad / "out.md").symlink_to(outside / "secret.md")
    (bad / "passwd.md").symlink_to("/etc/passwd")
    (bad / "zero.md").symlink_to("/dev/zero")
    (bad / "nowhere.md").symlink_to("not-there")
    (bad / "itself.md").symlink_to("itself.md")
    (bad / "inside.md").symlink_to(bad / "same.md")
    (bad / "out").symlink_to(outside)
    (bad / "up").symlink_to("..")
    (bad / "folder.md").mkdir()
    (bad / "folder.md" / "in-it.md").write_text("---\ntitle: in it\n---\n")
    (bad / "new\nline.md").write_text("---\ntitle: t\n---\n")
    (bad / "tab\t.md").write_text("---\ntitle: t\n---\n")
    Path(os.fsdecode(os.fsencode(bad) + b"/not-\xff-utf8.md")).write_text("---\ntitle: t\n---\n")
    os.mkfifo(bad / "pipe.md")
    with socket.socket(socket.AF_UNIX) as plug:
        here = Path.cwd()
        os.chdir(bad)  # the path of a socket may have 108 bytes
        plug.bind("plug.md")
        os.chdir(here)


MUST_BE_REJECTED = "binary nothing no-end only-dashes big out passwd zero nowhere itself pipe plug".split()
MUST_BE_WARNED_OF = (
    "alias-bomb merge-bomb time-bomb image-bomb endless deep-lists deep-dashes deep-mappings surrogate"
).split()
"""Broken front matter: the article stays, without the fields that cannot be read."""


def see_to_cases(scratch: Path, huge_bytes: int = HUGE) -> dict[str, int]:
    """A night over all of it, with so much memory and no more: every case has an end, and the sound ones are served."""
    content = scratch / "content"
    write_cases(content, huge_bytes)
    index = IndexFolder(scratch / "index")
    status, _, said = run_apart("torture.content", str(scratch))
    assert status == 0, f"the run ended with {status}: {said[-2_000:]}"
    from search.index.manifest import read_manifest

    manifest = read_manifest(index.path(index.current_name()))
    rejected = {Path(found.path).name.removesuffix(".md") for found in manifest.rejected}
    missed = [name for name in MUST_BE_REJECTED if name not in rejected]
    assert not missed, missed
    warned = {Path(found.path).name.removesuffix(".md") for found in _warnings(index)}
    missed = [name for name in MUST_BE_WARNED_OF if name not in warned]
    assert not missed, missed
    links = [found.path for found in manifest.rejected if "link to a folder" in found.why]
    assert sorted(links) == ["bad/out", "bad/up"], links
    assert all(found.path.isprintable() and found.why.isprintable() for found in manifest.rejected), manifest.rejected
    assert not any("secret" in str(found) for found in manifest.rejected)
    _see_to_exports(index, {found.path for found in manifest.rejected})
    shutil.rmtree(scratch / "content")
    return {"cases": manifest.articles + len(manifest.rejected) - 12, "rejected": len(manifest.rejected)}


def _see_to_exports(index: IndexFolder, rejected: set[str]) -> None:
    """What cannot be read to its end is told, and what was sound before that is served."""
    missed = [name for name in MUST_END if f"exports/{name}" not in rejected]
    assert not missed, missed
    store = Store(index.path(index.current_name()) / ARTICLES)
    served = Counter(article.path.split("#")[0] for _, _, article in store.iterate())
    store.close()
    wrong = {name: served[f"exports/{name}"] for name, count in SOUND.items() if served[f"exports/{name}"] != count}
    assert not wrong, wrong


def _warnings(index: IndexFolder) -> list[ContentWarning]:
    reports = (index.path(index.current_name()) / REPORTS).read_bytes()
    found = msgspec.json.decode(reports, type=dict[str, FileReport])
    return [warning for report in found.values() for warning in report.warnings]


def main(scratch: Path) -> None:
    """A night with bounded memory and processor time."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    index, recipe = IndexFolder(scratch / "index"), small_recipe(scratch / "model")
    reindex(scratch / "content", index, recipe, 2, lambda *_: None, full=False, strict=False)


def vanishing(content: Path) -> Counter[str]:
    """Files are taken away, and put in place of others, while they are read; what each then was."""
    ends: Counter[str] = Counter()
    for number, found in enumerate(source_files(content)):
        ends["rejected" if isinstance(found, Rejected) else "read"] += 1
        if number == 0:
            left = sorted(content.rglob("*.md"))
            left[1].unlink()
            left[2].unlink()
            os.mkfifo(left[2])
            shutil.rmtree(left[-1].parent, ignore_errors=True)
    return ends


_scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=20),
    st.dates(),
    st.datetimes(),
    st.binary(max_size=8),
)
_values = st.recursive(
    _scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=8,
)
_fields = st.dictionaries(st.sampled_from(_FIELDS.split()) | st.text(max_size=8), _values, max_size=8)


def see_to_generated(archives: int) -> dict[str, int]:
    """So many generated front matters, as they are and cut short: each an article that survives it, or none."""
    import yaml

    from indexer.content.document import SourceFile

    told: Counter[str] = Counter()

    @settings(
        max_examples=archives,
        deadline=None,
        database=None,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    @given(_fields, st.text(max_size=60), st.integers(0, 400))
    def one(fields: dict[str, object], body: str, cut: int) -> None:
        front = yaml.dump(fields, allow_unicode=True)
        for text in (f"---\n{front}---\n{body}", f"---\n{front}---\n{body}"[:cut]):
            (outcome,) = parse(SourceFile("a/b.en.md", "digest", text.encode("utf-8", "surrogatepass")))
            told[type(outcome).__name__] += 1
            if isinstance(outcome, ReadArticle):
                article = outcome.article
                assert msgspec.json.decode(msgspec.json.encode(article), type=Article) == article
                assert article.title
                assert not any(character < " " for character in article.title + "".join(article.tags))

    one()
    return {f"generated: {name}": count for name, count in sorted(told.items())}


def read_all(content: Path) -> int:
    """How many articles a folder holds."""
    return len(read(content, KnownFiles(), lambda *_: None).articles)


if __name__ == "__main__":
    main(Path(sys.stdin.read()))
