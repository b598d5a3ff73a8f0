"""A build from end to end, in five verbs: read, build, verify, publish, prune."""

import shutil
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import msgspec

from indexer.builder import Embedded, build
from indexer.content.reader import KnownFiles, Reading, read
from indexer.content.rules import ReadingRules
from indexer.content.seen_files import SEEN, SeenFiles
from indexer.release.gate import GoldenReport, table
from indexer.release.publish import hold, prune, serve, stage, writing
from indexer.release.shrink import refuse_shrinking
from indexer.release.takedowns import Followed, Takedowns, follow, serve_without_withdrawn, served_folder
from indexer.release.verify import verify
from indexer.reuse import PreviousGeneration, before, ids_before
from indexer.timing import StageTimer, peak_mib
from indexer.workspace import BuildConfig, Progress
from search.errors import ContentError, GoldenError, IndexUnusableError, LedeError, VerificationError
from search.index.directory import IndexFolder
from search.index.history import changes
from search.index.manifest import Manifest, Rejected, read_manifest
from search.process import give_back

Judge = Callable[[Path, Path | None], GoldenReport]
"""What a staged generation finds of what must be found, beside the served one if there is one."""


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
    omitted: int
    warnings: int
    passages: int
    embedded: int
    shared: int = 0
    """How many vectors were taken from the folder into which parts were embedded."""
    seconds: float
    peak_rss_mib: float
    stages: dict[str, float]
    published: bool
    held: bool = False
    golden: GoldenReport | None = None
    withdrawn: Followed = Followed()
    """What was found of withdrawn articles."""


def reindex(
    content: Path,
    index: IndexFolder,
    recipe: BuildConfig,
    keep: int,
    progress: Progress,
    judge: Judge | None = None,
    *,
    full: bool,
    strict: bool,
    held: bool = False,
    shrink: int = 20,
    shared: Path | None = None,
    takedowns: Takedowns | None = None,
) -> tuple[Report, list[Rejected]]:
    """Bring the index up to the articles of a folder. With nothing changed, nothing is built.

    `judge` decides whether what was built may be served; `held` keeps it beside the others, whatever was decided, and
    serves it to nobody.

    `shrink` is how many percent of the served articles may vanish; `shared` is the folder into which parts were
    embedded, if it is not the one below the index. What is on the list of `takedowns` stays hidden under another id.

    Raises LockedError, ContentError (with `strict` for any rejection), ShrinkError, VerificationError, GoldenError,
    ModelError.
    """
    try:
        return _reindexed(
            content,
            index,
            recipe,
            keep,
            progress,
            judge,
            full=full,
            strict=strict,
            held=held,
            shrink=shrink,
            shared=shared,
            takedowns=takedowns,
        )
    except (LedeError, ImportError):  # a package that is missing is no fault of the disk
        raise
    except Exception as failed:  # a full disk, in the words of whichever engine met it
        raise LedeError(
            f"The index cannot be written: {type(failed).__name__}: {failed}.",
            "What was served stays. See to the space and the rights of the index folder, and of TMPDIR (else /tmp) for"
            " temporary files, then build again.",
        ) from failed


