"""Code lists that more than one variable uses, and the conditions that refer to codes.

A code's number is what the database and the frames hold. It never changes and is never
used again for something else.
"""

from __future__ import annotations

from brukerplan.questionnaire.schema import (
    UNKNOWN,
    UNKNOWN_NUMBER,
    Code,
    Condition,
    Kind,
    ShowIf,
    Variable,
)

UNKNOWN_CODE = Code(UNKNOWN, UNKNOWN_NUMBER, "Ukjent")

YES_NO = (Code("no", 0, "Nei"), Code("yes", 1, "Ja"), UNKNOWN_CODE)

# No "unknown": whoever registers a person knows of a problem, or the person is not included.
PROBLEM = (
    Code("none", 0, "Ingen kjente"),
    Code("less_serious", 1, "Mindre alvorlig"),
    Code("serious", 2, "Alvorlig"),
)

SERVICE_NEED = (
    Code("no_need", 1, "Ikke behov"),
    Code("needs_not_received", 2, "Har behov, mottar ikke"),
    Code("receives_covers", 3, "Mottar, dekker behovet"),
    Code("receives_not_covers", 4, "Mottar, dekker ikke behovet"),
    UNKNOWN_CODE,
)
# The answers that mean that a need is not met.
SERVICE_UNMET = ("needs_not_received", "receives_not_covers")

SUBSTANCES = (
    Code("alcohol", 1, "Alkohol"),
    Code("cannabis", 2, "Cannabis"),
    Code(
        "central_stimulants",
        3,
        "Sentralstimulerende midler",
        "For eksempel amfetamin, kokain eller ecstasy.",
    ),
    Code("heroin", 4, "Heroin"),
    Code(
        "other_opioids",
        5,
        "Andre opioider",
        "For eksempel morfin, oksykodon eller fentanyl uten resept eller utover forskrivningen.",
    ),
    Code(
        "illegal_lar_medicines",
        6,
        "LAR-legemidler uten resept",
        "Metadon eller buprenorfin som ikke er forskrevet til personen.",
    ),
    Code(
        "other_medicines",
        7,
        "Andre legemidler uten resept",
        "For eksempel beroligende midler eller sovemidler, også utover forskrivningen.",
    ),
    Code("ghb", 8, "GHB", "Også GBL og lignende stoffer."),
    Code("hallucinogens_nps", 9, "Hallusinogener og nye psykoaktive stoffer"),
    Code("solvents", 10, "Løsemidler", "For eksempel lim, bensin eller lystgass."),
    Code("anabolic_steroids", 11, "Anabole steroider"),
    Code("other", 12, "Andre rusmidler"),
)


def colours(green: str, yellow: str, red: str) -> tuple[Code, ...]:
    """Return the three colours and unknown, each colour with its criterion as help."""
    return (
        Code("green", 1, "Grønn", green),
        Code("yellow", 2, "Gul", yellow),
        Code("red", 3, "Rød", red),
        Code(
            UNKNOWN,
            UNKNOWN_NUMBER,
            UNKNOWN_CODE.label,
            "Velg ukjent bare når tjenesten ikke vet nok til å vurdere.",
        ),
    )


def answer_in(variable: Variable, *codes: str) -> Condition:
    """Condition: the answer to ``variable`` is (or includes) one of ``codes``.

    Raises
    ------
    KeyError
        When the variable has no such code; an edition that does so cannot be imported.
    """
    _must_exist(variable, codes)
    return Condition(variable.id, frozenset(codes))


def answer_not_in(variable: Variable, *codes: str) -> Condition:
    """Condition: ``variable`` is answered, and with none of ``codes``."""
    _must_exist(variable, codes)
    return Condition(variable.id, frozenset(codes), negated=True)


def any_of(*conditions: Condition) -> ShowIf:
    """Routing: asked when any of the conditions holds."""
    return ShowIf(conditions)


def _must_exist(variable: Variable, codes: tuple[str, ...]) -> None:
    # A COUNT has no codes; its conditions name numbers in digits.
    if variable.kind in (Kind.ONE, Kind.MANY):
        for code in codes:
            variable.code(code)
