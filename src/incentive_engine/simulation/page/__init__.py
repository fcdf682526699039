"""One HTML page for the committee that decides on a policy: it opens anywhere, offline, and can be printed.

Raises:
    ImportError: if the extra `report` is not installed.
"""

try:
    import altair as alt  # noqa: F401 -- every chart is made with it
    import jinja2  # noqa: F401 -- the page is
    import vl_convert  # noqa: F401 -- the scripts that draw the charts come from it
except ImportError as error:
    raise ImportError(
        "the report needs altair, jinja2 and vl-convert: pip install 'incentive-engine[report]'"
    ) from error
