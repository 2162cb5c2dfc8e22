# SPDX-License-Identifier: Apache-2.0
"""Runs the scenarios: all modules whose name ends in _scenarios, or the tests of which an argument is a part of the name."""
import glob
import os
import sys
import unittest

import scenario

HERE = os.path.dirname(os.path.abspath(__file__))


def chosen(suite, parts):
    for each in suite:
        if isinstance(each, unittest.TestSuite):
            yield from chosen(each, parts)
        elif not parts or any(part.lower() in each.id().lower() for part in parts):
            yield each


def main():
    modules = sorted(os.path.basename(path)[:-3] for path in glob.glob(HERE + "/*_scenarios.py"))
    suite = unittest.TestSuite(chosen(unittest.defaultTestLoader.loadTestsFromNames(modules), sys.argv[1:]))
    try:
        result = unittest.TextTestRunner(verbosity=2, durations=0).run(suite) if sys.version_info >= (3, 12) else unittest.TextTestRunner(verbosity=2).run(suite)
    finally:
        scenario.stop_postgres()
    for skipped, why in result.skipped:
        print("SKIPPED: %s: %s" % (skipped.id(), why), file=sys.stderr)
    if not result.wasSuccessful():
        print("logs: " + os.environ["LOGS"], file=sys.stderr)
    sys.exit(0 if result.wasSuccessful() and result.testsRun > 0 else 1)


main()
