"""Is every answer what the OpenAPI document says, and does nothing strange bring an error of ours? The short form."""

import pytest

import fuzz_http


@pytest.fixture(scope="module")
def port(samples, tmp_path_factory):
    """The port of a service over the samples."""
    log = tmp_path_factory.mktemp("fuzz") / "log"
    with fuzz_http.running(samples.index, log) as found:
        yield found
    assert "Traceback" not in log.read_text()


def test_every_answer_is_what_the_document_says(port, capsys):
    """Schemathesis with all its checks but the one that a schema cannot satisfy; `make fuzz` asks much more."""
    assert fuzz_http.conforms(port, examples=8, seed=1, phases="examples,fuzzing"), capsys.readouterr().out


def test_connections_are_held_and_others_answered(port):
    """Five hundred here, ten thousand by `make fuzz`."""
    assert fuzz_http.hold(port, 500) == 500
