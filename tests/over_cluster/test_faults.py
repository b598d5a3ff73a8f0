"""Is no answer wrong or partial when nodes are killed, and is an archive whole again by itself?

Three real nodes of this machine, each a process; four clients ask all the time. Run by `make test-cluster`.
"""

import os
import signal
import sys
import threading
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from random import Random
from types import SimpleNamespace

import pytest
from awkward import awkward_articles
from conftest import REPOSITORY
from msgspec.structs import replace

from search.api.params import query_from
from search.errors import IndexUnusableError

from .conftest import ADDRESSES, CLOCK, engine_over_cluster, loaded

ROUNDS = int(os.environ.get("CLUSTER_ROUNDS", "0"))
JARS = REPOSITORY / ".cluster" / "jars"
CLIENTS = 4
LONGEST = 300.0
"""Seconds after which something that should come by itself will not come: a test then fails instead of hanging."""
HUNG = 30.0
"""Seconds after which a copy that is not there hangs."""
QUESTIONS = [
    query_from(pairs, CLOCK)
    for pairs in (
        [("q", "moon bitcoin")],
        [("q", "stablecoin law"), ("facets", "true"), ("lang", "en")],
        [("q", '"stablecoin law"'), ("sort", "newest")],
        [("q", "hacked"), ("mode", "semantic"), ("limit", "20")],
        [("q", "")],
    )
]


@pytest.fixture(scope="module")
def nodes(connection):
    """The nodes of this machine, to be killed. Skips where they are somebody else's, or not three."""
    from local_cluster import NODES, LocalCluster

    cluster = LocalCluster(Path(os.environ.get("TEST_CLUSTER_FOLDER", REPOSITORY / ".cluster")), jars=JARS)
    if tuple(cluster.addresses) != ADDRESSES or None in map(cluster.pid, range(1, NODES + 1)):
        pytest.skip("there are no three nodes of `make cluster` to kill")
    wait_for(cluster.is_green)
    yield cluster
    for number in range(1, NODES + 1):
        if cluster.pid(number) is None:
            cluster.start_node(number)
    wait_for(cluster.is_green)


@pytest.fixture(scope="module")
def archive(nodes, connection, tmp_path_factory):
    """An archive of two generations, the first published; and what each answers to the questions."""
    import uuid

    from fake_index import built_index

    prefix = f"fault{uuid.uuid4().hex[:8]}"
    articles = awkward_articles(seed=5, count=80)
    root = tmp_path_factory.mktemp("faults")
    index = built_index(root / "index", articles)
    built_index(root / "index", articles[:60])
    first, second = index.names()
    generations = loaded(connection, prefix, index.path(second))
    loaded(connection, prefix, index.path(first))
    engine = engine_over_cluster(connection, prefix, root / "fetched")
    found = {first: asked_of(engine)}
    loaded(connection, prefix, index.path(second))
    engine.refresh()
    found[second] = asked_of(engine)
    assert found[first] != found[second]
    yield SimpleNamespace(
        engine=engine, prefix=prefix, index=index, names=[first, second], found=found, generations=generations
    )
    engine.close()
    wait_for(nodes.is_green)
    connection.send("DELETE", f"/{prefix}-*", ignore_unavailable="true", patience=120.0)


def asked_of(engine):
    """What an engine answers to all questions."""
    return [answer_of(engine, query) for query in QUESTIONS]


def answer_of(engine, query):
    """An answer, without the time that it took."""
    return replace(engine.search(query), took_ms=0.0)


def wait_for(holds):
    """Wait until something holds; it should come by itself."""
    ends = time.monotonic() + LONGEST
    while not holds():
        assert time.monotonic() < ends, "it has not come by itself"
        time.sleep(0.2)


def wait_or_mend(nodes):
    """Wait until every copy is there. One that OpenSearch lets hang is freed as an operator frees it.

    https://github.com/opensearch-project/OpenSearch/issues/20177: what a node that died had begun with the primary
    blocks that shard's copies for good. The node that holds the primary is started anew.
    """
    ends = time.monotonic() + HUNG
    while not nodes.is_green() and time.monotonic() < ends:
        time.sleep(0.2)
    if not nodes.is_green():
        nodes.kill_node(3)
        nodes.start_node(3)
    wait_for(nodes.is_green)


def answers_rightly(archive):
    """Whether the served generation is answered as ever."""
    try:
        return asked_of(archive.engine) == archive.found[archive.engine.status().generation.name]
    except IndexUnusableError:
        return False


