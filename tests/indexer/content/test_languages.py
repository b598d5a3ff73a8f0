"""Is what states a language found, and nothing else taken for one?"""

import pytest

from indexer.content.languages import PathLanguages, language_tag, without_language, without_language_folders


@pytest.mark.parametrize(
    ("written", "tag"),
    [
        ("en", "en"), ("EN-us", "en-US"), ("en_GB", "en-GB"), ("pt_BR", "pt-BR"), ("zh_cn", "zh-CN"),
        ("zh-Hans", "zh-Hans"),
        ("English", "en"), ("українська", "uk"), ("Deutsch", "de"), ("eng", "en"), ("uk-UA", "uk-UA"), ("no", "no"),
        ("ua", "uk"), ("en_US.UTF-8", "en-US"), ("false", ""), ("js", ""), ("https://x.example/en", ""), ("", ""),
    ],
)  # fmt: skip
def test_tags_in_every_spelling(written, tag):
    """Codes with regions and scripts, names in English and in the language itself."""
    assert language_tag(written) == tag


PATHS = (
    "content/fr/a.md content/en/a.md d/what-is-node.js.md d/who.com.md d/x.pt-br.md a/it/x.md a/uk/y.md people/is/z.md"
    " m/release-2.0.md zh_cn/news/a.md posts/index.de.md b/story.it.md b/story.en.md b/other.so.md fr/b/c.uk.md"
).split()


@pytest.mark.parametrize(
    ("path", "tag"),
    [
        ("content/fr/a.md", "fr"),
        ("d/what-is-node.js.md", ""),
        ("d/who.com.md", ""),
        ("d/x.pt-br.md", "pt-BR"),
        ("a/it/x.md", "it"),
        ("people/is/z.md", ""),
        ("m/release-2.0.md", ""),
        ("zh_cn/news/a.md", "zh-CN"),
        ("posts/index.de.md", "de"),
        ("b/story.it.md", "it"),
        ("b/other.so.md", ""),
        ("fr/b/c.uk.md", "uk"),
    ],
)
def test_folders_and_suffixes_state_languages(path, tag):
    """A word or a domain is a language only beside another one; the suffix goes before the folder."""
    assert PathLanguages(PATHS).of(path) == tag


def test_what_twins_share():
    """The name without the suffix, the path with a star for the folder."""
    assert without_language("a/story.pt-BR") == "a/story"
    assert without_language("a/node.js") == "a/node.js"
    assert without_language_folders("content/uk/a", "uk") == "content/*/a"
    assert without_language_folders("content/uk/a", "en") == ""
