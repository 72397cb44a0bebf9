"""Many workloads in one file: read row by row, decided side by side on columns, written row by row."""
