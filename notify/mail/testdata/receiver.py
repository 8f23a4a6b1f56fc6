# A mail server for tests: receiver.py PORT PEM OUT. It takes mail after STARTTLS and a
# login, and writes each as a line of JSON.
import json, os, ssl, sys, threading
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, SMTP

port, pem, out = int(sys.argv[1]), sys.argv[2], sys.argv[3]


class Handler:
    async def handle_DATA(self, server, session, envelope):
        line = {"From": envelope.mail_from, "To": ",".join(envelope.rcpt_tos), "User": session.auth_data, "Text": envelope.content.decode()}
        with open(out, "a") as f:
            f.write(json.dumps(line) + "\n")
        return "250 OK"


def authenticate(server, session, envelope, mechanism, data):
    ok = data.login.decode() == os.environ["MAIL_USER"] and data.password.decode() == os.environ["MAIL_PASSWORD"]
    return AuthResult(success=ok, auth_data=data.login.decode() if ok else None)


context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
context.load_cert_chain(pem)


class Desk(Controller):
    def factory(self):
        return SMTP(self.handler, tls_context=context, require_starttls=True, authenticator=authenticate, auth_required=True, decode_data=False)


Desk(Handler(), hostname="127.0.0.1", port=port).start()
threading.Event().wait()
