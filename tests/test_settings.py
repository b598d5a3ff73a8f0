"""Do settings come from where they should, and is what is no setting refused?"""

from pathlib import Path

import pytest

from search.errors import SettingsError
from search.settings import Settings, choose


def test_without_anything_the_defaults_are_in_force(tmp_path):
    """No flag, no variable, no file: the defaults, each known to be one."""
    chosen = choose({}, {}, tmp_path)
    assert chosen.settings == Settings()
    assert set(chosen.origins.values()) == {"default"}


def test_flags_win_over_the_environment_over_the_file_over_defaults(tmp_path):
    """Each layer hides the ones below it, and each value knows its origin."""
    (tmp_path / "lede.toml").write_text('host = "of-file"\nport = 1\nindex = "of-file"\narticle_url = "u"\n')
    variables = {"LEDE_PORT": "2", "LEDE_INDEX": "of-environment", "PATH": "/bin"}
    chosen = choose({"index": Path("of-flag"), "content": None}, variables, tmp_path)
    found = chosen.settings
    assert (found.host, found.port, found.index, found.content) == ("of-file", 2, Path("of-flag"), None)
    origins = {name: chosen.origins[name] for name in ("index", "port", "host", "keep", "content")}
    assert origins == {
        "index": "flag",
        "port": "LEDE_PORT",
        "host": str(tmp_path / "lede.toml"),
        "keep": "default",
        "content": "default",
    }


@pytest.mark.parametrize("typed", ["indx", "kewword_engine", "ports", "articles_url", "model_language"])
@pytest.mark.parametrize("where", ["file", "environment"])
def test_an_unknown_setting_names_the_nearest_known_one(tmp_path, where, typed):
    """A misspelt setting is an error in a file and in the environment alike."""
    near = {"indx": "index", "kewword_engine": "keyword_engine", "ports": "port", "articles_url": "article_url"}
    variables = {}
    if where == "file":
        (tmp_path / "lede.toml").write_text(f'{typed} = "x"\n')
    else:
        variables = {f"LEDE_{typed.upper()}": "x"}
    with pytest.raises(SettingsError, match=repr(near.get(typed, "model_languages"))) as refused:
        choose({}, variables, tmp_path)
    assert refused.value.field == typed


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("keyword_engine", "lucene"),
        ("port", "http"),
        ("port", "65536"),
        ("port", "-1"),
        ("keep", "0"),
        ("keep", "many"),
    ],
)
def test_an_illegal_value_is_refused_with_its_origin(tmp_path, name, value):
    """The message names the layer to correct, and the setting."""
    with pytest.raises(SettingsError) as refused:
        choose({}, {f"LEDE_{name.upper()}": value}, tmp_path)
    assert refused.value.field == name
    (tmp_path / "lede.toml").write_text(f'{name} = "{value}"\n')
    with pytest.raises(SettingsError, match=r"lede\.toml"):
        choose({}, {}, tmp_path)


@pytest.mark.parametrize(
    "written", ["model = 5", "host = true", "model_languages = 7", "model_languages = [1]", "port = 1.5"]
)
def test_a_value_of_another_type_is_refused(tmp_path, written):
    """TOML knows types, and Lede insists on them."""
    (tmp_path / "lede.toml").write_text(written)
    with pytest.raises(SettingsError):
        choose({}, {}, tmp_path)


def test_paths_in_a_file_count_from_its_folder(tmp_path):
    """index and content in lede.toml are beside it; an absolute path stays; in a variable they count from here."""
    (tmp_path / "lede.toml").write_text('index = "data/index"\ncontent = "/srv/articles"\n')
    found = choose({}, {}, tmp_path).settings
    assert (found.index, found.content) == (tmp_path / "data/index", Path("/srv/articles"))
    assert choose({}, {"LEDE_INDEX": "here"}, tmp_path).settings.index == Path("here")


def test_a_model_folder_in_a_file_counts_from_its_folder_too(tmp_path):
    """A model that is a folder beside lede.toml is that folder; any other name stays a name."""
    (tmp_path / "mine").mkdir()
    (tmp_path / "lede.toml").write_text('model = "mine"\n')
    assert choose({}, {}, tmp_path).settings.model == str(tmp_path / "mine")
    (tmp_path / "lede.toml").write_text('model = "mine"\nreranker = "mine"\n')
    assert choose({}, {}, tmp_path).settings.reranker == str(tmp_path / "mine")
    (tmp_path / "lede.toml").write_text('reranker = ""\n')
    assert choose({}, {}, tmp_path).settings.reranker == ""
    (tmp_path / "lede.toml").write_text('model = "intfloat/e5-small"\n')
    assert choose({}, {}, tmp_path).settings.model == "intfloat/e5-small"


@pytest.mark.parametrize("written", ["en,uk", " EN , uk ,"])
def test_languages_are_codes_by_comma_or_a_list(tmp_path, written):
    """en,uk in a variable and ["en", "uk"] in a file are the same."""
    assert choose({}, {"LEDE_MODEL_LANGUAGES": written}, tmp_path).settings.model_languages == ("en", "uk")
    (tmp_path / "lede.toml").write_text('model_languages = ["en", "uk"]\n')
    assert choose({}, {}, tmp_path).settings.model_languages == ("en", "uk")


def test_another_file_can_be_named(tmp_path):
    """LEDE_CONFIG names the file; one that is not there is an error, and so is one that is no TOML."""
    path = tmp_path / "other.toml"
    with pytest.raises(SettingsError, match=r"other\.toml"):
        choose({}, {"LEDE_CONFIG": str(path)}, tmp_path)
    path.write_text("port = 5")
    assert choose({}, {"LEDE_CONFIG": str(path)}, tmp_path).settings.port == 5
    path.write_text("port == 5")
    with pytest.raises(SettingsError, match=r"other\.toml"):
        choose({}, {"LEDE_CONFIG": str(path)}, tmp_path)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("LEDE_SERVICE_HOST", "10.0.0.7"),
        ("LEDE_SERVICE_PORT", "8080"),
        ("LEDE_SERVICE_PORT_HTTP", "8080"),
        ("LEDE_PORT", "tcp://10.0.0.7:8080"),
        ("LEDE_PORT_8080_TCP", "tcp://10.0.0.7:8080"),
        ("LEDE_PORT_8080_TCP_ADDR", "10.0.0.7"),
        ("LEDE_SEARCH_SERVICE_HOST", "10.0.0.7"),
        ("LEDE_SEARCH_PORT", "udp://10.0.0.7:8080"),
        ("LEDE_ENV_PATH", "/bin"),
    ],
)
def test_what_container_links_say_is_no_setting(tmp_path, name, value):
    """Kubernetes and Docker give these to every container beside a service that is called lede."""
    assert choose({}, {name: value}, tmp_path).settings == Settings()


def test_a_port_that_is_no_link_is_a_setting(tmp_path):
    """Only addresses with a transport are links."""
    assert choose({}, {"LEDE_PORT": "9000"}, tmp_path).settings.port == 9000
    with pytest.raises(SettingsError):
        choose({}, {"LEDE_PORT": "http://x"}, tmp_path)
