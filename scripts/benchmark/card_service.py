"""The textbook recipe behind FastAPI, loaded when it starts: `python -m benchmark.card_service FOLDER PORT`."""

import sys
from pathlib import Path
from threading import Lock

import uvicorn
from fastapi import FastAPI, Request

from benchmark.questions import CLOCK
from peers import card
from search.api.params import query_from


def create_app(folder: Path) -> FastAPI:
    """The service over the index of a folder."""
    searcher, lock, app = card.open_searcher(folder), Lock(), FastAPI()

    @app.get("/ready")
    def ready() -> dict[str, str]:
        return {"status": "ready"}

    @app.get("/search")
    def search(request: Request) -> dict[str, list[str]]:
        query = query_from(request.query_params.multi_items(), CLOCK)
        with lock:  # a Whoosh searcher is for one thread
            return {"hits": searcher.search(query.text, query.filters, query.limit)}

    return app


if __name__ == "__main__":
    uvicorn.run(create_app(Path(sys.argv[1])), port=int(sys.argv[2]), log_level="warning", access_log=False)
