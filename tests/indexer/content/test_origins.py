"""Does `inspect` name the key of the system that a field comes from, whatever Lede makes of it?"""

import json

import pytest

from indexer.content.inspection import inspect
from indexer.content.origins import Origins
from indexer.content.rules import ReadingRules

TEXT = "The tram to the harbour runs again after three years of work on the quay."
STORY = {
    "type": "story", "version": "0.10.4", "headlines": {"basic": "A tram"}, "canonical_url": "/local/tram/",
    "first_publish_date": "2024-03-05T10:00:00Z", "taxonomy": {"tags": [{"text": "rail"}]},
    "credits": {"by": [{"type": "author", "name": "Jane Doe"}]},
    "content_elements": [{"type": "text", "content": TEXT}],
}  # fmt: skip
NODE = {
    "nid": [{"value": 7}], "title": [{"value": "A tram"}], "created": [{"value": "2024-03-05T10:00:00+00:00"}],
    "body": [{"value": f"<p>{TEXT}</p>", "summary": "Again."}],
}  # fmt: skip
WXR = (
    "<rss xmlns:wp='http://wordpress.org/export/1.2/' xmlns:dc='http://purl.org/dc/elements/1.1/'"
    " xmlns:content='http://purl.org/rss/1.0/modules/content/'><channel><title>News</title><wp:author><wp:author_login>jd"
    "</wp:author_login><wp:author_display_name>Jane Doe</wp:author_display_name></wp:author><item><title>A tram</title>"
    f"<dc:creator>jd</dc:creator><content:encoded>{TEXT}</content:encoded><wp:post_id>7</wp:post_id>"
    "<wp:post_date_gmt>2024-03-05 10:00:00</wp:post_date_gmt><wp:status>publish</wp:status>"
    "<wp:post_type>post</wp:post_type>"
    "<category domain='post_tag'>rail</category></item></channel></rss>"
)
NITF = (
    "<nitf><head><docdata><date.issue norm='20240305T100000Z'/></docdata></head><body><body.head><hedline>"
    "<hl1>A tram</hl1>"
    f"</hedline><byline>By Jane Doe</byline></body.head><body.content><p>{TEXT}</p></body.content></body></nitf>"
)
SYSTEMS = {
    "Arc XP": ("a.json", json.dumps(STORY), {
        "title": "headlines.basic", "published": "first_publish_date", "authors": "credits.by[].name",
        "tags": "taxonomy.tags[].text", "url": "canonical_url"}),
    "Drupal": ("a.json", json.dumps([NODE]), {
        "title": "title[].value", "published": "created[].value", "description": "body[].summary"}),
    "WordPress": ("a.xml", WXR, {
        "title": "title", "published": "post_date_gmt", "authors": "creator", "tags": "category[post_tag]",
        "source": "channel.title"}),
    "NITF": ("a.xml", NITF, {
        "title": "nitf/body/body.head/hedline/hl1", "published": "nitf/head/docdata/date.issue@norm",
        "authors": "nitf/body/body.head/byline"}),
    "front matter": ("a.md", f"---\nHeadline: A tram\ndate: 2024-03-05\n---\n{TEXT}\n", {
        "title": "Headline", "published": "date"}),
}  # fmt: skip


@pytest.mark.parametrize("system", SYSTEMS)
def test_the_keys_of_a_system(tmp_path, system):
    """Each field with the path at which the system has it, and no field that only a reader made up."""
    name, written, expected = SYSTEMS[system]
    (tmp_path / name).write_text(written, encoding="utf-8")
    assert inspect(tmp_path, ReadingRules()).fields == {field: {key: 1} for field, key in expected.items()}


def test_the_list_itself_is_found_before_an_equal_word_elsewhere():
    """A tag that is the name of the article as well."""
    tags = ["rail"]
    assert Origins({"id": "rail", "subjects": tags}).path("tags", tags) == "subjects"
    assert Origins({"id": "rail"}).path("tags", ["bus"]) == "tags"
    assert Origins({}).path("tags", tags) == "tags"
