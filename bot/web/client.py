"""Who is calling: the peer's address, or what a trusted proxy says about it."""

import ipaddress
from collections.abc import Iterable

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from bot.errors import SettingsError

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def networks(names: Iterable[str]) -> tuple[Network, ...]:
    """The configured proxies. Raises SettingsError."""
    try:
        return tuple(ipaddress.ip_network(name.strip(), strict=False) for name in names)
    except ValueError as error:
        raise SettingsError(f"trusted_proxies: {error} (erwartet: 10.0.0.0/8 oder 192.0.2.7)") from None


def trusted(peer: str, proxies: tuple[Network, ...]) -> bool:
    """Whether an address is one of the proxies."""
    try:
        address = ipaddress.ip_address(peer)
    except ValueError:
        return False
    return any(address in proxy for proxy in proxies)


def client_ip(request: web.BaseRequest, proxies: tuple[Network, ...]) -> str:
    """The caller: the last address in X-Forwarded-For that is no proxy of ours, if a proxy of ours says so.

    Anybody can write the header; only what our own proxies appended at its end is true.
    """
    peer = request.remote or ""
    if not trusted(peer, proxies):
        return peer
    hops = [hop.strip() for value in request.headers.getall("X-Forwarded-For", []) for hop in value.split(",")]
    for hop in reversed(hops):
        try:
            ipaddress.ip_address(hop)
        except ValueError:
            return peer
        if not trusted(hop, proxies):
            return hop
    return peer


def middleware(proxies: tuple[Network, ...]) -> Middleware:
    """Let `request.remote` be the caller, also behind a proxy."""

    @web.middleware
    async def client(request: web.Request, handler: Handler) -> web.StreamResponse:
        ip = client_ip(request, proxies)
        return await handler(request if ip == request.remote else request.clone(remote=ip))

    return client
