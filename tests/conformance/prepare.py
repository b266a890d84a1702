"""Fills a data set for scripts/test-api.sh, through the API alone, and makes the document know it.

Most operations take the id of something that has to be there: a list, a task in some state, the
picture of a screen. What one makes at random is nowhere, so that all they would ever answer is 404.
This makes a little of everything, and writes the served document with the ids as its examples:
Schemathesis asks with those too. The rest of the document stays as it is served.

    prepare.py OPENAPI      with SIGNALBOX_URL and SIGNALBOX_TOKEN set; the simulated phones of
                            tests/conformance/scenario.toml
"""

import json
import os
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

URL = os.environ["SIGNALBOX_URL"]
TOKEN = os.environ["SIGNALBOX_TOKEN"]
PATIENCE_S = 120

# A step that finds nothing, so that its attempt fails and the screen is kept.
FAILS = "- assertVisible:\n    text: \"nowhere\"\n"
FLOW = "- launchApp\n- back\n"
LATER = "2098-01-01T00:00:00Z"


def ask(method, path, body=None):
    """What the API answers; a refusal ends the script with its reason."""
    data = None if body is None else json.dumps(body).encode()
    headers = {"Authorization": f"Bearer {TOKEN}"}
    if data is not None:
        headers["Content-Type"] = "application/json"
    request = urllib.request.Request(URL + path, data=data, headers=headers, method=method)
    try:
        with urllib.request.urlopen(request, timeout=90) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as refused:
        sys.exit(f"{method} {path} {body}: {refused.code} {refused.read().decode()}")


def wait(what, look):
    """What `look` gives, once it gives something."""
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        found = look()
        if found:
            return found
        time.sleep(0.2)
    sys.exit(f"There was no {what} in {PATIENCE_S} s.")


def account(account_id, **more):
    ask("POST", "/api/accounts", {"account_id": account_id, **more})
    return account_id


def task(account_id, target, actions, **more):
    body = {"account_id": account_id, "target_username": target, "actions": actions, **more}
    return ask("POST", "/api/tasks/create", body)["task_id"]


def status(task_id):
    return ask("GET", f"/api/tasks/{task_id}/status")


def ended(task_id, *ends):
    return wait(" or ".join(ends), lambda: status(task_id)["status"] in ends)


def state(account_id, expected):
    path = f"/api/accounts/execution-states/{account_id}"
    return wait(
        f"{expected} {account_id}",
        lambda: ask("GET", path)["account_state"]["state"] == expected,
    )


def csv(rows):
    return "\n".join(["account_id,task_type,target_username,actions,not_before", *rows]) + "\n"


def accounts():
    """Accounts in all states, and some for the operations that end them."""
    studio = [account(f"studio-{no}", group="studio") for no in range(1, 9)]
    suspended = [account(f"suspended-{no}") for no in range(1, 4)]
    for one in suspended:
        ask("POST", f"/api/accounts/{one}/suspend", {"reason": "to be lifted"})
    paused = [account(f"paused-{no}", group="night") for no in range(1, 4)]
    for one in paused:
        ask("POST", f"/api/accounts/{one}/pause")
    return {
        "studio": studio,
        "suspended": suspended,
        "paused": paused,
        "gone": [account(f"gone-{no}") for no in range(1, 7)],
    }


