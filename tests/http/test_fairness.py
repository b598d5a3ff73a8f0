"""Has each client its share, and no more, and are people behind one address told apart?"""

import threading
from contextlib import ExitStack
from copy import copy

import anyio
import pytest
from anyio import create_task_group, fail_after, sleep
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from search.errors import BusyClientError, OverloadedError
from search.http import admission
from search.http.admission import LINE, PLACES, STREAMS, STREAMS_OF_ONE, Capacity
from search.http.clients import Client, Visitors, client_asking, cookie, forwarded_address
from search.http.guard import Guard
from search.http.metrics import Metrics
from search.http.rate_limit import BURST_SECONDS, REQUEST_SECONDS, Rates
from search.http.shared_state import SharedState, Tally
from search.settings import Settings

GREEDY, MODEST = Client("192.0.2.1"), Client("192.0.2.2")


class Asking:
    """Clients that ask a capacity for work that lasts until it is released."""

    def __init__(self, capacity):
        self.capacity = capacity
        self.release = threading.Event()
        self.begun, self.done, self.refused = [], [], []

    async def ask(self, client):
        """Ask once."""
        client_asking.set(client)

        def work():
            self.begun.append(client)
            self.release.wait(20)

        try:
            await self.capacity.run(work)
            self.done.append(client)
        except (BusyClientError, OverloadedError):
            self.refused.append(client)


def test_a_greedy_client_leaves_the_others_their_places():
    """However much one asks, PLACES run; another is answered at once beside them; beyond its line it is refused."""

    async def main():
        asking = Asking(Capacity(workers=PLACES + 2))
        async with create_task_group() as group:
            for _ in range(PLACES + LINE + 5):
                group.start_soon(asking.ask, GREEDY)
            with fail_after(20):
                while len(asking.refused) < 5 or len(asking.begun) < PLACES:
                    await sleep(0.01)
            group.start_soon(asking.ask, MODEST)
            with fail_after(20):
                while MODEST not in asking.begun:
                    await sleep(0.01)
            assert asking.begun.count(GREEDY) == PLACES
            assert asking.refused == [GREEDY] * 5
            asking.release.set()
        assert asking.done.count(GREEDY) == PLACES + LINE
        assert asking.capacity._lines == {}

    anyio.run(main)


def test_in_one_line_people_take_turns():
    """Of an office behind one address, who asks without end is served in turn with who asks once."""

    async def main():
        asking = Asking(Capacity(workers=1))
        hog, colleague = Client("192.0.2.1", "hog"), Client("192.0.2.1", "colleague")
        async with create_task_group() as group:
            for _ in range(PLACES + LINE):
                group.start_soon(asking.ask, hog)
            await sleep(0.05)
            group.start_soon(asking.ask, colleague)  # the line is full: the hog's last question gives way
            with fail_after(20):
                while not asking.refused:
                    await sleep(0.01)
            asking.release.set()
        assert asking.refused == [hog]
        assert asking.done.index(colleague) <= PLACES + 2

    anyio.run(main)


def test_who_leaves_a_line_leaves_it_whole():
    """A question that is cancelled while it waits takes no place with it."""

    async def main():
        asking = Asking(Capacity(workers=PLACES))
        async with create_task_group() as group:
            for _ in range(PLACES):
                group.start_soon(asking.ask, GREEDY)
            await sleep(0.05)
            async with create_task_group() as impatient:
                for _ in range(3):
                    impatient.start_soon(asking.ask, GREEDY)
                await sleep(0.05)
                impatient.cancel_scope.cancel()
            asking.release.set()
        assert asking.capacity._lines == {}
        await asking.ask(GREEDY)
        assert asking.done == [GREEDY] * (PLACES + 1)

    anyio.run(main)


