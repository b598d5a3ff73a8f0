"""Is a vector of a shared folder what was written for its text, whoever else wrote there, or unknown?"""

import hashlib
import os
import time
from multiprocessing import get_context

import numpy as np
import pytest
from conftest import files_of_at_most
from hypothesis import given
from hypothesis import strategies as st

from indexer.vectors.vector_segments import VectorSegments

DIMENSION = 4
TEXTS = st.sets(st.text("abc", max_size=4), max_size=12)


def vectors(texts, salt=0.0):
    """A vector for each text, by the text's digest."""
    made = {hashlib.sha256(text.encode()).digest(): text for text in texts}
    return {
        digest: np.array([len(text), ord(text[0]) if text else 0, salt, 1], dtype=np.float32).tobytes()
        for digest, text in made.items()
    }


def opened(root, fingerprint="model", dimension=DIMENSION):
    """The folder as a process sees it that comes later."""
    return VectorSegments(root, fingerprint, dimension)


@given(written=st.lists(TEXTS, max_size=4), asked=TEXTS)
def test_what_was_written_is_found_and_nothing_else(tmp_path_factory, written, asked):
    """Parts overlap: a text that several wrote is found once; one that nobody wrote is unknown."""
    root = tmp_path_factory.mktemp("shared")
    for texts in written:
        opened(root).write(vectors(texts))
    known = vectors(set().union(*written))
    wanted = vectors(asked)
    found = opened(root)
    assert found.find(list(wanted)) == {digest: known[digest] for digest in wanted if digest in known}
    assert found.taken == len(set(wanted) & set(known))


def test_models_lie_apart(tmp_path, caplog):
    """Vectors of another model, or of another length, are never taken, even if their file is moved; it is said."""
    path = opened(tmp_path, "one").write(vectors(["a"]))
    other = opened(tmp_path, "two")
    assert other.find(list(vectors(["a"]))) == {}
    assert "another model" in caplog.text
    assert path.parent.name in caplog.text
    other.folder.mkdir()
    os.rename(path, other.folder / path.name)
    assert opened(tmp_path, "two").find(list(vectors(["a"]))) == {}
    assert path.name in caplog.text
    opened(tmp_path, "one").write(vectors(["a"]))
    assert opened(tmp_path, "one", DIMENSION + 1).find(list(vectors(["a"]))) == {}


def test_no_altered_byte_is_taken_for_a_vector(tmp_path):
    """Whichever byte of a file is flipped, each text has its own vector or none."""
    made = vectors(["a", "ab", "abc"])
    path = opened(tmp_path).write(made)
    sound = path.read_bytes()
    for place in range(len(sound)):
        rotten = bytearray(sound)
        rotten[place] ^= 1 << place % 8
        path.write_bytes(rotten)
        found = opened(tmp_path).find(list(made))
        assert found != made
        assert all(made[digest] == vector for digest, vector in found.items())
    for length in range(len(sound)):
        path.write_bytes(sound[:length])
        assert opened(tmp_path).find(list(made)) == {}


def test_a_full_disk_leaves_what_was_there(tmp_path):
    """The file that does not fit is not seen by anyone, nor does a rest of it stay."""
    opened(tmp_path).write(vectors(["a"]))
    with files_of_at_most(200), pytest.raises(OSError, match="File too large"):
        opened(tmp_path).write(vectors([f"{number}" for number in range(50)]))
    assert opened(tmp_path).find(list(vectors(["a", "1"]))) == vectors(["a"])
    assert len(list(opened(tmp_path).folder.iterdir())) == 1


def test_what_a_dead_run_left_is_cleared_away_after_a_day(tmp_path):
    """What another run is just writing stays."""
    segments = opened(tmp_path)
    segments.write(vectors(["a"]))
    old, young = (segments.folder / f"{name}.begun" for name in ("old", "young"))
    for path in (old, young):
        path.write_bytes(b"x")
    day = time.time() - 100_000
    os.utime(old, (day, day))
    segments.write(vectors(["b"]))
    assert not old.exists()
    assert young.exists()


def test_many_write_at_once(tmp_path):
    """Four processes write overlapping files into one folder, without a lock; nothing of any is lost."""
    spawn = get_context("spawn")
    writers = [spawn.Process(target=write_some, args=(tmp_path, number)) for number in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert [writer.exitcode for writer in writers] == [0] * 4
    known = vectors([f"{number}" for number in range(80)])
    assert opened(tmp_path).find(list(known)) == known


def write_some(root, number):
    """What one of many processes writes."""
    for at in range(number * 10, number * 10 + 50, 5):
        opened(root).write(vectors([f"{one}" for one in range(at, at + 5)]))
