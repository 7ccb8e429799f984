#!/usr/bin/env python3
"""check_floors.py passes a sound tree and names each fault of a bad one."""

import contextlib
import io
import tempfile
import unittest
from pathlib import Path

import check_floors

SOUND = {
    "cmake/folder.cmake": 'list(FILTER tests INCLUDE REGEX "_test\\\\.cpp$")',
    "src/base/CMakeLists.txt": "forecart_folder(base)",
    "src/base/time.h": "#pragma once\n",
    "src/table/CMakeLists.txt": "forecart_folder(table DEPENDS base)",
    "src/table/reader.cpp": '#include <duckdb.h>\n#include "base/time.h"\nduckdb_open();\n',
    "src/series/CMakeLists.txt": "forecart_folder(series DEPENDS base)",
    "src/series/panel.h": '#pragma once\n#include "base/time.h"\n',
    "src/models/CMakeLists.txt": "forecart_folder(models DEPENDS base series)",
    "src/models/model.h": '#pragma once\n#include "series/panel.h"\n',
    "src/models/sarima/CMakeLists.txt":
        "forecart_folder(models_sarima DEPENDS series models TEST_DEPENDS evaluation)",
    "src/models/sarima/sarima.h": '#pragma once\n#include "models/model.h"\n',
    "src/models/sarima/sarima_test.cpp": '#include "evaluation/backtest.h"\n',
    "src/models/net/CMakeLists.txt": "forecart_folder(models_net DEPENDS base)",
    "src/models/net/net.h": "#pragma once\n",
    "src/models/global/CMakeLists.txt": "forecart_folder(models_global DEPENDS models)",
    "src/models/lstm/CMakeLists.txt": "forecart_folder(models_lstm DEPENDS models models_net)",
    "src/models/lstm/lstm.h": '#pragma once\n#include "models/net/net.h"\n',
    "src/evaluation/CMakeLists.txt": "forecart_folder(evaluation DEPENDS models)",
    "src/evaluation/backtest.h": '#pragma once\n#include "models/model.h"\n',
    "src/cli/CMakeLists.txt": "add_executable(forecart main.cpp)",
    "src/cli/main.cpp": '#include "base/time.h"\n// duckdb_open is not called "duckdb_close()"\n',
    "tests/CMakeLists.txt": "file(GLOB programs program/*_test.py)",
    "tests/program/line_test.py": "",
    "benchmarks/CMakeLists.txt": "",
}

BAD = [  # file, its content, what the check must say
    ("src/base/hash.h", '#pragma once\n#include "series/panel.h"\n', "2: base (floor 1) may not"),
    ("src/table/x.cpp", '#include "models/model.h"\n', "may not look up or sideways at models"),
    ("src/models/lstm/x.cpp", '#include "models/sarima/sarima.h"\n', "sideways at models/sarima"),
    ("src/models/x.cpp", '#include "models/sarima/sarima.h"\n', "sideways at models/sarima"),
    ("src/models/global/x.cpp", '#include "models/net/net.h"\n', "sideways at models/net"),
    ("src/models/sarima/x.cpp", '#include "models/net/net.h"\n', "which its DEPENDS line does not"),
    ("src/models/sarima/x.cpp", '#include "evaluation/backtest.h"\n', "sideways at evaluation"),
    ("src/evaluation/x.cpp", '#include "series/panel.h"\n', "DEPENDS line does not name"),
    ("src/evaluation/x_test.cpp", '#include "series/panel.h"\n', "DEPENDS line does not name"),
    ("src/cli/x.cpp", '#include "duckdb.h"\n', "only table/ knows DuckDB"),
    ("src/cli/x.cpp", "int n = duckdb_open(nullptr);\n", "only table/ knows DuckDB"),
    ("src/base/x.cpp", '#include "time.h"\n', "include time.h from the root of src/"),
    ("src/base/x.h", "int x;\n", "header without #pragma once"),
    ("tests/x.h", "int x;\n", "header without #pragma once"),
    ("src/cli/x_test.cpp", "", "no build picks up this test file"),
    ("src/base/x_fuzz.cpp", "", "no build picks up this test file"),
    ("benchmarks/x_benchmark.cpp", "", "no build picks up this test file"),
    ("tests/x_test.py", "", "no build picks up this test file"),
    ("src/attic/x.cpp", "", "stands on no floor"),
]


def check(files):
    """(exit status, what was printed) for a tree of these files."""
    with tempfile.TemporaryDirectory() as folder:
        for name, text in files.items():
            path = Path(folder, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        output = io.StringIO()
        with contextlib.redirect_stdout(output):
            status = check_floors.main(Path(folder).resolve())
        return status, output.getvalue()


class CheckFloors(unittest.TestCase):
    def test_passes_a_sound_tree(self):
        self.assertEqual(check(SOUND), (0, ""))

    def test_names_each_fault(self):
        for name, text, said in BAD:
            with self.subTest(name=name, said=said):
                status, output = check(SOUND | {name: text})
                self.assertEqual(status, 1)
                self.assertEqual(len(output.splitlines()), 1, output)
                self.assertTrue(output.startswith(name.split("/x")[0]), output)
                self.assertIn(said, output)


if __name__ == "__main__":
    unittest.main()
