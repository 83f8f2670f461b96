#!/usr/bin/env python3
"""Writes expected.json and expected_contract.json: what graphql-core answers to the documents of cases.json and cases_contract.json.

Reference versions: graphql-core 3.2.10, graphene 3.4.3 (for the Date, Decimal, ... scalars), Python 3.11. Run from anywhere:

    python3 -m venv /tmp/gqlvenv
    /tmp/gqlvenv/bin/pip install graphql-core==3.2.10 graphene==3.4.3
    /tmp/gqlvenv/bin/python generate.py

3.2.10 is the last release whose directives are those that a Kraken schema was seen to declare (`oneOf`, and `deprecated` on four
locations), so it is the one that we follow. `--contract` is the published schema, by default the one at the root of the repository.

Not in cases.json, because ours differs by decision: resolvers that answer values of wrong types (ours are bound by type); the order
in which introspection lists types, directives and possible types, and the descriptions of the specification's own (ours: by name, in
our own words); nesting deeper than 200 (ours stops there, as releases from 3.2.14 on do).

Each case goes the way of graphql_sync and of graphene-django's view: parse -> validate -> execute, with the defaults of each
(validate: max_errors None, which 3.2 turns into 100; execute: 50 variable coercion errors).

Result: { name, stage, data?, errors?: [{message, locations?, path?}] }. `stage` is the step that ended the request:
"syntax", "validation", "request" (an error of execute() without a path: variables, operation selection) or "execution".
`data` is left out when any error has no path. graphql-core itself always has `data: None` there; graphene-django's view leaves the
key out and answers 400 in just that case. `errors` is left out when there are none.

Resolvers, for schema.graphql only (the contract is only validated). `source` is the parent object, root objects are
data.json["Query"] and data.json["Mutation"]:
  1. field name begins with `fail`: raise Exception("boom")
  2. field name begins with `null`: None
  3. field name begins with `echo`: JSON text of the coerced arguments: keys sorted (also inside), no spaces, non-ASCII kept,
     Date as YYYY-MM-DD, Decimal as str(), enums by name; arguments that are not given and have no default are absent
  4. else: source[field name], None when absent; arguments are ignored
In data.json an object {"__error": "text"} stands for a failing value: a list item or field that raises Exception("text").
Abstract types are resolved by "__typename" of the object; there is no is_type_of. For fields of type Date, a string that is an
ISO date becomes a date first (graphene's Date serializes only dates); the wire value is the same string.
"""

import argparse
import datetime
import json
import sys
from pathlib import Path

import graphene
import graphql
from graphql import (
    GraphQLError, build_schema, execute, get_named_type, parse, validate,
)

HERE = Path(__file__).resolve().parent
PINNED = "3.2.10"
SCALARS = {
    "Date": graphene.Date, "DateTime": graphene.DateTime, "Time": graphene.Time, "Decimal": graphene.Decimal, "UUID": graphene.UUID,
    "JSONString": graphene.JSONString, "BigInt": graphene.BigInt,
    "GenericScalar": __import__("graphene.types.generic", fromlist=["GenericScalar"]).GenericScalar,
}


def attach_scalars(schema):
    """Gives the schema's scalars graphene's functions, as graphene's own type map does; others keep graphql-core's defaults."""
    for name, scalar in SCALARS.items():
        type_ = schema.type_map.get(name)
        if type_:
            type_.serialize = scalar.serialize
            type_.parse_value = scalar.parse_value
            type_.parse_literal = scalar.parse_literal
    # The defaults were read when the scalars were still plain ones.
    for type_ in schema.type_map.values():
        inputs = []
        if isinstance(type_, graphql.GraphQLInputObjectType):
            inputs = list(type_.fields.values())
        elif isinstance(type_, (graphql.GraphQLObjectType, graphql.GraphQLInterfaceType)):
            inputs = [argument for field in type_.fields.values() for argument in field.args.values()]
        for item in inputs:
            if item.ast_node and item.ast_node.default_value:
                item.default_value = graphql.value_from_ast(item.ast_node.default_value, item.type)
    return schema


def test_schema():
    schema = attach_scalars(build_schema((HERE / "schema.graphql").read_text()))
    for type_ in schema.type_map.values():
        if not type_.name.startswith("__") and hasattr(type_, "fields"):
            for field in type_.fields.values():
                if hasattr(field, "resolve"):
                    field.resolve = resolve
    return schema


def contract_schema(path):
    return attach_scalars(build_schema(Path(path).read_text(), assume_valid=True))


def plain(value):
    """Turns {"__error": ...} of data.json into exceptions; graphql-core raises an exception that it meets as a value."""
    if isinstance(value, dict):
        if set(value) == {"__error"}:
            return Exception(value["__error"])
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return value


def resolve(source, info, **args):
    name = info.field_name
    if name.startswith("fail"):
        raise Exception("boom")
    if name.startswith("null"):
        return None
    if name.startswith("echo"):
        return json.dumps(args, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)
    value = source.get(name)
    if isinstance(value, str) and get_named_type(info.return_type).name == "Date":
        try:
            return datetime.date.fromisoformat(value)
        except ValueError:
            return value
    return value


def run(schema, case, data):
    def result(stage, errors, **extra):
        out = {"name": case["name"], "stage": stage, **extra}
        if errors:
            out["errors"] = [
                {key: error.formatted[key] for key in ("message", "locations", "path") if key in error.formatted} for error in errors
            ]
        return out

    try:
        document = parse(case["query"])
    except GraphQLError as error:
        return result("syntax", [error])
    except RecursionError:  # older releases have no limit of their own
        return result("crash", [])
    errors = validate(schema, document)
    if errors:
        return result("validation", errors)
    if data is None:
        return result("validation", [])
    operation = graphql.get_operation_ast(document, case.get("operationName"))
    root = data["Mutation" if operation and operation.operation.value == "mutation" else "Query"]
    answer = execute(schema, document, root, None, case.get("variables"), case.get("operationName"))
    if any(not error.path for error in answer.errors or []):
        return result("request", answer.errors)
    return result("execution", answer.errors, data=answer.data)


def write(path, value):
    path.write_text(json.dumps(value, indent=2, ensure_ascii=True) + "\n")


def load_cases(name):
    cases = json.loads((HERE / name).read_text())
    names = [case["name"] for case in cases]
    doubles = {name for name in names if names.count(name) > 1}
    assert not doubles, f"names used twice: {doubles}"
    for case in cases:
        unknown = set(case) - {"name", "query", "variables", "operationName"}
        assert not unknown, f"{case['name']}: {unknown}"
    return cases


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--contract", type=Path, default=HERE.parents[3] / "schema.graphql")
    options = arguments.parse_args()
    if graphql.version != PINNED:
        sys.exit(f"graphql-core {PINNED} wanted, this is {graphql.version}")
    data = plain(json.loads((HERE / "data.json").read_text()))
    schema = test_schema()
    for suffix, schema, data in (("", schema, data), ("_contract", contract_schema(options.contract), None)):
        results = [run(schema, case, data) for case in load_cases(f"cases{suffix}.json")]
        write(HERE / f"expected{suffix}.json", results)
        stages = {}
        for item in results:
            key = item["stage"] + ("" if "errors" in item else " ok")
            stages[key] = stages.get(key, 0) + 1
        print(f"graphql-core {graphql.version}: expected{suffix}.json: {len(results)} {stages}")


if __name__ == "__main__":
    main()
