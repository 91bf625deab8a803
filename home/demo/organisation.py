"""The demo municipality: units, people, roles and the words of the registers."""

import tomllib
from pathlib import Path
from typing import Any

from django.contrib.auth.hashers import make_password

from cases.models import Category, Cause, ExternalSystem
from organisation.models import RoleAssignment, Unit, User
from organisation.roles import Role

FOLDER = Path(__file__).parent


def read(name: str) -> dict[str, Any]:
    """A file of the demo data."""
    with (FOLDER / name).open("rb") as file:
        return tomllib.load(file)


def load_units() -> None:
    """Make the units that are not there yet."""
    for row in read("organisation.toml")["unit"]:
        if Unit.objects.filter(code=row["code"]).exists():
            continue
        unit = Unit(code=row["code"], name=row["name"], kind=row.get("kind", Unit.Kind.RESULT_UNIT))
        if "parent" in row:
            Unit.objects.get(code=row["parent"]).add_child(instance=unit)
        else:
            Unit.add_root(instance=unit)


def load_people() -> None:
    """Make the people that are not there yet, and the roles they hold."""
    data = read("organisation.toml")
    units = {unit.code: unit for unit in Unit.objects.all()}
    password = make_password(data["password"])
    for row in data["person"]:
        if User.objects.filter(username=row["username"]).exists():
            continue
        user = User(
            username=row["username"],
            first_name=row["first_name"],
            last_name=row["last_name"],
            job_title=row["job_title"],
            email=f"{row['username']}@asker.example",
            unit=units[row["unit"]],
            password=password,
            is_superuser=row["username"] == "admin",
        )
        user.save()
        for role in row.get("roles", []):
            name, code = role.split(":")
            RoleAssignment.objects.create(user=user, unit=units[code], role=Role(name))
    for row in data["unit"]:
        for field, role in (("leader", Role.UNIT_LEADER), ("deputy", Role.DEPUTY)):
            if field in row:
                user = User.objects.get(username=row[field])
                RoleAssignment.objects.get_or_create(user=user, unit=units[row["code"]], role=role)


def load_registers() -> None:
    """Make the categories, causes and other systems that are not there yet."""
    data = read("registers.toml")
    for model, rows in ((Category, data["categories"]), (Cause, data["causes"])):
        for code, name, description in rows:
            model.objects.get_or_create(code=code, defaults={"name": name, "description": description})
    for code, name, description, address in data["systems"]:
        facts = {"name": name, "description": description, "address": address}
        ExternalSystem.objects.get_or_create(code=code, defaults=facts)
