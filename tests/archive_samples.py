"""Small archives of generators and systems that few archives come from, in words of our own."""

TEXT = "The council voted on the new tram line on Monday, and the vote was close."

HEADS: dict[str, tuple[str, str, dict[str, object]]] = {
    "material for mkdocs": (
        "posts/tram.md",
        f"---\ndate:\n  created: 2024-03-05\n  updated: 2024-04-06\ncategories: [Local]\n---\n# A tram\n\n{TEXT}\n",
        {"title": "A tram", "day": "2024-03-05", "changed": "2024-04-06", "categories": ("Local",), "text": TEXT},
    ),
    "vitepress": (
        "blog/tram.md",
        "---\nhead:\n  - - meta\n    - property: og:image\n      content: /tram.png\n  - - meta\n"
        "    - name: og:description\n      content: On trams.\n  - - link\n    - rel: canonical\n"
        f"      href: https://news.example/tram\n---\n# A tram\n\n{TEXT}\n",
        {"image": "/tram.png", "description": "On trams.", "url": "https://news.example/tram", "title": "A tram"},
    ),
    "quarto": (
        "posts/tram/index.qmd",
        "---\ntitle: A tram\nauthor:\n  - name: Jane Doe\n    affiliation: Gazette\ndate: 3/5/2024\n"
        f"date-modified: 2024/04/06\n---\n::: {{.callout-note}}\n{TEXT}\n:::\n",
        {"title": "A tram", "authors": ("Jane Doe",), "changed": "2024-04-06", "day": "2024-03-05", "text": TEXT},
    ),
    "tinkerer": (
        "2024/03/05/tram.rst",
        f"A tram\n======\n\n{TEXT}\n\n.. author:: Jane\n.. categories:: local, rail\n.. tags:: none\n.. comments::\n",
        {"title": "A tram", "authors": ("Jane",), "categories": ("local", "rail"), "tags": (), "day": "2024-03-05"},
    ),
    "ablog": (
        "blog/tram.rst",
        ".. meta::\n   :description: On trams.\n\nA tram\n======\n\n.. post:: March 5, 2024\n   :tags: rail\n\n"
        f".. update:: 6 April, 2024\n\n{TEXT}\n",
        {"title": "A tram", "tags": ("rail",), "day": "2024-03-05", "changed": "2024-04-06",
         "description": "On trams."},
    ),
    "ikiwiki": (
        "blog/tram.mdwn",
        '[[!meta title="A tram"]]\n[[!meta date="2024-03-05 10:00 +0000"]]\n[[!meta author="Jane"]]\n'
        f"[[!tag rail local]]\n\n{TEXT} See [[the map|maps/tram]].\n",
        {"title": "A tram", "authors": ("Jane",), "tags": ("rail", "local"), "day": "2024-03-05",
         "text": f"{TEXT} See the map."},
    ),
    "grow": (
        "content/tram.md",
        f"---\n$title@: A tram\n$date: 2024-03-05\n$category: Local\n---\n{TEXT}\n",
        {"title": "A tram", "day": "2024-03-05", "categories": ("Local",)},
    ),
    "pandoc": (
        "tram.md",
        f"% A tram\n% Jane Doe; John Roe\n% March 5, 2024\n\n{TEXT}\n",
        {"title": "A tram", "authors": ("Jane Doe", "John Roe"), "day": "2024-03-05", "text": TEXT},
    ),
    "frog": (
        "tram.md",
        f"    Title: A tram\n    Date: 2024-03-05T10:00:00\n    Tags: rail, local\n\n{TEXT}\n",
        {"title": "A tram", "tags": ("rail", "local"), "day": "2024-03-05", "text": TEXT},
    ),
    "notion": (
        "News/A tram 0a1b2c3d4e5f60718293a4b5c6d7e8f9.md",
        f"# A tram\n\nCreated: March 5, 2024 11:04 AM\nTags: rail, local\nAuthor: Jane\n\n{TEXT}\n",
        {"title": "A tram", "tags": ("rail", "local"), "authors": ("Jane",), "day": "2024-03-05", "text": TEXT},
    ),
    "cryogen": (
        "posts/tram.md",
        f'{{:title "A \\"tram\\"" :layout :post :tags ["rail" "local"] :date "2024-03-05"}}\n\n{TEXT}\n',
        {"title": 'A "tram"', "tags": ("rail", "local"), "day": "2024-03-05", "text": TEXT},
    ),
    "org": (
        "content/tram.org",
        "#+TITLE: A tram\n#+DATE: <2024-03-05 Tue>\n#+FILETAGS: :rail:local:\n#+HUGO_CATEGORIES: news\n"
        f"#+AUTHOR: Jane\n\n* The vote :council:\n:PROPERTIES:\n:ID: x\n:END:\n{TEXT} It is /new/ and *fast*,"
        " see [[https://tram.example][the map]].\n# a remark\n#+begin_src sh\nls\n#+end_src\n",
        {"title": "A tram", "tags": ("rail", "local"), "categories": ("news",), "authors": ("Jane",),
         "day": "2024-03-05", "text": f"The vote\n\n{TEXT} It is new and fast, see the map.\n\nls"},
    ),
    "textile": (
        "_posts/2024-03-05-tram.textile",
        f'---\ntitle: A tram\n---\nh2. The vote\n\n{TEXT} It is _new_ and *fast*, see "the map":https://tram.example/m.\n\n'
        "* one\n* two\n\n!https://tram.example/p.png(Picture)!\n\nbc. code here\n",
        {"title": "A tram", "day": "2024-03-05",
         "text": f"The vote\n\n{TEXT} It is new and fast, see the map.\n\none\ntwo\n\nPicture\n\ncode here"},
    ),
    "a blogger's tags": (
        "tram.md",
        f"---\ntitle: A tram\ntags: ['http://schemas.google.com/blogger/2008/kind#post', rail]\n---\n{TEXT}\n",
        {"tags": ("rail",)},
    ),
}  # fmt: skip

