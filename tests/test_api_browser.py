"""The pages in a real browser: used as a person uses them, and looked over by axe. Records are the invented samples."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser

playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed (dev group)")
axe = pytest.importorskip("axe_playwright_python", reason="axe is not installed (dev group)")

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here: `apt-get install chromium`"),
]

FLAGSHIP = "/ask?q=which+PD-L1+combos+in+second+line"
PAGES = (
    "/", "/ask", FLAGSHIP, "/ask?q=PD-L1+combos+in+second+line+in+phase+3", "/ask?q=asdf+pembrolizumub",
    "/ask?q=compare+PD-1+and+PD-L1+inhibitors+in+first+line",
    "/ask?q=most+common+partners+of+PD-L1+inhibitors+in+second+line", "/trial/NCT99000001", "/drug/benmelstobart",
    "/class/pd-l1-inhibitor", "/target/CD274", "/condition/small-cell-lung-cancer", "/endpoint/ORR",
    "/walk/drug/benmelstobart", "/walk/trial/NCT99000001", "/new?since=2020-01-01", "/quality", "/editor",
)  # fmt: skip
GRAVE = {"serious", "critical"}
EDITOR = Path(__file__).parents[1] / "api" / "web" / "static" / "editor" / "editor.js"
AXE = Path(axe.__file__).with_name("axe.min.js")


@pytest.fixture(scope="module")
def browser() -> Iterator["Browser"]:
    with playwright.sync_playwright() as started:
        running = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield running
        running.close()


class Visit:
    """A page of the service, and what it complained of or asked of other hosts."""

    def __init__(self, browser: "Browser", base: str, **options: Any) -> None:
        self.base = base
        self.complaints: list[str] = []
        self.page = browser.new_context(base_url=base, **options).new_page()
        self.page.set_default_timeout(20_000)
        self.page.on("console", lambda message: self.heard(message.type, message.text))
        self.page.on("pageerror", lambda error: self.heard("error", str(error)))
        self.page.on("request", lambda request: self.asked(request.url))

    def heard(self, kind: str, text: str) -> None:
        if kind in {"error", "warning"}:
            self.complaints.append(text)

    def asked(self, url: str) -> None:
        if not url.startswith((self.base, "data:", "blob:")):
            self.complaints.append(f"asks another host: {url}")

    def open(self, path: str) -> None:
        self.page.goto(path, wait_until="networkidle")

    def faults(self) -> list[str]:
        self.page.evaluate(AXE.read_text("utf-8"))
        found = self.page.evaluate("axe.run()")["violations"]
        return [f"{one['id']}: {one['nodes'][0]['html'][:200]}" for one in found if one["impact"] in GRAVE]


@pytest.fixture
def visit(browser: "Browser", sample_client: httpx.Client) -> Iterator[Visit]:
    made = Visit(browser, str(sample_client.base_url).rstrip("/"), viewport={"width": 1280, "height": 844})
    yield made
    made.page.context.close()


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_every_page_is_sound(browser: "Browser", sample_client: httpx.Client, width: int, scheme: str) -> None:
    base = str(sample_client.base_url).rstrip("/")
    made = Visit(browser, base, viewport={"width": width, "height": 844}, color_scheme=scheme)
    faults = {}
    for path in PAGES:
        made.open(path)
        found = made.faults()
        wide = made.page.evaluate("document.documentElement.scrollWidth")
        found += [f"{wide} px wide"] if wide > width else []
        if found:
            faults[path] = found
    made.page.context.close()
    assert faults == {}
    assert made.complaints == []


def test_from_the_question_to_the_sentence_and_back(visit: Visit) -> None:
    page = visit.page
    visit.open("/")
    page.get_by_role("searchbox").fill("which PD-L1 combos in second line")
    page.get_by_role("button", name="Ask").click()
    assert page.get_by_role("status").inner_text().startswith("3 trials")
    page.get_by_label("leave out: in combination").click()
    assert page.get_by_role("status").inner_text().startswith("4 trials")
    page.get_by_label("put back: in combination").click()
    page.get_by_role("link", name="extensive-stage small cell lung cancer").first.click()
    assert page.get_by_role("status").inner_text().startswith("1 trial")
    page.get_by_text("Where it says so").first.click()
    assert page.locator("blockquote mark").first.is_visible()
    page.get_by_role("heading", level=3).get_by_role("link").first.click()
    assert page.url.endswith("/trial/NCT99000001")
    page.locator("#fact-1 a.place").first.click()
    marked = page.locator("mark:target")
    assert "Second-line" in marked.inner_text()
    assert marked.is_visible()
    page.locator("mark:target + .refs a").first.click()
    assert page.locator("#fact-1:target").is_visible()
    assert visit.complaints == []


def test_question_to_evidence_takes_two_clicks(visit: Visit) -> None:
    visit.open("/")
    visit.page.get_by_role("link", name="which PD-L1 combos in second line").click()
    visit.page.get_by_text("Where it says so").first.click()
    assert visit.page.locator("blockquote mark").first.is_visible()


def test_the_keyboard_alone_reaches_the_evidence(visit: Visit) -> None:
    page = visit.page
    visit.open("/")
    page.keyboard.type("which PD-L1 combos in second line")
    page.keyboard.press("Enter")
    page.wait_for_url("**/ask?**")
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.innerText") == "Where it says so":
            break
    page.keyboard.press("Enter")
    assert page.locator("blockquote mark").first.is_visible()


def test_the_first_answer_is_light(browser: "Browser", sample_client: httpx.Client) -> None:
    sizes: list[int] = []
    context = browser.new_context(base_url=str(sample_client.base_url))
    page = context.new_page()
    page.on("response", lambda response: sizes.append(len(response.body())))
    page.goto(FLAGSHIP, wait_until="networkidle")
    context.close()
    assert len(sizes) >= 2
    assert sum(sizes) <= 200_000


def test_without_scripts_everything_still_answers(browser: "Browser", sample_client: httpx.Client) -> None:
    context = browser.new_context(base_url=str(sample_client.base_url), java_script_enabled=False)
    page = context.new_page()
    page.goto("/")
    page.get_by_role("searchbox").fill("PD-L1 combos in second line")
    page.get_by_role("button", name="Ask").click()
    assert page.get_by_role("status").inner_text().startswith("3 trials")
    page.goto("/editor")
    page.get_by_role("button", name="Run").click()
    assert page.locator("#result table").is_visible()
    page.locator("#result tbody a").first.click()
    assert page.get_by_role("heading", level=1).is_visible()
    context.close()


@pytest.mark.skipif(not EDITOR.is_file(), reason="the editor is not built: `make editor`")
def test_the_editor_runs_completes_and_leads_to_our_pages(visit: Visit) -> None:
    page = visit.page
    visit.open("/editor")
    page.locator("#editor .tabPanel.active .yasqe_queryButton").wait_for()
    page.get_by_text("Example queries").click()
    page.get_by_role("link", name="What PD-L1 drugs are combined with").click()
    page.locator(".tabPanel.active .yasqe_queryButton").click()
    page.locator(".tabPanel.active .yasr_results td a[href='/drug/anlotinib']").wait_for()
    assert visit.faults() == []
    page.evaluate(
        """() => {
          const editor = document.querySelector(".tabPanel.active .CodeMirror").CodeMirror;
          editor.setValue("PREFIX tg: <https://w3id.org/trialgraph/ontology#>\\nSELECT * { ?t tg:combinesT");
          editor.focus();
          editor.setCursor(1, 26);
        }"""
    )
    page.keyboard.press("Control+Space")
    page.locator(".CodeMirror-hints li").first.wait_for()
    assert "tg:combinesTarget" in page.locator(".CodeMirror-hints li").all_inner_texts()
    page.keyboard.press("Escape")
    for _ in range(6):
        page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('.CodeMirror') === null")
    assert visit.complaints == []