def tasks(phones):
    """Tasks in all states; what the scenario does to `resting`, `unsure` and `held` is part of it."""
    look = ["search_user", "view_profile"]
    scheduled = [task("studio-1", "garden", look, not_before=LATER) for _ in range(6)]
    waiting = [task("paused-1", f"page-{no}", look) for no in range(6)]
    done = [task(f"studio-{no}", "gallery", look) for no in (2, 3)]
    flow = {"flow": FLOW, "name": "back", "account_id": "studio-4"}
    done.append(ask("POST", "/api/flow-task", flow)["task_id"])
    fails = [
        ask("POST", "/api/flow-task", {"flow": FAILS, "account_id": f"studio-{no}"})["task_id"]
        for no in (5, 6)
    ]
    cancelled = [task("paused-2", "bakery", look) for _ in range(4)]
    for one in cancelled:
        ask("DELETE", f"/api/tasks/{one}/cancel")

    def engage(account_id, **more):
        body = {"account_id": account_id, "target_pages": ["garden"], "actions": {"like": True}}
        return ask("POST", "/api/engagement-task", {**body, **more})["task_id"]

    pages = [engage("studio-7"), *(engage("studio-7", not_before=LATER) for _ in range(5))]
    account("resting")
    account("unsure")
    account("held", device_udid=phones[3])
    task("resting", "garden", ["view_profile", "follow_user"])
    unsure = engage(
        "unsure", actions={"comment": True}, comment_list=["What a garden!"],
        target_pages=["terrace"],
    )
    state("resting", "cooldown")
    ended(unsure, "interrupted")
    for one in [*done, pages[0]]:
        ended(one, "completed")
    for one in fails:
        ended(one, "failed")
    # The last: its phone goes for good.
    task("held", "harbour", ["view_profile", "follow_user"])
    reason = "/api/accounts/execution-states/held"
    wait("held account", lambda: ask("GET", reason)["account_state"]["state_reason"] == "in_doubt")
    logs = ask("GET", f"/api/tasks/{fails[0]}/logs?limit=1000")["logs"]
    screens = [it["data"]["screenshot"] for it in logs if it["event_type"] == "screenshot"]
    return {
        "any": [*done, *scheduled[:2], *fails],
        "to_cancel": [*scheduled, *waiting],
        "ended": [*cancelled, *fails],
        "unsure": [unsure],
        "pages": pages,
        "screens": screens,
    }


def lists(paused):
    """Lists that are done, and that wait; plans nobody has accepted."""
    def taken(name, rows):
        return ask("POST", "/api/lists/import", {"name": name, "tasks": csv(rows)})["list_id"]

    done = taken("done", [f"studio-{no},instagram,list-{no},view_profile," for no in (1, 2)])

    def is_done():
        told = ask("GET", f"/api/lists/{done}/progress")
        return told["completed"] == told["total"]

    wait("finished list", is_done)
    waiting = [taken(f"waits-{no}", [f"{paused},instagram,waits-{no},view_profile,"])
               for no in range(4)]
    plans = []
    for no in range(6):
        rows = csv([f"studio-{it},instagram,plan-{no}-{it},view_profile," for it in (1, 2)])
        plan = ask("POST", "/api/lists/plan", {"name": f"plan-{no}", "tasks": rows})
        plans.append(plan["plan_id"])
    return {"done": [done], "waiting": waiting, "plans": plans}


def rest(to_retry):
    """Templates, backups, and jobs that are over."""
    template = {"actions": ["view_profile"]}
    templates = [
        ask("POST", "/api/templates",
            {"task_type": "instagram", "name": f"template-{no}", "task": template})["template_id"]
        for no in range(6)
    ]
    backups = [ask("POST", "/api/backups")["backup"]["name"]]
    jobs = [
        ask("POST", "/api/tasks/cancel", {"ids": [to_retry]})["job_id"],
        ask("POST", "/api/tasks/retry", {"filter": {"q": "nobody at all"}})["job_id"],
    ]
    return {"templates": templates, "backups": backups, "jobs": jobs}


