# SPDX-License-Identifier: Apache-2.0
"""A browser of the standard library alone: cookies, forms and redirects, but no scripts. An error page is an exception."""
import http.client
import os
import sys
from urllib.parse import urlencode, urljoin

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "clients"))
from forms import Forms  # noqa: E402

PATIENCE = 120  # seconds; only a hang takes that


class Page:
    def __init__(self, url, status, location, text):
        self.url, self.status, self.location, self.text = url, status, location, text


class Browser:
    def __init__(self, base):
        self.base, self.cookies = base, {}
        self.connection = http.client.HTTPConnection(base.split("/")[2], timeout=PATIENCE)

    def rest(self):
        """Before a pause that the server need not wait for; the next request connects again."""
        self.connection.close()

    def request(self, url, fields=None):
        """One request, redirects not followed."""
        headers = {"User-Agent": "people", "Cookie": "; ".join("%s=%s" % each for each in self.cookies.items())}
        if fields is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        path = "/" + url[len(self.base):]
        self.connection.request("GET" if fields is None else "POST", path, None if fields is None else urlencode(fields), headers)
        answer = self.connection.getresponse()
        text = answer.read().decode()
        assert answer.status < 400, "%d from %s: %s" % (answer.status, url, text)
        for line in answer.headers.get_all("Set-Cookie", []):
            name, value = line.split(";")[0].split("=", 1)
            self.cookies[name] = value
        return Page(url, answer.status, answer.headers["Location"], text)

    def follow(self, page):
        while page.location is not None:
            page = self.request(urljoin(page.url, page.location))
        return page

    def open(self, path):
        return self.follow(self.request(urljoin(self.base, path)))

    def send(self, page, part, **fields):
        """Sends the form that holds a field or button of that name; the answer itself, also if it is a redirect."""
        form = Forms(page.text).holding(part)
        assert form, "no form with %s at %s: %s" % (part, page.url, page.text)
        return self.request(urljoin(page.url, form["action"]), {**form["hidden"], **fields})

    def submit(self, page, part, **fields):
        return self.follow(self.send(page, part, **fields))
