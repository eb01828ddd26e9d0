"""What pilots do when their experiment closes or their vendor goes."""

from __future__ import annotations

from jangteo.apps.decisions.events import ExperimentClosed, ProviderGone
from jangteo.apps.programme.models import Pilot
from jangteo.platform.events import subscribe


@subscribe(ExperimentClosed)
def experiment_closed(event: ExperimentClosed) -> None:
    """A running pilot is over: ended at its horizon, otherwise stopped."""
    state = Pilot.State.ENDED if event.why == "horizon" else Pilot.State.STOPPED
    Pilot.objects.filter(
        market_id=event.market_id,
        experiment_id=event.experiment_id,
        state=Pilot.State.RUNNING,
    ).update(state=state, ended_at=event.at)


@subscribe(ProviderGone)
def provider_gone(event: ProviderGone) -> None:
    """Without its vendor a pilot cannot start or go on."""
    Pilot.objects.filter(
        market_id=event.market_id,
        provider_id=event.provider_id,
        state__in=(Pilot.State.SIGNED, Pilot.State.RUNNING),
    ).update(state=Pilot.State.STOPPED, ended_at=event.at)