def test_streams_are_shared_and_silent_ones_give_way(monkeypatch):
    """A client has its part of them; where all are taken the one of which nothing is read goes."""

    def stream(held, capacity, name):
        client_asking.set(Client(name))
        return held.enter_context(capacity.stream())

    async def main():
        capacity = Capacity()
        with ExitStack() as held:
            opened = [stream(held, capacity, f"192.0.2.{number // 2}") for number in range(STREAMS)]
            with pytest.raises(BusyClientError):
                stream(held, capacity, "192.0.2.0")
            with pytest.raises(OverloadedError):
                stream(held, capacity, "198.51.100.1")
            monkeypatch.setattr(admission, "SILENT_SECONDS", 0.0)
            await sleep(0.01)
            for one in opened[:3] + opened[4:]:
                one.moved()
            stream(held, capacity, "198.51.100.1")
            assert opened[3].scope.cancel_called
            assert not opened[0].scope.cancel_called
        assert capacity._streams == 0

    assert STREAMS_OF_ONE == 2
    anyio.run(main)


def test_work_is_paid_for():
    """What a request cost beyond an ordinary one is taken later, down to a debt of one bucket."""
    now = 0.0
    rates = Rates(10, clock=lambda: now)
    assert rates.wait("a") == 0
    rates.charge("a", 21 * REQUEST_SECONDS)
    assert [rates.wait("a") == 0 for _ in range(30)].count(True) == 10 * BURST_SECONDS - 21
    rates.charge("a", 1e6)
    assert rates.wait("a") == pytest.approx((10 * BURST_SECONDS + 1) / 10)
    assert rates.wait("b") == 0


def test_people_divide_what_their_address_has_and_never_raise_it():
    """With a cookie for every request nobody gets more; of two, the one who asks once is let in beside the other."""
    now = 0.0
    rates = Rates(10, clock=lambda: now)
    let_in = sum(rates.wait("a", f"person{number}") == 0 for number in range(1_000))
    assert let_in <= 10 * BURST_SECONDS
    other = Rates(10, clock=lambda: now)
    assert other.wait("a", "colleague") == 0
    hog = sum(other.wait("a", "hog") == 0 for _ in range(1_000))
    assert hog < 10 * BURST_SECONDS - 1
    assert [other.wait("a", "colleague") for _ in range(5)] == [0] * 5


@given(st.text(max_size=60))
def test_no_cookie_is_made_up(text):
    """Only what was signed here names a person."""
    visitors = Visitors()
    assert visitors.person(f"lede_visitor={text}") == ""
    own = visitors.new()
    assert visitors.person(f"a=b; lede_visitor={own}; c") == own.partition(".")[0]
    assert Visitors().person(f"lede_visitor={own}") == ""


def test_cookies_are_read_in_the_time_it_takes_to_read_them():
    """What the standard library takes quadratic time for is text here."""
    assert cookie('ui="' + "\\" * 100_000 + '"', "other") == ""
    assert cookie("a=1; ui=uk; b", "ui") == "uk"


@pytest.mark.parametrize(
    ("header", "proxies", "address"),
    [
        ("203.0.113.9", 1, "203.0.113.9"),
        ("10.0.0.1, 203.0.113.9:4711", 1, "203.0.113.9"),
        ("127.0.0.1, 203.0.113.9", 2, "127.0.0.1"),
        ("127.0.0.1", 2, "192.0.2.7"),
        ("[2001:db8::1]:443", 1, "2001:db8::1"),
        ("2001:db8::1", 1, "2001:db8::1"),
        ("unknown", 1, "192.0.2.7"),
        ("x" * 9_000, 1, "192.0.2.7"),
        ("", 1, "192.0.2.7"),
        (" , ", 1, "192.0.2.7"),
    ],
)
def test_where_a_client_is(header, proxies, address):
    """By as many hops as there are proxies; what did not pass all of them is not believed."""
    assert forwarded_address(header, proxies, "192.0.2.7") == address


async def anything(_, __, send):
    """A service that answers 200 with a page."""
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/html")]})
    await send({"type": "http.response.body", "body": b"x"})


