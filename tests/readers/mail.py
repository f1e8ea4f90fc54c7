"""An SMTP server on loopback that keeps what it gets (`refuse`: takes nobody; `starttls CERT KEY`, `tls CERT KEY`); prints its port, then at the end of input each mail as Python's own
parser reads it, one JSON object a line."""

import email, email.policy, json, ssl, sys
from aiosmtpd.controller import Controller

kept = []
refuse = sys.argv[1:] == ["refuse"]
secure = {}
if sys.argv[1:2] in (["starttls"], ["tls"]):
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(sys.argv[2], sys.argv[3])
    secure = {"ssl_context": context} if sys.argv[1] == "tls" else {"tls_context": context, "require_starttls": True}


class Keep:
    async def handle_RCPT(self, server, session, envelope, address, options):
        if refuse:
            return "550 no such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        kept.append((envelope.mail_from, envelope.rcpt_tos, envelope.content))
        return "250 OK"


controller = Controller(Keep(), hostname="127.0.0.1", port=0, server_hostname="localhost", **secure)
# The controller looks for its own port; one that is free is chosen here.
import socket
with socket.socket() as s:
    s.bind(("127.0.0.1", 0))
    controller.port = s.getsockname()[1]
controller.start()
print(controller.port, flush=True)
sys.stdin.read()
controller.stop()
for sender, to, content in kept:
    m = email.message_from_bytes(content, policy=email.policy.default)
    parts = {p.get_content_type(): p.get_content() for p in m.walk() if not p.is_multipart()}
    print(json.dumps({"from": sender, "to": to, "headers": {k: str(v) for k, v in m.items()}, "parts": parts,
                      "defects": [str(d) for d in m.defects]}, ensure_ascii=False))
