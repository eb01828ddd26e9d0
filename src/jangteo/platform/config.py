"""Every setting of the product: typed, with its unit in its name, read from the environment (``JANGTEO_...``).

``DATABASE_URL`` and ``JANGTEO_DATA`` keep their common names. Nothing here imports Django.
"""

from __future__ import annotations

import hashlib
import os
import secrets
from functools import lru_cache
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

PROJECT_ROOT = Path(__file__).resolve().parents[3]
PACKAGE_ROOT = Path(__file__).resolve().parents[1]


def _default_var_dir() -> Path:
    """Where data lives. As root not below a home folder: the embedded database makes every parent traversable."""
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        clone = hashlib.sha256(str(PROJECT_ROOT).encode()).hexdigest()[:10]
        return Path("/var/lib/jangteo") / clone
    return PROJECT_ROOT / "var"


class Config(BaseSettings):
    """What an operator may set. Each field's comment gives the reason for its default."""

    model_config = SettingsConfigDict(env_prefix="JANGTEO_", env_file=None, extra="ignore")

    #: database files, uploaded pictures, secret key; one folder to keep
    var_dir: Path = Field(default_factory=_default_var_dir)
    #: any PostgreSQL 16+; empty starts the embedded one
    database_url: str = Field(default="", validation_alias="DATABASE_URL")
    #: public data sets for benchmarks and the register of markets
    data_dir: Path = Field(
        default=PROJECT_ROOT.parent / "shared" / "data", validation_alias="JANGTEO_DATA"
    )
    #: signs sessions and live tokens; the same on every machine
    secret_key: SecretStr | None = None
    #: development conveniences: style guide, tracebacks. Never in public
    debug: bool = False

    #: address to listen on; 0.0.0.0 is every address of this machine
    host: str = "127.0.0.1"
    #: port of the web pages
    port: int = 8000
    #: server-sent events come from a small process of their own; 0 means port + 1
    live_port: int = 0
    #: how browsers reach the live process when a load balancer stands before it
    live_url: str = ""
    #: open pages one live process serves; each costs about 60 kB
    live_clients: int = 2000
    #: open pages of one person; a console, a phone and a few forgotten tabs
    live_clients_per_token: int = 20
    #: the address people type, used in links sent by message
    public_url: str = ""
    #: names under which the pages may be asked for; a JSON list
    allowed_hosts: list[str] = ["localhost", "127.0.0.1", "[::1]"]
    #: one process serves 50 product pages/s with room; add one per core
    web_processes: int = 1
    #: blocking threads in each web process; each holds one database connection
    web_threads: int = 8
    #: set behind TLS: cookies are marked Secure, X-Forwarded-Proto is believed, browsers are told to stay on https
    https: bool = False

    #: how long a placed but unpaid order keeps its goods
    reservation_minutes: int = 10
    #: a trusted phone opens without a password ritual for half a year
    session_days: int = 180
    #: a one-time sign-in code
    code_minutes: int = 10
    #: a market's own data is read by every page and changes rarely; another process sees a change this late
    market_cache_seconds: float = 10.0
    #: Pretendard-Regular.ttf and -Bold.ttf for paper with Korean letters (npm brings them)
    paper_fonts_dir: Path = (
        PROJECT_ROOT / "node_modules" / "pretendard" / "dist" / "public" / "static" / "alternative"
    )
    #: kor.traineddata, the model that reads Korean letters on price boards (npm brings it, the build unpacks it)
    korean_letters_dir: Path = PACKAGE_ROOT / "engines" / "boards" / "built"
    #: "local" reads price boards on this machine; "model" also asks the language model below, if it can see
    board_reader: Literal["local", "model"] = "local"
    #: pictures of boards read at a time on this machine; each takes a core for seconds and about 700 MB
    board_readers: int = Field(default=1, ge=1, le=64)
    #: months of the decision log kept in the database; older ones move to Parquet. A year and the month it began in
    decision_months_live: int = 13
    #: SPDX name of the licence of the open dataset of standard products; attribution is the least that lets others trust it
    dataset_licence: str = "CC-BY-4.0"
    #: a phone's photograph is 3-8 MB
    upload_max_mib: int = 12

    #: "sandbox" or "toss"
    payment_provider: str = "sandbox"
    #: where the payment service is; another address for tests against an imitation
    toss_base_url: str = "https://api.tosspayments.com"
    #: public key of the shop at the payment service
    toss_client_key: str = ""
    #: secret key of the shop at the payment service
    toss_secret_key: SecretStr | None = None
    #: after this the answer counts as unknown and a job asks again
    payment_timeout_seconds: float = 10.0
    #: the pages that show sandbox messages (sign-in codes among them) and the sandbox payment window; unset: only
    #: while the market is reachable from this machine alone
    sandbox: bool | None = None

    #: base address of any OpenAI-compatible language model, such as http://127.0.0.1:8080/v1 of a llama.cpp or an
    #: Ollama of your own; empty: none, texts are written by the rules that ship with the product
    model_url: str = ""
    #: the model's name as that server knows it; one that serves a single model needs none
    model_name: str = ""
    #: sent as `Authorization: Bearer ...`; a server of your own needs none
    model_key: SecretStr | None = None
    #: one answer at most; a small model on two cores writes about ten words a second
    model_seconds: float = Field(default=60.0, gt=0, le=600)

    #: open the sample market at the first start of an installation without any market
    sample_market: bool = True

    #: where big computations run: "here" (in the process that asks), "processes" (of this machine) or "dask"
    compute: Literal["here", "processes", "dask"] = "here"
    #: workers of "processes", and of a Dask cluster on this machine; 0 is one a core
    compute_workers: int = 0
    #: scheduler of a Dask cluster of your own (tls://host:8786); empty starts one on this machine for the work
    compute_dask_address: str = ""

    #: DEBUG, INFO, WARNING or ERROR
    log_level: str = "INFO"
    #: reads /metrics from another machine with `Authorization: Bearer ...`; without it only this machine may
    metrics_token: SecretStr | None = None

    @property
    def effective_live_port(self) -> int:
        return self.live_port or self.port + 1

    @property
    def sandbox_pages(self) -> bool:
        """Are the sandbox's pages shown? They let whoever sees them sign in as anybody."""
        if self.sandbox is not None:
            return self.sandbox
        return self.host in ("127.0.0.1", "localhost", "::1") and not self.public_url

    @property
    def media_dir(self) -> Path:
        return self.var_dir / "media"

    @property
    def database_dir(self) -> Path:
        return self.var_dir / "postgres"

    def effective_public_url(self) -> str:
        return (self.public_url or f"http://localhost:{self.port}").rstrip("/")

    def effective_secret_key(self) -> str:
        """The configured key, or one made once and kept beside the data with mode 0600."""
        if self.secret_key is not None:
            return self.secret_key.get_secret_value()
        path = self.var_dir / "secret_key"
        if not path.exists():
            self.var_dir.mkdir(parents=True, exist_ok=True)
            handle = os.open(path, os.O_CREAT | os.O_WRONLY | os.O_EXCL, 0o600)
            with os.fdopen(handle, "w") as file:
                file.write(secrets.token_urlsafe(50))
        return path.read_text().strip()


@lru_cache(maxsize=1)
def config() -> Config:
    """The one configuration of this process."""
    return Config()
