"""Encoders spread their cosines differently: a scale brings them to what all weights are chosen on."""

import msgspec
import numpy as np
import pytest

from indexer.vectors.encoder_cards import CARDS
from search.engine.scoring import rank
from search.index.calibration import BUILT_IN_CALIBRATION, MULTILINGUAL_CALIBRATION, Calibration
from search.ports import Candidates
from search.results import Signal
from search.similarity import SimilarityScale


def test_the_built_in_model_keeps_its_cosines_and_its_bytes():
    """Its scale changes nothing, and the manifest holds no word of it."""
    cosines = np.array([-1.0, 0.2, 1.0], dtype=np.float32)
    assert BUILT_IN_CALIBRATION.scale.of(cosines) is cosines
    written = msgspec.json.encode(BUILT_IN_CALIBRATION)
    assert b"scale" not in written
    assert b'"words":{' not in written
    assert msgspec.json.decode(written, type=Calibration) == BUILT_IN_CALIBRATION


def test_a_scale_survives_the_manifest():
    """What is written of another model is read again."""
    written = msgspec.json.encode(MULTILINGUAL_CALIBRATION)
    assert msgspec.json.decode(written, type=Calibration) == MULTILINGUAL_CALIBRATION


@pytest.mark.parametrize(("any_pair", "relevant"), [(0.822, 0.884), (0.792, 0.853)])
def test_the_multilingual_cosines_become_comparable(any_pair, relevant):
    """As measured in Ukrainian and in English: what is relevant passes the floor, what is any pair does not."""
    calibration = MULTILINGUAL_CALIBRATION
    best = calibration.scale.of(relevant + 0.02)
    assert calibration.scale.of(relevant) > calibration.semantic_floor(best) > calibration.scale.of(any_pair)


def test_no_similarity_falls_below_minus_one():
    """A cosine far off the scale must not weigh more than any cosine of the built-in model can."""
    assert SimilarityScale(5.0, -4.0).of(np.array([0.1]))[0] == -1.0


def test_narrow_cosines_rank_as_wide_ones():
    """Of two encoders, one with cosines of .8 to .9, the same order comes out where the scale undoes the difference."""
    wide = np.array([0.6, 0.5, 0.2, 0.1])
    scale = SimilarityScale(4.0, -3.0)
    words = np.array([0.0, 0.3, 0.1, 0.9])
    nothing, none = np.zeros((4, 3), dtype=np.float32), np.zeros(4, dtype=np.bool_)
    orders = [
        np.argsort(-rank(Candidates(words, None, None, meaning, None, nothing, none, words > 0, scale=used)).total)
        for meaning, used in ((wide, SimilarityScale()), (scale.of((wide - scale.offset) / scale.gain), scale))
    ]
    assert orders[0].tolist() == orders[1].tolist()


def test_a_candidate_without_a_head_is_like_nothing():
    """Its vector is 0, which is no cosine: a scale must not turn it into a share below 0."""
    heads = np.eye(3, dtype=np.float32)[[0, 0, 2]] * np.array([[1], [1], [0]], dtype=np.float32)
    headed = np.array([True, True, False])
    meaning = np.array([0.5, 0.4, 0.0])
    candidates = Candidates(
        None, None, None, meaning, None, heads, headed, headed, scale=MULTILINGUAL_CALIBRATION.scale
    )
    fused = rank(candidates)
    assert next(one for one in fused.signals if one.name is Signal.LIKENESS).scores[2] == 0.0


def test_each_named_encoder_has_numbers_of_its_own():
    """No two cards share a calibration."""
    calibrations = [msgspec.json.encode(card.calibration) for card in CARDS]
    assert len(set(calibrations)) == len(CARDS)