class Clients:
    """Threads that ask all the questions all the time, and note what came."""

    def __init__(self, archive):
        self.right, self.wrong, self.refused = [0] * CLIENTS, [], []
        self.longest = [0.0] * CLIENTS
        self._archive = archive
        self._ended = threading.Event()
        self._threads = [threading.Thread(target=self._ask, args=(number,)) for number in range(CLIENTS)]

    def _ask(self, number):
        while not self._ended.is_set():
            for place, query in enumerate(QUESTIONS):
                begun = time.monotonic()
                try:
                    answer = answer_of(self._archive.engine, query)
                except IndexUnusableError as refused:
                    self.refused.append(str(refused))
                    continue
                self.longest[number] = max(self.longest[number], time.monotonic() - begun)
                if answer == self._archive.found[answer.generation][place]:
                    self.right[number] += 1
                else:
                    self.wrong.append((query, answer))

    def wait_for_answers(self, more=5):
        """Wait until every client has so many more right answers."""
        before = list(self.right)
        wait_for(lambda: all(now >= one + more for now, one in zip(self.right, before, strict=True)))


@contextmanager
def asking(archive):
    """Clients at work; whatever happens meanwhile, no answer may be wrong."""
    clients = Clients(archive)
    for thread in clients._threads:
        thread.start()
    try:
        clients.wait_for_answers()
        yield clients
    finally:
        clients._ended.set()
        for thread in clients._threads:
            thread.join()
    assert clients.wrong == []


def manager(connection):
    """The number of the node that manages the cluster."""
    told = connection.get("/_cat/cluster_manager", format="json")
    return int(told[0]["node"].removeprefix("n"))


def load_meanwhile(archive, seed, interrupt):
    """Load another generation, interrupted before its passages are sent; taken up wherever it was refused."""
    from fake_index import built_index

    from indexer.cluster.loading import Loader
    from search.wiring import vector_format

    index = built_index(archive.index.root.parent / f"more-{seed}", awkward_articles(seed=seed, count=70))
    name, left = index.current_name(), [interrupt]

    def told(stage, done, total):
        if stage == "load passages" and left:
            left.pop()()

    loaded = []

    def load():
        with suppress(IndexUnusableError):
            loaded.append(Loader(archive.generations, index.path(name), vector_format(), told).load())
        return bool(loaded)

    wait_for(load)
    assert loaded[0].articles == 70
    names, connection = archive.generations.names, archive.generations.connection
    for kind, size in (("articles", 70), ("passages", loaded[0].views)):
        assert connection.get(f"/{names.index(kind, name)}/_count")["count"] == size
        connection.send("DELETE", f"/{names.index(kind, name)}", patience=120.0)
    connection.send("DELETE", f"/{names.index('parts', name)}", patience=120.0)


def publish_meanwhile(archive, interrupt):
    """Publish one generation after the other, interrupted between two; each publication comes to its end."""
    from indexer.cluster.publishing import publish

    def published(name):
        try:
            publish(archive.generations, name)
            archive.engine.refresh()
        except IndexUnusableError:
            return False
        return archive.generations.current() == name

    for turn in range(6):
        if turn == 3:
            interrupt()
        wait_for(lambda name=archive.names[turn % 2]: published(name))


def kill_and_start(nodes, victim):
    """End a node, and start it again at once."""
    nodes.kill_node(victim)
    nodes.start_node(victim)


@pytest.mark.parametrize(("role", "meanwhile"), [("manager", "publication"), ("other", "bulk")])
def test_a_killed_node_makes_no_answer_wrong(nodes, archive, connection, role, meanwhile):
    """Answers go on while it is away and while it comes back, and nobody is refused; what was written is whole."""
    managing = manager(connection)
    victim = managing if role == "manager" else managing % 3 + 1
    with asking(archive) as clients:
        disturb(nodes, archive, victim, meanwhile, seed=6)
        clients.wait_for_answers()
        wait_for(nodes.is_green)
        clients.wait_for_answers()
    assert clients.refused == []


@pytest.mark.parametrize(
    "role",
    ["other", pytest.param("manager", marks=pytest.mark.skipif(ROUNDS == 0, reason="the long form: minutes more"))],
)
def test_a_frozen_node_makes_no_answer_wrong(nodes, archive, connection, role):
    """It takes requests and says nothing. Nobody is refused meanwhile: the nodes that answer are asked again."""
    managing = manager(connection)
    pid = nodes.pid(managing if role == "manager" else managing % 3 + 1)
    with asking(archive) as clients:
        os.kill(pid, signal.SIGSTOP)
        try:
            clients.wait_for_answers()
        finally:
            os.kill(pid, signal.SIGCONT)
        clients.wait_for_answers()
        wait_for(nodes.is_green)
        clients.wait_for_answers()
    assert clients.refused == []


