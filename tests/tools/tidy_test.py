#!/usr/bin/env python3
"""Plants faults in small trees and in a copy of the real one, and sees tools/tidy name them."""

import pathlib
import shutil
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
TIDY = ROOT / "tools/tidy"
B = "firmware/core/base/b.cpp"
CLEAN = {
    "CMakeLists.txt": "add_library(x a.cpp b.cpp)\n",
    "firmware/core/base/b.h": "#pragma once\n",
    B: '#include "firmware/core/base/b.h"\n',
    "firmware/journal/j.h": "#pragma once\n",
    "firmware/journal/a.cpp":
        '#include "firmware/journal/j.h"\n#include "firmware/core/base/b.h"\n',
    "tests/support/t.h": "#pragma once\n",
    "tests/support/a.cpp":
        '#include "tests/support/t.h"\n#include "firmware/journal/j.h"\n#include <sqlite3.h>\n',
}


def tidy(root, program=TIDY):
    done = subprocess.run([program, root], capture_output=True, text=True, check=False)
    return done.returncode, done.stdout


def block(head, lines):
    """A block with its head in its first line, of so many lines in all."""
    return head + " {\n" + "    g();\n" * (lines - 2) + "}\n"


class Planted(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)
        for name, text in CLEAN.items():
            self.write(name, text)

    def write(self, name, text):
        (self.root / name).parent.mkdir(parents=True, exist_ok=True)
        (self.root / name).write_text(text, encoding="utf-8")

    def plant(self, text):
        """More lines at the end of b.cpp, whose first line is its include."""
        self.write(B, CLEAN[B] + text)

    def assert_clean(self):
        code, output = tidy(self.root)
        self.assertEqual(code, 0, output)
        self.assertRegex(output, r"^tidy: \d+ files, no findings\n$")

    def assert_found(self, *places_and_rules):
        """Exactly these findings, in this order."""
        code, output = tidy(self.root)
        self.assertEqual(code, 1, output)
        *found, summary = output.splitlines()
        self.assertEqual(len(found), len(places_and_rules), output)
        for line, start in zip(found, places_and_rules):
            self.assertTrue(line.startswith(start), f"{line} is not {start}")
        self.assertIn(f"{len(found)} finding", summary)


class Arrows(Planted):
    def test_a_clean_tree_has_no_findings(self):
        self.assert_clean()

    def test_an_arrow_that_points_up(self):
        self.plant('#include "firmware/journal/j.h"\n')
        self.assert_found(f"{B}:2: arrow: firmware/core/base may not include firmware/journal")

    def test_angle_brackets_are_no_way_around(self):
        self.plant("#include <firmware/journal/j.h>\n")
        self.assert_found(f"{B}:2: arrow: firmware/core/base may not", f"{B}:2: arrow:")

    def test_an_include_that_is_not_by_path(self):
        self.plant('#include "b.h"\n#include "firmware/core/base/none.h"\n')
        self.assert_found(f"{B}:2: arrow: b.h is not", f"{B}:3: arrow: firmware/core/base/none.h")

    def test_an_include_in_a_comment_or_a_text_is_none(self):
        self.plant('/*\n#include "b.h"\n*/\nconst char* s = R"(\n#include <sqlite3.h>\n)";\n')
        self.assert_clean()

    def test_a_module_that_is_in_no_row(self):
        self.write("firmware/misc/b.cpp", "int x;\n")
        self.assert_found("firmware/misc/b.cpp:1: arrow: unknown module firmware/misc")

    def test_a_new_folder_beside_known_ones_is_no_part_of_their_parent(self):
        self.write("daemon/aggregator/a.cpp", "int x;\n")
        self.write("daemon/aggregator/store/a.cpp", "int x;\n")
        self.write("daemon/aggregator/store/below/a.cpp", "int x;\n")
        self.assert_clean()
        self.write("daemon/aggregator/new/a.cpp", "int x;\n")
        self.assert_found("daemon/aggregator/new/a.cpp:1: arrow: unknown module")

    def test_production_code_that_includes_a_test(self):
        self.plant('#include "tests/support/t.h"\n')
        self.assert_found(f"{B}:2: arrow: only tests")

    def test_a_tool_is_included_by_tests_and_tools_only(self):
        self.write("tools/x/x.h", "#pragma once\n")
        self.write("tests/a.cpp", '#include "tools/x/x.h"\n')
        self.assert_clean()
        self.plant('#include "tools/x/x.h"\n')
        self.write("tools/x/a.cpp", '#include "tests/support/t.h"\n')
        self.assert_found(f"{B}:2: arrow: tools/x is not", "tools/x/a.cpp:1: arrow: only tests")

    def test_a_table_with_a_circle(self):
        changed = self.root / "changed_tidy"
        changed.write_text(TIDY.read_text().replace("    BASE: [],\n", "    BASE: [LEDGER],\n"))
        changed.chmod(0o755)
        code, output = tidy(self.root, changed)
        self.assertEqual(code, 1)
        self.assertIn("tools/tidy:1: arrow: the table has a circle", output)

    def test_a_library_outside_its_folder(self):
        self.write("firmware/core/money/a.cpp", "int x;\n#include <sqlite3.h>\n")
        self.assert_found("firmware/core/money/a.cpp:2: library: sqlite3.h")

    def test_a_folder_whose_name_starts_like_a_librarys(self):
        self.write("firmware/core/json/a.cpp", "#include <cjson/cJSON.h>\n")
        self.assert_clean()
        self.write("tests_of_another_kind/a.cpp", "#include <gtest/gtest.h>\n")
        self.assert_found("tests_of_another_kind/a.cpp:1: arrow: unknown module",
                          "tests_of_another_kind/a.cpp:1: library:")


