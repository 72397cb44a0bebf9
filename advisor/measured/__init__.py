"""Answers that are counted instead of guessed: tokens of a prompt, of samples, of knowledge, of a training set."""
