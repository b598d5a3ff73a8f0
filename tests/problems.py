"""Refusals, as tests look at them."""


def problem(response, status, field=None):
    """The problem of a response, once its status, type and shape are seen to."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    told = response.json()
    assert told["status"] == status
    assert told["title"]
    if field is not None:
        assert told["field"] == field
        assert told["detail"]
        assert told["remedy"]
    return told
