"""The API (G28): other systems create and follow cases. `/api/v1/` in our own words, `/api/open311/v2/` as Open311."""

from .cases import router
from .doors import addresses, make_api
from .open311 import router as open311_router

__all__ = ["addresses", "api", "open311"]

api = make_api("api", "Felles", "Report and follow cases. A case is shown as its account may read it.")
api.add_router("", router)
open311 = make_api(
    "open311", "Felles Open311", "GeoReport v2, JSON only: reports from inhabitants in, and their state out."
)
open311.add_router("", open311_router)
