"""Whose login is it: suggestions are sure or absent."""

from __future__ import annotations

from kefu.areas.people.engine.matching import DIGITS, NAME, NUMBER, PINYIN, Candidate, Login, Suggestion, bare, suggest

ZHANG = Candidate(1, "2001", "张伟", "zhang wei")
LI = Candidate(2, "K2002", "李娜", "li na")
WANG = Candidate(3, "W-77", "王芳", "wang fang")
CHEN = Candidate(4, "X-9", "陈静", "chen jing")
EVERYBODY = [ZHANG, LI, WANG, CHEN]


def test_channel_and_call_suffix_are_left_out() -> None:
    assert [bare(code) for code in ("Agent/2001", "PJSIP/2001-0000002a", "2001", "Local/8@agents")] == [
        "2001",
        "2001",
        "2001",
        "8@agents",
    ]


def test_each_trait_recognises_somebody() -> None:
    logins = [Login(10, "Agent/2001"), Login(11, "SIP/2002"), Login(12, "Agent/1", "王芳"), Login(13, "Agent/chenjing")]
    assert suggest(logins, EVERYBODY) == [
        Suggestion(10, 1, NUMBER),
        Suggestion(11, 2, DIGITS),
        Suggestion(12, 3, NAME),
        Suggestion(13, 4, PINYIN),
    ]


def test_what_two_share_suggests_nothing() -> None:
    twins = [Candidate(1, "A1", "张伟", "zhang wei"), Candidate(2, "A2", "张伟", "zhang wei")]
    assert suggest([Login(10, "Agent/x", "张伟")], twins) == []
    assert suggest([Login(10, "Agent/2001"), Login(11, "SIP/2001")], [ZHANG]) == []


def test_nobody_is_suggested_twice() -> None:
    found = suggest([Login(10, "Agent/2001"), Login(11, "Agent/5", "张伟")], [ZHANG])
    assert found == [Suggestion(10, 1, NUMBER)]
