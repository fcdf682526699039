"""A file is either whole or as it was, and no text in a table becomes a formula."""

from __future__ import annotations

import codecs
import os
import sys
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from incentive_engine.cli.interface import Misuse
from incentive_engine.cli.output import csv_lines, json_lines, opened, write
from tests.cli.conftest import Run, written

unix = pytest.mark.skipif(os.name == "nt", reason="Windows has other permissions, links and devices")


class TestFiles:
    def test_a_csv_file_has_the_mark_by_which_excel_knows_utf_8_and_standard_output_has_not(
        self, run: Run, tmp_path: Path, policy: Path, rows: Path
    ) -> None:
        out = tmp_path / "decisions.csv"

        run("evaluate", policy, rows, "--format", "csv", "--lang", "zh", "--out", out)

        printed = run("evaluate", policy, rows, "--format", "csv", "--lang", "zh")
        assert out.read_bytes() == codecs.BOM_UTF8 + printed.stdout_bytes
        assert "通报表扬".encode() in out.read_bytes()

    @pytest.mark.parametrize("form", ["table", "json", "md"])
    def test_other_files_have_no_mark(
        self, run: Run, tmp_path: Path, policy: Path, rows: Path, form: str
    ) -> None:
        out = tmp_path / "decisions"

        result = run("evaluate", policy, rows, "--format", form, "--out", out)

        assert (result.exit_code, result.stdout) == (0, "")
        assert out.read_bytes() == run("evaluate", policy, rows, "--format", form, columns=120).stdout_bytes

    def test_what_stood_there_before_is_replaced_as_a_whole(self, tmp_path: Path) -> None:
        out = written(tmp_path / "result.txt", "a long text that was there before")

        write(["new", "\n"], out)

        assert out.read_text(encoding="utf-8") == "new\n"
        assert list(tmp_path.iterdir()) == [out]

    def test_after_a_failure_it_stands_there_still_and_nothing_else_does(self, tmp_path: Path) -> None:
        out = written(tmp_path / "result.txt", "before")

        def failing() -> Iterator[str]:
            yield "after"
            raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            write(failing(), out)

        assert out.read_text(encoding="utf-8") == "before"
        assert list(tmp_path.iterdir()) == [out]

    def test_a_disk_that_is_full_is_told(self, tmp_path: Path) -> None:
        with pytest.raises(Misuse, match="cannot be written: No space left"), opened(tmp_path / "x"):
            raise OSError(28, "No space left on device")

        assert list(tmp_path.iterdir()) == []

    @unix
    def test_a_file_keeps_its_permissions(self, tmp_path: Path) -> None:
        out = written(tmp_path / "result.txt", "before")
        out.chmod(0o640)

        write(["after"], out)

        assert out.stat().st_mode & 0o777 == 0o640

    @unix
    def test_a_link_stays_a_link(self, tmp_path: Path) -> None:
        target = written(tmp_path / "target.txt", "before")
        link = tmp_path / "link.txt"
        link.symlink_to(target)

        write(["after"], link)

        assert link.is_symlink()
        assert target.read_text(encoding="utf-8") == "after"

    @unix
    def test_a_device_is_written_to_and_not_replaced(self, run: Run, policy: Path) -> None:
        result = run("check", policy, "--out", os.devnull)

        assert result.exit_code == 0
        assert not Path(os.devnull).is_file()

    def test_a_folder_cannot_take_the_result(self, run: Run, tmp_path: Path, policy: Path) -> None:
        result = run("check", policy, "--out", tmp_path)

        assert result.exit_code == 2
        assert result.stderr.startswith(f"error: `{tmp_path}` is a folder\n")

    def test_a_folder_that_does_not_exist_is_told_before_anything_is_done(
        self, run: Run, tmp_path: Path
    ) -> None:
        out = tmp_path / "nowhere" / "x.txt"

        result = run("check", "also-missing.yaml", "--out", out, "--lang", "zh")

        assert result.exit_code == 2
        assert result.stderr.startswith(f"错误：`{out}` 无法写入，因为文件夹 `{out.parent}` 不存在\n")

    def test_a_file_that_is_read_is_not_written_over(self, run: Run, policy: Path, rows: Path) -> None:
        before = rows.read_bytes()

        result = run("evaluate", policy, rows, "--out", rows.parent / "." / rows.name)

        assert result.exit_code == 2
        assert "is read by this command" in result.stderr
        assert rows.read_bytes() == before

    def test_another_file_is_written_over_even_if_an_input_is_missing(
        self, run: Run, tmp_path: Path, policy: Path
    ) -> None:
        out = written(tmp_path / "out.txt", "before")

        result = run("evaluate", policy, tmp_path / "missing.csv", "--out", out)

        assert result.exit_code == 2
        assert out.read_text(encoding="utf-8") == "before"  # There was nothing to write.


class TestCsv:
    @pytest.mark.parametrize("sign", "=+-@\t\r\n＝＋－＠")
    def test_a_text_that_begins_like_a_formula_gets_an_apostrophe(self, sign: str) -> None:
        (line,) = csv_lines([[f"{sign}1"]])

        assert line.strip('"\n').startswith("'")

    def test_a_number_stays_a_number_below_zero_too(self) -> None:
        assert list(csv_lines([[Decimal("-50.00"), -3, 7]])) == ["-50.00,-3,7\n"]

    def test_truth_values_are_words_and_what_is_unknown_is_empty(self) -> None:
        assert list(csv_lines([[True, False, None, "yes"]])) == ["true,false,,yes\n"]

    def test_commas_quotes_and_lines_stay_within_their_cell(self) -> None:
        assert list(csv_lines([["a,b", 'say "so"', "one\ntwo"]])) == ['"a,b","say ""so""","one\ntwo"\n']


def test_a_long_list_of_json_has_a_line_for_each_item_and_may_be_empty() -> None:
    assert "".join(json_lines({"a": 1}, "items", [])) == '{\n  "a": 1,\n  "items": [\n  ]\n}\n'


def test_without_a_file_the_result_goes_to_standard_output(capsys: pytest.CaptureFixture[str]) -> None:
    with opened(None) as stream:
        assert stream is sys.stdout
        stream.write("here")

    assert capsys.readouterr().out == "here"
