"""Alerts of a monitor as they come, one line each; resumes after a break where it was. For research: not a medical device.

    PURKINJE_CLIENT_TOKEN=… python examples/alerts/subscribe.py http://127.0.0.1:8081 icu-1
"""
import json
import os
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

monitor, units = sys.argv[1].rstrip("/"), sys.argv[2:]
headers = {"Authorization": f"Bearer {os.environ['PURKINJE_CLIENT_TOKEN']}"}


def request(path: str, body=None, **more):
    sent = urllib.request.Request(monitor + path, json.dumps(body).encode() if body else None, {**headers, **more, "Content-Type": "application/json"})
    return urllib.request.urlopen(sent, timeout=15)


def take(name: str, body: dict):
    if name == "alert":
        # Repeats after a break carry the same alertId and sequence. SIMULATED and UNPROVEN belong wherever the alert is shown.
        marks = " SIMULATED" * body["simulated"] + " UNPROVEN" * body["unproven"]
        print(f"{body['state']:<12} {body['priority']:<7} {body['bed']} {body['finding']}{marks}", flush=True)
    elif name == "heartbeat":
        # Who answers counts as receiving: the monitor raises an alarm when nobody does.
        request("/heard", {"subscription": body["subscription"]}).close()
        for alarm in body["alarms"]:
            print(f"technical    {alarm['alarm']} {alarm.get('about', '')}", flush=True)
    elif name in ("missed", "expired"):
        print(f"{name}: {body.get('why', '')}", file=sys.stderr, flush=True)


cursor = ""
while True:
    try:
        with request("/alerts?" + urllib.parse.urlencode([("unit", unit) for unit in units]), **({"Last-Event-ID": cursor} if cursor else {})) as stream:
            fields = {}
            for line in stream:
                name, _, value = line.decode().rstrip("\n").partition(": ")
                if name:
                    fields[name] = value
                elif fields:
                    take(fields["event"], json.loads(fields["data"]))
                    cursor, fields = fields.get("id", cursor), {}
    except urllib.error.HTTPError as error:
        if error.code in (400, 401, 403):
            sys.exit(f"subscribe: {monitor} refuses: {error.code} {error.read().decode()[:200]}")
        print(f"subscribe: {error.code}; again in 2 s", file=sys.stderr, flush=True)
    except OSError as error:
        print(f"subscribe: {error}; again in 2 s", file=sys.stderr, flush=True)
    time.sleep(2)
