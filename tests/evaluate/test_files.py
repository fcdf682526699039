"""Data as it comes in files: what is read from it, and what is said where it cannot be read."""

from __future__ import annotations

import codecs
from decimal import Decimal
from itertools import islice
from pathlib import Path

import pytest

from incentive_engine.evaluate.files import read_records
from incentive_engine.evaluate.intake import Snapshot
from incentive_engine.evaluate.records import Record, RowProblem
from incentive_engine.language.types import COUNT, DURATION, RATIO, TEXT
from incentive_engine.ruleset.period import Cadence, parse_period
from incentive_engine.ruleset.problems import Problem
from tests.support.fields import HANDLED, TEAM, field, intake, said

HEADER = "agent_id,month,handled\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)  # so that the names of files are short in messages
    return tmp_path


def written(content: str | bytes, name: str = "march.csv") -> str:
    Path(name).write_bytes(content.encode() if isinstance(content, str) else content)
    return name


def table(content: str | bytes, name: str = "march.csv") -> list[tuple[int, object]]:
    """Return the rows of a file without problems, each with its number."""
    records = read_records(written(content, name))
    assert records.problems == ()
    found = list(records)
    assert [record.problem for record in found] == [None] * len(found)
    return [(record.row, record.cells) for record in found]


def problems(content: str | bytes, name: str = "march.csv") -> list[tuple[int | None, Problem]]:
    """Return the problems of a file, each with its row."""
    records = read_records(written(content, name))
    of_rows = [(record.row, record.problem) for record in records if record.problem]
    found = [*((None, problem) for problem in records.problems), *of_rows]
    assert all(all(said(problem)) for _, problem in found)
    return found


def codes(content: str | bytes, name: str = "march.csv") -> list[tuple[int | None, str]]:
    return [(row, problem.code) for row, problem in problems(content, name)]


@pytest.mark.usefixtures("folder")
class TestTables:
    def test_the_first_row_names_the_columns_and_all_cells_are_texts(self) -> None:
        assert table(HEADER + "A1,2026-03,012\nA2,2026-03,\n") == [
            (2, {"agent_id": "A1", "month": "2026-03", "handled": "012"}),
            (3, {"agent_id": "A2", "month": "2026-03", "handled": ""}),
        ]

    @pytest.mark.parametrize("sign", [",", ";", "\t"])
    def test_the_sign_between_columns_is_seen_from_the_header(self, sign: str) -> None:
        assert table(f"{sign.join(('a', 'b', 'c'))}\n{sign.join(('1', '2', '3'))}\n") == [
            (2, {"a": "1", "b": "2", "c": "3"})
        ]

    def test_signs_inside_quotes_of_the_header_separate_nothing(self) -> None:
        assert table('"a,b,c,d";e\n1;2\n') == [(2, {"a,b,c,d": "1", "e": "2"})]

    def test_a_table_may_have_one_column(self) -> None:
        assert table("agent_id\nA1\n") == [(2, {"agent_id": "A1"})]

    def test_a_quoted_value_may_have_signs_quotes_and_lines_in_it(self) -> None:
        found = table('agent_id,remark\nA1,"one, ""two""\nthree"\nA2,none\n')

        assert found == [
            (2, {"agent_id": "A1", "remark": 'one, "two"\nthree'}),
            (4, {"agent_id": "A2", "remark": "none"}),
        ]

    @pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
    def test_lines_end_as_on_any_system(self, end: str) -> None:
        assert table(end.join(["a,b", "1,2", "", "3,4"])) == [
            (2, {"a": "1", "b": "2"}),
            (4, {"a": "3", "b": "4"}),
        ]

    def test_rows_without_any_value_are_passed_over_and_counted(self) -> None:
        assert table("\n,,\na,b,c\n,,\n 1,2,3\n\n , ,\u3000\n4,5,6") == [
            (5, {"a": " 1", "b": "2", "c": "3"}),
            (8, {"a": "4", "b": "5", "c": "6"}),
        ]

    def test_space_around_a_columns_name_does_not_count(self) -> None:
        assert table(" a ,b\t\n1,2\n") == [(2, {"a": "1", "b": "2"})]

    def test_columns_without_a_name_are_not_among_the_columns(self) -> None:
        records = read_records(written("a,,b,\n1,2,3,4\n"))

        assert records.columns == ("a", "b")
        assert [record.row for record in records] == [2]

    def test_a_table_can_be_gone_through_again(self) -> None:
        records = read_records(written(HEADER + "A1,2026-03,1\n"))

        assert list(records) == list(records)
        assert len(list(records)) == 1

    def test_a_table_is_read_as_far_as_is_asked_for(self) -> None:
        records = read_records(written(HEADER + "A1,2026-03,1\n" * 100_000))

        assert [record.row for record in islice(records, 2)] == [2, 3]

    def test_a_row_with_more_or_fewer_cells_is_a_problem_of_that_row(self) -> None:
        found = problems(HEADER + "A1,2026-03\nA2,2026-03,1\nA3,2026-03,1,2\n")

        assert [(row, problem.code) for row, problem in found] == [(2, "IE4007"), (4, "IE4007")]
        assert found[0][1].message() == "the row has 2 cells, and the header has 3"
        assert found[1][1].message("zh") == "该行有 4 个单元格，而表头有 3 个"

    def test_an_unclosed_quote_does_not_swallow_rows_in_silence(self) -> None:
        found = problems(HEADER + 'A1,"2026-03,1\nA2,2026-03,2\nA3,2026-03,3\n')

        assert [(row, problem.code) for row, problem in found] == [(2, "IE4008")]
        assert found[0][1].message() == (
            "the quotes of the row do not match, and nothing up to line 4 can be read"
        )

    def test_rows_after_a_broken_one_are_read(self) -> None:
        records = list(read_records(written(HEADER + 'A1,"2026"-03,1\nA2,2026-03,2\n')))

        assert [record.problem and record.problem.code for record in records] == ["IE4008", None]
        assert [record.row for record in records] == [2, 3]

    def test_a_broken_header_is_a_problem_of_the_file(self) -> None:
        assert codes('agent_id,"month\nA1,2026-03\n') == [(None, "IE4008")]

    def test_a_column_named_twice_is_a_problem_of_the_file(self) -> None:
        found = problems("a,b,a , b,c,c,c\n1,2,3,4,5,6,7\n")

        assert [problem.values["column"] for _, problem in found] == ["a", "b", "c"]
        assert {problem.code for _, problem in found} == {"IE4006"}
        assert not list(read_records("march.csv"))

    @pytest.mark.parametrize("content", ["", "\n\n", "\ufeff", ",,\n"])
    def test_an_empty_file_has_no_header(self, content: str) -> None:
        assert codes(content) == [(None, "IE4005")]

    def test_a_header_without_rows_is_an_empty_table(self) -> None:
        assert table(HEADER) == []


