"""The one sanitiser: what HTML may hold that somebody else wrote."""

from __future__ import annotations

from collections.abc import Callable

import nh3

_TEXT = "p br div span b strong i em u s del ins sub sup small mark q cite abbr hr code pre kbd samp"
_BLOCKS = "h1 h2 h3 h4 h5 h6 blockquote ul ol li dl dt dd table caption thead tbody tfoot tr th td"
_TAGS = {*_TEXT.split(), *_BLOCKS.split(), "a", "img"}
_DROPPED_WHOLE = set("script style title noscript iframe object template textarea select".split())
_ATTRIBUTES = {
    "a": {"href", "title"},
    "img": {"src", "alt", "title", "width", "height"},
    "ol": {"start"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
    "abbr": {"title"},
}
_SCHEMES = {"http", "https", "mailto", "tel"}
_REL = "noopener noreferrer nofollow"


def _filter(with_images: bool) -> Callable[[str, str, str], str | None]:
    def keep(tag: str, attribute: str, value: str) -> str | None:
        if attribute == "src":
            return value if with_images and value.lower().startswith("https://") else None
        if attribute in ("colspan", "rowspan", "width", "height", "start"):
            return value if value.isdecimal() and value.isascii() and len(value) <= 4 else None
        return value

    return keep


def _cleaner(with_images: bool) -> nh3.Cleaner:
    return nh3.Cleaner(
        tags=_TAGS,
        clean_content_tags=_DROPPED_WHOLE,
        attributes=_ATTRIBUTES,
        attribute_filter=_filter(with_images),
        set_tag_attribute_values={"a": {"target": "_blank"}},
        link_rel=_REL,
        url_schemes=_SCHEMES,
        url_relative="deny",
    )


_WITHOUT_IMAGES = _cleaner(with_images=False)
_WITH_IMAGES = _cleaner(with_images=True)


def clean_html(html: str, with_images: bool = False) -> str:
    """HTML without anything that acts, styles, frames or loads. Links open in a tab of their own.

    Images from outside lose their address, so that nobody learns that a mail was read; their alternative
    text stays. `with_images` leaves those that come over https, for a reader who asked for them.
    """
    return (_WITH_IMAGES if with_images else _WITHOUT_IMAGES).clean(html)
