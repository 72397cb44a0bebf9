"""`advise check`: whether documents are still what their inputs give. `quick` needs the standard library alone."""