def examples(phones, who, what, rows, more):
    """The values that the operations take: the name of a parameter, and its examples."""
    tasks_all = [*what["any"], *what["pages"], *what["unsure"]]
    every_list = [*rows["done"], *rows["waiting"]]
    return {
        "task_status": {"id": tasks_all},
        "task_logs": {"id": tasks_all},
        "cancel_task": {"id": what["to_cancel"]},
        "retry_task": {"id": what["ended"]},
        "resolve_task": {"id": what["unsure"]},
        "engagement_status": {"id": what["pages"]},
        "engagement_logs": {"id": what["pages"]},
        "cancel_engagement": {"id": what["pages"][1:]},
        "execution_state": {"account_id": [*who["studio"], "resting", "held"]},
        "change_account": {"id": who["studio"]},
        "remove_account": {"id": who["gone"]},
        "cancel_account_tasks": {"id": who["paused"]},
        "end_cooldown": {"id": ["resting"]},
        "release_account": {"id": ["held"]},
        "unsuspend_account": {"id": who["suspended"]},
        "suspend_account": {"id": who["studio"][-2:]},
        "pause_account": {"id": who["studio"][-2:]},
        "resume_account": {"id": who["studio"][-2:]},
        "forget_device": {"udid": phones[4:]},
        "give_back": {"udid": phones[2:3]},
        "take_in_hand": {"udid": phones[1:2]},
        "initialize_device": {"udid": phones[:1]},
        "restart_runner": {"udid": phones[:1]},
        "let_device_go": {"udid": phones[:1]},
        "change_device": {"udid": phones[:3]},
        "pause_device": {"udid": phones[1:2]},
        "resume_device": {"udid": phones[1:2]},
        "stop_device": {"udid": phones[1:2]},
        "list": {"id": every_list},
        "list_progress": {"id": every_list},
        "export_list": {"id": every_list},
        "list_again": {"id": rows["done"]},
        "rehearse_list": {"id": rows["done"]},
        "pause_list": {"id": rows["waiting"]},
        "resume_list": {"id": rows["waiting"]},
        "cancel_list": {"id": rows["waiting"]},
        "plan_rows": {"id": rows["plans"][2:]},
        "screenshot": {"id": what["screens"]},
        "job": {"id": more["jobs"]},
        "cancel_job": {"id": more["jobs"]},
        "template": {"id": more["templates"]},
        "change_template": {"id": more["templates"]},
        "run_template": {"id": more["templates"][3:]},
        "remove_template": {"id": more["templates"][:3]},
        "restore_backup": {"id": more["backups"]},
        "interactions": {"account_id": who["studio"], "task_id": what["any"], "list": every_list},
    }


def bodies(rows):
    """Whole bodies, where a schema cannot say what a good one is."""
    file = {"name": "monday", "tasks": csv(["studio-1,instagram,monday,view_profile,"])}
    page = {"target_pages": ["terrace"], "actions": {"like": True}}
    return {
        "accept_plan": [{"plan_id": plan} for plan in rows["plans"][:3]],
        "plan_list": [file],
        "import_list": [{**file, "name": "tuesday"}],
        "list_standing": [file],
        "create_engagement": [{"account_id": "studio-1", **page}],
        "run_template": [{"targets": ["garden", "gallery"]}],
    }


def teach(document, values, whole):
    """Writes the examples into the document."""
    known = 0
    for entries in document["paths"].values():
        for entry in entries.values():
            name = entry.get("operationId")
            for parameter in entry.get("parameters", []):
                found = values.get(name, {}).get(parameter.get("name"))
                if found:
                    known += 1
                    parameter["schema"].pop("examples", None)
                    parameter["examples"] = {str(no): {"value": it} for no, it in enumerate(found)}
            if name in whole:
                known += 1
                body = entry["requestBody"]["content"]["application/json"]
                body["examples"] = {str(no): {"value": it} for no, it in enumerate(whole[name])}
    wanted = sum(len(it) for it in values.values()) + len(whole)
    if known != wanted:
        sys.exit(f"The document takes {known} of the {wanted} examples: see what was renamed.")


def main():
    document = ask("GET", "/api/openapi.json")
    # Who rests goes on resting until that is ended.
    ask("PUT", "/api/settings", {"rate_limit_steps": [86_400] * 4})

    def four_are_ready():
        """The last of the five goes at once."""
        devices = ask("GET", "/api/devices/status")["devices"]
        phones = {it["udid"]: it["status"] for it in devices}
        there = [phones[udid] for udid in sorted(phones)]
        return there == ["ready"] * 4 + ["disconnected"] and sorted(phones)

    phones = wait("four phones that can work", four_are_ready)
    who = accounts()
    what = tasks(phones)
    rows = lists(who["paused"][2])
    more = rest(what["ended"][0])
    ask("POST", f"/api/devices/{phones[2]}/in-hand")
    teach(document, examples(phones, who, what, rows, more), bodies(rows))
    with open(sys.argv[1], "w", encoding="utf-8") as file:
        json.dump(document, file)


if __name__ == "__main__":
    main()
