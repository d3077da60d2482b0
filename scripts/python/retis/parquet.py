# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
"""Writes event files as Parquet:  python3 -m retis.parquet FILE... OUT

Needs pyarrow. Strings become dictionaries, and memory does not depend on the files' size.
"""

import itertools
import sys

# Of 16,384 rows at most, which make a part of the file.
BATCHES = 8


def convert(paths, out):
    """Writes the events of all PATHS, whose columns may differ, to OUT."""
    import pyarrow
    import pyarrow.parquet

    from . import EventFile

    readers = [EventFile(path).events().to_arrow() for path in paths]
    schema = pyarrow.unify_schemas([reader.schema for reader in readers])
    with open_writer(pyarrow.parquet, out, schema) as writer:
        for reader in readers:
            for batches in take_batches(reader):
                table = pyarrow.Table.from_batches(batches).unify_dictionaries()
                writer.write_table(fit_table(pyarrow, table, schema), row_group_size=len(table))


def open_writer(parquet, out, schema):
    # Strings of few values are dictionaries already; of numbers they cost more than they save.
    options = {"compression": "zstd", "use_dictionary": False}
    try:
        return parquet.ParquetWriter(out, schema, max_rows_per_page=BATCHES * 16384, **options)
    except TypeError:
        # An older pyarrow, which ends pages by their size alone.
        return parquet.ParquetWriter(out, schema, **options)


def take_batches(reader):
    """Lists of them: what a column costs in each part of the file is then paid less often."""
    while batches := list(itertools.islice(reader, BATCHES)):
        yield batches


def fit_table(pyarrow, table, schema):
    """Columns that a file does not have are null."""
    if table.schema.equals(schema):
        return table
    columns = [
        table.column(field.name)
        if field.name in table.schema.names
        else pyarrow.nulls(len(table), field.type)
        for field in schema
    ]
    return pyarrow.Table.from_arrays(columns, schema=schema)


def main():
    if len(sys.argv) < 3:
        sys.exit("usage: python3 -m retis.parquet FILE... OUT")
    try:
        convert(sys.argv[1:-1], sys.argv[-1])
    except ImportError:
        sys.exit("Error: pyarrow is missing: install it (pip install pyarrow)")
    except (RuntimeError, OSError) as err:
        sys.exit(f"Error: {err}")


if __name__ == "__main__":
    main()
