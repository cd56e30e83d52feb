"""What people write, as HTML that is safe to show: a subset of Markdown, and the HTML of mails.

Everything that leaves here went through one sanitiser, and may be put into a page as it is.
"""

from cases.rich_text.clean import clean_html
from cases.rich_text.fold import fold_quotes
from cases.rich_text.markdown import text_as_html

__all__ = ["clean_html", "fold_quotes", "text_as_html"]
