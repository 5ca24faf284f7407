"""What a page says to its reader, for tests."""

import re


def texts(page) -> str:
    """Everything that the page says, with the tags of HTML left out."""
    parts = [*page.markdown, *page.caption, *page.info, *page.warning, *page.header]
    html = [element.proto.body for element in page.main if element.type == "html"]
    found = [element.value for element in parts] + html + [one.proto.body for one in page.get("html")]
    return re.sub(r"<[^>]+>", " ", "\n".join(found))
