"""Is any change to a generation noticed, down to one bit, the manifest's own included?"""

import msgspec
import pytest
from awkward import awkward_articles
from fake_index import built_index

from search.errors import BrokenGenerationError, NoGenerationError
from search.index.checksums import check_digests, check_sizes
from search.index.directory import IndexFolder, hold, is_held
from search.index.manifest import MANIFEST, read_manifest, write_manifest


@pytest.fixture
def generation(tmp_path):
    """The folder of a small generation."""
    index = built_index(tmp_path, awkward_articles(seed=5, count=6))
    return index.path(index.current_name())


def test_a_manifest_read_is_the_one_written(generation, tmp_path):
    """What is written is what is read, and a second write gives the same bytes."""
    manifest = read_manifest(generation)
    again = tmp_path / "again"
    again.mkdir()
    write_manifest(again, manifest)
    assert read_manifest(again) == manifest
    assert (again / MANIFEST).read_bytes() == (generation / MANIFEST).read_bytes()
    assert manifest.name == generation.name
    assert manifest.articles == 6


def test_every_altered_byte_of_a_manifest_is_noticed(generation):
    """Each byte of manifest.json, changed in one bit, makes it refused; so does each cut and each byte added."""
    path = generation / MANIFEST
    written = path.read_bytes()
    for place in range(len(written)):
        changed = bytearray(written)
        changed[place] ^= 1 << (place % 8)
        path.write_bytes(changed)
        with pytest.raises(BrokenGenerationError):
            read_manifest(generation)
    for other in (b"", written[:-1], written + b"\n", written[1:], b" " + written, b"{}", b"\xff"):
        path.write_bytes(other)
        with pytest.raises(BrokenGenerationError):
            read_manifest(generation)


def test_a_missing_manifest_is_a_broken_generation(generation):
    """Without a manifest nothing is opened."""
    (generation / MANIFEST).unlink()
    with pytest.raises(BrokenGenerationError, match="rollback"):
        read_manifest(generation)


def test_another_format_version_is_refused_with_what_to_do(generation):
    """An index of another version of Lede says to build again."""
    write_manifest(generation, msgspec.structs.replace(read_manifest(generation), format=999))
    with pytest.raises(BrokenGenerationError, match="--full"):
        read_manifest(generation)


def test_a_generation_as_written_is_sound(generation):
    """No fault is found where there is none."""
    assert check_digests(generation, read_manifest(generation)) == []
    check_sizes(generation, read_manifest(generation))


def test_changed_missing_and_added_files_are_noticed(generation):
    """Each fault is one line that names the file."""
    manifest = read_manifest(generation)
    changed, missing, *_ = sorted(name for name, digest in manifest.files.items() if digest.size)
    written = bytearray((generation / changed).read_bytes())
    written[len(written) // 2] ^= 1
    (generation / changed).write_bytes(written)
    (generation / missing).unlink()
    (generation / "columns" / "stray.npy").write_bytes(b"")
    faults = check_digests(generation, manifest)
    assert len(faults) == 3
    assert [any(name in fault for fault in faults) for name in (changed, missing, "columns/stray.npy")] == [True] * 3


def test_every_file_but_the_manifest_is_under_digest(generation):
    """No file of a generation escapes verification."""
    files = {path.relative_to(generation).as_posix() for path in generation.rglob("*") if path.is_file()}
    assert files == {*read_manifest(generation).files, MANIFEST}


def test_sizes_are_checked_without_reading(generation):
    """A file cut short or gone is refused on opening."""
    manifest = read_manifest(generation)
    name = next(name for name, digest in manifest.files.items() if digest.size)
    written = (generation / name).read_bytes()
    (generation / name).write_bytes(written[:-1])
    with pytest.raises(BrokenGenerationError, match="bytes"):
        check_sizes(generation, manifest)
    (generation / name).unlink()
    with pytest.raises(BrokenGenerationError, match="missing"):
        check_sizes(generation, manifest)


@pytest.mark.parametrize("written", [b"", b"../../etc", b"20260101T000000.000000Z/..", b"\xff\xfe", b"hello"])
def test_current_that_names_no_generation_is_refused(tmp_path, written):
    """CURRENT holds a generation's name and nothing else."""
    (tmp_path / "CURRENT").write_bytes(written)
    with pytest.raises(BrokenGenerationError):
        IndexFolder(tmp_path).current_name()


def test_no_current_is_no_generation(tmp_path):
    """An empty folder says to build."""
    with pytest.raises(NoGenerationError, match="lede-index build"):
        IndexFolder(tmp_path).current_name()
    assert IndexFolder(tmp_path / "nowhere").names() == []


@pytest.mark.parametrize(
    "led", ["../x", "/etc/passwd", "columns/../../x", "a//b", "..", "", "a\\..\\b", "c:/x", "x\0y"]
)
@pytest.mark.parametrize("of", ["files", "name", "declared"])
def test_a_manifest_that_names_what_lies_outside_is_refused(led, of, tmp_path):
    """Whoever made it: no file is opened, digested, removed or written by such a name."""
    index = built_index(tmp_path / "index", awkward_articles(seed=5, count=6))
    folder = index.path(index.current_name())
    manifest = read_manifest(folder)
    value = {
        "files": manifest.files | {led: next(iter(manifest.files.values()))},
        "name": led,
        "declared": {led: "number"},
    }
    (folder / MANIFEST).chmod(0o644)
    write_manifest(folder, msgspec.structs.replace(manifest, **{of: value[of]}))
    with pytest.raises(BrokenGenerationError, match="names what lies outside"):
        read_manifest(folder)


def test_a_generation_that_was_let_go_of_is_held_no_longer(tmp_path):
    """Closed twice, or forgotten: nobody is warned of an open file, and it can be pruned."""
    (tmp_path / "manifest.json").write_text("{}")
    held = hold(tmp_path)
    assert is_held(tmp_path)
    held.close()
    held.close()
    assert not is_held(tmp_path)
    forgotten = hold(tmp_path)
    del forgotten
    assert not is_held(tmp_path)