class Lengths(Planted):
    def test_lines_of_100_columns_and_101(self):
        self.plant("// " + "ő" * 97 + "\n// " + "x" * 97 + "\n")
        self.assert_clean()
        self.plant("// " + "ő" * 98 + "\n// " + "x" * 98 + "\n")
        self.assert_found(f"{B}:2: column: 101 columns", f"{B}:3: column: 101 columns")

    def test_scripts_are_measured_and_other_texts_are_not(self):
        self.write("README.md", "x" * 101)
        self.write("tools/words", "x" * 101 + "\n")
        self.assert_clean()
        for name in ("tools/go", ".ci/go", "a.ts", "a.sh"):
            self.write(name, "#!/bin/sh\n# " + "x" * 99 + "\n")
        self.assert_found(".ci/go:2: column:", "a.sh:2: column:", "a.ts:2: column:",
                          "tools/go:2: column:")

    def test_white_space_at_the_end_of_a_line(self):
        self.plant("int x; \n")
        self.assert_found(f"{B}:2: column: white space")

    def test_a_tab_that_indents(self):
        self.plant('\tint x;\nconst char* s = "\t";\n')
        self.assert_found(f"{B}:2: column: a tab")

    def test_a_file_that_does_not_end_its_last_line(self):
        self.plant("int x;")
        self.assert_found(f"{B}:2: column: the file does not end")

    def test_functions_of_70_lines_and_71(self):
        self.plant(block("int f()", 70))
        self.assert_clean()
        self.plant(block("int f()", 71))
        self.assert_found(f"{B}:2: function: f has 71 lines")

    def test_functions_with_difficult_heads(self):
        heads = {
            "X::X() : a(f()->g), b{2}": "X::X",
            "void f(Options o = {})": "f",
            "auto f() const -> std::array<int, 3>": "f",
            "template <class T> requires requires(T t) { t.x(); } int f(T t)": "f",
            "bool operator==(const X& a, const X& b) noexcept": "operator==",
            "class alignas(8) X final : public Y { void f() override": "f",
            "TEST(Suite, Case)": "TEST(Suite, Case)",
            "const auto f = [](int x) mutable": "f",
        }
        for head, name in heads.items():
            with self.subTest(head):
                self.plant(block(head, 71) + ("};\n" if head.startswith("class") else ""))
                self.assert_found(f"{B}:2: function: {name} has 71 lines")

    def test_braces_in_texts_and_other_configurations_are_not_counted(self):
        self.plant('const char* s = "{"; // {\nchar c = u8\'"\'; int n = 1\'000;\n'
                   'const char* r = R"x( )" { )x";\n'
                   "#ifdef A\nvoid f() {\n#else\nvoid g() {\n#endif\n}\n" + block("int h()", 71))
        self.assert_found(f"{B}:11: function: h has 71 lines")

    def test_other_long_blocks_are_no_functions(self):
        for head in ("namespace n", "class C : public D", "enum class E : int", 'extern "C"',
                     "const int x[] =", "const auto x = std::to_array<R>({1}, f()),\n y"):
            with self.subTest(head):
                self.plant(block(head, 100))
                self.assert_clean()

    def test_files_of_500_lines_and_501(self):
        self.plant("int x;\n" * 499)
        self.write("a.ts", "x;\n" * 500)
        self.assert_clean()
        self.plant("int x;\n" * 500)
        self.write("a.ts", "x;\n" * 501)
        self.assert_found("a.ts:501: file:", f"{B}:501: file:")


