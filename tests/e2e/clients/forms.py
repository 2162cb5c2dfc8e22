# SPDX-License-Identifier: Apache-2.0
"""What a person sees of a page's HTML that can be filled in."""
from html.parser import HTMLParser


class Forms(HTMLParser):
    """The forms of a page: where they go, their fields and buttons."""

    def __init__(self, html):
        super().__init__()
        self.found = []
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        if tag == "form":
            self.found.append({"action": given["action"], "id": given.get("id"), "hidden": {}, "holds": set()})
        elif tag in ("input", "button") and self.found:
            self.found[-1]["holds"] |= {given.get("id"), given.get("value")}
            if given.get("type") == "hidden":
                self.found[-1]["hidden"][given["name"]] = given.get("value", "")

    def holding(self, part):
        return next((form for form in self.found if part in form["holds"]), None)
