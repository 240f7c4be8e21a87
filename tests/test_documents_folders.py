"""The folders of documents: what is found in them, and that nothing leads out of them."""

from __future__ import annotations

import os
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.papers.folders import MOST_FILES, Folders, NoPaper, Paper

SECRET = "the key is under the mat"  # noqa: S105  # it is what must not be read
MOST = 1_000


def folders(*paths: Path) -> Folders:
    """These, with small files."""
    return Folders([str(path) for path in paths], MOST)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A folder with a letter, one inside of another folder, and a secret beside it."""
    home = tmp_path / "Documents"
    (home / "Taxes" / "Old").mkdir(parents=True)
    (home / "letter.txt").write_text("Dear Ann", encoding="utf-8")
    (home / "Taxes" / "2024.txt").write_text("paid", encoding="utf-8")
    (home / "Taxes" / "Old" / "2009.txt").write_text("paid, too", encoding="utf-8")
    (tmp_path / "secret.txt").write_text(SECRET, encoding="utf-8")
    return home


def named(found: tuple[Paper, ...], name: str) -> Paper:
    """The paper of this name."""
    (paper,) = [paper for paper in found if paper.name == name]
    return paper


def test_files_are_found_in_all_folders_inside(home: Path) -> None:
    """With where they lie and when they were written; the upper ones first."""
    os.utime(home / "letter.txt", (1, 1_700_000_000))
    found = folders(home).papers()
    assert found.whole
    assert [(paper.path, paper.where) for paper in found.papers] == [
        (("letter.txt",), "Documents"),
        (("Taxes", "2024.txt"), "Taxes"),
        (("Taxes", "Old", "2009.txt"), "Old"),
    ]
    assert found.papers[0].changed == 1_700_000_000
    assert [folders(home).read(paper) for paper in found.papers] == [
        b"Dear Ann", b"paid", b"paid, too",
    ]  # fmt: skip


def test_what_is_hidden_or_rubbish_is_not_found(home: Path) -> None:
    """Names with a dot before them, whole folders of them, and what other programs leave behind."""
    (home / ".git").mkdir()
    for name in (".secret", ".git/config", "desktop.ini", "Thumbs.db", "~$letter.docx"):
        (home / name).write_text("x", encoding="utf-8")
    os.mkfifo(home / "pipe.txt")
    assert {paper.name for paper in folders(home).papers().papers} == {
        "letter.txt", "2024.txt", "2009.txt",
    }  # fmt: skip


def test_each_file_is_found_once(home: Path) -> None:
    """Where one of the settings' folders lies inside of another, too."""
    found = folders(home, home / "Taxes").papers().papers
    assert sorted(paper.name for paper in found) == ["2009.txt", "2024.txt", "letter.txt"]


def test_links_are_not_followed(home: Path, tmp_path: Path) -> None:
    """Of files and of folders, wherever they lead; also one into itself."""
    (home / "link.txt").symlink_to(tmp_path / "secret.txt")
    (home / "same.txt").symlink_to(home / "letter.txt")
    (home / "out").symlink_to(tmp_path)
    (home / "round").symlink_to(home)
    found = folders(home).papers()
    assert found.whole
    assert {paper.name for paper in found.papers} == {"letter.txt", "2024.txt", "2009.txt"}


def test_the_folder_of_the_settings_may_be_a_link(home: Path, tmp_path: Path) -> None:
    """Whoever wrote it there meant where it leads."""
    (tmp_path / "elsewhere").symlink_to(home)
    found = folders(tmp_path / "elsewhere")
    assert found.read(named(found.papers().papers, "letter.txt")) == b"Dear Ann"


def test_a_file_that_becomes_a_link_is_refused(home: Path, tmp_path: Path) -> None:
    """After it was found and before it is opened."""
    it = folders(home)
    letter = named(it.papers().papers, "letter.txt")
    (home / "letter.txt").unlink()
    (home / "letter.txt").symlink_to(tmp_path / "secret.txt")
    with pytest.raises(NoPaper, match=r"letter\.txt is a link, and I follow none\."):
        it.read(letter)


def test_a_folder_that_becomes_a_link_is_refused(home: Path, tmp_path: Path) -> None:
    """Every folder on the way counts, not only the last."""
    it = folders(home)
    old = named(it.papers().papers, "2009.txt")
    outside = tmp_path / "outside"
    (outside / "Old").mkdir(parents=True)
    (outside / "Old" / "2009.txt").write_text(SECRET, encoding="utf-8")
    (home / "Taxes").rename(tmp_path / "away")
    (home / "Taxes").symlink_to(outside)
    with pytest.raises(NoPaper, match="is a link"):
        it.read(old)


