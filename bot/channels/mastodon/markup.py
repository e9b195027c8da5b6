"""From a post's HTML to plain words, and from words to a post that reaches one person only."""

import re
from html.parser import HTMLParser

LONGEST = 200_000
"""Characters of HTML that are looked at."""
LINK_LENGTH = 23
"""What every link counts as, however long it is. https://docs.joinmastodon.org/user/posting/#links"""
_LINK = re.compile(r"https?://\S+")
_MENTION = re.compile(r"(?<![=/\w])@(?=\w)")
"""Where the server would see a mention, as its own pattern (Account::MENTION_RE) has it."""
_WORD_JOINER = "\u2060"
_BLOCKS = {"p", "div", "blockquote", "ul", "ol", "pre", "h1", "h2", "h3", "h4", "h5", "h6"}
_HIDDEN = {"script", "style", "template"}


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        if tag in _HIDDEN:
            self._hidden += 1
        elif tag == "br":
            self.parts.append("\n")
        elif tag == "li":
            self.parts.append("\n- ")

    def handle_endtag(self, tag: str) -> None:
        if tag in _HIDDEN:
            self._hidden = max(0, self._hidden - 1)
        elif tag in _BLOCKS:
            self.parts.append("\n\n")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.parts.append(re.sub(r"\s+", " ", data))


def words(html: str) -> str:
    """The text as it was typed: paragraphs and line breaks kept, links whole."""
    parser = _Words()
    try:
        parser.feed(html[:LONGEST])
        parser.close()
    except (AssertionError, ValueError):
        # No server writes such HTML; the words are in it all the same.
        return html[:LONGEST]
    lines = [line.strip() for line in "".join(parser.parts).split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def addressed(text: str, names: set[str]) -> str:
    """The text without the mentions of us that it begins with."""
    rest = text
    while match := re.match(r"@([\w.@-]+)\s*", rest):
        if match[1].lower() not in names:
            break
        rest = rest[match.end() :]
    return rest


def unmentioning(text: str) -> str:
    """The text with no mention in it: whoever is mentioned in a direct post may read it."""
    return _MENTION.sub(f"@{_WORD_JOINER}", text)


def underestimated(text: str) -> int:
    """By how much the server may count more than there are characters: short links."""
    return sum(max(0, LINK_LENGTH - len(link)) for link in _LINK.findall(text))
