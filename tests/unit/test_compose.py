"""docker-compose.yml: it parses, and fits the settings, the image and the example .env."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tools.elasticsearch_docker import SECRETS

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docker-compose.yml").read_text()
SERVICES = yaml.safe_load(TEXT)["services"]
OURS = sorted(name for name, service in SERVICES.items() if "build" in service)
# ${NAME}, ${NAME:-default} and ${NAME:?message}; $$ is an escaped dollar sign.
REFERENCES = re.findall(r"(?<!\$)\$\{(\w+)(?:(:[-?])([^}]*))?\}", TEXT)


def environment_of(service: str) -> dict[str, str]:
    return SERVICES[service].get("environment", {})


def is_secret(name: str) -> bool:
    return any(word in name for word in ("SECRET", "PASSWORD", "KEY", "TOKEN"))


@pytest.fixture(scope="module")
def names_the_settings_read() -> set[str]:
    """Asked in a process of its own, as the settings of this one are the tests'."""
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "from thinka_site.settings import environment, production\n"
            "print('\\n'.join(environment.names_read()))",
        ],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "SECRET_KEY": "x"},
        capture_output=True,
        text=True,
        check=True,
    )
    return set(done.stdout.split())


def test_has_the_services_of_a_whole_site():
    assert set(SERVICES) >= {"web", "feed", "mail", "postgres", "elasticsearch"}
    assert OURS == ["feed", "mail", "migrate", "web"]


def test_sets_only_variables_that_the_settings_read(names_the_settings_read):
    for service in OURS:
        assert environment_of(service), service
        assert set(environment_of(service)) <= names_the_settings_read, service


def test_passes_on_every_variable_that_fits_its_services(names_the_settings_read):
    of_the_image = {"STATIC_ROOT", "THINKA_DATA_DIR"}
    # Compose has workers for these, and its own Elasticsearch with user and password.
    decided = {"NOTIFICATION_THREAD", "SEARCH_FEED_THREAD"}
    decided |= {"ELASTICSEARCH_API_KEY", "ELASTICSEARCH_CA_CERTS"}
    for service in OURS:
        passed = set(environment_of(service))
        assert names_the_settings_read - passed == of_the_image | decided, service


def test_the_image_sets_only_variables_that_the_settings_read(names_the_settings_read):
    dockerfile = (ROOT / "Dockerfile").read_text()
    block = re.search(r"^ENV ((?:.*\\\n)*.*)", dockerfile, re.MULTILINE).group(1)
    names = set(re.findall(r"([A-Z_]+)=", block))
    of_programs = {"PATH", "PYTHONUNBUFFERED", "PYTHONDONTWRITEBYTECODE", "DJANGO_SETTINGS_MODULE"}
    assert names > of_programs
    assert names - of_programs <= names_the_settings_read


def test_every_lasting_service_has_a_health_check():
    lasting = [name for name, service in SERVICES.items() if service.get("restart") != "no"]
    assert len(lasting) == 5
    for name in lasting:
        assert SERVICES[name]["healthcheck"]["test"], name


def test_no_secret_has_a_default_value():
    secrets = [reference for reference in REFERENCES if is_secret(reference[0])]
    assert {name for name, _, _ in secrets} > set(SECRETS)
    for name, operator, value in secrets:
        assert operator == ":?" or (operator == ":-" and value == ""), name
    for service in SERVICES:
        for name, value in environment_of(service).items():
            assert not is_secret(name) or value.startswith("${"), name


def test_the_tools_know_every_variable_that_compose_insists_on():
    assert {name for name, operator, _ in REFERENCES if operator == ":?"} == set(SECRETS)


def test_the_example_names_every_variable_and_holds_no_secret():
    lines = (ROOT / ".env.example").read_text().splitlines()
    example = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    assert set(example) == {name for name, _, _ in REFERENCES}
    assert {name: value for name, value in example.items() if is_secret(name) and value} == {}


def test_every_port_is_open_on_the_loopback_address_only():
    ports = [port for service in SERVICES.values() for port in service.get("ports", [])]
    assert ports
    assert all(port.startswith("127.0.0.1:") for port in ports)


def test_every_service_waits_for_what_it_needs_and_keeps_its_data():
    declared = yaml.safe_load(TEXT)["volumes"]
    for name, service in SERVICES.items():
        assert set(service.get("depends_on", {})) <= set(SERVICES), name
        for volume in service.get("volumes", []):
            assert volume.split(":")[0] in declared, name
    assert SERVICES["postgres"]["volumes"]
    assert SERVICES["elasticsearch"]["volumes"]
