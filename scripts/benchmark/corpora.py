"""Over which articles is the speed measured? A folder of Markdown, unpacked or written once."""

import json
import lzma
from pathlib import Path

from judged_sets import literal, unpacked

SAMPLES = Path(__file__).resolve().parent.parent.parent / "examples" / "articles"


def real(data: Path, work: Path) -> Path:
    """The real articles below `data`, unpacked; the sample articles where there are none."""
    archive = data / "corpus" / "articles.tar.xz"
    return unpacked(archive, work / "articles") if archive.is_file() else SAMPLES


def scale(data: Path, work: Path) -> Path:
    """The real articles and the larger mix of news besides, as Markdown. Raises FileNotFoundError without them."""
    folder = work / "scale"
    if not (folder / ".mix").exists():
        unpacked(data / "corpus" / "articles.tar.xz", folder)
        with lzma.open(data / "corpus" / "realmix.jsonl.xz", "rt", encoding="utf-8") as lines:
            for number, line in enumerate(lines):
                _write(folder / "mix" / f"{number // 1000:03}" / f"{number:06}.en.md", json.loads(line))
        (folder / ".mix").touch()
    return folder


def _write(path: Path, row: dict[str, object]) -> None:
    about = row["metadata"]
    assert isinstance(about, dict)
    front: dict[str, object] = {"title": row["title"] or str(row["text"])[:80], "lang": "en"}
    if about.get("date"):
        front["publishedAt"] = f"{about['date']}T00:00:00Z"
    if about.get("source"):
        front["source"] = {"key": about["source"], "name": about["source"]}
    if about.get("tags"):
        front["tags"] = about["tags"]
    path.parent.mkdir(parents=True, exist_ok=True)
    head = "\n".join(f"{name}: {json.dumps(value, ensure_ascii=False)}" for name, value in front.items())
    path.write_text(f"---\n{head}\n---\n{literal(str(row['text']))}\n", encoding="utf-8")
