"""What retrieval costs: embedding queries and knowledge, reranking, and a vector store by size.

Chunks of 512 tokens with 128 tokens of overlap (Microsoft, Azure AI Search chunking, 2026-06). A vector takes
dimensions × 4 bytes × 1.5 in an HNSW index. Read and write units as Pinecone documents them (2026): one read unit per
GB of index and query, at least 0.25; one write unit per KB of record. The number of candidates that are reranked and
the share of knowledge that a change touches are assumptions.
"""

from __future__ import annotations

from datetime import date
from decimal import ROUND_CEILING, Decimal
from typing import Final

from advisor.costs.ledger import MILLION, Kind, Ledger, Month, occurrences, parts_of
from advisor.pricebook.book import PriceBook, Rate
from advisor.workload import Workload

CHUNK_TOKENS: Final = Decimal(512)
OVERLAP_TOKENS: Final = Decimal(128)
DIMENSIONS: Final = Decimal(1536)
INDEX_OVERHEAD: Final = Decimal("1.5")
CANDIDATES: Final = Decimal(50)
CHANGED_SHARE: Final = Decimal("0.1")
MIN_READ_UNITS: Final = Decimal("0.25")
TOKEN_BYTES: Final = Decimal(4)
GIGABYTE: Final = Decimal(1_000_000_000)


def chunks(knowledge_tokens: Decimal) -> Decimal:
    """Return into how many overlapping chunks some knowledge is cut."""
    return (knowledge_tokens / (CHUNK_TOKENS - OVERLAP_TOKENS)).to_integral_value(ROUND_CEILING)


def index_gigabytes(knowledge_tokens: Decimal) -> Decimal:
    """Return the size of the vector index."""
    return chunks(knowledge_tokens) * DIMENSIONS * 4 * INDEX_OVERHEAD / GIGABYTE


def write_units(count: Decimal) -> Decimal:
    """Return the write units of a number of chunks: the vector and its text, by the kilobyte."""
    record = (DIMENSIONS * 4 + CHUNK_TOKENS * TOKEN_BYTES) / 1000
    return count * record.to_integral_value(ROUND_CEILING)


class Retrieval:
    """Adds the lines of retrieval with the book's embedding model, reranker and vector store of a day."""

    def __init__(self, book: PriceBook, workload: Workload, as_of: date) -> None:
        self.book = book
        self.workload = workload
        self.embedding = book.role("embedding", as_of).model
        self.reranker = book.role("reranker", as_of).model
        self.store = book.role("vector_store", as_of).model

    @property
    def owners(self) -> tuple[str, str, str]:
        """Return what is billed."""
        return self.embedding, self.reranker, self.store

    def add_build(self, ledger: Ledger, as_of: date) -> None:
        """Add building the index."""
        knowledge = self.workload.knowledge_tokens.value
        self._embed(ledger, 0, "build", "index_embedding", "Embedding the knowledge", knowledge, as_of)
        self._write(ledger, 0, "build", "index_write", "Writing the index", knowledge, as_of)

    def add_calls(self, ledger: Ledger, calls: Decimal, month: int, day: date) -> Decimal:
        """Add the retrieval of a number of calls; return what the vector store bills for reading."""
        queries = calls * self.workload.input_tokens.value / MILLION
        ledger.add(
            month,
            "run",
            "query_embedding",
            f"Embedding queries with {self.embedding}",
            queries,
            self.book.rate(self.embedding, "embedding", day),
            usage=True,
        )
        rate = self.book.rate(self.reranker, "rerank", day)
        label = f"Reranking {CANDIDATES} candidates of {CHUNK_TOKENS} tokens, each with the query, by {self.reranker}"
        ledger.add(month, "run", "rerank", label, self._rerank_quantity(calls, rate), rate, usage=True)
        size = index_gigabytes(self.workload.knowledge_tokens.value)
        units = calls * max(size, MIN_READ_UNITS) / MILLION
        return ledger.add(
            month,
            "run",
            "vector_read",
            f"Queries to {self.store}",
            units,
            self.book.rate(self.store, "vector_read", day),
            usage=True,
        )

    def add_month(self, ledger: Ledger, month: Month, *, upkeep: bool = True) -> None:
        """Add a month of retrieval: queries, storage, what is missing to the store's minimum, and changed knowledge."""
        book, knowledge = self.book, self.workload.knowledge_tokens.value
        steps = [day for name in self.owners for day in book.steps(name, month.start, month.end)]
        billed = Decimal(0)
        for part in parts_of(month, sorted(set(steps))):
            calls = self.workload.calls_per_day * part.days * part.growth
            billed += self.add_calls(ledger, calls, month.number, part.start)
            billed += ledger.add(
                month.number,
                "run",
                "vector_storage",
                f"Storage in {self.store}",
                index_gigabytes(knowledge) * part.days / month.days,
                book.rate(self.store, "vector_storage", part.start),
            )
        changed = knowledge * CHANGED_SHARE * occurrences(month.number, self.workload.knowledge_changes)
        if upkeep and changed:
            self._embed(
                ledger, month.number, "maintain", "re_embedding", "Embedding changed knowledge", changed, month.start
            )
            billed += self._write(
                ledger, month.number, "maintain", "index_rewrite", "Writing changed knowledge", changed, month.start
            )
        minimum = book.rate(self.store, "vector_minimum", month.start)
        if book.gap(self.store, "vector_minimum", month.start):
            missing = f"the monthly minimum of {self.store} is not established"
            ledger.add(month.number, "run", "vector_minimum", "Monthly minimum", Decimal(1), None, missing=missing)
        if minimum is not None and billed < minimum.unit_usd:
            ledger.add(
                month.number,
                "run",
                "vector_minimum",
                f"Up to the monthly minimum of {self.store}",
                (minimum.unit_usd - billed) / minimum.unit_usd,
                minimum,
            )

    def _embed(self, ledger: Ledger, month: int, kind: Kind, line: str, label: str, tokens: Decimal, day: date) -> None:
        with_overlap = tokens * CHUNK_TOKENS / (CHUNK_TOKENS - OVERLAP_TOKENS)
        ledger.add(
            month,
            kind,
            line,
            f"{label} with {self.embedding}",
            with_overlap / MILLION,
            self.book.rate(self.embedding, "embedding", day),
        )

    def _write(
        self, ledger: Ledger, month: int, kind: Kind, line: str, label: str, tokens: Decimal, day: date
    ) -> Decimal:
        return ledger.add(
            month,
            kind,
            line,
            f"{label} to {self.store}",
            write_units(chunks(tokens)) / MILLION,
            self.book.rate(self.store, "vector_write", day),
        )

    def _rerank_quantity(self, calls: Decimal, rate: Rate | None) -> Decimal:
        """Return searches, or tokens: each candidate is billed with the query (Voyage, Reranker API, 2026)."""
        if rate is not None and rate.unit == "1K searches":
            return calls / 1000
        return calls * CANDIDATES * (CHUNK_TOKENS + self.workload.input_tokens.value) / MILLION
