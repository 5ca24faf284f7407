"""Who is at this very machine: only they change anything where no password is set."""

from types import SimpleNamespace

import pytest

from pages.shared import access


@pytest.mark.parametrize(
    ("address", "host", "more", "local"),
    [
        ("127.0.0.1", "127.0.0.1:8501", {}, True),
        ("::1", "localhost:8501", {}, True),
        # How a server that listens on all addresses, IPv4 and IPv6 at once, names the same visitor.
        ("::ffff:127.0.0.1", "localhost:8501", {}, True),
        ("::ffff:192.0.2.7", "localhost:8501", {}, False),
        ("192.0.2.7", "127.0.0.1:8501", {}, False),
        ("127.0.0.1", "example.org", {}, False),
        ("127.0.0.1", "localhost:8501", {"X-Forwarded-For": "203.0.113.7"}, False),
        ("not an address", "localhost:8501", {}, False),
    ],
)
def test_only_a_loopback_peer_and_name_without_a_proxy_are_local(
    monkeypatch: pytest.MonkeyPatch, address: str, host: str, more: dict[str, str], local: bool
) -> None:
    seen = SimpleNamespace(headers={"Host": host, **more}, ip_address=address)
    monkeypatch.setattr(access.st, "context", seen)
    assert access.is_local_visitor() is local
