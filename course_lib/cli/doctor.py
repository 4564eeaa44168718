"""`course doctor`: is this machine ready? One line for each question, with what to do where the answer is no."""

from dataclasses import asdict

from course_lib.cli._check_course import COURSE
from course_lib.cli._check_machine import MACHINE
from course_lib.cli._check_result import Finding
from course_lib.cli._check_surroundings import SURROUNDINGS
from course_lib.cli._output import as_json

CHECKS = (*MACHINE, *SURROUNDINGS, *COURSE)


def add_parser(subparsers):
    parser = subparsers.add_parser(
        "doctor",
        help="check this machine, with what to do about each fault",
        description="Checks versions, threads, memory, disk, folders, network, recordings, JupyterLab and sound. Exit status 1 if "
        "something is wrong; a NOTE is worth knowing and nothing wrong.",
    )
    parser.add_argument("--json", action="store_true", help="print a JSON list of findings, for programs")
    parser.set_defaults(run=run)


def run(arguments) -> int:
    findings = []
    for check in CHECKS:
        for finding in safely(check):
            findings.append(finding)
            if not arguments.json:
                print(finding, flush=True)
    wrong = sum(finding.state == "wrong" for finding in findings)
    if arguments.json:
        print(as_json([asdict(finding) for finding in findings]))
    else:
        print(f"\n{wrong} thing(s) to put right, see -> above" if wrong else "\nAll is well: course lab")
    return 1 if wrong else 0


def safely(check) -> list:
    """The findings of a check; if the check itself breaks, that is a finding too."""
    try:
        return list(check())
    except Exception as error:  # the doctor must finish whatever is broken
        name = check.__name__.removeprefix("check_")
        return [Finding(name, "wrong", f"{type(error).__name__}: {error}", "make env")]
