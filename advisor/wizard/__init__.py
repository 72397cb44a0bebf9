"""The interview on a terminal: one inline screen that is drawn in place and erased at the end."""

from __future__ import annotations

from advisor.asking import Session


def hold(session: Session, *, choose: bool, confirm: bool) -> None:
    """Ask on the terminal until everything is answered and checked.

    With `choose` the first page offers the quick and the full way; without `confirm` the page on which answers are
    checked is left out. Raises Left when the person leaves; the interview then holds what was answered.
    """
    from advisor.wizard.application import Wizard

    Wizard(session, choose=choose, confirm=confirm).run()
