"""Is a generation refused whose files are what was written, but do not belong together?"""

import numpy as np
import pytest
from awkward import awkward_articles
from fake_index import built_index
from msgspec.structs import replace

from indexer.release.verify import verify
from search.errors import VerificationError
from search.index.checksums import digest_files
from search.index.manifest import read_manifest, write_manifest
from search.times import FIRST


@pytest.fixture
def generation(tmp_path):
    """A published generation with a fake model."""
    index = built_index(tmp_path / "index", awkward_articles(seed=7, count=60))
    return index.path(index.current_name())


def sealed_anew(folder):
    """Let the manifest say that the files are as they should be."""
    write_manifest(folder, replace(read_manifest(folder), files=digest_files(folder)))


def test_a_sound_generation_passes(generation):
    """Also when its manifest was written anew."""
    sealed_anew(generation)
    verify(generation)


def test_codes_of_other_vectors_are_found(generation):
    """Each vector has the codes of the one before: no digest tells."""
    path = generation / "vector" / "codes.npy"
    np.save(path, np.roll(np.load(path), 1, axis=1))
    sealed_anew(generation)
    with pytest.raises(VerificationError, match="vectors and their codes differ"):
        verify(generation)


@pytest.mark.parametrize(("field", "fault"), [("published", "published of 2"), ("updated", "updated beyond")])
def test_times_that_cannot_be_written_are_refused(tmp_path, field, fault):
    """Each answer with such an article would fail."""
    articles = awkward_articles(seed=7, count=60)
    articles[3:5] = [replace(one, **{field: FIRST - 1}) for one in articles[3:5]]
    index = built_index(tmp_path / "index", articles)
    with pytest.raises(VerificationError, match=fault):
        verify(index.path(index.current_name()))
