"""Signing in and out of the back office, and the page of somebody's own account."""

from __future__ import annotations

import asyncio
from functools import partial

from litestar import Response, get, post
from litestar.response import Redirect

from retail.catalogue import LocalisedText
from sync.server.api.given import AnyRequest, GivenCentre
from sync.server.api.permitted import address_of
from sync.server.api.visit import GivenForm, GivenVisit, Visit
from sync.server.database.people_rows import latest_acts
from sync.server.editing.form import FieldProblem
from sync.server.permissions import Person
from sync.server.staffing.passwords import PasswordRefused
from sync.server.staffing.signing_in import SignInRefused
from sync.server.web.frame import ACCOUNT, OVERVIEW, SIGN_IN, View
from sync.server.web.sign_in_page import render_account, render_sign_in

LONGEST_PASSWORD = 1_000
"""No more of what was typed is looked at."""

SHOWN_ACTS = 20

_REFUSED: dict[str, LocalisedText] = {
    "wrong": LocalisedText("This is not the password.", "密码不正确。"),
    "too_short": LocalisedText("At least 12 characters.", "至少 12 个字符。"),
    "too_long": LocalisedText("At most 200 characters.", "最多 200 个字符。"),
    "too_simple": LocalisedText(
        "This is too easily guessed: your name in it, or few different characters.",
        "密码过于简单：包含用户名，或不同字符太少。",
    ),
    "same": LocalisedText("This is the password that you have already.", "新密码不能与当前密码相同。"),
    "again": LocalisedText("The new password was not typed the same twice.", "两次输入的新密码不一致。"),
}


@get("/sign-in", sync_to_thread=False)
def sign_in_page(visit: GivenVisit) -> Response[str]:
    """Ask who somebody is."""
    return visit.page(render_sign_in(visit.view("", SIGN_IN), visit.token))


@post("/sign-in", status_code=303)
async def take_sign_in(
    request: AnyRequest, centre: GivenCentre, visit: GivenVisit, form: GivenForm
) -> Response[str] | Redirect:
    """Sign somebody in."""
    staffing, name = centre.staffing, form.text("name")
    password = form.whole("password")[:LONGEST_PASSWORD]
    loop = asyncio.get_running_loop()
    try:
        secret = await loop.run_in_executor(
            staffing.judging, staffing.sign_in, name, password, address_of(request)
        )
    except SignInRefused as refused:
        view = visit.view("", SIGN_IN)
        text = render_sign_in(
            view, visit.token, after=form.text("after"), problem=_why_not(view, refused), name=name[:80]
        )
        return visit.page(text, status=429 if refused.code == "wait" else 401)
    person = await loop.run_in_executor(staffing.judging, partial(staffing.person_of, secret, was_here=True))
    return visit.signed_in(secret, _address_after(visit, form.text("after"), person))


@get("/account", sync_to_thread=True)
def account_page(visit: GivenVisit) -> Response[str]:
    """Show somebody their own account."""
    return _account(visit, done=visit.query.get("done") == "password")


@post("/account/password", status_code=303)
async def take_password(
    request: AnyRequest, centre: GivenCentre, visit: GivenVisit, form: GivenForm
) -> Response[str] | Redirect:
    """Change the password of whoever is signed in."""
    old, new, again = (form.whole(name)[:LONGEST_PASSWORD] for name in ("old", "new", "again"))
    staffing, loop = centre.staffing, asyncio.get_running_loop()
    change = partial(
        staffing.change_password, visit.person, old, new, secret=visit.secret, address=address_of(request)
    )
    view = visit.view("", ACCOUNT)
    try:
        if new != again:
            raise PasswordRefused("again")
        await loop.run_in_executor(staffing.judging, change)
    except PasswordRefused as refused:
        field = {"wrong": "old", "again": "again"}.get(refused.code, "new")
        problem = FieldProblem(field, _REFUSED[refused.code])
        return await loop.run_in_executor(None, partial(_account, visit, problem=problem))
    except SignInRefused as refused:
        sentence = _why_not(view, refused)
        problem = FieldProblem("old", LocalisedText(sentence, sentence))
        return await loop.run_in_executor(None, partial(_account, visit, problem=problem))
    return visit.away(view.itself(done="password"))


@post("/account/sign-out", sync_to_thread=True, status_code=303)
def take_sign_out(centre: GivenCentre, visit: GivenVisit, form: GivenForm) -> Redirect:  # noqa: ARG001  # judged by being given
    """Sign somebody out."""
    centre.staffing.sign_out(visit.secret)
    return visit.signed_out(visit.view("", SIGN_IN).itself())


def _account(visit: Visit, *, problem: FieldProblem | None = None, done: bool = False) -> Response[str]:
    person = visit.person
    with visit.centre.database.read() as connection:
        acts = latest_acts(connection, SHOWN_ACTS, person_id=person.person_id)
    problems = () if problem is None else (problem,)
    text = render_account(visit.view("", ACCOUNT), person, acts, visit.token, problems=problems, done=done)
    return visit.page(text, status=422 if problem else 200)


def _why_not(view: View, refused: SignInRefused) -> str:
    if refused.code == "wait":
        minutes = -(-refused.seconds // 60)
        return view.say(
            f"Too many wrong tries. Please try again in {minutes} min; nothing was looked at meanwhile.",
            f"错误次数过多。请在 {minutes} 分钟后重试；在此之前不会验证密码。",
        )
    return view.say("This name and this password do not belong together.", "用户名与密码不匹配。")


def _address_after(visit: Visit, after: str, person: Person | None) -> str:
    """Return the page that was wanted, if it is one of ours, or else the first that somebody may open."""
    if after == OVERVIEW or after.startswith((f"{OVERVIEW}/", f"{OVERVIEW}?")):
        return after
    view = View(language=visit.language, person=person)
    return view.link(view.home)
