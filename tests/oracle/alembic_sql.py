"""Compares the expectations of tests/mdtest/effects with the SQL that the real Alembic writes.

usage: alembic_sql.py [--write] FILE.md ...
Each `##` section's `python` block is run offline for PostgreSQL; its `expect` block must say the same.
Needs alembic and sqlalchemy. `--write` replaces the expectations.
"""
import io
import json
import re
import sys
import warnings

import sqlalchemy as sa
from alembic.ddl.impl import DefaultImpl
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from sqlalchemy.dialects import postgresql

warnings.simplefilter("ignore")


def one_insert(impl, table, rows, multiinsert=True):
    """Online, all rows go in one call; offline, Alembic writes a statement a row."""
    if not isinstance(rows, list):
        raise TypeError("List expected")
    if rows:
        impl._exec(table.insert().values(rows))


def json_literal(data_type, dialect):
    """Online, the driver serialises; offline, SQLAlchemy has no literal for JSON."""
    return lambda value: "'" + json.dumps(value).replace("'", "''") + "'"


DefaultImpl.bulk_insert = one_insert
sa.JSON.literal_processor = json_literal
BLOCK = re.compile(r"^(`{3,})(\w+)[^\n]*\n(.*?)^\1[ \t]*$", re.M | re.S)


class Bind:
    """Stands for the connection that `create(bind)` is given: answers no probe, writes what is sent."""

    dialect = postgresql.dialect(paramstyle="named")

    def __init__(self, write):
        self.write = write

    def _run_ddl_visitor(self, visitor, element, checkfirst=True, **kw):
        condition = "missing" if visitor.__name__.endswith("Generator") else "there"
        kind = "table" if isinstance(element, sa.Table) else "type"
        prefix = f"-- if the {kind} is {condition}\n" if checkfirst else ""
        engine = sa.create_mock_engine(
            "postgresql://", lambda sql, *a, **k: self.write(prefix, sql), paramstyle="named"
        )
        engine._run_ddl_visitor(visitor, element, checkfirst=False)


def run(source):
    written = []

    def context(namespace):
        buffer = io.StringIO()
        opts = {"as_sql": True, "output_buffer": buffer, "literal_binds": True}
        if "NAMING" in namespace:
            opts["target_metadata"] = sa.MetaData(naming_convention=namespace["NAMING"])
        made = MigrationContext.configure(
            dialect_name="postgresql", dialect_opts={"paramstyle": "named"}, opts=opts
        )
        return Operations(made), buffer

    def write(prefix, element):
        text = str(element.compile(dialect=Bind.dialect)) if not isinstance(element, str) else element
        written.append(prefix + clean(text) + ";\n")

    namespace = {"sa": sa, "postgresql": postgresql, "bind": Bind(write)}
    pieces = split(source)
    op = buffer = None
    for piece in pieces:
        if op is None or "NAMING" in namespace and "target_metadata" not in op.migration_context.opts:
            op, buffer = context(namespace)
            namespace["op"] = op
        try:
            exec(compile(piece, "case.py", "exec"), namespace)
        except Exception as error:
            name = type(error).__name__
            written.append(f"raises {name}: {message(error)}\n")
        written.extend(clean(text) + ";\n" for text in sent(buffer))
    return "".join(written)


def split(source):
    """Statements of the top level, each by itself: one that raises does not hide the next."""
    import ast

    return [ast.unparse(node) for node in ast.parse(source).body]


def message(error):
    text = str(error).split("\n")[0]
    return re.sub(r"^Operations\.", "", text)


def sent(buffer):
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return [part[:-1] for part in re.split(r"(?<=;)\n\n", text) if part.strip()]


def clean(text):
    return text.strip().replace("\t", "    ")


def main(arguments):
    write = "--write" in arguments
    wrong = cases = 0
    for path in [argument for argument in arguments if argument != "--write"]:
        text = open(path, encoding="utf-8").read()
        sections = re.split(r"(?m)^(?=## )", text)
        for index, section in enumerate(sections):
            blocks = {match[2]: match for match in BLOCK.finditer(section)}
            if "python" not in blocks:
                continue
            cases += 1
            real = run(blocks["python"][3]).rstrip() + "\n"
            expect = blocks.get("expect")
            if expect is not None and expect[3].rstrip() + "\n" == real:
                continue
            if write:
                block = f"```expect\n{real}```"
                if expect is None:
                    sections[index] = section.rstrip() + "\n\n" + block + "\n\n"
                else:
                    sections[index] = section[: expect.start()] + block + section[expect.end() :]
                continue
            wrong += 1
            print(f"{path}: {section.splitlines()[0]}\n--- real Alembic\n{real}")
        if write:
            open(path, "w", encoding="utf-8").write("".join(sections).rstrip() + "\n")
    print(f"{cases} cases, {wrong} differ")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