@pytest.mark.usefixtures("folder")
class TestEncodings:
    def test_utf_8_is_read_with_and_without_its_mark(self) -> None:
        content = "工号,组\nA1,夜班\n"
        expected = [(2, {"工号": "A1", "组": "夜班"})]

        assert table(content.encode("utf-8")) == expected
        assert table(content.encode("utf-8-sig")) == expected

    def test_gbk_is_read_and_said(self) -> None:
        records = read_records(written("工号,组\nA1,夜班\n".encode("gbk")))

        assert [(record.row, record.cells) for record in records] == [(2, {"工号": "A1", "组": "夜班"})]
        (problem,) = records.problems
        assert (problem.code, problem.severity) == ("IE4003", "warning")
        assert problem.message() == "`march.csv` is not UTF-8 and was read as GB 18030 (GBK)"
        assert all(said(problem))

    def test_one_wrong_byte_at_the_end_of_a_large_file_is_found(self) -> None:
        content = HEADER.encode() + b"A1,2026-03,1\n" * 100_000 + "A2,2026-03,三\n".encode("gbk")

        assert codes(content) == [(None, "IE4003")]

    def test_a_character_across_two_chunks_is_no_wrong_byte(self) -> None:
        # A chunk is 2**20 bytes, which is no multiple of the three bytes of this character.
        assert codes("a\n" + "三" * 400_000 + "\n") == [(2, "IE4008")]  # a cell as long as that is refused

    @pytest.mark.parametrize("mark", [codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE])
    def test_utf_16_is_refused_by_its_mark(self, mark: bytes) -> None:
        assert codes(mark + "a,b".encode("utf-16-le")) == [(None, "IE4002")]

    def test_what_is_no_text_is_refused(self) -> None:
        assert codes(b"PK\x03\x04\xff\xff\xff") == [(None, "IE4004")]

    def test_half_a_character_at_the_end_is_no_text(self) -> None:
        assert codes(b"a,b\n1,\xe4") == [(None, "IE4004")]


