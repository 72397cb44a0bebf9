"""Documents: one view of an assessment, rendered by templates."""
