"""A person walks through the set-up checklist in the browser, from the claim to a leader who sees the team's calls.

``Walk`` types and clicks as somebody would who has prepared a staff list; ``work`` is called wherever the person would
wait for a background job (a test runs the jobs there, a real installation has a worker).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import takewhile
from pathlib import Path
from typing import Any

import pyotp

from kefu.areas.calls.engine.simulation.player import lines_between
from kefu.areas.calls.engine.simulation.sample import POOLS, SEED, sample_centre
from kefu.kernel import clock

PASSWORD = "mulan-7-lighthouse"
LEADER_PASSWORD = "river-stone-84-amber"


@dataclass
class Walk:
    """One installation; ``people`` employees in ``teams`` teams of two sites."""

    page: Any
    base: str
    folder: Path
    work: Callable[[], None]
    people: int = 12
    teams: int = 2
    passwords: dict[str, str] = field(default_factory=dict)

    def pools(self) -> list[tuple[str, str, str]]:
        """Code, name and site of the teams: one site after the other."""
        sites = {
            "east": [p for p in POOLS if p[0].startswith("east")],
            "west": [p for p in POOLS if p[0].startswith("west")],
        }
        half = -(-self.teams // 2)
        chosen = [(p, "east") for p in sites["east"][:half]] + [(p, "west") for p in sites["west"][: self.teams - half]]
        return [(pool[0], pool[1], site) for pool, site in chosen]

    def logins(self) -> dict[str, list[str]]:
        """Team code → logins, numbered as the staff list numbers the people."""
        pools = self.pools()
        numbers = {code: range(2001 + k, 2001 + self.people, len(pools)) for k, (code, _n, _s) in enumerate(pools)}
        return {code: [f"Agent/{n}" for n in span] for code, span in numbers.items()}

    def claim(self, link: str) -> None:
        """Create the administrator and bind the second factor."""
        page = self.page
        page.goto(link)
        page.fill("[name=username]", "boss")
        page.fill("[name=display_name]", "林若溪")
        page.fill("[name=password]", PASSWORD)
        page.fill("[name=again]", PASSWORD)
        page.get_by_role("button", name="创建管理员").click()
        secret = page.locator("code.ui-mono").first.inner_text().replace(" ", "")
        page.fill("[name=code]", pyotp.TOTP(secret).now())
        page.get_by_role("button", name="绑定并继续").click()
        page.get_by_role("link", name="我已保存，继续").click()
        page.wait_for_url("**/setup/")

    def state(self, code: str) -> str:
        """The word on a step's badge, looked up anew."""
        self.page.goto(f"{self.base}/setup/")
        return str(self.page.locator(f"#step-{code.replace('.', '')} .ui-card-h").inner_text()).split()[-1]

    def units(self) -> None:
        """The org tree from a file."""
        rows = [
            "编码,名称,类型,上级编码",
            "centre,客服中心,中心,",
            "east,城东职场,职场,centre",
            "west,城西职场,职场,centre",
        ]
        rows += [f"{code},{name},班组,{site}" for code, name, site in self.pools()]
        self._import("导入组织架构", "units.csv", rows)
        self._apply()

    def hours(self) -> None:
        """A default calendar with this year's holidays."""
        page = self.page
        page.goto(f"{self.base}/setup/")
        page.get_by_role("link", name="新建日历").click()
        page.fill("[name=code]", "hotline")
        page.fill("[name=name]", "热线服务时间")
        page.check("[name=is_default]")
        page.locator("main form button[type=submit]").first.click()
        page.wait_for_load_state()
        page.locator("form[action$='/holidays/'] button").click()
        page.wait_for_load_state()

    def employees(self) -> list[str]:
        """The staff list with two faulty rows; what the check said of them; then the mended list."""
        rows = self._staff()
        faulty = [*rows]
        number, name, _team, rest = faulty[3].split(",", 3)
        faulty[3] = ",".join((number, name, "no-such-team", rest))
        faulty[4] = re.sub(r"2026-\d\d-\d\d", "2026-02-30", faulty[4])
        self._import("导入花名册", "staff.csv", faulty)
        said = self.page.locator("#import-state table").last.inner_text()
        self._import("导入花名册", "staff-mended.csv", rows)
        self._apply()
        return [line for line in said.splitlines() if line.strip()]

    def source(self, hours: float = 2.0) -> None:
        """A source, and the log of the simulated telephone system."""
        page = self.page
        page.goto(f"{self.base}/setup/")
        page.get_by_role("link", name="新建话务源").click()
        page.fill("[name=code]", "pbx1")
        page.fill("[name=name]", "主交换机")
        page.get_by_role("button", name="新建话务源").click()
        page.wait_for_url("**/sources/pbx1/")
        log = self.folder / "queue_log"
        log.write_text("\n".join(self._log(hours)) + "\n", encoding="utf-8")
        page.set_input_files("form[action$='/upload/'] [name=file]", str(log))
        page.locator("form[action$='/upload/'] button.ui-btn").click()
        page.wait_for_url("**/jobs/**")
        self.work()

    def wait_for_lines(self) -> None:
        """The step of the source is done once the first lines have arrived; it updates by itself."""
        self.page.goto(f"{self.base}/setup/")
        self.page.locator("#step-callssource").get_by_text("已完成").wait_for(timeout=60_000)

    def queues(self) -> None:
        """Every queue with a target."""
        page = self.page
        page.goto(f"{self.base}/setup/")
        page.locator("#step-callsqueues").get_by_text("待完成").wait_for(timeout=60_000)
        page.get_by_role("link", name="整理队列").click()
        for box in page.locator("[name$=-target_seconds]").all():
            box.fill("20")
        for box in page.locator("[name$=-target_percent]").all():
            box.fill("80")
        page.get_by_role("button", name="保存所选队列").click()
        page.wait_for_url("**/queues/")

    def agents(self) -> None:
        """Accept what was recognised."""
        page = self.page
        page.goto(f"{self.base}/people/agents/matching/")
        if page.get_by_role("button", name="对应所选坐席").count():
            page.get_by_role("button", name="对应所选坐席").click()
            page.wait_for_load_state()
        self.work()

    def accounts(self) -> None:
        """An account for everybody; the passwords from the list that is shown once."""
        page = self.page
        page.goto(f"{self.base}/setup/")
        page.locator("#step-peopleaccounts").get_by_role("link", name="开通账号").click()
        page.check("[data-check-all=employee]")
        page.get_by_role("button", name="开通所选账号").click(timeout=180_000, no_wait_after=True)
        page.get_by_role("heading", name=re.compile("已开通")).first.wait_for(timeout=180_000)
        for row in page.locator("main table tbody tr").all():
            cells = row.locator("td").all_inner_texts()
            self.passwords[cells[2]] = cells[3]

    def leader_sees_calls(self, page: Any, number: str = "2001") -> Sequence[str]:
        """The first leader signs in, changes the password and looks at the calls; the rows' texts."""
        page.goto(f"{self.base}/sign-in/")
        page.fill("[name=username]", number)
        page.fill("[name=password]", self.passwords[number])
        page.get_by_role("button", name="登录", exact=True).click()
        page.fill("[name=old]", self.passwords[number])
        page.fill("[name=password]", LEADER_PASSWORD)
        page.fill("[name=again]", LEADER_PASSWORD)
        page.locator("main form button.ui-btn-pri").click()
        page.wait_for_load_state()
        page.goto(f"{self.base}/calls/")
        rows: list[str] = page.locator("[data-row]").all_inner_texts()
        return rows

    def _staff(self) -> list[str]:
        rows = ["工号,姓名,单位,岗位,电话,入职日期,坐席工号,负责单位"]
        pools = self.pools()
        for k in range(self.people):
            code = pools[k % len(pools)][0]
            lead = "是" if k < len(pools) else ""
            rows.append(f"{2001 + k},员工{k + 1},{code},客服代表,1540000{k:04d},2026-03-02,,{lead}")
        return rows

    def _log(self, hours: float) -> list[str]:
        now = clock.now()
        end = datetime.combine(clock.local_date(now), datetime.min.time(), clock.zone(clock.DEFAULT_ZONE)) - timedelta(
            hours=13
        )
        start = end - timedelta(hours=hours)
        lines = lines_between(sample_centre(self.logins()), SEED, start, end, is_fresh=True)
        stop = end.timestamp() * 1000
        return [line for _at, line in takewhile(lambda item: item[0] < stop, lines)]

    def _import(self, link: str, name: str, rows: Sequence[str]) -> None:
        page = self.page
        file = self.folder / name
        file.write_text("\n".join(rows) + "\n", encoding="utf-8")
        page.goto(f"{self.base}/setup/")
        page.get_by_role("link", name=link).click()
        page.set_input_files("[name=file]", str(file))
        page.locator("main form button.ui-btn-pri").click()
        page.wait_for_url("**/imports/u/**")
        page.get_by_role("button", name="检查文件").click()
        self.work()
        page.locator("#import-state").get_by_text("检查完成").wait_for(timeout=60_000)

    def _apply(self) -> None:
        self.page.get_by_role("button", name=re.compile(r"^导入 \d+ 行")).click()
        self.work()
        self.page.locator("#import-state").get_by_text("导入完成").wait_for(timeout=60_000)
