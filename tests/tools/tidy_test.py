#!/usr/bin/env python3
"""Plants faults in small trees and in a copy of the real one, and sees tools/tidy name them."""

import pathlib
import shutil
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
CLEAN = {
    "CMakeLists.txt": "add_library(x a.cpp b.cpp)\n",
    "firmware/core/base/b.h": "#pragma once\n",
    "firmware/core/base/b.cpp": '#include "firmware/core/base/b.h"\n',
    "firmware/journal/j.h": "#pragma once\n",
    "firmware/journal/a.cpp":
        '#include "firmware/journal/j.h"\n#include "firmware/core/base/b.h"\n',
}


def tidy(root):
    done = subprocess.run([ROOT / "tools/tidy", root], capture_output=True, text=True, check=False)
    return done.returncode, done.stdout


def function_of(lines):
    return "int f() {\n" + "    f();\n" * (lines - 2) + "}\n"


class Planted(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.root = pathlib.Path(self.folder.name)
        for name, text in CLEAN.items():
            self.write(name, text)

    def write(self, name, text):
        (self.root / name).parent.mkdir(parents=True, exist_ok=True)
        (self.root / name).write_text(text)

    def assert_clean(self):
        code, output = tidy(self.root)
        self.assertEqual(code, 0, output)

    def assert_found(self, place_and_rule):
        code, output = tidy(self.root)
        self.assertEqual(code, 1, output)
        self.assertIn(place_and_rule, output)

    def plant(self, text):
        """More lines at the end of b.cpp, whose first line is its include."""
        self.write("firmware/core/base/b.cpp", CLEAN["firmware/core/base/b.cpp"] + text)

    def test_a_clean_tree_has_no_findings(self):
        self.assert_clean()

    def test_an_arrow_that_points_up(self):
        self.plant('#include "firmware/journal/j.h"\n')
        self.assert_found("firmware/core/base/b.cpp:2: arrow:")

    def test_an_include_that_is_not_by_path(self):
        self.plant('#include "b.h"\n')
        self.assert_found("firmware/core/base/b.cpp:2: arrow:")

    def test_a_module_that_is_in_no_row(self):
        self.write("firmware/misc/b.cpp", "int x;\n")
        self.assert_found("firmware/misc/b.cpp:1: arrow: unknown module")

    def test_production_code_that_includes_a_test(self):
        self.write("tests/support/t.h", "#pragma once\n")
        self.plant('#include "tests/support/t.h"\n')
        self.assert_found("firmware/core/base/b.cpp:2: arrow:")

    def test_a_library_outside_its_folder(self):
        self.plant("#include <sqlite3.h>\n")
        self.assert_found("firmware/core/base/b.cpp:2: library:")

    def test_lines_of_100_columns_and_101(self):
        self.plant("// " + "ő" * 97 + "\n")
        self.assert_clean()
        self.plant("// " + "ő" * 98 + "\n")
        self.assert_found("firmware/core/base/b.cpp:2: column: 101 columns")

    def test_white_space_at_the_end_of_a_line(self):
        self.plant("int x; \n")
        self.assert_found("firmware/core/base/b.cpp:2: column:")

    def test_functions_of_70_lines_and_71(self):
        self.plant(function_of(70))
        self.assert_clean()
        self.plant(function_of(71))
        self.assert_found("firmware/core/base/b.cpp:2: function: f has 71 lines")

    def test_braces_in_texts_do_not_hide_a_long_function(self):
        self.plant('const char* s = "{"; // {\n' + function_of(71))
        self.assert_found("firmware/core/base/b.cpp:3: function:")

    def test_a_long_namespace_is_no_function(self):
        self.plant("namespace n {\n" + "int f();\n" * 100 + "}\n")
        self.assert_clean()

    def test_a_file_of_501_lines(self):
        self.plant("int x;\n" * 500)
        self.assert_found("firmware/core/base/b.cpp:501: file:")

    def test_a_banned_call_but_not_its_name_in_a_text(self):
        self.plant('// strcpy(a, b)\nconst char* s = "strcpy(a, b)";\nstatic_assert(true);\n')
        self.assert_clean()
        self.plant("void f() { strcpy(a, b); }\n")
        self.assert_found("firmware/core/base/b.cpp:2: banned: strcpy")

    def test_a_header_without_pragma_once(self):
        self.write("firmware/core/base/b.h", "int x;\n")
        self.assert_found("firmware/core/base/b.h:1: banned:")

    def test_shared_ownership_without_a_reason(self):
        self.plant("\n\n\nstd::shared_ptr<int> x;\n")
        self.assert_found("firmware/core/base/b.cpp:5: banned: std::shared_ptr")
        self.plant("// Read by two threads.\nstd::shared_ptr<int> x;\n")
        self.assert_clean()

    def test_a_header_that_nobody_includes(self):
        self.write("firmware/core/base/c.h", "#pragma once\n")
        self.assert_found("firmware/core/base/c.h:1: dead:")

    def test_a_source_that_is_not_built(self):
        self.write("firmware/core/base/c.cpp", "int x;\n")
        self.assert_found("firmware/core/base/c.cpp:1: dead:")

    def test_a_promise(self):
        self.plant("// TO" "DO: later\n")
        self.assert_found("firmware/core/base/b.cpp:2: words:")


class RealTree(unittest.TestCase):
    def test_a_wrong_include_planted_in_this_very_tree(self):
        with tempfile.TemporaryDirectory() as folder:
            copy = pathlib.Path(folder)
            for name in ("firmware", "tests", "tools", "cmake", "daemon", "boards"):
                if (ROOT / name).is_dir():
                    shutil.copytree(ROOT / name, copy / name)
            self.assertEqual(tidy(copy)[0], 0, tidy(copy)[1])
            victim = copy / "firmware/core/base/check.cpp"
            victim.write_text('#include "firmware/journal/journal.h"\n' + victim.read_text())
            code, output = tidy(copy)
            self.assertEqual(code, 1)
            self.assertIn("firmware/core/base/check.cpp:1: arrow: firmware/core/base may not "
                          "include firmware/journal", output)


if __name__ == "__main__":
    unittest.main()
