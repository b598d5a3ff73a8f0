"""How one asks here: the query language by examples of this very archive, the keys, and what the words mean."""

from collections.abc import Callable
from datetime import datetime
from urllib.parse import urlencode

from fastapi import FastAPI, Request, Response

from search.http.admission import Capacity
from search.settings import Settings
from search.web.archive_summary import ArchiveSummaries
from search.web.pages import render, spoken_in
from search.web.translations import Texts


def add_help_page(
    app: FastAPI, settings: Settings, summaries: ArchiveSummaries, clock: Callable[[], datetime], capacity: Capacity
) -> None:
    """Serve /help."""

    @app.get("/help", include_in_schema=False)
    async def help_page(request: Request) -> Response:
        def shown() -> Response:
            spoken = spoken_in(request, settings)
            meanings = kinds(spoken)
            examples = summaries.get(spoken.language, clock()).examples
            rows = [(e.text, "/?" + urlencode({"q": e.text}), meanings[e.kind]) for e in examples]
            return render(request, settings, "help.html", {"examples": rows})

        return await capacity.run(shown)


def kinds(spoken: Texts) -> dict[str, str]:
    """What each kind of example finds."""
    return {
        "words": spoken.gettext("these words in any form, and what means the same"),
        "phrase": spoken.gettext("these words one behind the other"),
        "either": spoken.gettext("one of the two, or both"),
        "without": spoken.gettext("the first word, and not the second"),
        "near": spoken.gettext("both words, at most five words apart"),
        "beginning": spoken.gettext("every word that begins so"),
        "title": spoken.gettext("the word in the title"),
        "source": spoken.gettext("articles of one source only"),
        "tag": spoken.gettext("articles with one tag only"),
        "after": spoken.gettext("articles from a day on; before: up to one"),
    }
