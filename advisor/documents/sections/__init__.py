"""The sections of a document: what templates may print, by the names under which they know it."""
