"""Is the output of a generator beside its sources left out, and nothing else?"""

import pytest

from indexer.content.built_sites import BUILT
from indexer.content.inspection import inspect
from indexer.content.reader import KnownFiles, read
from indexer.content.rules import ReadingRules

TEXT = "The tram crosses the river on its first day, and a crowd waits on the other bank for it. "
POST = f"---\ntitle: A tram\n---\n{TEXT}\n"
PAGE = f"<html><head><title>A tram</title></head><body><article><h1>A tram</h1>{''.join(f'<p>{n}. {TEXT}</p>' for n in range(6))}</article></body></html>"  # noqa: E501


def archive(root, files):
    """A folder of these files."""
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


@pytest.mark.parametrize(
    ("configuration", "said", "output"),
    [
        ("hugo.toml", 'title = "Post"', "public"),
        ("config.toml", 'baseURL = "https://t.example/"\npublishDir = "docs"', "docs"),
        ("config/_default/hugo.yaml", "title: Post", "public"),
        ("_config.yml", "title: Post", "_site"),
        ("_config.yml", "title: Post\nsource_dir: source\npublic_dir: public", "public"),
        ("site/_config.yml", "destination: ./out", "site/out"),
        (".eleventy.js", 'module.exports = () => ({\n  dir: {\n    output: "www"\n  }\n})', "www"),
        (".eleventy.js", 'module.exports = { dir: { input: "src/news", output: "www" } }', "www"),
        (".eleventy.js", '// { output: "src" }\nmodule.exports = {"dir": {"output": "./www"}}', "www"),
        ("astro.config.mjs", 'export default { output: "static" }', "dist"),
        ("pelicanconf.py", "OUTPUT_PATH = 'html/'", "html"),
        ("conf.py", 'BLOG_TITLE = "Post"', "output"),
        ("mkdocs.yml", "site_name: Post", "site"),
        ("_quarto.yml", "project:\n  type: website\n  output-dir: docs", "docs"),
    ],
)
def test_what_a_generator_made_of_its_sources_is_left_out(tmp_path, configuration, said, output):
    """Wherever the configuration puts it; each file is counted, by `build` and by `inspect`."""
    root = f"{configuration.rpartition('/')[0]}/".lstrip("/").replace("config/_default/", "")
    archive(tmp_path, {
        configuration: said,
        f"{root}posts/tram.md": POST,
        f"{output}/posts/tram/index.html": PAGE,
        f"{output}/index.xml": "<rss><channel/></rss>",
    })  # fmt: skip
    reading = read(tmp_path, KnownFiles(), lambda *_: None)
    assert [one.path for one in reading.articles] == [f"{root}posts/tram.md"]
    assert reading.omitted == {BUILT: 2}
    assert inspect(tmp_path, ReadingRules()).omitted == {BUILT: 2}


@pytest.mark.parametrize(
    ("source", "page"),
    [
        ("_posts/2024-03-05-tram.md", "2024/03/05/tram.html"),
        ("content/posts/tram/index.md", "posts/tram/index.html"),
        ("content/posts/The Tram.md", "posts/the-tram/index.html"),
        ("docs/02-tram.mdx", "docs/tram/index.html"),
        ("content/tram.de.md", "de/tram/index.html"),
        ("index.md", "index.html"),
    ],
)
def test_a_page_has_the_name_of_its_source(tmp_path, source, page):
    """As generators make it; what lists articles is no page of a source."""
    archive(tmp_path, {"hugo.toml": "", source: POST, f"public/{page}": PAGE, "README.md": "# The Post\n"})
    archive(
        tmp_path, {f"public/{listing}/index.html": PAGE for listing in ("tags/rail", "tags/river", "page/2", "2024")}
    )
    reading = read(tmp_path, KnownFiles(), lambda *_: None)
    assert [one.path for one in reading.articles] == [source]
    assert reading.omitted[BUILT] == 5


@pytest.mark.parametrize(
    ("name", "files"),
    [
        ("a built site alone", {"hugo.toml": "title = 'Post'", "public/tram.html": PAGE}),
        ("a folder that Astro publishes as it is", {"astro.config.mjs": "", "a.md": POST, "public/tram.html": PAGE}),
        (
            "Poole's folder of pictures and styles",
            {"_config.yml": "title: Post", "a.md": POST, "public/tram.html": PAGE},
        ),
        ("no configuration", {"a.md": POST, "public/tram.html": PAGE}),
        ("sources in a folder of that name", {"mkdocs.yml": "", "a.md": POST, "site/tram.md": POST}),
        ("another tool's config", {"config.yaml": "port: 80", "a.md": POST, "public/tram.html": PAGE}),
        ("all of the folder", {"hugo.toml": "publishDir = '.'", "a.md": POST, "b/tram.html": PAGE}),
        (
            "a page about the repository",
            {
                "gatsby-config.js": "",
                "README.md": "---\ntitle: How to build\n---\n" + TEXT,
                **{f"public/{n}/index.html": PAGE for n in ("tram", "bus")},
            },
        ),
        (
            "a source of the front page alone",
            {"hugo.toml": "", "index.md": POST, "public/index.html": PAGE, "public/tram.html": PAGE},
        ),
        (
            "sources of other pages",
            {"config.yaml": "base_url: https://t.example", "2024/rail.md": POST, "public/tram.html": PAGE},
        ),
        (
            "one page of its sources, the others the only copy",
            {"hugo.toml": "", "about.md": POST, **{f"public/{n}.html": PAGE for n in ("about", *"abcdef")}},
        ),
        (
            "one page that happens to have a source's name",
            {"mkdocs.yml": "", **{f"docs/{n}.md": POST for n in "abcdefg"}, "site/a.html": PAGE},
        ),
        ("out of the folder", {"hugo.toml": "publishDir = '../b'", "a.md": POST, "b/tram.html": PAGE}),
    ],
)
def test_what_else_has_such_a_name_is_read(tmp_path, name, files):
    """Nothing is left out without a reason."""
    archive(tmp_path, files)
    reading = read(tmp_path, KnownFiles(), lambda *_: None)
    assert BUILT not in reading.omitted, name
    assert len(reading.articles) == sum(path.endswith((".md", ".html")) for path in files)


NAMED = {
    "a slug": ("hugo.toml", "baseURL = 'https://n.example'", "public", "slug: harbour-line\ntitle: A tram"),
    "an address": (
        "_config.yml",
        "title: News\nmarkdown: kramdown",
        "_site",
        "permalink: /2024/harbour-line/\ntitle: A tram",
    ),
    "a title": ("conf.py", "BLOG_TITLE = 'News'", "output", "title: The Harbour’s Line"),
}


@pytest.mark.parametrize("name", NAMED)
def test_pages_may_have_names_that_only_the_heads_of_their_sources_state(tmp_path, name):
    """The page of a source whose file has another name is not read beside it."""
    configuration, written, output, head = NAMED[name]
    page = "the-harbours-line" if name == "a title" else "harbour-line"
    files = {
        configuration: written,
        "posts/0001.md": f"---\n{head}\n---\nThe tram runs again.\n",
        f"{output}/{page}/index.html": PAGE,
    }
    archive(tmp_path, files)
    reading = read(tmp_path, KnownFiles(), lambda *_: None)
    assert ([one.path for one in reading.articles], dict(reading.omitted)) == (["posts/0001.md"], {BUILT: 1})
    (tmp_path / output / page).rename(tmp_path / output / "another")
    assert len(read(tmp_path, KnownFiles(), lambda *_: None).articles) == 2
