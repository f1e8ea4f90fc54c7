"""Verifies requests with the reference library of Standard Webhooks: lines of JSON with headers and body; SECRET in the
environment. Prints how many were good."""

import json, os, sys
from standardwebhooks.webhooks import Webhook

hook = Webhook(os.environ["SECRET"])
good = 0
for line in sys.stdin:
    request = json.loads(line)
    headers = {k.lower(): v for k, v in request["headers"].items()}
    hook.verify(request["body"], headers)
    good += 1
    try:
        hook.verify(request["body"] + " ", headers)
    except Exception:
        continue
    sys.exit("a changed body was taken")
print(good)
