"""PyArrow, which the extra `arrow` installs; without it this module says so."""

from advisor.errors import fail

try:
    import pyarrow as pyarrow
    import pyarrow.parquet as parquet
except ImportError:
    raise fail("Arrow and Parquet need the package pyarrow.", accepted="pip install 'llm-advisor[arrow]'") from None

__all__ = ["parquet", "pyarrow"]
