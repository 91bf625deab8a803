"""What a visit costs the reader, as Chromium itself counts it."""

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

SLOW_4G = {"offline": False, "latency": 150, "downloadThroughput": 1_600_000 / 8, "uploadThroughput": 750_000 / 8}
TIMES_SLOWER = 4
SEEN = """() => new Promise(resolve => {
    const seen = {paint: 0, shift: 0};
    const watch = (type, take) => new PerformanceObserver(list => list.getEntries().forEach(take)).observe({type, buffered: true});
    watch("largest-contentful-paint", entry => { seen.paint = entry.startTime; });
    watch("layout-shift", entry => { seen.shift += entry.value; });
    setTimeout(() => resolve(seen), 1000);
})"""


@dataclass
class Visit:
    """`largest_paint` in seconds; `shift` as the browser reckons it, 0 is none."""

    bytes: int = 0
    elsewhere: int = 0
    largest_paint: float = 0
    shift: float = 0
    parts: dict[str, int] = field(default_factory=dict)


def visit(context: Any, way: str, *, throttled: bool = False) -> Visit:
    """Open the page in a new tab and wait until nothing more comes; every byte on the wire counts, headers too."""
    page = context.new_page()
    seen, addresses = Visit(), {}
    talk = context.new_cdp_session(page)
    talk.send("Network.enable")
    if throttled:
        talk.send("Network.emulateNetworkConditions", SLOW_4G)
        talk.send("Emulation.setCPUThrottlingRate", {"rate": TIMES_SLOWER})

    def asked(event: dict[str, Any]) -> None:
        addresses[event["requestId"]] = event["request"]["url"]

    def came(event: dict[str, Any]) -> None:
        seen.parts[addresses[event["requestId"]]] = int(event["encodedDataLength"])

    talk.on("Network.requestWillBeSent", asked)
    talk.on("Network.loadingFinished", came)
    answer = page.goto(way, wait_until="networkidle")
    assert answer.status == 200, answer.status
    found = page.evaluate(SEEN)
    page.close()
    seen.bytes = sum(seen.parts.values())
    here = urlsplit(answer.url).netloc
    seen.elsewhere = sum(
        urlsplit(each).scheme != "data" and urlsplit(each).netloc != here for each in addresses.values()
    )
    seen.largest_paint, seen.shift = found["paint"] / 1000, found["shift"]
    return seen
