"""What the ways of working on partitions share: their errors, and what every worker's surroundings are."""

from __future__ import annotations

from jangteo.platform.errors import JangteoError

#: what names a partition
Key = str | int

#: numerical libraries must not start a thread a core in every worker
THREADS = {
    "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1",
    "OMP_WAIT_POLICY": "passive",
}  # fmt: skip


class PartitionFailed(JangteoError):
    """Part “{key}” failed {attempts} times, last with: {why}. What was finished is kept; mend the cause and start again."""

    ko = "‘{key}’ 부분이 {attempts}번 실패했어요. 마지막 까닭: {why}. 끝난 부분은 남아 있어요. 까닭을 고치고 다시 시작해 주세요."
    status = 500


class DaskMissing(JangteoError):
    """Dask is not installed. Install it with `pip install jangteo[dask]`, or set JANGTEO_COMPUTE to "processes"."""

    ko = "Dask가 설치되어 있지 않아요. `pip install jangteo[dask]`로 설치하거나 JANGTEO_COMPUTE를 processes로 바꿔 주세요."
    status = 500


def failed(key: Key, attempts: int, why: BaseException | str) -> PartitionFailed:
    """The error of a partition that failed for good."""
    text = why if isinstance(why, str) else f"{type(why).__name__}: {why}"
    return PartitionFailed(key=key, attempts=attempts, why=text[:500])
