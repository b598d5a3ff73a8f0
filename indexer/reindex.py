"""The night in five verbs: read, build, verify, publish, prune."""

import resource
import time
from dataclasses import dataclass
from pathlib import Path

import msgspec

from indexer.build import Progress, Recipe, build
from indexer.embedding import EmbeddingCache
from indexer.publish import prune, publish, stage, writing
from indexer.reading import Reading, read
from indexer.verify import verify
from search.article import Article
from search.errors import ContentError, IndexUnusableError, LedeError, VerificationError
from search.generation import IndexFolder, Manifest, Rejected, check_bytes, read_manifest
from search.store import Store


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What a run did."""

    generation: str
    articles: int
    added: int
    changed: int
    removed: int
    unchanged: int
    rejected: int
    drafts: int
    passages: int
    embedded: int
    seconds: float
    peak_rss_mib: float
    published: bool


@dataclass(frozen=True, slots=True)
class _Before:
    """The generation that is served now, as far as it can be used again."""

    manifest: Manifest
    articles: dict[str, Article]
    ids: dict[str, str]


def reindex(
    content: Path, index: IndexFolder, recipe: Recipe, keep: int, progress: Progress, *, full: bool, strict: bool
) -> tuple[Report, list[Rejected]]:
    """Bring the index up to the articles of a folder. With nothing changed, nothing is built.

    Raises LockedError, ContentError (with `strict` also for any rejection), VerificationError, ModelError.
    """
    try:
        return _reindexed(content, index, recipe, keep, progress, full=full, strict=strict)
    except (LedeError, ImportError):  # a package that is missing is no fault of the disk
        raise
    except Exception as failed:  # a full disk, in the words of whichever engine met it
        raise LedeError(
            f"The index cannot be written: {type(failed).__name__}: {failed}.",
            "What was served stays. See to the disk's space and to the rights of the index folder, then build again.",
        ) from failed


def _reindexed(
    content: Path, index: IndexFolder, recipe: Recipe, keep: int, progress: Progress, *, full: bool, strict: bool
) -> tuple[Report, list[Rejected]]:
    started = time.monotonic()
    with writing(index):
        before = None if full else _before(index)
        reading = read(content, before.articles if before else {}, lambda n, total: progress("read", n, total))
        _refuse(reading, content, strict=strict)
        if before is not None and _same(before.manifest, reading, recipe):
            prune(index, keep)  # a run killed right after it published left this to do
            return _report(before.manifest, reading, before, 0, started, published=False), reading.rejected
        staged = stage(index)
        cache = EmbeddingCache(index.cache / "embeddings.sqlite")
        try:
            fresh = build(reading, recipe, cache, staged, progress)
        finally:
            cache.close()
        _verified(staged)
        publish(index, staged)
        prune(index, keep)
        manifest = read_manifest(index.path(staged.name))
        return _report(manifest, reading, before or _before(index, but=staged.name), fresh, started, published=True), (
            reading.rejected
        )


def _refuse(reading: Reading, content: Path, *, strict: bool) -> None:
    if strict and reading.rejected:
        raise ContentError(f"{len(reading.rejected)} files were rejected, the first: {reading.rejected[0]}.")
    if not reading.articles:
        raise ContentError(
            f"{content} holds no article ({len(reading.rejected)} files rejected, {reading.drafts} drafts).",
            "Name the folder that the Markdown files are in.",
        )


def _verified(staged: Path) -> None:
    try:
        verify(staged)
    except IndexUnusableError as broken:
        raise VerificationError(str(broken)) from broken


def _same(manifest: Manifest, reading: Reading, recipe: Recipe) -> bool:
    return manifest.content_digest == reading.content_digest and manifest.settings_digest == recipe.digest


def _before(index: IndexFolder, but: str = "") -> _Before | None:
    """The served generation (or the newest other than `but`), or None where there is none that can be read."""
    try:
        names = [name for name in index.names() if name != but]
        name = index.current_name() if not but else max(names, default="")
        folder = index.path(name)
        manifest = read_manifest(folder)
        check_bytes(folder, manifest)  # what rotted must not be taken over into the next
        store = Store(folder / "articles.sqlite")
    except Exception:  # a damaged one is no reason not to build a sound one
        return None
    try:
        everything = dict(store.everything())
    except Exception:
        return None
    finally:
        store.close()
    return _Before(manifest, everything, {article.id: digest for digest, article in everything.items()})


def _report(
    manifest: Manifest, reading: Reading, before: _Before | None, fresh: int, started: float, *, published: bool
) -> Report:
    old = before.ids if before else {}
    new = {article.id: digest for article, digest in zip(reading.articles, reading.digests, strict=True)}
    return Report(
        generation=manifest.name,
        articles=manifest.articles,
        added=len(new.keys() - old.keys()),
        changed=sum(1 for article_id in new.keys() & old.keys() if new[article_id] != old[article_id]),
        removed=len(old.keys() - new.keys()),
        unchanged=sum(1 for article_id in new.keys() & old.keys() if new[article_id] == old[article_id]),
        rejected=len(reading.rejected),
        drafts=reading.drafts,
        passages=manifest.passages,
        embedded=fresh,
        seconds=round(time.monotonic() - started, 3),
        peak_rss_mib=round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
        published=published,
    )
