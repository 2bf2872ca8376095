"""Somebody at the provider's pages, without a screen: a browser there with its own cookies."""

from __future__ import annotations

from urllib.parse import parse_qs, urljoin, urlsplit

import requests

from tests.openid.real_provider import ENOUGH

MOST_STEPS = 10


class Visitor:
    """A browser at the provider.

    Parameters
    ----------
    site
        Our address: what leads there is not followed.
    """

    def __init__(self, site: str) -> None:
        self._site = site
        self._browser = requests.Session()

    def signs_in(self, address: str, who: str, *, level: str = ENOUGH, act: str = "in") -> str:
        """Go to the provider, type who one is, and return the answer: path and query of ours."""
        page = self.looks(address)
        assert page.status_code == 200, page.text
        typed = {"who": who, "level": level, "act": act}
        return self.returns(
            self._browser.post(page.url, data=typed, allow_redirects=False, timeout=10)
        )

    def returns(self, response: requests.Response) -> str:
        """Follow the provider until it leads back to us."""
        for _ in range(MOST_STEPS):
            address = urljoin(response.url, response.headers["location"])
            if address.startswith(self._site):
                return address.removeprefix(self._site)
            response = self._browser.get(address, allow_redirects=False, timeout=10)
        raise AssertionError("the provider leads nowhere")

    def goes(self, address: str) -> requests.Response:
        """Open a page at the provider and take what it says, redirects too."""
        return self._browser.get(address, allow_redirects=False, timeout=10)

    def looks(self, address: str) -> requests.Response:
        """Open a page at the provider and follow its own redirects."""
        response = self.goes(address)
        while response.is_redirect:
            address = urljoin(response.url, response.headers["location"])
            assert not address.startswith(self._site), "already signed in there"
            response = self.goes(address)
        return response

    def confirms_signing_out(self, address: str) -> str:
        """Answer yes to the provider's question, and return where it leads."""
        page = self.looks(address)
        secret = page.text.split('name="xsrf" value="')[1].split('"')[0]
        return self.returns(
            self._browser.post(
                urljoin(page.url, "/session/end/confirm"),
                data={"xsrf": secret, "logout": "yes"},
                allow_redirects=False,
                timeout=10,
            )
        )


def asked(address: str) -> dict[str, str]:
    """What an address asks for."""
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
