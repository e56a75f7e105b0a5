"""Call records in pages: who sees which, masks, filters, summing up, listening."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from kefu.areas.calls import permissions, services
from kefu.areas.calls.models import Disposition, QueueVisit, Recording, RecordingMarker
from kefu.areas.calls.tests.factories import make_disposition, make_queue, make_source, make_visit, make_wav
from kefu.areas.people.tests.factories import SYSTEM, SmallCentre, make_agent, make_centre, make_employee
from kefu.kernel import clock
from kefu.kernel.actor import Actor
from kefu.kernel.permissions import ScopeLevel
from kefu.platform.access.models import User
from kefu.platform.access.tests.factories import make_actor
from kefu.platform.audit.models import AuditEntry
from kefu.platform.partitions import monthly

pytestmark = pytest.mark.django_db
ALL = (permissions.VISIT_VIEW, permissions.VISIT_DISPOSE, permissions.RECORDING_PLAY)


@pytest.fixture(autouse=True)
def forgotten_partitions() -> object:
    monthly.forget()
    yield
    monthly.forget()


@pytest.fixture
def centre() -> SmallCentre:
    return make_centre()


def actor_with(*codes: str, level: ScopeLevel = ScopeLevel.ALL, node: object = None) -> Actor:
    return make_actor(dict.fromkeys(codes or ALL, level), node=node)  # type: ignore[arg-type]


def client_for(actor: Actor) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=actor.user_id))
    return client


def page(client: Client, **query: str) -> str:
    response = client.get(reverse("calls:visits"), query)
    assert response.status_code == 200, response.content.decode()[:2000]
    return response.content.decode()


def test_an_agent_sees_own_calls_a_leader_the_team_a_manager_all(centre: SmallCentre) -> None:
    own, leader, manager = (
        actor_with(level=ScopeLevel.OWN),
        actor_with(level=ScopeLevel.UNIT, node=centre.team1.node),
        actor_with(),
    )
    user = User.objects.get(pk=own.user_id)
    me = make_agent("8001", make_employee(centre.team1, "李雷", user=user))
    mate = make_agent("8002", make_employee(centre.team1, "韩梅"))
    other = make_agent("8003", make_employee(centre.team3, "王芳"))
    seen = {agent.code: make_visit(agent=agent, team_node_id=agent.employee.unit_id).id for agent in (me, mate, other)}
    abandoned = make_visit(outcome="abandoned").id

    for actor, codes in ((own, {"8001"}), (leader, {"8001", "8002"}), (manager, {"8001", "8002", "8003"})):
        client = client_for(actor)
        listing = page(client)
        for code, visit_id in seen.items():
            assert (str(visit_id) in listing) == (code in codes)
            status = client.get(reverse("calls:visit", args=[visit_id])).status_code
            assert status == (200 if code in codes else 404)
        assert (str(abandoned) in listing) == (actor is manager)


def test_a_call_stays_visible_to_the_team_of_its_time_and_comes_to_the_team_of_now(centre: SmallCentre) -> None:
    agent = make_agent("8001", make_employee(centre.team3, "李雷"))
    visit = make_visit(agent=agent, team_node_id=centre.team1.pk)

    for team, sees in ((centre.team1, True), (centre.team3, True), (centre.team2, False)):
        client = client_for(actor_with(level=ScopeLevel.UNIT, node=team.node))
        assert (str(visit.id) in page(client)) == sees


def test_the_number_is_masked_everywhere_and_found_whole_only() -> None:
    client = client_for(actor_with())
    visit = make_visit(caller="13800006621")
    make_visit(caller="13900001111")

    listing = page(client)
    assert "138****6621" in listing
    assert "13800006621" not in listing
    detail = client.get(reverse("calls:visit", args=[visit.id])).content.decode()
    assert "138****6621" in detail
    assert "13800006621" not in detail
    assert str(visit.id) in page(client, caller="+86 138-0000-6621")
    assert "139****1111" not in page(client, caller="13800006621")
    assert str(visit.id) not in page(client, caller="6621")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"outcome": "abandoned"}, {"gone"}),
        ({"outcome": ["abandoned", "answered"]}, {"gone", "long", "other"}),
        ({"wait_min": "60"}, {"long"}),
        ({"queue": "vip"}, {"other"}),
        ({"source": "pbx2"}, {"other"}),
        ({"agent": "8009"}, {"long"}),
        ({"team": "t1"}, {"long"}),
        ({"site": "west"}, {"other"}),
        ({"summed": "0"}, {"long"}),
        ({"summed": "1"}, {"other"}),
        ({"time_from": "09:00", "time_to": "09:30"}, {"gone"}),
        ({"time_from": "09:30"}, {"long", "other"}),
        ({"day_from": "2026-10-20", "day_to": "2026-10-20"}, {"gone", "long"}),
        ({"view": "today"}, set()),
    ],
)
def test_each_filter_finds_what_it_says(centre: SmallCentre, query: dict[str, str], found: set[str]) -> None:
    start = clock.day_bounds(date(2026, 10, 20))[0]
    agent = make_agent("8009", make_employee(centre.team1, "李雷"))
    visits = {
        "gone": make_visit(at=start + timedelta(hours=9), outcome="abandoned"),
        "long": make_visit(
            at=start + timedelta(hours=9, minutes=30), wait=75, agent=agent, team_node_id=centre.team1.pk
        ),
        "other": make_visit(
            at=start + timedelta(days=1, hours=10), queue=make_queue("vip", "贵宾"), source=make_source("pbx2"),
            disposition=make_disposition(), queue_node_id=centre.west.pk,
        ),
    }  # fmt: skip
    listing = page(client_for(actor_with()), **query)
    assert {name for name, visit in visits.items() if str(visit.id) in listing} == found


@pytest.mark.parametrize(
    "query",
    [
        {"outcome": "eaten"}, {"wait_min": "long"}, {"queue": "nowhere"}, {"day_from": "20 Nov"}, {"time_from": "9 am"},
        {"time_from": "10:00", "time_to": "09:00"}, {"time_to": "24:15"}, {"sort": "secret"}, {"after": "xyz"},
        {"caller": "1" * 50}, {"view": "none"},
    ],
)  # fmt: skip
def test_a_filter_that_cannot_be_read_is_told(query: dict[str, str]) -> None:
    assert client_for(actor_with()).get(reverse("calls:visits"), query).status_code == 422


def test_mine_means_the_viewer(centre: SmallCentre) -> None:
    manager = actor_with()
    me = make_agent("8001", make_employee(centre.team1, "李雷", user=User.objects.get(pk=manager.user_id)))
    mine, other = make_visit(agent=me), make_visit(agent=make_agent("8002"))

    listing = page(client_for(manager), mine="1")
    assert str(mine.id) in listing
    assert str(other.id) not in listing


def test_a_page_costs_the_same_number_of_statements_for_one_row_and_for_fifty(
    django_assert_max_num_queries: object,
) -> None:
    client = client_for(actor_with())
    agent = make_agent("8001")
    for _ in range(50):
        make_visit(agent=agent, caller=f"138{uuid4().int % 10**8:08d}")
    with django_assert_max_num_queries(22):  # type: ignore[operator]
        page(client)


def test_the_record_shows_stretches_and_the_journey() -> None:
    client = client_for(actor_with())
    first = make_visit(agent=make_agent("8001"), transfer="blind", transfer_target="vip", wait=8, talk=60)
    second = make_visit(
        at=first.ended_at, agent=make_agent("8002"), queue=make_queue("vip", "贵宾专线"), contact_id=first.contact_id,
        number=2, call_key=first.call_key,
    )  # fmt: skip
    html = client.get(reverse("calls:visit", args=[first.id])).content.decode()

    assert str(second.id) in html
    assert "贵宾专线" in html
    for kind in ("queue", "talk", "wrap"):
        assert f'data-kind="{kind}"' in html
    drawer = client.get(reverse("calls:visit", args=[first.id]), headers={"HX-Request": "true"})
    assert "<html" not in drawer.content.decode()


def test_summing_up_in_time_and_late(centre: SmallCentre) -> None:
    actor = actor_with(level=ScopeLevel.OWN)
    me = make_agent("8001", make_employee(centre.team1, "李雷", user=User.objects.get(pk=actor.user_id)))
    make_disposition()
    now = clock.now().replace(microsecond=0)
    fresh = make_visit(agent=me, at=now - timedelta(seconds=150), wait=8, talk=120)
    old = make_visit(agent=me, at=now - timedelta(hours=2))
    client = client_for(actor)

    for visit, word in ((fresh, "已小结"), (old, "逾时小结")):
        url = reverse("calls:visit", args=[visit.id])
        dispose = reverse("calls:dispose", args=[visit.id])
        assert ("待小结" if visit is fresh else "逾时未小结") in client.get(url).content.decode()
        assert client.post(dispose, {"disposition": "tariff", "note": "套餐"}).status_code == 302
        visit.refresh_from_db()
        assert (visit.disposition.code, visit.disposition_note) == ("tariff", "套餐")  # type: ignore[union-attr]
        assert word in client.get(url).content.decode()
    assert AuditEntry.objects.filter(action="calls.visit:dispose").count() == 2


def test_summing_up_again_keeps_the_first_time() -> None:
    make_disposition()
    make_disposition("fault", "故障报修")
    visit = make_visit(agent=make_agent("8001"))
    services.dispose_visit(actor=SYSTEM, visit_id=visit.id, code="tariff")
    first = QueueVisit.objects.get(id=visit.id).disposed_at
    services.dispose_visit(actor=SYSTEM, visit_id=visit.id, code="fault")
    again = QueueVisit.objects.get(id=visit.id)

    assert (again.disposed_at, again.disposition.code) == (first, "fault")  # type: ignore[union-attr]


def test_faulty_forms_come_back_and_nothing_is_stored() -> None:
    make_disposition()
    make_disposition("old", "旧代码", is_active=False)
    visit = make_visit(agent=make_agent("8001"))
    client = client_for(actor_with())
    url = reverse("calls:dispose", args=[visit.id])

    for data in ({}, {"disposition": "nothing"}, {"disposition": "old"}, {"disposition": "tariff", "note": "长" * 301}):
        response = client.post(url, data)
        assert response.status_code == 422
    visit.refresh_from_db()
    assert (visit.disposition, visit.disposed_at) == (None, None)


def test_nobody_sums_up_what_is_not_theirs_or_was_not_answered(centre: SmallCentre) -> None:
    make_disposition()
    own = actor_with(level=ScopeLevel.OWN)
    visit = make_visit(agent=make_agent("8002"))
    gone = make_visit(outcome="abandoned")
    assert client_for(own).post(reverse("calls:dispose", args=[visit.id]), {"disposition": "tariff"}).status_code == 404
    viewer = client_for(actor_with(permissions.VISIT_VIEW))
    assert viewer.post(reverse("calls:dispose", args=[visit.id]), {"disposition": "tariff"}).status_code == 403
    assert (
        client_for(actor_with()).post(reverse("calls:dispose", args=[gone.id]), {"disposition": "tariff"}).status_code
        == 409
    )
    assert QueueVisit.objects.filter(disposition__isnull=False).count() == 0


def test_a_recording_is_heard_in_parts_by_those_who_may_and_each_time_is_audited(centre: SmallCentre) -> None:
    visit = make_visit(agent=make_agent("8001"), team_node_id=centre.team1.pk)
    recording = services.attach_recording(actor=SYSTEM, visit_id=visit.id, stream=make_wav(), name="a.wav")
    assert (recording.duration_seconds, len(recording.peaks), len(recording.peaks[0])) == (4, 2, 600)
    url = reverse("files:download", args=[recording.file.uid])  # type: ignore[union-attr]

    client = client_for(actor_with(level=ScopeLevel.UNIT, node=centre.team1.node))
    assert url in client.get(reverse("calls:visit", args=[visit.id])).content.decode()
    part = client.get(url, headers={"Range": "bytes=0-99"})
    assert (part.status_code, len(b"".join(part))) == (206, 100)  # type: ignore[arg-type]
    assert AuditEntry.objects.filter(action="files.file:read").count() == 1

    stranger = client_for(actor_with(level=ScopeLevel.UNIT, node=centre.team3.node))
    assert stranger.get(url).status_code == 404
    deaf = client_for(actor_with(permissions.VISIT_VIEW))
    assert deaf.get(url).status_code == 404
    assert url not in deaf.get(reverse("calls:visit", args=[visit.id])).content.decode()


def test_what_is_no_sound_is_refused_and_a_reference_gets_its_file_once() -> None:
    from io import BytesIO

    from kefu.kernel.errors import Conflict, InvalidInput

    visit = make_visit(agent=make_agent("8001"))
    Recording.objects.create(visit_id=visit.id, source=visit.source, reference="r/1.wav")
    with pytest.raises(InvalidInput):
        services.attach_recording(actor=SYSTEM, visit_id=visit.id, stream=BytesIO(b"hello"), name="a.wav")
    assert Recording.objects.get().file is None
    services.attach_recording(actor=SYSTEM, visit_id=visit.id, stream=make_wav(), name="a.wav", reference="r/1.wav")
    assert Recording.objects.get().file is not None
    with pytest.raises(Conflict):
        services.attach_recording(actor=SYSTEM, visit_id=visit.id, stream=make_wav(), name="a.wav", reference="r/1.wav")


def test_notes_at_a_second_of_a_recording() -> None:
    visit = make_visit(agent=make_agent("8001"))
    recording = services.attach_recording(actor=SYSTEM, visit_id=visit.id, stream=make_wav(), name="a.wav")
    client = client_for(actor_with())
    url = reverse("calls:mark", args=[recording.pk])

    assert "情绪激动" in client.post(url, {"at_seconds": "2.6", "text": "情绪激动"}).content.decode()
    for data in ({"at_seconds": "9", "text": "x"}, {"at_seconds": "1", "text": " "}, {"at_seconds": "x", "text": "x"},
                 {"at_seconds": "nan", "text": "x"}, {"at_seconds": "1", "text": "长" * 121}):  # fmt: skip
        assert client.post(url, data).status_code == 422
    marker = RecordingMarker.objects.get()
    assert (marker.at_seconds, marker.text) == (2, "情绪激动")
    other = client_for(actor_with())
    assert other.post(reverse("calls:unmark", args=[marker.pk])).status_code == 404
    assert client.post(reverse("calls:unmark", args=[marker.pk])).status_code == 200
    assert not RecordingMarker.objects.exists()


def test_codes_are_kept_by_those_who_may() -> None:
    manager = client_for(actor_with(permissions.DISPOSITION_MANAGE))
    new = reverse("calls:disposition_new")
    assert manager.post(new, {"code": "a", "name": "甲", "sort_order": "1", "is_active": "on"}).status_code == 302
    assert manager.post(new, {"code": "a", "name": "乙", "sort_order": "1"}).status_code == 422
    row = Disposition.objects.get()
    edit = reverse("calls:disposition", args=[row.pk])
    assert manager.post(edit, {"code": "a", "name": "丙", "sort_order": "2"}).status_code == 302
    row.refresh_from_db()
    assert (row.name, row.is_active) == ("丙", False)
    assert client_for(actor_with()).get(edit).status_code == 403