@pytest.mark.usefixtures("folder")
class TestJson:
    def test_each_line_is_a_row_whose_numbers_are_exact(self) -> None:
        content = '{"agent_id": "A1", "csat": 0.12345678901234567890}\n\n{"agent_id": 2, "csat": null}\n'

        assert table(content, "march.jsonl") == [
            (1, {"agent_id": "A1", "csat": Decimal("0.12345678901234567890")}),
            (3, {"agent_id": 2, "csat": None}),
        ]
        assert table(content, "march.ndjson") == table(content, "march.JSONL")

    def test_a_list_has_its_rows_counted(self) -> None:
        assert table('[{"a": 1},\n {"a": 2.50}]', "march.json") == [
            (1, {"a": 1}),
            (2, {"a": Decimal("2.50")}),
        ]

    def test_a_line_that_is_no_json_is_a_problem_of_that_row(self) -> None:
        found = problems('{"a": 1}\n{"a": }\n[1]\n5\n{"a": 2}\n', "march.jsonl")

        assert [(row, problem.code) for row, problem in found] == [
            (2, "IE4009"),
            (3, "IE4010"),
            (4, "IE4010"),
        ]
        assert found[0][1].message() == "what stands in line 2 from character 7 on is not JSON"
        assert '`{"agent_id": "A17", "csat": 0.91}`' in found[0][1].hint()

    def test_a_list_that_is_no_json_is_a_problem_of_the_file(self) -> None:
        found = problems('[{"a": 1},\n {"a": }]', "march.json")

        assert [(row, problem.code) for row, problem in found] == [(None, "IE4009")]
        assert found[0][1].values["line"] == "2"

    def test_something_else_than_a_list_is_refused(self) -> None:
        assert codes('{"a": 1}', "march.json") == [(None, "IE4011")]
        assert codes('[{"a": 1}, 2]', "march.json") == [(2, "IE4010")]

    @pytest.mark.parametrize("name", ["march.jsonl", "march.json"])
    def test_a_name_twice_in_an_object_is_refused(self, name: str) -> None:
        content = '{"a": 1, "b": 2, "b": 3}' if name == "march.jsonl" else '[{"a": 1, "b": 2, "b": 3}]'
        ((_, problem),) = problems(content, name)

        assert problem.code == "IE4012"
        assert problem.values["column"] == "b"

    @pytest.mark.parametrize(
        "content", ["[" * 100_000, '{"a": ' + "1" * 5000 + "}", '{"a": 1e9999999999999999999}']
    )
    def test_json_beyond_all_measure_is_refused(self, content: str) -> None:
        assert codes(content, "march.jsonl") == [(1, "IE4013")]

    def test_nan_is_refused_where_it_is_used(self) -> None:
        records = read_records(
            written('{"agent_id": "A1", "month": "2026-03", "handled": NaN, "other": NaN}', "march.jsonl")
        )
        found = intake([HANDLED]).read_all(records)

        assert [(each.row, each.problem.code) for each in found.problems] == [(1, "IE4033")]

    def test_gbk_is_read_and_said(self) -> None:
        for name, content in (("march.jsonl", '{"组": "夜班"}'), ("march.json", '[{"组": "夜班"}]')):
            records = read_records(written(content.encode("gbk"), name))

            assert [problem.code for problem in records.problems] == ["IE4003"]
            assert [record.cells for record in records] == [{"组": "夜班"}]


@pytest.mark.usefixtures("folder")
class TestFilesThatCannotBeRead:
    def test_another_ending_is_refused_with_what_to_do(self) -> None:
        ((_, problem),) = problems("", "march.numbers")

        assert problem.code == "IE4001"
        assert "CSV UTF-8" in problem.hint()

    def test_a_file_that_is_not_there_is_a_problem(self) -> None:
        records = read_records("april.csv")

        assert [problem.code for problem in records.problems] == ["IE1001"]
        assert list(records) == []

    def test_a_folder_without_parquet_is_a_problem(self) -> None:
        Path("march.csv").mkdir()

        assert [problem.code for problem in read_records("march.csv").problems] == ["IE4092"]

    def test_a_name_that_no_file_can_have_is_a_problem(self) -> None:
        assert [problem.code for problem in read_records("ma\0rch.csv").problems] == ["IE1002"]

    def test_a_path_is_as_good_as_its_name(self) -> None:
        assert read_records(Path(written(HEADER))).file == "march.csv"


