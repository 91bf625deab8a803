"""`python -m tests.load [seconds]`: thirty reports a second from inhabitants, on the database of `DATABASE_URL`, with
production's settings and the mail server down. None may be lost, none doubled, and 95 of 100 are answered in a second.

Makes its own tables, so the database must be empty. Prints its figures; exits with 1 when a promise is not kept.
"""

import asyncio
import os
import re
import subprocess
import sys
import tempfile
import time
import uuid

import django
import httpx
from django.core import signing
from django.core.management import call_command

from tests.bench.figures import Figure
from tests.browser.serving import ROOT, free_port, wait_for

RATE = 30  # a second


def main(seconds: int) -> int:
    port, nobody = free_port(), free_port()
    with tempfile.TemporaryDirectory() as var:
        os.environ |= {
            "DJANGO_SETTINGS_MODULE": "config.settings.production",
            "SECRET_KEY": uuid.uuid4().hex,
            "ALLOWED_HOSTS": "127.0.0.1",
            "BASE_URL": f"http://127.0.0.1:{port}",
            "SECURE_SSL_REDIRECT": "false",
            "EMAIL_URL": f"smtp://127.0.0.1:{nobody}",
            "TRUSTED_PROXIES": "1",
            "VAR_DIR": var,
            "LOG_LEVEL": "ERROR",
        }
        django.setup()
        call_command("migrate", verbosity=0)
        call_command("createsuperuser", username="boss", email="boss@example.test", interactive=False, verbosity=0)
        call_command("set_up", "Prøvekommunen", administrator="boss", verbosity=0)
        call_command("collectstatic", interactive=False, verbosity=0)
        figures = served(port, seconds)
    for figure in figures:
        print(figure)
    return 0 if all(figure.is_kept for figure in figures) else 1


def served(port: int, seconds: int) -> list[Figure]:
    command = [sys.executable, "-m", "gunicorn", "config.wsgi", "-b", f"127.0.0.1:{port}", "-w", "2", "--threads", "8"]
    server = subprocess.Popen([*command, "--log-level", "error"], cwd=ROOT)
    worker = subprocess.Popen([sys.executable, "manage.py", "db_worker"], cwd=ROOT, stderr=subprocess.DEVNULL)
    try:
        wait_for(f"http://127.0.0.1:{port}/healthz")
        sent, times = asyncio.run(send_all(f"http://127.0.0.1:{port}", seconds))
    finally:
        for process in (server, worker):
            process.terminate()
            process.wait(timeout=30)
    return figures_of(sent, times)


def figures_of(sent: list[str], times: list[float]) -> list[Figure]:
    from cases.models import Case, Intake  # noqa: PLC0415  (Django is set up only now)
    from organisation.mail import Mail  # noqa: PLC0415

    kept = [*Case.objects.values_list("description", flat=True), *Intake.objects.values_list("text", flat=True)]
    numbers = sorted(int(reference.split("-")[1]) for reference in Case.objects.values_list("reference", flat=True))
    gaps = len(numbers) - len(set(numbers)) + (numbers[-1] - len(numbers) if numbers else 0)
    times.sort()
    return [
        Figure("reports sent and answered", len(sent), ""),
        Figure("of these lost", len(set(sent) - set(kept)), "", 0),
        Figure("of these doubled", len(kept) - len(set(kept)), "", 0),
        Figure("numbers missing or doubled", gaps, "", 0),
        Figure("letters waiting for the mail server", Mail.objects.exclude(state="sent").count(), ""),
        Figure("answered, median", times[len(times) // 2], "s"),
        Figure("answered, 95 of 100", times[int(len(times) * 0.95)], "s", 1),
        Figure("answered, slowest", times[-1], "s"),
    ]


async def send_all(address: str, seconds: int) -> tuple[list[str], list[float]]:
    """Send at the rate, whether the earlier ones are answered or not; what was answered, and how fast."""
    sent: list[str] = []
    times: list[float] = []
    limits = httpx.Limits(max_connections=200)
    async with httpx.AsyncClient(base_url=address, timeout=30, limits=limits) as client:
        page = await client.get("/dialog/")
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text).group(1)  # type: ignore[union-attr]
        cookie = f"csrftoken={page.cookies['csrftoken']}"  # for https only, so the client would not send it itself
        shown_at = signing.dumps(time.time() - 60, salt="dialog")

        async def send(number: int) -> None:
            text = f"Melding nummer {number} om lyset på gangveien."
            data = {
                "csrfmiddlewaretoken": token,
                "shown_at": shown_at,
                "key": str(uuid.uuid4()),
                "kind": "deviation",
                "description": text,
                "email": f"innbygger{number}@example.test" if number % 2 else "",
            }
            place = f"10.{number // 65536}.{number // 256 % 256}.{number % 256}"
            headers = {"X-Forwarded-For": place, "Cookie": cookie}
            begun = time.monotonic()
            answer = await client.post("/dialog/", data=data, headers=headers)
            times.append(time.monotonic() - begun)
            if answer.status_code == 200:
                sent.append(text)

        begun = time.monotonic()
        tasks = []
        for number in range(RATE * seconds):
            await asyncio.sleep(max(0, begun + number / RATE - time.monotonic()))
            tasks.append(asyncio.create_task(send(number)))
        await asyncio.gather(*tasks)
    return sent, times


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 60))