class Words(Planted):
    def test_banned_words_but_not_in_a_comment_or_a_text(self):
        for name in ("strcpy", "strcat", "sprintf", "vsprintf", "gets", "strtok", "atoi", "atol",
                     "atof", "rand", "std::srand", "::system", "popen", "tmpnam", "mktemp",
                     "std::stoi", "std::stol", "std::stoll", "std::stoul", "std::stod",
                     "localtime", "gmtime", "ctime", "std::asctime", "assert", "printf"):
            with self.subTest(name):
                self.plant(f'// {name}(a)\nauto s = "{name}(a)"; /* {name}(a)\n{name}() */\n')
                self.assert_clean()
                self.plant(f"int x;\nvoid f() {{ {name}(a); }}\n")
                self.assert_found(f"{B}:3: banned: {name}:")

    def test_banned_constructs(self):
        for code in ("std::regex r;", "f() << std::endl;", "std::cout << 1;", "goto end;",
                     "const_cast<X&>(x);", "using namespace std;", "using namespace literals_of;"):
            with self.subTest(code):
                self.plant(f"// {code}\n")
                self.assert_clean()
                self.plant(code + "\n")
                self.assert_found(f"{B}:2: banned:")

    def test_what_only_looks_banned(self):
        self.plant("static_assert(true);\nint a = entropy.rand() + x->system() + my::gets();\n"
                   "int b = localtime_r(c, d) + snprintf(e, f, g);\n"
                   "using namespace std::chrono_literals;\nusing namespace std::literals;\n")
        self.assert_clean()

    def test_what_is_right_in_its_place_only(self):
        cast, swallow = "f(reinterpret_cast<X>(y));\n", "catch (...) {}\n"
        show = "std::cout << 1;\n"
        self.plant(cast + swallow)
        self.write("tests/a.cpp", cast + swallow + show)
        self.write("tools/x/a.cpp", swallow + show)
        self.write("firmware/till/CMakeLists.txt", "add_executable(x main.cpp domain.cpp)\n")
        self.write("firmware/till/main.cpp", show)
        self.assert_clean()
        self.write("firmware/till/domain.cpp", cast + swallow + show)
        self.assert_found(*[f"firmware/till/domain.cpp:{line}: banned:" for line in (1, 2, 3)])

    def test_a_header_without_pragma_once(self):
        self.write("firmware/core/base/b.h", "// #pragma once\n")
        self.assert_found("firmware/core/base/b.h:1: banned: a header without #pragma once")

    def test_shared_ownership_without_a_reason(self):
        self.plant('// Far above.\nconst char* s = "//";\nstd::shared_ptr<int> x;\n')
        self.assert_found(f"{B}:4: banned: std::shared_ptr")
        self.plant("// Read by two.\nstd::shared_ptr<int> x;\nstd::shared_ptr<int> y;  // Too.\n"
                   "// Any.\ntemplate <class T>\nusing Shared = std::shared_ptr<T>;\n")
        self.assert_clean()

    def test_a_promise(self):
        self.plant("// TO" "DO: later\nint a = XX" "X;\nauto name = \"/tmp/XXXX" "XX\";\n")
        self.write("tools/go", "#!/bin/sh\n# FIX" "ME\n")
        self.assert_found(f"{B}:2: words:", f"{B}:3: words:", "tools/go:2: words:")


