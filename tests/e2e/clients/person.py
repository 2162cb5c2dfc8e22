# SPDX-License-Identifier: Apache-2.0
"""A person with a browser that has cookies and follows redirects, but runs no scripts."""
from urllib.parse import parse_qsl, urljoin, urlsplit

import requests

from forms import Forms


class Person:
    def __init__(self, base, username, password):
        self.base, self.username, self.password = base, username, password
        self.browser = requests.Session()
        self.log_ins = 0

    def open(self, url, fields=None):
        """A page of the server; or the first address beyond it, as text."""
        for _ in range(20):
            if not url.startswith(self.base):
                return url
            page = self.browser.request("GET" if fields is None else "POST", url, data=fields, allow_redirects=False)
            if "Location" not in page.headers:
                return page
            url, fields = urljoin(url, page.headers["Location"]), None
        raise AssertionError("redirects without end at " + url)

    def submit(self, page, part, **fields):
        form = Forms(page.text).holding(part)
        assert form, f"no form with {part} at {page.url}: {page.text}"
        return self.open(urljoin(page.url, form["action"]), {**form["hidden"], **fields})

    def log_in(self, page):
        if isinstance(page, str) or not Forms(page.text).holding("password"):
            return page
        self.log_ins += 1
        return self.submit(page, "password", username=self.username, password=self.password)

    def authorize(self, url, decision="consent"):
        """Logs in and decides; the response mode and the parameters that the client gets."""
        page = self.log_in(self.open(url))
        if not isinstance(page, str) and Forms(page.text).holding(decision):
            page = self.submit(page, decision, action=decision)
        if isinstance(page, str):
            parts = urlsplit(page)
            return ("fragment", dict(parse_qsl(parts.fragment))) if parts.fragment else ("query", dict(parse_qsl(parts.query)))
        posted = next((form for form in Forms(page.text).found if form["id"] == "answer"), None)
        assert posted, f"stayed at {page.url} ({page.status_code}): {page.text}"
        return "form_post", posted["hidden"]

    def enter_user_code(self, uri, code, decision="consent"):
        page = self.log_in(self.submit(self.open(uri), "code", code=code))
        return self.submit(page, decision, action=decision, confirm_device="on")
