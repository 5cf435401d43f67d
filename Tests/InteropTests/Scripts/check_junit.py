"""Validates a JUnit file: by the schema (xmlschema), and that its counts are those of its cases.

Usage: check_junit.py SCHEMA FILE
Prints one word a test case: ok, failure, skipped or error.
"""

import sys
import xml.etree.ElementTree as ElementTree

import xmlschema


def main():
    schema, path = sys.argv[1:]
    xmlschema.XMLSchema(schema).validate(path)
    root = ElementTree.parse(path).getroot()
    words = []
    for suite in root.findall("testsuite"):
        for case in suite.findall("testcase"):
            outcomes = [child.tag for child in case]
            words.append(outcomes[0] if outcomes else "ok")
        kinds = {"failures": "failure", "errors": "error", "skipped": "skipped"}
        assert int(suite.get("tests")) == len(words), "tests"
        for attribute, kind in kinds.items():
            assert int(suite.get(attribute)) == words.count(kind), attribute
    print("\n".join(words))


main()
