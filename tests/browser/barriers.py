"""What keeps people out, looked for by axe and by the width of the page."""

from axe_playwright_python.sync_playwright import Axe


def check(page, what="", within=None):
    """Fails with axe's own report, or if the page is wider than the screen.

    ``what`` names the page in the report, ``within`` (CSS selectors) is the part that is ours.
    """
    what = what or page.url
    # After a click the new page may be there before its first element: axe would find nothing.
    page.wait_for_load_state()
    results = Axe().run(page, context={"include": within} if within else None)
    assert results.violations_count == 0, f"{what}\n{results.generate_report()}"
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= page.viewport_size["width"], f"{what} is {width} px wide"
