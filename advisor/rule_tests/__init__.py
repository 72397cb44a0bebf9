"""The cases of a pack, read and run: those that rules carry, and those of the whole pack."""