class DeadFiles(Planted):
    def test_a_header_that_nobody_includes(self):
        self.write("firmware/core/base/c.h", "#pragma once\n")
        self.assert_found("firmware/core/base/c.h:1: dead:")

    def test_a_header_that_only_its_own_source_includes(self):
        self.write("firmware/core/json/a.h", "#pragma once\n")
        self.write("firmware/core/json/a.cpp", '#include "firmware/core/json/a.h"\n')
        self.assert_found("firmware/core/json/a.h:1: dead:")
        self.write("tests/a.cpp", '#include "firmware/core/json/a.h"\n')
        self.assert_clean()

    def test_a_source_that_is_not_built(self):
        self.write("firmware/core/base/c.cpp", "int x;\n")
        self.assert_found("firmware/core/base/c.cpp:1: dead:")

    def test_a_source_that_is_named_in_a_comment_or_for_another_folder(self):
        self.write("firmware/core/json/CMakeLists.txt", "add_library(x c.cpp)\n# d.cpp\n")
        self.write("firmware/core/json/c.cpp", "int x;\n")
        self.write("firmware/core/json/d.cpp", "int x;\n")
        self.write("firmware/core/base/c.cpp", "int x;\n")
        self.assert_found("firmware/core/base/c.cpp:1: dead:", "firmware/core/json/d.cpp:1: dead:")

    def test_ways_to_name_a_source(self):
        self.write("tests/x/CMakeLists.txt",
                   "f(${CMAKE_CURRENT_SOURCE_DIR}/c.py ../up.cpp y/d.cpp\n"
                   "  \"${CMAKE_SOURCE_DIR}/tests/z/e.cpp\")\n")
        for name in ("tests/x/c.py", "tests/up.cpp", "tests/x/y/d.cpp", "tests/z/e.cpp"):
            self.write(name, "")
        self.assert_clean()

    def test_a_test_that_nobody_runs(self):
        self.write("tests/x/golden/a.py", "")
        self.write("tests/x/corpus/c.cpp", "")
        self.assert_clean()
        self.write("tests/x/a_test.py", "")
        self.assert_found("tests/x/a_test.py:1: dead:")


class Trees(Planted):
    def git(self, *words):
        subprocess.run(["git", "-C", self.root, *words], check=True)

    def test_a_checkout_is_what_git_does_not_ignore(self):
        self.git("init", "--quiet")
        self.write(".gitignore", "ignored/\n")
        self.write("ignored/x.cpp", "int x; \n")
        self.assert_clean()
        self.write("tools/ő.py", "x \n")
        self.assert_found("tools/ő.py:1: column: white space")
        self.git("add", ".")
        self.assert_found("tools/ő.py:1: column: white space")

    def test_a_folder_without_git_is_all_but_what_is_made(self):
        for folder in ("build", "web/node_modules", "tools/__pycache__"):
            self.write(f"{folder}/x.cpp", "int x; \n")
        self.assert_clean()

    def test_a_folder_that_is_not_there_is_not_clean(self):
        self.assertEqual(tidy(self.root / "none")[0], 2)


class RealTree(unittest.TestCase):
    def test_a_wrong_include_planted_in_this_very_tree(self):
        listing = subprocess.run(["git", "-C", ROOT, "ls-files", "-z", "-co", "--exclude-standard"],
                                 capture_output=True, text=True, check=True)
        with tempfile.TemporaryDirectory() as folder:
            copy = pathlib.Path(folder)
            for name in set(listing.stdout.split("\0")):
                if (ROOT / name).is_file():
                    (copy / name).parent.mkdir(parents=True, exist_ok=True)
                    shutil.copy(ROOT / name, copy / name)
            victim = min((copy / "firmware/core/base").glob("*.cpp"))
            finding = (f"{victim.relative_to(copy)}:1: arrow: firmware/core/base may not include "
                       "firmware/journal\n")
            # Whether this tree is clean now is a test of its own: tools/tidy itself.
            self.assertNotIn(finding, tidy(copy)[1])
            victim.write_text('#include "firmware/journal/journal.h"\n' + victim.read_text())
            code, output = tidy(copy)
            self.assertEqual(code, 1)
            self.assertIn(finding, output)


if __name__ == "__main__":
    unittest.main()
