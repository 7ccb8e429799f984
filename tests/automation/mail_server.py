#!/usr/bin/env python3
"""A mail server on a free port of 127.0.0.1: STARTTLS, and no mail without user and password.

    mail_server.py FOLDER CERTIFICATE KEY USER PASSWORD

Writes its port to FOLDER/port and each mail to FOLDER/<number>.json: sender, recipients, whether
the line was encrypted, text. Run by the Python of third_party/aiosmtpd/venv."""

import asyncio
import json
import ssl
import sys
from pathlib import Path

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword


class Box:
    def __init__(self, folder):
        self.folder, self.count = folder, 0

    async def handle_DATA(self, server, session, envelope):
        file = self.folder / f"{self.count}.json.part"
        file.write_text(json.dumps({
            "from": envelope.mail_from, "to": envelope.rcpt_tos, "encrypted": session.ssl is not None,
            "text": envelope.content.decode()}))
        file.rename(self.folder / f"{self.count}.json")
        self.count += 1
        return "250 taken"


async def main(folder, certificate, key, user, password):
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate, key)
    wanted = LoginPassword(user.encode(), password.encode())

    def check(server, session, envelope, mechanism, given):
        return AuthResult(success=given == wanted)

    box = Box(Path(folder))
    server = await asyncio.get_running_loop().create_server(
        lambda: SMTP(box, tls_context=tls, require_starttls=True, auth_required=True,
                     authenticator=check), "127.0.0.1", 0)
    (Path(folder) / "port").write_text(str(server.sockets[0].getsockname()[1]))
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