@pytest.mark.usefixtures("folder")
class TestFromFileToPopulation:
    def test_a_table_becomes_snapshots_and_problems_with_their_rows(self) -> None:
        records = read_records(
            written(
                "agent_id,month,handled,team\n"
                "A1,2026-03,10,夜班\n"
                'A2,2026-03,"1,000",夜班\n'
                "A3,2026-03,30\n"
                "A4,2026-03,,\n"
            )
        )
        found = intake([HANDLED, TEAM]).read_all(records)

        assert {str(period): list(agents) for period, agents in found.snapshots.items()} == {
            "2026-03": ["A1", "A4"]
        }
        assert [str(problem).split(": ")[0] for problem in found.problems] == ["march.csv:3", "march.csv:4"]
        assert found.problems[0].message() == (
            "row 3 of march.csv: `handled` of agent `A2` for 2026-03 is `1,000`,"
            " and it is not certain which number that is"
        )
        assert found.problems[0].message("zh") == (
            "march.csv 第 3 行：客服 `A2` 2026-03 的 `handled` 为 `1,000`，无法确定是哪个数字"
        )

    def test_a_file_that_cannot_be_read_has_no_snapshots(self) -> None:
        found = intake([HANDLED]).read_all(read_records("april.csv"))

        assert found.snapshots == {}
        assert found.problems == (RowProblem(Problem("IE1001", {"file": "april.csv"}), "april.csv"),)

    def test_a_missing_column_is_said_once(self) -> None:
        found = intake([HANDLED]).read_all(read_records(written("agent_id,month\nA1,2026-03\nA2,2026-03\n")))

        assert [(each.row, each.problem.code) for each in found.problems] == [(None, "IE4014")]


# Real data of two customer services (an Israeli bank's call centre of 1999, and ServiceNow incidents of an IT
# company, UCI Machine Learning Repository no. 498). The project does not contain it.
TRIAL_DATA = Path(__file__).parents[3] / "shared" / "data"
BANK = TRIAL_DATA / "snapshots_bank1999.csv"
INCIDENTS = TRIAL_DATA / "snapshots_uci_incidents.csv"


@pytest.mark.skipif(not BANK.exists(), reason="the bank's data is not beside the checkout")
class TestTheBanksData:
    FIELDS = (
        field("calls", COUNT, column="calls_handled", lowest="0"),
        field("service", DURATION, 1, column="service_time_seconds_avg", lowest="0"),
        field("repeat", RATIO, 4, column="repeat_call_7d_rate", lowest="0", highest="1"),
        field("team", TEXT),
    )

    def test_all_rows_are_read(self) -> None:
        # Its description: 42 agents, 250,168 calls, nine months with so many rows, 17 empty repeat rates.
        found = intake(self.FIELDS).read_all(read_records(BANK))
        snapshots = [each for agents in found.snapshots.values() for each in agents.values()]

        assert found.problems == ()
        assert {str(period): len(agents) for period, agents in found.snapshots.items()} == {
            "1999-01": 28,
            "1999-02": 24,
            "1999-03": 23,
            "1999-04": 24,
            "1999-05": 25,
            "1999-06": 25,
            "1999-07": 25,
            "1999-09": 32,
            "1999-10": 33,
        }
        assert len({each.agent for each in snapshots}) == 42
        assert sum(int(each.row[0] or 0) for each in snapshots) == 250_168
        assert sum(each.row[2] is None for each in snapshots) == 17

    def test_a_time_with_two_places_is_rounded_to_tenths_of_seconds_and_noted(self) -> None:
        # The first row: B01 in January, 169.25 s on average, which is half way between 169.2 and 169.3.
        found = intake(self.FIELDS).read_all(read_records(BANK))
        first = found.snapshots[parse_period("1999-01", Cadence.MONTH)]["B01"]

        assert first.row[:3] == (1446, 1693, 5983)
        assert [(note.given, note.taken) for note in first.notes] == [("169.25", "169.3 s")]


@pytest.mark.skipif(not INCIDENTS.exists(), reason="the incidents' data is not beside the checkout")
def test_the_incidents_data_is_read_with_its_empty_cells() -> None:
    # Its description: 216 agents, 887 rows, 23,336 tickets, 4 rows without a team, 32 without the fair SLA.
    fields = (
        field("tickets", COUNT, column="tickets_resolved", lowest="0"),
        field("sla", RATIO, 4, column="sla_met_p3p4_rate", lowest="0", highest="1"),
        field("resolution", DURATION, 1, column="resolution_hours_avg", scale=3600, lowest="0"),
        field("team", TEXT),
    )
    found = intake(fields).read_all(read_records(INCIDENTS))
    snapshots = [each for agents in found.snapshots.values() for each in agents.values()]

    assert found.problems == ()
    assert all(isinstance(each, Snapshot) for each in snapshots)
    assert len(snapshots) == 887
    assert len({each.agent for each in snapshots}) == 216
    assert sum(int(each.row[0] or 0) for each in snapshots) == 23_336
    assert sum(each.row[1] is None for each in snapshots) == 32
    assert sum(each.row[3] is None for each in snapshots) == 4
    assert not any(each.notes for each in snapshots)  # two places of an hour are 36 s: exact in tenths


def test_a_record_is_a_plain_value() -> None:
    assert Record(2, {"a": "1"}) == Record(2, {"a": "1"}, None)
