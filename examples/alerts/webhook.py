"""A receiver of Purkinje's webhooks: checks the signature, prints what happened, answers 204. For research: not a medical device.

    pip install standardwebhooks==1.1.0
    WEBHOOK_SECRET=whsec_… python examples/alerts/webhook.py 8090
"""
import http.server
import os
import sys

from standardwebhooks import Webhook

webhook = Webhook(os.environ["WEBHOOK_SECRET"])
BODY_MAX_BYTES = 1 << 20
seen = set()


class Receiver(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        length = int(self.headers.get("content-length", 0))
        body = self.rfile.read(length) if length <= BODY_MAX_BYTES else b""
        try:
            event = webhook.verify(body, dict(self.headers))
        except Exception as error:
            print(f"refused: {error}", file=sys.stderr, flush=True)
            return self.answer(400)
        # What was not acknowledged comes again under the same id.
        if self.headers["webhook-id"] not in seen:
            seen.add(self.headers["webhook-id"])
            # `text` says SIMULATED and UNPROVEN where they apply; `data` has the numbers, and whose they are.
            print(event["type"], event["data"]["text"], flush=True)
        self.answer(204)

    def answer(self, status: int):
        self.send_response(status)
        self.end_headers()

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Receiver)
print(f"listening on {server.server_port}", flush=True)
server.serve_forever()