POST = {
    "id": 7, "date": "2024-03-05T12:00:00", "date_gmt": "2024-03-05T10:00:00", "slug": "tram", "status": "publish",
    "link": "https://news.example/tram/", "title": {"rendered": "A tram"}, "author": 3, "categories": [4], "tags": [5],
    "content": {"rendered": f"<p>{TEXT}</p>", "protected": False}, "excerpt": {"rendered": "<p>On trams.</p>"},
}  # fmt: skip
EMBEDDED = {
    "author": [{"id": 3, "name": "Jane Doe"}],
    "wp:featuredmedia": [{"source_url": "https://news.example/t.jpg"}],
    "wp:term": [[{"name": "Local", "taxonomy": "category"}], [{"name": "rail", "taxonomy": "post_tag"}]],
}

ITEMS: dict[str, tuple[object, dict[str, object]]] = {
    "guardian": (
        {"response": {"results": [{
            "webTitle": "A tram", "webUrl": "https://news.example/tram", "webPublicationDate": "2024-03-05T10:00:00Z",
            "sectionName": "Local", "fields": {"trailText": "On trams.", "body": f"<p>{TEXT}</p>"},
            "tags": [{"type": "keyword", "webTitle": "Rail"}, {"type": "contributor", "webTitle": "Jane Doe"}]}]}},
        {"title": "A tram", "authors": ("Jane Doe",), "tags": ("Rail",), "categories": ("Local",), "text": TEXT,
         "url": "https://news.example/tram", "day": "2024-03-05", "description": "On trams."},
    ),
    "times": (
        {"response": {"docs": [{
            "headline": {"main": "A tram"}, "web_url": "https://news.example/tram", "lead_paragraph": TEXT,
            "pub_date": "2024-03-05T10:00:00+0000", "section_name": "Local", "abstract": "On trams.",
            "byline": {"original": "By Jane Doe and John Roe"}, "keywords": [{"name": "subject", "value": "Rail"}]}]}},
        {"title": "A tram", "authors": ("Jane Doe", "John Roe"), "tags": ("Rail",), "categories": ("Local",),
         "text": TEXT},
    ),
    "newsapi": (
        {"status": "ok", "articles": [{"source": {"id": None, "name": "Gazette"}, "title": "A tram",
                                       "url": "https://news.example/tram", "urlToImage": "https://news.example/t.jpg",
                                       "publishedAt": "2024-03-05T10:00:00Z", "content": TEXT}]},
        {"title": "A tram", "image": "https://news.example/t.jpg", "day": "2024-03-05"},
    ),
    "news-please": (
        {"title": "A tram", "maintext": TEXT, "date_publish": "2024-03-05 10:00:00", "source_domain": "news.example",
         "date_modify": "2024-04-06 10:00:00", "image_url": "https://news.example/t.jpg"},
        {"title": "A tram", "day": "2024-03-05", "changed": "2024-04-06", "image": "https://news.example/t.jpg"},
    ),
    "drupal": (
        {"nid": [{"value": 1}], "title": [{"value": "A tram"}], "status": [{"value": True}],
         "created": [{"value": "2024-03-05T10:00:00+00:00"}], "langcode": [{"value": "en"}],
         "path": [{"alias": "/news/tram"}], "uid": [{"target_id": 1, "url": "/user/1"}],
         "body": [{"value": "x", "processed": f"<p>{TEXT}</p>", "summary": "On trams."}],
         "field_image": [{"target_id": 5, "alt": "", "url": "https://news.example/t.jpg"}]},
        {"title": "A tram", "day": "2024-03-05", "url": "/news/tram", "text": TEXT, "description": "On trams.",
         "image": "https://news.example/t.jpg", "language": "en", "authors": ()},
    ),
    "json:api": (
        {"data": [{"type": "node--article", "id": "u1", "attributes": {
            "title": "A tram", "created": "2024-03-05T10:00:00+00:00", "path": {"alias": "/news/tram"},
            "body": {"format": "html", "processed": f"<p>{TEXT}</p>", "summary": "On trams."}},
            "relationships": {"uid": {"data": {"type": "user", "id": "p"}},
                              "field_tags": {"data": [{"type": "term", "id": "t"}]}}}],
         "included": [{"type": "user", "id": "p", "attributes": {"display_name": "Jane Doe"}},
                      {"type": "term", "id": "t", "attributes": {"name": "Rail"}}]},
        {"title": "A tram", "authors": ("Jane Doe",), "tags": ("Rail",), "url": "/news/tram", "text": TEXT},
    ),
    "prismic": (
        {"results": [{"id": "x", "uid": "tram", "lang": "en-us", "first_publication_date": "2024-03-05T10:00:00+0000",
                      "data": {"title": [{"type": "heading1", "text": "A tram"}],
                               "body": [{"type": "paragraph", "text": TEXT}]}}]},
        {"title": "A tram", "slug": "tram", "language": "en-US", "text": TEXT, "day": "2024-03-05"},
    ),
    "storyblok": (
        {"stories": [{"name": "A tram", "slug": "tram", "full_slug": "news/tram", "tag_list": ["rail"],
                      "published_at": "2024-03-05T10:00:00Z", "content": {
                          "component": "article", "author": "Jane Doe", "image": {"filename": "/t.jpg"},
                          "long_text": {"type": "doc", "content": [
                              {"type": "paragraph", "content": [{"type": "text", "text": TEXT}]}]}}}]},
        {"title": "A tram", "tags": ("rail",), "authors": ("Jane Doe",), "image": "/t.jpg", "text": TEXT},
    ),
    "dev.to": (
        [{"title": "A tram", "body_markdown": f"---\ntitle: A tram\n---\n\n{TEXT}", "tag_list": ["rail"],
          "user": {"name": "Jane Doe"}, "published_at": "2024-03-05T10:00:00Z"}],
        {"authors": ("Jane Doe",), "tags": ("rail",), "text": TEXT},
    ),
    "telegram": (
        {"messages": [{"id": 1, "type": "service", "text": "", "date": "2024-03-05T10:00:00"},
                      {"id": 2, "type": "message", "date": "2024-03-05T10:00:00",
                       "text": [{"type": "bold", "text": "A tram"}, f"\n\n{TEXT}"]}]},
        {"title": "A tram", "day": "2024-03-05"},
    ),
    "writefreely": (
        {"collections": [{"alias": "jane", "posts": [
            {"id": "x", "slug": "tram", "title": "A tram", "body": TEXT, "created": "2024-03-05T10:00:00Z"}]}]},
        {"title": "A tram", "slug": "tram", "day": "2024-03-05", "text": TEXT},
    ),
    "elasticsearch": (
        {"took": 3, "hits": {"total": 1, "hits": [{"_index": "news", "_id": "7", "_source": {
            "headline": "A tram", "body": TEXT, "published": "2024-03-05T10:00:00Z"}}]}},
        {"title": "A tram", "text": TEXT, "day": "2024-03-05"},
    ),
    "mongodb": (
        [{"_id": {"$oid": "65e6"}, "title": "A tram", "body": TEXT, "published": {"$date": "2024-03-05T10:00:00Z"},
          "updated": {"$date": {"$numberLong": "1712397600000"}}}],
        {"title": "A tram", "day": "2024-03-05", "changed": "2024-04-06"},
    ),
    "graphql": (
        {"data": {"allPosts": {"edges": [{"node": {"title": "A tram", "date": "2024-03-05", "content": TEXT}}]}}},
        {"title": "A tram", "day": "2024-03-05", "text": TEXT},
    ),
    "people among articles": (
        [{"_type": "author", "name": "Jane Doe"}, {"_type": "post", "title": "A tram", "body": TEXT}],
        {"title": "A tram"},
    ),
    "archived items": (
        [{"object": "page", "title": "Gone", "body": TEXT, "archived": True},
         {"title": "A tram", "body": TEXT, "archived": True},
         {"title": "Not yet", "body": TEXT, "status": False}],
        {"title": "A tram"},
    ),
}  # fmt: skip

MOVABLE = f"""AUTHOR: Jane Doe
TITLE: A tram
STATUS: Publish
BASENAME: tram
CONVERT BREAKS: 0
DATE: 03/05/2024 11:04:51 PM
PRIMARY CATEGORY: Local
CATEGORY: Rail
TAGS: "new line",vote
-----
BODY:
<p>{TEXT}</p>
-----
EXTENDED BODY:
<p>More words.</p>
-----
EXCERPT:
On trams.
-----
COMMENT:
AUTHOR: Somebody
EMAIL: somebody@news.example
DATE: 03/06/2024 10:00:00 AM
A remark.
-----
--------
TITLE: Not yet
STATUS: Draft
-----
BODY:
x
-----
--------
"""
