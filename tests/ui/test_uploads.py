"""Protects: no session and no process takes more files than there is room for, and what ends with a page is really given back."""

import pytest
from streamlit.runtime.uploaded_file_manager import UploadedFileRec

from pages.ui.uploads import ADDRESSES, MEGABYTE, PROCESS_BYTES, SMALL, NotTaken, Room, Uploads


@pytest.fixture
def store() -> Uploads:
    return Uploads("/upload")


def opened(store: Uploads, session: str, room: Room = SMALL) -> None:
    store.drawn(session, f"widget-of-{session}", "browser", room)


def address(store: Uploads, session: str) -> str:
    return store.get_upload_urls(session, ["a"])[0].file_id


def keep(store: Uploads, session: str, megabytes: int) -> str:
    file = address(store, session)
    with store.taking(session, file, "browser", megabytes * MEGABYTE):
        store.add_file(session, UploadedFileRec(file, "a", "text/csv", bytes(megabytes * MEGABYTE)))
    return file


def test_a_session_has_so_much_room_and_has_it_again_when_a_file_is_removed(store: Uploads) -> None:
    opened(store, "one")
    kept = [keep(store, "one", 5) for _ in range(4)]
    with pytest.raises(NotTaken, match="20 MB together"):
        keep(store, "one", 1)
    store.remove_file("one", kept[0])
    keep(store, "one", 5)


def test_what_is_on_its_way_counts_in_all_sessions(store: Uploads) -> None:
    room, half = Room(PROCESS_BYTES, PROCESS_BYTES), PROCESS_BYTES // 2
    for session in ("one", "other"):
        opened(store, session, room)
    one, other = (store.taking(name, address(store, name), "browser", half + 1) for name in ("one", "other"))
    with one, pytest.raises(NotTaken, match="Too many files"), other:
        pass
    with store.taking("other", address(store, "other"), "browser", half + 1):
        pass


def test_a_page_that_is_left_gives_its_files_back(store: Uploads) -> None:
    opened(store, "one")
    keep(store, "one", 5)
    late = address(store, "one")
    with store.taking("one", late, "browser", 5):
        store.run_ended("one", lambda widget: True)
        store.add_file("one", UploadedFileRec(late, "a", "text/csv", b"late"))
    assert not store.file_storage["one"] and not store.get_stats()
    assert store.get_upload_urls("one", ["a"]) == []


def test_another_part_of_the_page_that_is_drawn_again_leaves_them(store: Uploads) -> None:
    opened(store, "one")
    keep(store, "one", 5)
    store.run_ended("one", lambda widget: False)
    assert len(store.file_storage["one"]) == 1


def test_asking_for_addresses_without_end_keeps_a_hundred(store: Uploads) -> None:
    opened(store, "one")
    kept, first = keep(store, "one", 1), address(store, "one")
    for _ in range(ADDRESSES):
        last = address(store, "one")
    store.check_removable("one", last, "browser")
    store.check_removable("one", kept, "browser")
    with pytest.raises(NotTaken):
        store.check_removable("one", first, "browser")