def disturb(nodes, archive, victim, meanwhile, seed):
    """Kill a node while something is written, or nothing is."""
    if meanwhile == "bulk":
        load_meanwhile(archive, seed, lambda: kill_and_start(nodes, victim))
    elif meanwhile == "publication":
        publish_meanwhile(archive, lambda: kill_and_start(nodes, victim))
    else:
        kill_and_start(nodes, victim)


@pytest.mark.skipif(ROUNDS == 0, reason="the long form: `make torture-cluster`")
def test_nodes_killed_again_and_again(nodes, archive, capsys):
    """Any node, at any of these moments; the counts are in the output."""
    random, longest, right = Random(11), 0.0, 0
    for round_ in range(ROUNDS):
        victim, meanwhile = random.randint(1, 3), random.choice(["bulk", "publication", "nothing"])
        with asking(archive) as clients:
            disturb(nodes, archive, victim, meanwhile, seed=100 + round_)
            wait_for(nodes.is_green)
            clients.wait_for_answers()
        longest, right = max(longest, *clients.longest), right + sum(clients.right)
        with capsys.disabled():
            sys.stdout.write(
                f"\nround {round_ + 1}: node {victim}, {meanwhile}; {sum(clients.right)} right,"
                f" {len(clients.wrong)} wrong, {len(clients.refused)} refused, longest {max(clients.longest):.2f} s"
            )
        assert clients.refused == []
    with capsys.disabled():
        sys.stdout.write(f"\n{ROUNDS} rounds: {right:,} right answers, none wrong, longest {longest:.2f} s\n")


def test_publications_under_load_mix_no_generations(nodes, archive):
    """Each answer is that of one generation, whichever is published meanwhile."""
    from indexer.cluster.publishing import publish

    with asking(archive) as clients:
        for turn in range(20):
            publish(archive.generations, archive.names[turn % 2])
            archive.engine.refresh()
            clients.wait_for_answers(1)
    assert clients.refused == []
    assert archive.engine.status().last_error is None


def test_two_of_three_gone_is_said_and_mended_by_itself(nodes, archive, connection):
    """Refused with 503 and Retry-After, never fewer hits; afterwards as before, without a restart of Lede."""
    from search.http.problems import status_of

    victims = (1, 2)
    for victim in victims:
        nodes.kill_node(victim)
    refused = []
    for place, query in enumerate(QUESTIONS):
        try:
            assert answer_of(archive.engine, query) == archive.found[archive.engine.status().generation.name][place]
        except IndexUnusableError as why:
            refused.append(why)
    assert {status_of(why) for why in refused} <= {503}
    for victim in victims:
        nodes.start_node(victim)
    wait_for(lambda: answers_rightly(archive))
    wait_or_mend(nodes)
    assert answers_rightly(archive)
    assert len(ADDRESSES) == 3


def test_a_killed_load_is_taken_up(nodes, archive, connection, monkeypatch):
    """What is there is not sent again; what was unfinished is swept once nobody wants it."""
    from fake_index import built_index

    from indexer.cluster import loading
    from indexer.cluster.loading import Loader
    from indexer.cluster.publishing import sweep
    from search.wiring import vector_format

    index = built_index(archive.index.root.parent / "more", awkward_articles(seed=6, count=70))
    name = index.current_name()
    before = archive.generations.current()
    sent = []
    real = loading.send_all

    def noted(connection, index, documents, *told):
        def counted():
            for document in documents:
                sent.append((index, document[0]))
                yield document

        return real(connection, index, counted(), *told)

    class KilledError(BaseException):
        pass

    def killed(stage, done, total):
        if stage == "load passages" and done == 0:
            raise KilledError

    monkeypatch.setattr(loading, "send_all", noted)
    with pytest.raises(KilledError):
        Loader(archive.generations, index.path(name), vector_format(), killed).load()
    assert name not in archive.generations.complete()
    first = len(sent)
    assert first == 70
    Loader(archive.generations, index.path(name), vector_format(), lambda *_: None).load()
    assert not [one for one in sent[first:] if "-articles-" in one[0]]
    assert archive.generations.complete()[name].articles == 70
    assert archive.generations.current() == before
    assert sweep(archive.generations) == []