def _reindexed(
    content: Path,
    index: IndexFolder,
    recipe: BuildConfig,
    keep: int,
    progress: Progress,
    judge: Judge | None,
    *,
    full: bool,
    strict: bool,
    held: bool,
    shrink: int,
    shared: Path | None,
    takedowns: Takedowns | None,
) -> tuple[Report, list[Rejected]]:
    laps = StageTimer()

    def told(stage: str, done: int, total: int) -> None:
        progress(stage, done, total)
        laps.end(stage)

    with writing(index):
        earlier = None if full else before(index)
        reading = _read(content, earlier, progress, recipe.rules, SeenFiles(index.cache / SEEN))
        laps.end("read")
        served = earlier.ids if earlier else ids_before(index)
        found = reading.digests_by_id()
        if not held:
            refuse_shrinking(served, found, earlier.cards if earlier else lambda _: (), reading.cards, shrink)
        _refuse(reading, content, strict=strict)
        counts = changes(served, found).counts()
        reading = replace(reading, ids=())
        del served, found  # of a large archive, hundreds of megabytes
        if earlier is not None and _same(earlier.manifest, reading, recipe):
            prune(index, keep)  # a run killed right after it published left this to do
            followed = follow(takedowns, index, served_folder(index), earlier.folder)
            same = _report(earlier.manifest, counts, Embedded(0, 0), laps, published=False, withdrawn=followed)
            return same, reading.rejected
        staged = stage(index)
        made = build(reading, recipe, index.cache, staged, told, earlier, shared)
        laps.end("write")
        del earlier, reading  # to verify, files are mapped into memory: all articles need not stand beside them
        give_back()
        _verified(staged)
        laps.end("verify")
        golden = _judged(judge, index, staged, held=held)
        hold(index, staged)
        kept, followed = index.path(staged.name), Followed()
        if not held:
            followed = serve_without_withdrawn(takedowns, index, kept, lambda: serve(index, kept.name))
            prune(index, keep)
        manifest = read_manifest(kept)
        laps.end("publish")
        report = _report(manifest, counts, made, laps, published=not held, held=held, golden=golden, withdrawn=followed)
        return report, manifest.rejected


def _read(
    content: Path,
    earlier: PreviousGeneration | None,
    progress: Progress,
    rules: ReadingRules | None,
    seen: SeenFiles,
) -> Reading:
    """The articles of a folder; what has not changed is taken over from the earlier generation when it is needed."""

    def told(done: int, total: int) -> None:
        progress("read", done, total)

    return read(content, earlier.known() if earlier else KnownFiles(), told, rules, seen)


def _judged(judge: Judge | None, index: IndexFolder, staged: Path, *, held: bool) -> GoldenReport | None:
    """What the golden queries say. A generation that finds too little is removed, unless it is only held."""
    if judge is None:
        return None
    golden = judge(staged, served_folder(index))
    if golden.refusal and not held:
        shutil.rmtree(staged)
        raise GoldenError(
            f"Too little of what must be found is found: {golden.refusal}. Nothing was published.\n"
            f"{table(golden.moved)}\n",
            "Look into it with `lede-index build --hold` and `lede-index diff`, or correct the golden queries.",
        )
    return golden


def _refuse(reading: Reading, content: Path, *, strict: bool) -> None:
    if strict and reading.rejected:
        raise ContentError(f"{len(reading.rejected)} files were rejected, the first: {reading.rejected[0]}.")
    if not reading.articles:
        raise ContentError(
            f"{content} holds no article ({len(reading.rejected)} files rejected, {sum(reading.omitted.values())}"
            " left out as drafts, section pages and the like).",
            "Name the folder that the articles are in; `lede-index inspect CONTENT` shows what was found there.",
        )


def _verified(staged: Path) -> None:
    try:
        verify(staged, just_written=True)
    except IndexUnusableError as broken:
        raise VerificationError(str(broken)) from broken


def _same(manifest: Manifest, reading: Reading, recipe: BuildConfig) -> bool:
    return manifest.content_digest == reading.content_digest and manifest.settings_digest == recipe.digest


def _report(
    manifest: Manifest,
    counts: Mapping[str, int],
    made: Embedded,
    laps: StageTimer,
    *,
    published: bool,
    held: bool = False,
    golden: GoldenReport | None = None,
    withdrawn: Followed,
) -> Report:
    return Report(
        generation=manifest.name,
        articles=manifest.articles,
        **counts,
        rejected=len(manifest.rejected),
        drafts=manifest.drafts,
        omitted=sum(manifest.omitted.values()),
        warnings=manifest.warnings,
        passages=manifest.passages,
        embedded=made.fresh,
        shared=made.shared,
        seconds=round(laps.total, 3),
        stages={stage: round(seconds, 3) for stage, seconds in laps.seconds.items()},
        peak_rss_mib=round(peak_mib(), 1),
        published=published,
        held=held,
        golden=golden,
        withdrawn=withdrawn,
    )