def behind(**settings):
    """A client of a guarded service behind a proxy."""
    guard = Guard(anything, Settings(proxies=1, open_to_all=True, **settings), Metrics())
    return TestClient(guard, "http://localhost", client=("127.0.0.1", 1))


def test_a_forwarded_loopback_address_is_a_client_like_others():
    """Also the proxy's own requests are counted: nobody becomes this machine by saying so."""
    for header in ({"X-Forwarded-For": "127.0.0.1"}, {"X-Forwarded-For": "::1"}, {}):
        client = behind(rate=1)
        assert [client.get("/", headers=header).status_code for _ in range(6)] == [200] * 5 + [429], header


def test_a_network_of_ipv6_has_a_bucket_of_its_own():
    """A /48 that asks from ever other /64 is stopped at ten times what one may."""
    client = behind(rate=1)
    statuses = [
        client.get("/", headers={"X-Forwarded-For": f"2001:db8:1:{number:x}::1"}).status_code for number in range(200)
    ]
    assert 10 * BURST_SECONDS <= statuses.count(200) < len(statuses)


def test_a_page_tells_people_apart_where_strangers_ask():
    """A cookie nobody can read by a script, once; none on this machine alone, none beside a key."""
    client = behind()
    given_cookie = client.get("/").headers["set-cookie"]
    assert "lede_visitor=" in given_cookie
    assert "HttpOnly; SameSite=Lax" in given_cookie
    assert "set-cookie" not in client.get("/").headers
    here = TestClient(Guard(anything, Settings(), Metrics()), "http://localhost", client=("127.0.0.1", 1))
    assert "set-cookie" not in here.get("/").headers


def test_no_cookie_but_the_pages_own_reaches_the_service():
    """FastAPI reads every cookie before every operation, by the standard library's quadratic reader."""
    seen = []

    async def noting(scope, receive, send):
        seen.append([value for name, value in scope["headers"] if name == b"cookie"])
        await anything(scope, receive, send)

    client = TestClient(Guard(noting, Settings(), Metrics()), "http://localhost", client=("127.0.0.1", 1))
    for header in ('ui="' + "\\" * 20_000 + '"', "a=1; ui=uk; b=2", "a=1", "ui=" + "u" * 99):
        client.get("/", headers={"Cookie": header})
    assert seen == [[], [b"ui=uk"], [], []]


def test_a_tally_looks_through_what_is_counted_alone():
    """Rows that are free again are not looked through; nobody's count is lost with them, in whatever order they go."""
    tally = Tally(SharedState(), rows=8)
    for client in (5, 6, 7):
        tally.add(1, client)
    tally.add(-1, 6)
    assert [tally.total(client) for client in (5, 6, 7)] == [1, 0, 1]
    tally.add(2, 8)  # in the row that became free
    tally.add(-1, 7)
    assert [tally.total(client) for client in (5, 6, 7, 8)] == [1, 0, 0, 2]
    assert len(tally._counts) == 2
    for client in range(10, 30):
        tally.add(1, client)  # more than there are rows: further ones are not counted
    assert sum(tally.total(client) for client in range(10, 30)) == 6
    tally.forget(0)
    assert not any(tally.total(client) for client in range(30))


def test_who_is_forgotten_is_not_found_in_the_place_of_another():
    """Each of more clients than are remembered begins anew, and pays from a bucket of its own."""
    rates = Rates(1, clients=3, clock=lambda: 0.0)
    elsewhere = copy(rates)  # another process: the same buckets, but other memories of where they are
    elsewhere._buckets = copy(rates._buckets)
    elsewhere._buckets._seen = {}
    for asked, name in ((rates, "a"), (rates, "b"), (rates, "c"), (elsewhere, "d")):  # d takes the place of a
        for _ in range(BURST_SECONDS):
            assert not asked.wait(name)
        assert asked.wait(name)
    assert not rates.wait("a")
    assert len(rates._buckets) == 3
