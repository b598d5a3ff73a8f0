"""Do names and values, as they stand in a URL, become the query that was meant?"""

from datetime import UTC, datetime
from urllib.parse import parse_qsl, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.api.params import PARAMETERS, query_from
from search.errors import PageTooDeepError, RequestError
from search.query.fields import FACETS
from search.query.model import FieldFilter, Mode, Query, Sort

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def asked(text):
    """The query of a URL's query string."""
    return query_from(parse_qsl(text, keep_blank_values=True), NOW)


def test_what_is_not_given_has_its_default():
    """q alone asks for ten hits by relevance, hybrid, without facets or filters."""
    assert asked("q=bitcoin") == Query(text="bitcoin")
    query = asked("q=bitcoin")
    assert (query.limit, query.offset, query.mode, query.sort) == (10, 0, Mode.HYBRID, Sort.RELEVANCE)
    assert (query.facets, query.explain, bool(query.filters)) == ((), False, False)


def test_several_values_are_any_of_and_a_leading_dash_is_not():
    """A repeated filter collects its values; those with a leading - are refused ones."""
    filters = asked("tag=NFT&tag=-SCAM&tag=law, order&source=-x&sentiment=&lang=uk").filters
    assert filters["tag"] == FieldFilter(("NFT", "law, order"), ("SCAM",))
    assert filters["source"] == FieldFilter((), ("x",))
    assert filters["sentiment"] == FieldFilter()
    assert filters.language == FieldFilter(("uk",))


def test_dates_are_read_in_the_zone():
    """from and to take the zone of tz, wherever it stands."""
    filters = asked("from=2026-02-05&to=2026-02-05&tz=Europe/Kyiv").filters
    assert filters.until - filters.since == 86_400_000
    assert filters.since == asked("from=2026-02-04T22:00:00Z").filters.since


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("true", FACETS),
        ("", ()),
        ("false", ()),
        ("tag,source,tag", ("tag", "source")),
        ("MONTH", ("month",)),
    ],
)
def test_facets_are_a_list_or_all(value, expected):
    """true is all of them, a list those named, each once."""
    assert asked(f"q=x&facets={value}").facets == expected


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("q=x&limit=1e3", "limit"),
        ("q=x&limit=--5", "limit"),
        ("q=x&limit=²", "limit"),
        ("q=x&limit=99999999999", "limit"),
        ("q=x&offset=1001", "offset"),
        ("q=x&mode=best", "mode"),
        ("q=x&q=y", "q"),
        ("q=x&sort=relevance&sort=newest", "sort"),
        ("q=x&tz=Nowhere", "tz"),
    ],
)
def test_wrong_values_are_refused_by_field(text, field):
    """Each is a RequestError that names its parameter and a remedy."""
    with pytest.raises(RequestError) as refused:
        asked(text)
    assert refused.value.field == field
    assert refused.value.remedy


def test_depth_has_a_limit():
    """offset + limit may reach 1,000, and not 1,001."""
    assert asked("q=x&offset=900&limit=100").offset == 900
    with pytest.raises(PageTooDeepError):
        asked("q=x&offset=901&limit=100")


def test_text_may_have_2000_characters():
    """2,000 characters are asked, one more is refused."""
    assert len(asked("q=" + "я" * 2000).text) == 2000
    with pytest.raises(RequestError):
        asked("q=" + "я" * 2001)


@given(name=st.text(min_size=1, max_size=12).filter(lambda name: name not in PARAMETERS))
def test_any_unknown_name_is_refused_by_its_name(name):
    """No parameter is ignored in silence."""
    with pytest.raises(RequestError) as refused:
        query_from([("q", "x"), (name, "y")], NOW)
    assert refused.value.field == name


@given(pairs=st.lists(st.tuples(st.sampled_from(list(PARAMETERS)), st.text(max_size=10)), max_size=5))
def test_any_values_are_a_query_or_refused(pairs):
    """Whatever is typed, the outcome is a legal query or a RequestError with a field."""
    try:
        query = query_from(pairs, NOW)
    except RequestError as refused:
        assert refused.field in PARAMETERS
    else:
        assert 0 <= query.limit <= 100
        assert query.lists or query.text.strip()
        assert 0 <= query.limit <= 100


@given(
    text=st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1).filter(
        str.strip
    )
)
def test_text_is_taken_as_it_is(text):
    """A text survives the way through a URL."""
    assert asked(urlencode({"q": text})).text == text


@pytest.mark.parametrize(
    ("name", "meant"),
    [("page", "offset"), ("per_page", "limit"), ("size", "limit"), ("n", "limit"), ("query", "q"), ("surce", "source")],
)
def test_a_name_of_another_service_is_refused_with_ours(name, meant):
    """The API is strict, and says what the parameter is called here."""
    with pytest.raises(RequestError) as refused:
        asked(f"q=x&{name}=2")
    assert refused.value.field == name
    assert repr(meant) in refused.value.remedy
