"""Many requests at the same moment, against the real server: one case for one form, numbers without gaps."""

import re
import uuid
from concurrent.futures import ThreadPoolExecutor

import httpx

from tests.browser.serving import PASSWORD


def client_for(server: str, username: str) -> httpx.Client:
    client = httpx.Client(base_url=server, follow_redirects=True, timeout=60)
    client.get("/logg-inn/")
    answer = client.post(
        "/logg-inn/",
        data={"username": username, "password": PASSWORD, "csrfmiddlewaretoken": client.cookies["csrftoken"]},
        headers={"Referer": f"{server}/logg-inn/"},
    )
    assert "logg-inn" not in str(answer.url)
    return client


def send(server: str, client: httpx.Client, key: uuid.UUID) -> str:
    """Send one report; the reference of the case it became."""
    form = client.get("/meld/").text
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', form)[1]
    place = re.search(r'<option value="(\d+)"[^>]*selected', form)[1]
    answer = client.post(
        "/meld/",
        data={
            "csrfmiddlewaretoken": token,
            "key": str(key),
            "kind": "deviation",
            "description": "Mange meldte fra på samme tid",
            "place": place,
        },
        headers={"Referer": f"{server}/meld/"},
    )
    assert answer.status_code == 200, answer.text[:2000]
    return re.search(r"/saker/(\d{4}-\d{5})/kvittering/", str(answer.url))[1]


def test_sixteen_reports_at_once_get_distinct_numbers_without_gaps(server):
    clients = [client_for(server, "ansatt") for _number in range(16)]
    with ThreadPoolExecutor(16) as pool:
        references = list(pool.map(lambda client: send(server, client, uuid.uuid4()), clients))
    numbers = sorted(int(reference.split("-")[1]) for reference in references)
    assert numbers == list(range(numbers[0], numbers[0] + 16))


def test_the_same_form_sent_ten_times_at_once_makes_one_case(server):
    clients = [client_for(server, "ansatt") for _number in range(10)]
    key = uuid.uuid4()
    with ThreadPoolExecutor(10) as pool:
        references = list(pool.map(lambda client: send(server, client, key), clients))
    assert len(set(references)) == 1
