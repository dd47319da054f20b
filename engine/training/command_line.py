"""An argument parser that says what is wrong in one sentence, for every program of the training."""

from __future__ import annotations

import argparse
from typing import NoReturn

from engine.errors import RequestError


class Parser(argparse.ArgumentParser):
    """Raises `RequestError` where argparse would print its usage and leave."""

    def error(self, message: str) -> NoReturn:
        problem = message[:1].upper() + message[1:].rstrip(".") + "."
        raise RequestError(problem, f"`{self.prog} --help` says what it takes.")
