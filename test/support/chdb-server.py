"""ClickHouse of today behind HTTP: the engine of the Python package chdb, asked as a server of it would be.

python3 chdb-server.py FOLDER prints the port on loopback that it listens on.
"""
import os
import re
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from chdb.session import Session

folder = sys.argv[1]
session = Session(os.path.join(folder, "data"))
turn = threading.Lock()
# What belongs to the HTTP face of a server, and not to its engine.
own_parameters = {"query", "wait_end_of_query", "database", "default_format", "query_id"}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Head and body go out in two writes: with Nagle's algorithm the second would wait for an acknowledgement.
    disable_nagle_algorithm = True

    def do_POST(self):
        parameters = {key: values[0] for key, values in parse_qs(urlsplit(self.path).query).items()}
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        try:
            with turn:
                answer = self.ask(parameters, body)
            self.reply(200, answer)
        except Exception as problem:
            self.reply(500, str(problem).encode())

    def ask(self, parameters, body):
        statement = parameters.get("query")
        if "readonly" in parameters:
            # It holds for this statement only; set in a session it could never be taken back.
            settings = ", ".join(f"{key} = '{value}'" for key, value in parameters.items() if key not in own_parameters)
            session.query(f"USE {parameters['database']}")
            return session.query(f"{body.decode()} SETTINGS {settings}", parameters["default_format"]).bytes()
        settings = {key: value for key, value in parameters.items() if key not in own_parameters}
        token = settings.pop("insert_deduplication_token", None)
        for key, value in settings.items():
            session.query(f"SET {key} = '{value}'")
        if statement is None:
            statement, body = body.decode(), b""
        inserting = re.fullmatch(r"(INSERT INTO \S+) FORMAT Native", statement)
        if inserting:
            path = os.path.join(folder, "rows.native")
            with open(path, "wb") as file:
                file.write(body)
            # In a session it would hold for the next statement too.
            once = "" if token is None else f"SETTINGS insert_deduplication_token = '{token}'"
            session.query(f"{inserting[1]} {once} SELECT * FROM file('{path}', Native)")
            return b""
        return session.query(statement, "TabSeparated").bytes() or b""

    def reply(self, status, content):
        self.send_response(status)
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_):
        pass


server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
print(server.server_port, flush=True)
server.serve_forever()