def test_no_moment_is_left_to_slip_a_link_in(home: Path, tmp_path: Path) -> None:
    """Somebody swaps the file and a link to the secret as fast as they can: it is never read."""
    it = folders(home)
    letter = named(it.papers().papers, "letter.txt")
    (tmp_path / "real.txt").write_text("Dear Ann", encoding="utf-8")
    over = threading.Event()

    def swap() -> None:
        while not over.is_set():
            for target, how in ((tmp_path / "secret.txt", "link"), (tmp_path / "real.txt", "file")):
                new = tmp_path / "new"
                if how == "link":
                    new.symlink_to(target)
                else:
                    new.hardlink_to(target)
                new.replace(home / "letter.txt")

    read = set()
    with ThreadPoolExecutor(1) as pool:
        swapping = pool.submit(swap)
        for _ in range(1_000):
            with suppress(NoPaper):
                read.add(it.read(letter))
        over.set()
        swapping.result()
    assert read <= {b"Dear Ann"}


@pytest.mark.parametrize(
    "path",
    [("..", "secret.txt"), ("Taxes", "..", "..", "secret.txt"), ("../secret.txt",), (".hidden",),
     ("/etc/passwd",), ("Taxes/../../secret.txt",), (".", "letter.txt")],
)  # fmt: skip
def test_no_name_leads_out(home: Path, path: tuple[str, ...]) -> None:
    """Not one that was found here is opened, were it made up somehow."""
    (home / ".hidden").write_text(SECRET, encoding="utf-8")
    with pytest.raises(NoPaper, match="is hidden"):
        folders(home).read(Paper(0, path, 0.0))


def test_a_pipe_keeps_nobody_waiting(home: Path) -> None:
    """A file that became one, a folder that did not, a name that no system has."""
    it = folders(home)
    letter = named(it.papers().papers, "letter.txt")
    (home / "letter.txt").unlink()
    os.mkfifo(home / "letter.txt")
    with pytest.raises(NoPaper, match=r"letter\.txt is no ordinary file"):
        it.read(letter)
    with pytest.raises(NoPaper, match="Taxes is no ordinary file"):
        it.read(replace(letter, path=("Taxes",)))
    with pytest.raises(NoPaper, match="I cannot read a_b"):
        it.read(replace(letter, path=("a\0b",)))


def test_a_file_that_is_gone_or_too_large_is_said(home: Path) -> None:
    """In a sentence with the way out; as many bytes as allowed are read."""
    it = folders(home)
    letter = named(it.papers().papers, "letter.txt")
    (home / "letter.txt").write_bytes(b"x" * MOST)
    assert len(it.read(letter)) == MOST
    (home / "letter.txt").write_bytes(b"x" * (MOST + 1))
    with pytest.raises(NoPaper, match=r"letter\.txt is too large: I read up to 0\.001 megabytes"):
        it.read(letter)
    (home / "letter.txt").unlink()
    with pytest.raises(NoPaper, match=r"letter\.txt is not there any more\.") as caught:
        it.read(letter)
    assert caught.value.spoken == str(caught.value)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_what_may_not_be_read_is_said(home: Path) -> None:
    """A file of somebody else's; a folder inside is left out, and the others are found."""
    it = folders(home)
    letter = named(it.papers().papers, "letter.txt")
    (home / "letter.txt").chmod(0)
    with pytest.raises(NoPaper, match=r"I am not allowed to read letter\.txt"):
        it.read(letter)
    (home / "Taxes").chmod(0)
    assert [paper.name for paper in it.papers().papers] == ["letter.txt"]
    (home / "Taxes").chmod(0o700)


def test_a_folder_that_is_missing_is_said(home: Path, tmp_path: Path) -> None:
    """Only where there is no other; with the setting to change."""
    gone = tmp_path / "gone"
    assert len(folders(gone, home).papers().papers) == 3
    with pytest.raises(NoPaper, match=rf"There is no folder {gone}\. Make it, or name another one"):
        folders(gone).papers()
    with pytest.raises(NoPaper, match="is no folder"):
        folders(home / "letter.txt").papers()
    with pytest.raises(NoPaper, match=r"I may look into no folder\. Name one in \[documents\]"):
        folders().papers()


def test_the_home_folder_is_meant_by_its_sign(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As the settings' default has it; one of nobody is not there."""
    monkeypatch.setenv("HOME", str(tmp_path))
    assert len(Folders(["~/Documents"], MOST).papers().papers) == len(folders(home).papers().papers)
    with pytest.raises(NoPaper, match="There is no folder ~nobody-of-that-name"):
        Folders(["~nobody-of-that-name/x"], MOST).papers()


def test_a_huge_folder_has_an_end(home: Path) -> None:
    """So many files are looked at, those of the upper folders first; and it is told."""
    deep = home / "Taxes" / "Scans"
    deep.mkdir()
    for number in range(MOST_FILES):
        (deep / f"{number}.txt").touch()
    found = folders(home).papers()
    assert len(found.papers) == MOST_FILES
    assert not found.whole
    assert found.papers[0].name == "letter.txt"


def test_a_name_is_one_line_whatever_it_holds(home: Path) -> None:
    """Line breaks, and bytes that are no letters; it is opened as it is."""
    Path(os.fsdecode(os.fsencode(home) + b"/a\nb\xff.txt")).write_text("odd", encoding="utf-8")
    it = folders(home)
    odd = named(it.papers().papers, "a_b_.txt")
    assert it.read(odd) == b"odd"
